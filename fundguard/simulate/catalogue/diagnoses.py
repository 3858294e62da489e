"""Diagnoses and the groups by which hospital stays are paid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    code: str  # ICD-10
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A DRG with its standard fee and the stay it usually takes."""

    code: str
    name: str
    diagnosis: Diagnosis
    standard_fen: int
    days: int
    department: str
    for_stays: bool = True  # ordinary people are admitted for it


OUTPATIENT = (
    Diagnosis("J06.900", "急性上呼吸道感染"),
    Diagnosis("K29.500", "慢性胃炎"),
    Diagnosis("M54.500", "腰痛"),
    Diagnosis("J20.900", "急性支气管炎"),
    Diagnosis("L30.900", "皮炎"),
    Diagnosis("H10.900", "结膜炎"),
    Diagnosis("R51.x00", "头痛"),
    Diagnosis("K52.900", "非感染性胃肠炎"),
)
CHRONIC = (Diagnosis("I10.x00", "高血压"), Diagnosis("E11.900", "2型糖尿病"))

LUNG = Group(
    "ES25", "慢性阻塞性肺病伴感染", Diagnosis("J44.100", "慢阻肺急性加重"), 720_000, 8, "呼吸内科"
)
PNEUMONIA = Group("ES33", "肺炎", Diagnosis("J18.900", "肺炎"), 610_000, 7, "呼吸内科")
STROKE = Group("BR23", "脑缺血性疾患", Diagnosis("I63.900", "脑梗死"), 940_000, 10, "神经内科")
HEART = Group("FR25", "心力衰竭", Diagnosis("I50.900", "心力衰竭"), 830_000, 9, "心血管内科")
DIABETES = Group(
    "KS15", "糖尿病", Diagnosis("E11.700", "2型糖尿病伴并发症"), 520_000, 7, "内分泌科"
)
GASTRIC = Group("GS15", "胃肠道感染", Diagnosis("K25.400", "胃溃疡伴出血"), 480_000, 6, "消化内科")
FRACTURE = Group("IS15", "下肢骨折", Diagnosis("S82.200", "胫骨骨折"), 690_000, 8, "骨科")
CHEMO = Group("RE15", "化学治疗", Diagnosis("Z51.100", "肿瘤化学治疗"), 390_000, 2, "肿瘤科", False)
EYE = Group("CB15", "白内障手术", Diagnosis("H25.900", "老年性白内障"), 560_000, 2, "眼科", False)
POLYP = Group(
    "GK25", "消化道内镜治疗", Diagnosis("K63.500", "结肠息肉"), 410_000, 3, "消化内科", False
)
MIND = Group(
    "TS15", "精神障碍床日", Diagnosis("F20.900", "精神分裂症"), 900_000, 30, "精神科", False
)
BIRTH = Group("OR15", "阴道分娩", Diagnosis("O80.900", "单胎顺产"), 430_000, 4, "产科", False)
NEWBORN = Group(
    "PS15", "新生儿疾患", Diagnosis("P59.900", "新生儿黄疸"), 350_000, 5, "新生儿科", False
)

ALL_GROUPS = (
    *(LUNG, PNEUMONIA, STROKE, HEART, DIABETES, GASTRIC, FRACTURE),
    *(CHEMO, EYE, POLYP, MIND, BIRTH, NEWBORN),
)
STAY_GROUPS = tuple(group for group in ALL_GROUPS if group.for_stays)
