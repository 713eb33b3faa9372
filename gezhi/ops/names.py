"""Invented names of people, compounds and telephones. Pure. Whoever bears such a name by chance is not meant."""

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
FIRST = "建志文明海永国晓春秋玉秀红丽雅静思子宇浩泽梓若雨佳嘉俊立德世新中华庆祥云凤兰桂金银宝少成学书承启远广向安宁乐欣怡昕可一"
SECOND = (
    "军平伟强磊洋勇杰涛超明霞刚芳娟敏燕玲丹萍颖慧琳莹雪梅琴英华民兵辉鹏飞旭东阳光林森峰岩川源波泉青松柏竹然轩航凯瑞麟彤瑶菲萱"
    "妍晴诺"
)
COMPOUND_FIRST = (
    "安泰", "和顺", "锦绣", "怡景", "翠竹", "明珠", "康乐", "德馨", "泉景", "望岳", "春晖", "银杏", "棠梨", "书香", "金桂", "悦湖",
    "文庭", "晴川", "瑞祥", "长乐", "丰和", "清雅", "向阳", "百合", "枫林", "双桥", "槐荫里", "柳行", "南屏", "青禾",
)  # fmt: skip
COMPOUND_LAST = ("花园", "小区", "家园", "新村", "苑", "公寓", "宿舍", "雅居", "佳苑", "嘉园")


def person(random: Random) -> str:
    """「陈思远」: two or three characters."""
    given = random.choice(SECOND) if random.random() < 0.18 else random.choice(FIRST) + random.choice(SECOND)
    return random.choice(SURNAMES) + given


def people(count: int, random: Random) -> list[str]:
    """Different names, so that nobody in the demo is taken for somebody else; from some thousands on a few repeat."""
    names: dict[str, None] = {}
    for _attempt in range(count * 3):
        if len(names) == count:
            break
        names.setdefault(person(random))
    return [*names, *(person(random) for _ in range(count - len(names)))]


def compound(random: Random) -> str:
    """「怡景花园」: where people live."""
    return random.choice(COMPOUND_FIRST) + random.choice(COMPOUND_LAST)


def phone(random: Random) -> str:
    """Eleven digits that no telephone has: mobile numbers begin with 13 to 19."""
    return f"120{random.randrange(10**8):08d}"
