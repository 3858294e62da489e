"""Services of the simulated area.

Codes have the national form (15 digits) with a made-up tail, so that no published knowledge
point applies to honest care by accident; the published codes at the end are for the schemes.
"""

from fundguard.simulate.catalogue.item import SERVICE, Item

BED, CONSULTATION, EXAMINATION, LABORATORY = "01", "02", "03", "04"
TREATMENT, OPERATION, NURSING, CLINIC_FEE, OTHER = "05", "06", "07", "12", "14"


def service(project: str, charge_type: str, name: str, price_fen: int, device: str = "") -> Item:
    code = f"00{project}9070"
    return Item(code, name, SERVICE, charge_type, price_fen, device=device)


def published(code: str, charge_type: str, name: str, price_fen: int) -> Item:
    return Item(code, name, SERVICE, charge_type, price_fen)


WARD_BED = service("110900191", BED, "三人间床位费", 4000)
WARD_NURSING = service("120100191", NURSING, "二级护理", 2400)
WARD_ROUND = service("110200191", CONSULTATION, "住院诊察费", 2000)
VISIT = service("110200192", CONSULTATION, "普通门诊诊察费", 1500)
EMERGENCY_VISIT = service("110200193", CONSULTATION, "急诊诊察费", 2500)
CLINIC_VISIT = service("110200194", CLINIC_FEE, "一般诊疗费", 1000)
VACCINATION = service("130700191", CLINIC_FEE, "预防接种服务费", 2800)
LAST_OFFICES = service("150100191", OTHER, "尸体料理", 30000)

BEDSIDE = (
    service("120400191", TREATMENT, "静脉输液", 900),
    service("120400192", TREATMENT, "静脉注射", 450),
    service("120700191", TREATMENT, "雾化吸入", 1800),
    service("120300191", TREATMENT, "氧气吸入", 5400),
    service("310600191", TREATMENT, "胸部物理治疗", 7600),
    service("340100191", TREATMENT, "神经肌肉电刺激", 9800),
    service("311100191", TREATMENT, "膀胱冲洗", 6200),
    service("310900191", TREATMENT, "无创辅助通气", 14800),
    service("330100191", TREATMENT, "深静脉穿刺置管", 26500),
)
TESTS = (
    service("250100191", LABORATORY, "血细胞分析", 2000),
    service("250100192", LABORATORY, "尿液分析", 1400),
    service("250300191", LABORATORY, "肝功能组合", 6800),
    service("250300192", LABORATORY, "电解质组合", 4200),
    service("250300193", LABORATORY, "心肌损伤标志物", 18600),
    service("250400191", LABORATORY, "降钙素原", 16000),
    service("310700191", EXAMINATION, "十二导联心电图", 2600),
    service("210100191", EXAMINATION, "胸部正位片", 7200, device="DR"),
    service("220300191", EXAMINATION, "腹部彩色超声", 11800, device="彩色超声诊断仪"),
    service("210300191", EXAMINATION, "胸部CT平扫", 21600, device="CT"),
)
CHEMOTHERAPY = service("311400191", TREATMENT, "化疗药物静脉配置", 8500)
DAY_SURGERY = service("330400191", OPERATION, "结肠息肉内镜切除", 98000)
CATARACT = service("330400192", OPERATION, "白内障超声乳化摘除", 235000)

ACUPOTOMY = service("430000191", TREATMENT, "针刀治疗", 15000)
WOUND_VACUUM = service("330800191", TREATMENT, "负压封闭引流", 18000)
JOINT_PUNCTURE = service("311500191", TREATMENT, "关节腔穿刺术", 9600)
HOLTER = service("310700192", EXAMINATION, "动态心电监测", 16800)
HERBAL_PATCH = service("430000192", TREATMENT, "中药硬膏热贴敷", 8800)

SHOCK_WAVE = service("340100192", TREATMENT, "体外冲击波治疗", 18000, device="体外冲击波治疗机")
HYPERBARIC = service("310400191", TREATMENT, "高压氧舱治疗", 11000, device="医用高压氧舱")
LASER = service("310300191", TREATMENT, "准分子激光治疗", 26000, device="准分子激光机")
SCARCE_DEVICES = (SHOCK_WAVE, HYPERBARIC, LASER)

# Published pairs (batch 7, GZ10000102012000): the first item contains the second.
CONTAINING = (
    (
        published("003110000100000", TREATMENT, "血液灌流", 32000),
        published("003110000060000", TREATMENT, "血液透析", 40000),
    ),
    (
        published("001202000010000", TREATMENT, "大抢救", 12000),
        published("001202000020000", TREATMENT, "中抢救", 8000),
    ),
    (
        published("002501030010000", LABORATORY, "粪便常规", 800),
        published("002506010010000", LABORATORY, "粪寄生虫镜检", 500),
    ),
    (
        published("002101010020000", EXAMINATION, "食管钡餐透视", 6000),
        published("002101010010000", EXAMINATION, "普通透视", 1500),
    ),
)

EVERYWHERE = (VISIT, EMERGENCY_VISIT, *BEDSIDE[:4], *TESTS[:7])
ALL_SERVICES = (
    *(WARD_BED, WARD_NURSING, WARD_ROUND, VISIT, EMERGENCY_VISIT, CLINIC_VISIT, VACCINATION),
    *(LAST_OFFICES, CHEMOTHERAPY, DAY_SURGERY, CATARACT, ACUPOTOMY, WOUND_VACUUM),
    *(JOINT_PUNCTURE, HOLTER, HERBAL_PATCH),
    *BEDSIDE,
    *TESTS,
    *SCARCE_DEVICES,
    *(item for pair in CONTAINING for item in pair),
)
