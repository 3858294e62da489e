"""Indications: tumours, and what their treatment needs.

Every tumour may also be coded as metastasis, as of unknown site or behaviour, or by its course
of treatment; ``_ANY`` stands for that.
"""

from __future__ import annotations

from typing import Final

_ANY: Final = "C76-C80 C97 D37-D48 Z08 Z51 Z54 Z85"
_TUMOUR: Final = "C D00-D48 Z08 Z51 Z54 Z85"
_BLOOD: Final = f"C81-C96 D45-D47 D75 D76 {_ANY}"
_ENDOCRINE: Final = f"C15-C26 C34 C37 C73-C75 D13 D35 E16 E34 {_ANY}"

ONCOLOGY: Final[dict[str, str]] = {
    "限放化疗|高度致吐性化疗": f"{_TUMOUR} T45 R11",
    "癌症|恶性肿瘤|肿瘤患者|实体瘤|癌性胸腹水|癌性胸腹腔积液": f"{_TUMOUR} J90 J91 R18 R64",
    "乳腺癌": f"C50 D05 {_ANY}",
    "前列腺癌": f"C61 D07 {_ANY}",
    "宫颈癌": f"C53 D06 C57 {_ANY}",
    "子宫内膜癌": f"C54 C55 D07 {_ANY}",
    "卵巢癌|输卵管癌|原发性腹膜癌": f"C56 C57 C48 C45 C51-C55 {_ANY}",
    "肺癌|NSCLC": f"C33 C34 C39 C38 C45 D02 {_ANY}",
    "肝癌|肝细胞癌": f"C22 C23 C24 D01 {_ANY}",
    "胃癌|胃腺癌|胃或胃食管结合部腺癌|胃食管交界处腺癌|食管结合部": f"C15 C16 D00 {_ANY}",
    "食管癌|食管鳞(?:状细胞)?癌": f"C15 C16 D00 {_ANY}",
    "结直肠癌": f"C18-C21 C26 D01 {_ANY}",
    "胰腺癌": f"C25 C24 {_ANY}",
    "间质瘤": f"C15-C26 C48 C49 D13 D19 D20 D21 {_ANY}",
    "神经内分泌瘤|神经内分泌肿瘤|胃肠胰内分泌肿瘤": _ENDOCRINE,
    "类癌综合征": _ENDOCRINE,
    "肢端肥大症": f"E22 D35 {_ANY}",
    "肾细胞癌": f"C64-C66 C68 {_ANY}",
    "尿路上皮癌": f"C64-C68 D09 {_ANY}",
    "甲状腺癌|甲状腺髓样癌": f"C73 C75 D09 {_ANY}",
    "鼻咽癌": f"C11 C10 C14 C30 {_ANY}",
    "头颈部鳞(?:状细胞)?癌": f"C00-C14 C30-C32 C44 C49 D00 D02 {_ANY}",
    "黑色素瘤": f"C43 C44 D03 C00-C06 C15 C19-C21 C30 C31 C51 C52 C57 C60 C69 C70-C72 {_ANY}",
    "基底细胞癌": f"C44 D04 {_ANY}",
    "软组织肉瘤|透明细胞肉瘤": f"C40 C41 C46-C49 C38 C45 C54 {_ANY}",
    "骨巨细胞瘤": f"C40 C41 D16 {_ANY}",
    "星形细胞瘤|胶质母细胞瘤|胶质瘤": f"C70-C72 D33 Q85 {_ANY}",
    "神经纤维瘤": f"Q85 D33 D36 C47 C49 C72 {_ANY}",
    "结节性硬化": f"Q85 D17 D30 D33 C64 C71 {_ANY}",
    "白血病": _BLOOD,
    "淋巴瘤(?!激酶)|蕈样真菌病": f"{_BLOOD} C44",
    "多发性骨髓瘤": f"{_BLOOD} E85",
    "巨球蛋白血症": _BLOOD,
    "轻链型淀粉样变": f"E85 {_BLOOD}",
    "骨髓纤维化": f"{_BLOOD} C94",
    "骨髓增生异常综合征": f"{_BLOOD} D61 D64",
    "朗格汉斯|组织细胞": _BLOOD,
    "Castleman": f"{_BLOOD} R59 D36",
    "中性粒细胞减少|粒细胞缺乏": f"D70-D72 {_TUMOUR} D61",
    "移植物抗宿主病": f"D89 T86 Z94 Z48 {_BLOOD} D55-D64",
    "造血干细胞移植": f"Z94 T86 Z48 B25 D55-D64 D80-D84 E70-E77 {_BLOOD}",
    "前哨淋巴结|甲状腺手术区域": f"C50 C73 D05 D09 D24 D34 E00-E07 N60 N63 {_ANY}",
}
