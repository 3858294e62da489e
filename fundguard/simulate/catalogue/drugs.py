"""Drugs of the simulated area.

The names are ordinary; the codes have the national form but belong to nobody (manufacturers
from 90001), so that no published knowledge point applies to honest trade by accident.
"""

from itertools import count

from fundguard.simulate.catalogue.item import DRUG, GOODS, Item, Tracing, ean13

SYSTEMS = (Tracing.NATIONAL, Tracing.MANUFACTURER, Tracing.GS1)
_maker = count(1)


def trade_marks(serial: int) -> tuple[str, str, Tracing]:
    """Barcode, product identity of the 20-digit codes, and tracing system of a product."""
    return ean13(f"690{4_000_000 + serial:09d}"), f"8{100_000 + serial:06d}", SYSTEMS[serial % 3]


def western(atc: str, form: str, name: str, price_fen: int, units: int, level: str = "01") -> Item:
    serial = next(_maker)
    barcode, prefix, tracing = trade_marks(serial)
    code = f"X{atc}A{900 + serial % 100:03d}{form}0101{90_000 + serial:05d}"
    return Item(code, name, DRUG, "09", price_fen, level, units, barcode, tracing, prefix)


def patent(group: str, name: str, price_fen: int, units: int, level: str = "02") -> Item:
    """A 中成药, Chinese patent medicine."""
    serial = next(_maker)
    barcode, prefix, tracing = trade_marks(serial)
    code = f"Z{group}A9{serial:03d}0101{90_000 + serial:05d}"
    return Item(code, name, DRUG, "11", price_fen, level, units, barcode, tracing, prefix)


def published(code: str, name: str, price_fen: int, units: int, charge_type: str = "11") -> Item:
    """A drug under its real code, for the schemes that need a published knowledge point."""
    barcode, prefix, tracing = trade_marks(next(_maker))
    return Item(code, name, DRUG, charge_type, price_fen, "02", units, barcode, tracing, prefix)


def goods(name: str, price_fen: int) -> Item:
    barcode = ean13(f"692{8_000_000 + next(_maker):09d}")
    return Item(barcode, name, GOODS, "14", price_fen, "03", barcode=barcode)


SHELF = (
    western("J01CA", "E001", "阿莫西林胶囊", 1280, 24),
    western("N02BE", "A001", "对乙酰氨基酚片", 860, 12),
    western("M01AE", "E001", "布洛芬缓释胶囊", 1890, 20),
    western("R06AX", "A001", "氯雷他定片", 2150, 10),
    western("A02BC", "A009", "奥美拉唑肠溶片", 2460, 14),
    western("A07BC", "D001", "蒙脱石散", 1620, 10),
    western("R05CB", "E001", "盐酸氨溴索胶囊", 2380, 20, "02"),
    western("S01AE", "G001", "左氧氟沙星滴眼液", 1540, 1),
    western("D07AC", "F001", "丁酸氢化可的松乳膏", 1960, 1, "02"),
    western("A11GA", "A001", "维生素C片", 690, 100),
    western("R05DA", "G002", "复方磷酸可待因溶液", 2790, 1, "02"),
    western("A03FA", "A001", "多潘立酮片", 1750, 30),
    western("J05AB", "A001", "阿昔洛韦片", 1430, 24),
    western("N07CA", "A001", "盐酸倍他司汀片", 1680, 30),
    western("A06AD", "G002", "乳果糖口服溶液", 4380, 1, "02"),
    patent("A01AA", "感冒清热颗粒", 1850, 10),
    patent("A04CA", "急支糖浆", 2290, 1),
    patent("A06BA", "藿香正气口服液", 1980, 10),
    patent("A08CA", "双黄连口服液", 2340, 10),
    patent("A10AB", "健胃消食片", 1260, 36),
    patent("G01BA", "云南白药气雾剂", 3980, 1),
    patent("A13AA", "板蓝根颗粒", 1590, 20),
    patent("F02AA", "清咽滴丸", 2670, 1),
)
CHRONIC = (
    western("C08CA", "A001", "苯磺酸氨氯地平片", 2240, 28),
    western("C09CA", "E001", "缬沙坦胶囊", 2860, 28),
    western("C07AB", "A004", "琥珀酸美托洛尔缓释片", 2530, 28),
    western("C10AA", "A001", "阿托伐他汀钙片", 3160, 28),
    western("A10BA", "A001", "盐酸二甲双胍片", 1870, 60),
    western("A10BB", "A004", "格列齐特缓释片", 2690, 30),
    western("B01AC", "A009", "阿司匹林肠溶片", 1390, 30),
    western("C03AA", "A001", "氢氯噻嗪片", 580, 100),
    western("A10BH", "A001", "磷酸西格列汀片", 5640, 14, "02"),
    patent("A12HA", "复方丹参滴丸", 2760, 180),
    patent("A12FA", "通心络胶囊", 3420, 36),
)
WARD = (
    western("J01DD", "B001", "注射用头孢曲松钠", 2850, 1),
    western("B05BB", "B002", "氯化钠注射液", 460, 1),
    western("B05BA", "B002", "葡萄糖注射液", 520, 1),
    western("R05CB", "B002", "盐酸氨溴索注射液", 1960, 1),
    western("A02BC", "B001", "注射用泮托拉唑钠", 3740, 1, "02"),
    western("H02AB", "B001", "注射用甲泼尼龙琥珀酸钠", 4120, 1),
    western("N06BX", "B002", "胞磷胆碱钠注射液", 1340, 1, "02"),
    western("B01AB", "B002", "低分子肝素钠注射液", 3380, 1, "02"),
    western("C01DA", "B002", "硝酸甘油注射液", 980, 1),
    western("A11DA", "B002", "维生素B1注射液", 350, 1),
    western("J01MA", "B002", "左氧氟沙星氯化钠注射液", 3290, 1, "02"),
)
SELDOM_KEPT = (  # sold nowhere in ordinary trade: a shop's stock of them is known to the pack
    western("N06DA", "A001", "盐酸多奈哌齐片", 9860, 7, "02"),
    western("M05BA", "A001", "阿仑膦酸钠片", 8740, 4, "02"),
    western("G04BD", "A001", "酒石酸托特罗定片", 6420, 14, "02"),
    western("N03AX", "E001", "普瑞巴林胶囊", 7180, 24, "02"),
    western("R03DC", "A006", "孟鲁司特钠咀嚼片", 5230, 12, "02"),
    western("N05CF", "A001", "右佐匹克隆片", 6090, 12, "02"),
)
UNPAID = (  # 丙类: sold, but the fund does not pay
    western("A11CC", "E002", "鱼肝油软胶囊", 6800, 100, "03"),
    patent("A09BA", "龟鹿补肾丸", 7600, 30, "03"),
    patent("A09CA", "阿胶口服液", 8800, 20, "03"),
)
WOMEN_ONLY = (  # batch 1, 药品区分性别使用
    published("ZD02AAF0202010105046", "妇科千金片", 3180, 108),
    published("ZD01BAY0318010100281", "益母草颗粒", 1960, 10),
)
MEN_ONLY = (published("XG04CBA088A001010101467", "爱普列特片", 7450, 20, "09"),)
DAILY_GOODS = (
    goods("东北大米5kg", 3980),
    goods("花生油1.8L", 5290),
    goods("医用外科口罩50只", 2500),
    goods("蛋白质粉400g", 19800),
    goods("保湿面霜50g", 12800),
    goods("洗衣液3kg", 3690),
)
ALL_DRUGS = (*SHELF, *CHRONIC, *WARD, *SELDOM_KEPT, *UNPAID, *WOMEN_ONLY, *MEN_ONLY)
