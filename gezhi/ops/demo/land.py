"""What is going on with the demo's land: plans on their way, old grids of a department, resources, unit grids, a draft in the planner's queue."""

from datetime import date, datetime, timedelta

import numpy as np
import shapely
from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.registers import look
from gezhi.kernel.transactions import unit
from gezhi.people.access import actor_for, valid_on
from gezhi.people.models import Department, Post
from gezhi.people.roles import Role
from gezhi.territory.actions import (
    WantedArea,
    WantedChange,
    ask_planning,
    begin_plan,
    define_resource,
    draft_plan,
    import_unit_grids,
    map_by_hand,
    place_resource,
    register_legacy_grid,
    retire_legacy_grid,
    take_plan_step,
)
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, Boundary, GridKind, Plan, ResourceCategory
from gezhi.territory.outlines import Land, metres_around
from gezhi.territory.plans import united
from gezhi.territory.unit_grids import UnitRow

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DEPARTMENT = "urban_management"
# A cell of city management is about so wide, in metres.
CELL = 160.0
MOST_CELLS = 90
RESOURCES = (
    ("party", "红色议事厅", "街道党工委"), ("order", "综治巡防队", "派出所"), ("city_management", "市容劝导岗", "城管执法中队"),
    ("city_management", "垃圾分类督导队", "环卫所"),
)  # fmt: skip
REASON = "两个网格相邻，都只剩两百多户，一名专职网格员管得过来。合并以后力量集中，边界仍沿着道路。"


def dress_land(*, actor: Actor, at: datetime) -> int:
    """How many plans are under way afterwards. Everything happens in the last days before `at`."""
    look()
    drawn = Area.objects.filter(level="community", is_active=True, children__kind=GridKind.RESIDENTIAL)
    communities = list(drawn.distinct().order_by("code"))
    pairs = [(community, pair) for community in communities if (pair := neighbours_in(community)) is not None]
    with unit():
        plans = walk(pairs, at=at)
        old_grids(actor=actor, at=at - 3 * DAY)
        spread_resources(communities, actor=actor, at=at - 5 * DAY)
        draw_cells(communities[:2], actor=actor, at=at - 6 * DAY)
        if communities:
            clerk = somebody(Role.COMMUNITY_CLERK, communities[0].code, at)
            if clerk is not None:
                name = f"{communities[0].short_name}试划"
                ask_planning(communities[0], name, actor=clerk, at=at, kind="draft", least=300, most=500, is_quick=True)
    return plans


def neighbours_in(community: Area) -> tuple[str, str] | None:
    """Two residential grids of a community that share a border, the first by code."""
    rows = Boundary.objects.current().filter(area__parent__code=community.code, area__kind=GridKind.RESIDENTIAL)
    grids = [(row.area.code, row.geometry) for row in rows.select_related("area").order_by("area__code")]
    for at, (code, outline) in enumerate(grids):
        for other, next_outline in grids[at + 1 :]:
            if outline.intersection(next_outline).length > 0:
                return code, other
    return None


def somebody(role: Role, code: str, at: datetime, *, but: int | None = None) -> Actor | None:
    """The first who holds a role at the desk of this area."""
    posts = Post.objects.filter(valid_on(local_day(at)), role=role, desk__area__code=code, user__is_active=True)
    post = posts.exclude(Q(user_id=but)).select_related("user").order_by("user_id").first()
    return actor_for(post.user, at=at) if post is not None else None


def walk(pairs: list[tuple[Area, tuple[str, str]]], *, at: datetime) -> int:
    """One plan a community, each further on its way than the one before."""
    ways = (
        ("两个小网格合并", ("submit",)),
        ("相邻网格合并", ("submit", "review")),
        ("网格优化调整", ("submit", "return")),
        ("网格合并", ("submit", "review", "approve")),
    )
    made = 0
    for (community, pair), (title, steps) in zip(pairs, ways, strict=False):
        begun = at - 4 * DAY + made * HOUR
        clerk = somebody(Role.COMMUNITY_CLERK, community.code, begun)
        if clerk is None:
            continue
        day = local_day(at) + timedelta(days=7)
        change = WantedChange("merge", pair, [WantedArea(united(pair))])
        name = f"{community.short_name}{title}"
        plan = draft_plan(community, name, REASON, [change], actor=clerk, at=begun, takes_effect_on=day)
        go(plan, steps, clerk, begun)
        made += 1
    if pairs:
        made += begun_one(pairs[0][0], at=at)
    return made


def go(plan: Plan, steps: tuple[str, ...], clerk: Actor, at: datetime) -> None:
    code = plan.scope.code
    for number, name in enumerate(steps, start=1):
        moment = at + number * 5 * HOUR
        who = clerk
        if name in ("review", "return"):
            found = somebody(Role.STREET_CLERK, code[:9], moment)
            comment = "请把合并以后的四至写上，再报。" if name == "return" else "情况属实，同意。"
        elif name == "approve":
            found, comment = somebody(Role.DISTRICT_CLERK, code[:6], moment), "同意，按期生效。"
        else:
            found, comment = who, ""
        if found is None:
            return
        take_plan_step(name, plan, actor=found, at=moment, comment=comment)


def begun_one(community: Area, *, at: datetime) -> int:
    """A plan of which only the headings stand yet."""
    clerk = somebody(Role.COMMUNITY_CLERK, community.code, at)
    if clerk is None:
        return 0
    day: date = local_day(at) + timedelta(days=20)
    begin_plan(
        community, f"{community.short_name}边界理顺", "新路通车以后，几栋楼改到路南出入。", actor=clerk, at=at - HOUR, takes_effect_on=day
    )  # fmt: skip
    return 1


def old_grids(*, actor: Actor, at: datetime) -> None:
    """A department's own division: mapped by outlines, by hand, not yet, and one that has ended."""
    if not Department.objects.filter(code=DEPARTMENT).exists():
        return
    rows = list(
        Boundary.objects.current().filter(area__level="grid").select_related("area").order_by("area__code")[:16]
    )
    for number in range(0, len(rows) - 1, 2):
        whole = shapely.union_all([row.geometry for row in rows[number : number + 2]])
        name = f"城管责任区{number // 2 + 1}"
        grid = register_legacy_grid(
            DEPARTMENT, f"CG{number // 2 + 1:02d}", name, actor=actor, at=at, geometry=whole, crs=Crs.CGCS2000
        )
        if number == 0:
            retire_legacy_grid(grid, local_day(at), actor=actor, at=at)
    by_hand = register_legacy_grid(DEPARTMENT, "CG90", "早市管理片", actor=actor, at=at)
    if rows:
        map_by_hand(by_hand, rows[-1].area, 0.6, actor=actor, at=at)
    register_legacy_grid(DEPARTMENT, "CG91", "夜市管理片", actor=actor, at=at)


def spread_resources(communities: list[Area], *, actor: Actor, at: datetime) -> None:
    categories = {row.code: row for row in ResourceCategory.objects.all()}
    for number, (code, name, provider) in enumerate(RESOURCES):
        if code not in categories:
            continue
        resource = define_resource(categories[code], name, actor=actor, at=at, provider=provider)
        place_resource(resource, communities[number::4], actor=actor, at=at, from_on=local_day(at))


def draw_cells(communities: list[Area], *, actor: Actor, at: datetime) -> None:
    """A net of squares over a community, cut at its border: about what the cells of city management look like."""
    rows: list[UnitRow] = []
    for community in communities:
        boundary = Boundary.objects.current().filter(area=community).first()
        if boundary is None:
            continue
        for number, cell in enumerate(cells_of(boundary.geometry), start=1):
            code, name = f"{community.code}{number:02d}", f"{community.short_name}{number}号"
            rows.append(UnitRow(len(rows) + 1, code, name, "residential", cell))
    import_unit_grids(rows, crs=Crs.CGCS2000, source="示意", actor=actor, at=at)


def cells_of(outline: Land) -> list[Land]:
    plane = metres_around(outline)
    flat = plane.flatten(outline)
    west, south, east, north = flat.bounds
    wide = max(CELL, float(np.sqrt((east - west) * (north - south) / MOST_CELLS)))
    found: list[Land] = []
    for x in np.arange(west, east, wide):
        for y in np.arange(south, north, wide):
            part = flat.intersection(shapely.box(x, y, x + wide, y + wide))
            if part.geom_type == "Polygon" and part.area > wide * wide / 20:
                found.append(plane.unflatten(part))
    return found[:99]
