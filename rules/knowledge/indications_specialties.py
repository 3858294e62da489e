"""Indications: infection, immunity, skin, joints, nerves, women's health, surgery, transplants."""

from __future__ import annotations

from typing import Final

_INFECTION: Final = (
    "A B D70-D72 G00-G09 H00-H01 H05 H10 H16 H44 H60 H65-H70 H83 I00-I02 I30-I33 I38-I41 J "
    "K04 K05 K10-K12 K20 K29 K35-K38 K50-K52 K55-K57 K60 K61 K63 K65 K67 K75 K80-K83 K85 K86 "
    "L00-L08 L97 L98 M00-M03 M46 M60 M71 M72 M86 N10-N16 N20 N30 N34 N39 N41 N45 N48 N49 N61 "
    "N70-N77 N82 O23 O41 O75 O85 O86 O91 O98 P23 P35-P39 R50 R57 R65 R78 T20-T32 T79-T88 U07 "
    "Z16 Z22"
)
_HEPATITIS: Final = "B15-B19 K70-K77 C22 R94 O98 P35 Z20 Z22"
_LOWER_AIRWAYS: Final = "J09-J18 J20-J22 J40-J44 J47 J69 J84-J86 J90 J95 J96 J98 A48 A49 A70 B44"
_ABDOMEN: Final = (
    "A00-A09 A41 K25-K28 K35-K38 K40-K46 K50-K67 K75 K80-K83 K85 K86 K91 N70-N74 S36 T81"
)
_FUNGI: Final = "B35-B49 J17 G02 G05 J85 J98 B20-B24 D70 C81-C96"
_SKIN_INFECTION: Final = (
    "A46 A48 A49 B95 H00 K12 K61 L00-L08 L89 L97 L98 M60 M65 M71 M72 N48 N49 N61 S T00-T35 T79 T81 "
    "E10.5 E11.5 E14.5 I83"
)
_TRANSPLANT: Final = (
    "Z94 T86 Z48 Z52 Z99 N00-N19 K70-K77 C22 B15-B19 Q44 I20-I51 J43 J44 J84 I27 E10 E70-E89 "
    "D55-D64 D89 C81-C96 Z51"
)

SPECIALTIES: Final[dict[str, str]] = {
    "炎症及感染|重症感染|头孢菌素耐药": _INFECTION,
    "耐药细菌感染|耐药阳性球菌感染|药敏试验证据(?!的如下)": _INFECTION,
    "不能使用有效剂量两性霉素": f"{_INFECTION} C81-C96 D60-D64 Z94",
    "新型冠状病毒": "U07-U10 B34 B97 J12",
    "艾滋病|获得性免疫缺陷": "B20-B24 F02 O98 R75 Z20 Z21",
    "乙型肝炎|乙肝": _HEPATITIS,
    "丙型肝炎|丙肝": _HEPATITIS,
    "麻疹和传染性肝炎接触者": "B05 B15-B19 Z20 Z22 Z24-Z29",
    "(?<!副)流感(?!嗜血)": "J09-J12 J17 Z20 Z25",
    "社区获得性肺炎|医院获得性肺炎": _LOWER_AIRWAYS,
    "下呼吸道感染": f"{_LOWER_AIRWAYS} J01 J32",
    "腹腔感染": _ABDOMEN,
    "结核": "A15-A19 B90 J65 K93 M01 M49 M90 N33 N74 O98 P37 U84 Z16",
    "(?<!蕈样)真菌感染|曲霉病|曲霉菌肺炎|曲霉菌和念球菌感染": _FUNGI,
    "毛霉病|口咽念珠菌病|接合菌纲类感染": _FUNGI,
    "外阴阴道假丝酵母菌病|念珠菌性外阴阴道病": "B37 N72 N76 N77 N89",
    "巨细胞病毒": "B25 B27 P35 Z94 T86 C81-C96 D55-D64",
    "皮肤和软组织感染|皮肤软组织感染": _SKIN_INFECTION,
    "阿米巴": f"A06 {_INFECTION} 住院",
    "厌氧菌感染|手术后感染": f"{_INFECTION} 住院",
    "破伤风": "A33-A35 L00-L08 L89 L97 L98 S T V W X Y Z20 Z23",
    "败血症": "A40 A41 P36 R65",
    "免疫球蛋白缺乏症": "D80-D84 D89",
    "川崎病": "M30",
    "重症肌无力": "G70 G73",
    "格林巴利": "G60-G65",
    "特应性皮炎": "L20 L30",
    "银屑病(?!关节炎)": "L40 M07 M09",
    "银屑病关节炎": "L40 M07 M09 M13",
    "化脓性汗腺炎": "L73 L08",
    "烧伤": "T20-T32 T95",
    "类风湿关节炎": "M05 M06 M08 M13",
    "幼年特发性关节炎|幼年银屑病关节炎": "M08 M09",
    "强直性脊柱炎|脊柱关节炎": "M45 M46 M08 M07 M47",
    "骨关节炎": "M13 M15-M19 M47",
    "系统性红斑狼疮|狼疮肾炎": "M32 M35 N00-N08 L93",
    "多发性硬化": "G35-G37 H46",
    "视神经脊髓炎": "G35-G37 H46",
    "脊髓性肌萎缩": "G12",
    "多动障碍": "F90 F91 F98 F95",
    "精神分裂症": "F20-F29",
    "视网膜动静脉阻塞": "H34 H35",
    "突发性耳聋": "H90 H91 H93",
    "耳部血流及神经障碍": "H81-H95",
    "甲状腺眼病": "H05 H06 E03 E05 E06",
    "鼻窦炎|窦炎|鼻息肉": "J01 J30-J34",
    "过敏性鼻炎": "J30 J31",
    "前列腺增生": "N40 N42 D29",
    "泌尿外科手术": (
        "C60-C68 D07 D09 D29 D30 D40 D41 N00-N51 N99 Q53-Q55 Q60-Q64 R31-R39 S37 T19 T83"
    ),
    "辅助生殖": "E28 N46 N80 N83 N91 N96-N98 O Z31-Z35",
    "子宫肌瘤": "D25 D26 O34 生育",
    "多囊卵巢": "E28",
    "子宫内膜异位": "N80",
    "术后疼痛": "G89 M79 R52 S T Z48 Z98 住院",
    "器官移植|排斥反应|排异反应|实体器官移植": _TRANSPLANT,
}
