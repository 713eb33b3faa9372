"""The land of the demo: the district's real names where they were fetched at set-up, invented ones otherwise; grids drawn as a sketch."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from django.conf import settings

from gezhi.kernel.access import Actor
from gezhi.ops import names
from gezhi.territory.actions import Town, draw_town, import_areas
from gezhi.territory.area_rows import AreaRow, UnreadableFile, read_area_rows
from gezhi.territory.models import Area, Level

FULL_STREETS, FULL_COMMUNITIES = 17, 206
FULL_RESIDENTIAL, FULL_DEDICATED = 939, 218


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of the district is drawn. `communities` bounds the choice of streets; 0 takes all."""

    name: str
    streets: int
    communities: int
    days: int
    reports_a_grid_a_day: float


SCALES = {
    "small": Scale("small", 2, 14, days=14, reports_a_grid_a_day=0.95),
    # A quarter of a real day's reports: sixty full days would take a quarter of an hour to play.
    "full": Scale("full", 0, 0, days=60, reports_a_grid_a_day=0.24),
}


def lay_out(scale: Scale, *, seed: int, actor: Actor, at: datetime) -> Town:
    """Areas, and grids drawn over the streets that the scale asks for."""
    import_areas(area_rows(settings.VAR / "open-data" / "areas.csv", seed), actor=actor, at=at)
    if scale.communities == 0:
        return draw_town(
            actor=actor, at=at, seed=seed, residential_total=FULL_RESIDENTIAL, dedicated_total=FULL_DEDICATED
        )
    return draw_town(actor=actor, at=at, seed=seed, streets=few_streets(scale))


def few_streets(scale: Scale) -> list[str]:
    """The first streets by code that together have about as many communities as wanted."""
    counts: dict[str, int] = {}
    codes = Area.objects.filter(level=Level.COMMUNITY, is_active=True).order_by("code").values_list("code", flat=True)
    for code in codes:
        counts[code[:9]] = counts.get(code[:9], 0) + 1
    chosen: list[str] = []
    left = scale.communities
    for street, count in counts.items():
        if len(chosen) < scale.streets and count <= left:
            chosen.append(street)
            left -= count
    return chosen or list(counts)[:1]


def area_rows(path: Path, seed: int) -> list[AreaRow]:
    """The rows of the open data, if they are here and of this district."""
    try:
        rows = list(read_area_rows(path.read_bytes()))
    except (OSError, UnreadableFile):
        rows = []
    if any(row.code.startswith(settings.DISTRICT) for row in rows):
        return rows
    return invented_rows(seed)


def invented_rows(seed: int) -> list[AreaRow]:
    """As many streets and communities as the real district has, under invented names."""
    random = Random(f"{seed}:areas")  # noqa: S311 - meant to be repeatable
    district = settings.DISTRICT
    found = [(district, "示例区")]
    streets = random.sample(names.COMPOUND_FIRST, FULL_STREETS)
    for number, name in enumerate(streets, start=1):
        found.append((f"{district}{number:03d}", f"{name}街道办事处"))
    per_street = FULL_COMMUNITIES // FULL_STREETS
    for number in range(1, FULL_STREETS + 1):
        # The first two are small, so that the small town stands quickly.
        count = 6 if number <= 2 else per_street + 1
        for at, name in enumerate(random.sample(PLACES, count), start=1):
            found.append((f"{district}{number:03d}{at:03d}", f"{name}社区居民委员会"))
    return [AreaRow(line, code, name) for line, (code, name) in enumerate(found, start=1)]


PLACES = (
    "柳巷", "槐树街", "杏林", "桃园", "石桥", "古井", "东篱", "西园", "南塘", "北坡", "鼓楼", "钟亭", "梅园", "竹溪", "荷塘", "菊苑",
    "松岗", "芦湾", "雁塔", "渡口", "书院", "粮市", "车站", "花市", "枣林", "磨坊", "铁匠营", "水门", "平安里", "团结路",
)  # fmt: skip
