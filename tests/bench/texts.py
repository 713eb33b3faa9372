"""Invented reports. No Django here: the load generator and the children draw from the same box."""

import json
from random import Random
from typing import Any

PLACES = ("东门", "西门", "南侧", "北侧", "三号楼前", "七号楼后", "路口", "广场边", "车棚旁", "幼儿园门口")
TOPICS = (
    "路灯已经三天不亮了，晚上老人孩子走路看不清，希望尽快派人来修",
    "垃圾桶满了没有人清运，天热味道很大，苍蝇也多，请安排保洁",
    "有人把电动车停在楼道里充电，堵住了消防通道，大家都很担心",
    "下水道堵了，污水漫到路面上，行人只能绕着走，已经两天了",
    "夜里十二点以后还有人大声放音乐，影响休息，上前劝说也不听",
    "早上上学的时候车辆乱停乱放，孩子过马路很危险，希望有人疏导",
    "井盖松动，车一压就响，怕有人踩空掉下去，请先围起来再修",
    "树枝长得太低，碰到电线，刮风的时候冒火花，请尽快修剪",
)
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫", "伟芳娜敏静强磊军洋勇艳杰"


def text(random: Random) -> str:
    return f"{random.choice(PLACES)}{random.choice(TOPICS)}。我是住在附近的居民，{random.randint(2, 30)}天前打过电话。"


def name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def phone(random: Random) -> str:
    """Of a number range that no operator has."""
    return f"1990{random.randint(0, 9_999_999):07d}"


def finding(random: Random, cast: dict[str, Any]) -> dict[str, Any]:
    """The body of POST /cases: with a point, a matter, so that it is routed at once, and a reporter."""
    lng, lat = random.choice(cast["points"])
    return {
        "text": text(random),
        "lng": lng,
        "lat": lat,
        "crs": "gcj02",
        "matter_id": cast["matter"],
        "reporter_name": name(random),
        "reporter_phone": phone(random),
    }


def as_body(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
