"""The cast and the town used by every test: a tiny district drawn in rectangles, its desks, and somebody at each of them.

    west street 370103001          east street 370103002
    +-------------------------+    +-------------------------+
    | community 001: grids 1-3|    | community 001: grids 1-3|
    | community 002: grids 1-3|    | community 002: grids 1-3|
    +-------------------------+    +-------------------------+

Most of the cast work in the west: in its first grid, first community, the street, the district, two departments. In the east sits
`stranger`, who holds all the same roles there and may see nothing of the west. Everything is made by the real actions, once a process; later
tests get the same rows back by plain inserts, with the same ids.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import close_old_connections, connection, connections, models, transaction
from django.test import Client
from shapely import Polygon, box

from gezhi.accounts.actions import NewUser, enter_users, set_officer
from gezhi.accounts.models import Officer, User
from gezhi.assessment.actions import load_reasons, load_scheme
from gezhi.calls.actions import load_score_rules
from gezhi.cases.actions import load_follow_up_rules, load_handling_plans, load_ladder, report
from gezhi.cases.models import Case
from gezhi.disputes.actions import load_types
from gezhi.disputes.type_files import read_types
from gezhi.fieldwork.actions import load_checklists
from gezhi.fieldwork.checklist_files import read_checklists
from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import publish_year, set_work_hours
from gezhi.kernel.calendar import DEFAULT_HOURS, DEFAULT_HOURS_FROM, shipped_years
from gezhi.kernel.events import dispatch
from gezhi.matters.actions import load_catalogue, load_governance
from gezhi.matters.catalogue_files import read_catalogue
from gezhi.matters.queries import MatterInfo, catalogue
from gezhi.party.actions import load_party_rules
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, load_standards, open_desks_for, seat_many
from gezhi.people.models import Desk
from gezhi.people.roles import Role
from gezhi.territory.actions import NewBoundary, import_areas, set_boundaries
from gezhi.territory.area_rows import AreaRow
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area
from gezhi.workforce.actions import load_policies

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday at ten in the morning, in a week without holidays. Rules are tested around it.
NOON = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
# When the town was founded: long before, so that posts hold at NOON and at the real time of day in which pages live.
FOUNDED = datetime(2020, 1, 6, 10, 0, tzinfo=ZONE)
SYSTEM = Actor.system("town")

DISTRICT = "370103"
WEST, EAST = "370103001", "370103002"
NAMES = {DISTRICT: "城中区", WEST: "西关街道办事处", EAST: "东关街道办事处"}
COMMUNITIES = {
    f"{WEST}001": "柳巷社区居民委员会",
    f"{WEST}002": "槐树社区居民委员会",
    f"{EAST}001": "杏林社区居民委员会",
    f"{EAST}002": "桃园社区居民委员会",
}
# The corner in the south-west, and the size of a grid in degrees: about 360 m by 330 m.
LNG, LAT, WIDE, HIGH = 116.96, 36.64, 0.004, 0.003
GRIDS = 3

# Short names for the matters of the small catalogue, by the desk that handles them.
MATTERS = {
    "lamp": "0701",  # grid
    "rubbish": "0501",  # grid
    "manhole": "0703",  # grid, within a working day
    "neighbours": "0901",  # grid, thirty days
    "parking": "0709",  # community
    "allowance": "0303",  # community
    "heating": "0706",  # street, within a working day
    "noise": "0505",  # street
    "wages": "0404",  # department human_resources, never a grid's
    "refund": "0903",  # department market_regulation, never a grid's
    "tip": "0906",  # district, confidential
    "other": "1010",  # community, no words
}

# Who sits where, in which role. A key with two seats sits at both.
GRID, COMMUNITY, STREET = f"{WEST}001001", f"{WEST}001", WEST
CAST: dict[str, tuple[str, tuple[tuple[str, Role], ...]]] = {
    "worker": ("王专职", ((GRID, Role.GRID_WORKER),)),
    "worker2": ("李专职", ((GRID, Role.GRID_WORKER),)),
    "part_timer": ("赵兼职", ((GRID, Role.PART_TIME_WORKER),)),
    "leader": ("孙网格", ((GRID, Role.GRID_LEADER),)),
    "adviser": ("周指导", ((GRID, Role.ADVISER),)),
    "specialist": ("吴民警", ((COMMUNITY, Role.SPECIALIST),)),
    "neighbour": ("郑专职", ((f"{WEST}001002", Role.GRID_WORKER),)),
    "clerk": ("钱坐席", ((COMMUNITY, Role.COMMUNITY_CLERK),)),
    "other_clerk": ("冯坐席", ((f"{WEST}002", Role.COMMUNITY_CLERK),)),
    "street_clerk": ("陈坐席", ((STREET, Role.STREET_CLERK),)),
    "district_clerk": ("褚坐席", ((DISTRICT, Role.DISTRICT_CLERK),)),
    "inspector": ("卫督查", ((DISTRICT, Role.INSPECTOR),)),
    "assessor": ("蒋考核", ((STREET, Role.ASSESSOR),)),
    "party_affairs": ("沈党务", ((STREET, Role.PARTY_AFFAIRS),)),
    "handler": ("韩经办", (("human_resources", Role.DEPARTMENT_HANDLER),)),
    "department_lead": ("杨负责", (("human_resources", Role.DEPARTMENT_LEAD),)),
    "other_handler": ("朱经办", (("market_regulation", Role.DEPARTMENT_HANDLER),)),
    "stranger": (
        "秦东关",
        (
            (f"{EAST}001001", Role.GRID_LEADER),
            (f"{EAST}001001", Role.GRID_WORKER),
            (f"{EAST}001", Role.COMMUNITY_CLERK),
            (EAST, Role.STREET_CLERK),
        ),
    ),
    "nobody": ("尤无岗", ()),
    "officer_system": ("何系统", ()),
    "officer_security": ("吕安全", ()),
    "officer_audit": ("施审计", ()),
}


@dataclass
class Town:
    """The town as a test sees it. Codes: `district`, `street`, `community`, `grid` of the west, `other_street` ... of the east."""

    users: dict[str, User] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)

    district = DISTRICT
    street, community, grid = STREET, COMMUNITY, GRID
    next_grid = f"{WEST}001002"
    next_community = f"{WEST}002"
    other_street, other_community, other_grid = EAST, f"{EAST}001", f"{EAST}001001"
    noon = NOON

    def user(self, key: str) -> User:
        """One of the cast by key, for instance "clerk"."""
        return self.users[key]

    def actor(self, key: str, *, at: datetime = NOON) -> Actor:
        """One of the cast as an actor; one query."""
        return actor_for(self.users[key], at=at)

    def desk(self, key: str) -> Desk:
        """A desk by the code of its area, or of its department: `town.desk(town.community)`, `town.desk("human_resources")`."""
        return self.desks[key]

    def matter(self, key: str) -> MatterInfo:
        """A matter of the small catalogue, for instance "lamp"; see MATTERS."""
        found = catalogue().by_code(MATTERS.get(key, key))
        assert found is not None, key
        return found

    def point_in(self, grid_code: str = GRID, *, east: float = 0.5, north: float = 0.5) -> tuple[float, float]:
        """A point of a grid, longitude first; the shares of its width and height from its south-western corner."""
        lng, lat = corner_of(grid_code)
        return round(lng + WIDE * east, 6), round(lat + HIGH * north, 6)

    def point_outside(self) -> tuple[float, float]:
        """A point in no grid and not in the district."""
        return LNG - 1, LAT - 1

    def report(self, *, actor: Actor | None = None, at: datetime = NOON, grid: str = GRID, **over: Any) -> Case:
        """A resident's report about a lamp in the first grid, by `gezhi.cases.actions.report`; every input can be given otherwise."""
        lng, lat = self.point_in(grid)
        inputs = {"text": "小区东门的路灯三天不亮了，晚上看不清路。", "lng": lng, "lat": lat} | over
        return report(actor=actor or Actor.resident(), at=at, **inputs)

    def load_full_catalogue(self) -> None:
        """All matters instead of the twelve."""
        load_catalogue(read_catalogue(), actor=SYSTEM, at=FOUNDED)


# --- building -------------------------------------------------------------------------------------------------------


def found_town() -> Town:
    """Build the town in an empty database, by the actions alone."""
    with transaction.atomic():
        for year in shipped_years():
            if year.year in (NOON.year - 1, NOON.year):
                publish_year(
                    year.year, year.days, year.source, actor=SYSTEM, at=FOUNDED, published_on=year.published_on
                )
        set_work_hours(DEFAULT_HOURS_FROM, DEFAULT_HOURS, actor=SYSTEM, at=FOUNDED)
        areas = found_land()
        open_desks_for(areas, actor=SYSTEM, at=FOUNDED)
        load_standards(actor=SYSTEM, at=FOUNDED)
        load_catalogue(read_catalogue().only(*MATTERS.values()), actor=SYSTEM, at=FOUNDED)
        load_governance(actor=SYSTEM, at=FOUNDED)
        load_ladder(actor=SYSTEM, at=FOUNDED)
        load_types(read_types(), actor=SYSTEM, at=FOUNDED)
        load_checklists(read_checklists(), actor=SYSTEM, at=FOUNDED)
        load_score_rules(actor=SYSTEM, at=FOUNDED)
        load_follow_up_rules(actor=SYSTEM, at=FOUNDED)
        load_handling_plans(actor=SYSTEM, at=FOUNDED)
        load_scheme(actor=SYSTEM, at=FOUNDED)
        load_reasons(actor=SYSTEM, at=FOUNDED)
        load_policies(actor=SYSTEM, at=FOUNDED)
        load_party_rules(actor=SYSTEM, at=FOUNDED)
        people = [NewUser(key, name, work_phone="0531-12345") for key, (name, seats) in CAST.items()]
        users = dict(zip(CAST, enter_users(people, actor=SYSTEM, at=FOUNDED), strict=True))
        for duty in (Officer.SYSTEM, Officer.SECURITY, Officer.AUDIT):
            set_officer(users[f"officer_{duty.value}"], duty, actor=SYSTEM, at=FOUNDED)
        desks = all_desks()
        seats = [
            Seat(users[key], desks[place], role, date(2020, 1, 1))
            for key, (name, places) in CAST.items()
            for place, role in places
        ]
        seat_many(seats, actor=SYSTEM, at=FOUNDED)
        # Founded long ago: nothing of it waits for its subscribers any more, so that one dispatch of a test is about the test.
        while dispatch(at=FOUNDED):
            pass
    return Town(users, desks)


def found_land() -> list[Area]:
    names = NAMES | COMMUNITIES
    for community in COMMUNITIES:
        names |= {f"{community}{number:03d}": f"第{number}网格" for number in range(1, GRIDS + 1)}
    rows = [
        AreaRow(line, code, name, households="400" if len(code) == 15 else "")
        for line, (code, name) in enumerate(names.items(), start=2)
    ]
    report = import_areas(rows, actor=SYSTEM, at=FOUNDED)
    assert not report.refused, report.refused
    areas = list(Area.objects.select_related("parent").order_by("code"))
    outlines = [NewBoundary(area, outline_of(area.code)) for area in areas]
    drawn = set_boundaries(outlines, crs=Crs.WGS84, source="invented", actor=SYSTEM, at=FOUNDED, is_sketch=True)
    assert not drawn.refused, drawn.refused
    return areas


def corner_of(grid_code: str) -> tuple[float, float]:
    """South-west of a grid, in degrees."""
    street, community, grid = int(grid_code[6:9]), int(grid_code[9:12]), int(grid_code[12:15])
    return LNG + WIDE * (GRIDS * (street - 1) + grid - 1), LAT + HIGH * (2 - community)


def outline_of(code: str) -> Polygon:
    """The rectangle of an area: that of its first and last grid together."""
    first = (code + "001" * 3)[:15]
    last = (code + ("002002003" if len(code) == 6 else "002003" if len(code) == 9 else "003"))[:15]
    (west, north), (east, south) = corner_of(first), corner_of(last)
    return box(round(west, 6), round(south, 6), round(east + WIDE, 6), round(north + HIGH, 6))


def all_desks() -> dict[str, Desk]:
    """By the code of the area or department."""
    rows = Desk.objects.select_related("area", "department")
    return {desk.department.code if desk.department else desk.area.code: desk for desk in rows}


# --- giving it back, quickly ------------------------------------------------------------------------------------------

kept: list[tuple[type[models.Model], list[models.Model]]] = []
# The inserts that the first giving back took, word for word: saying them again is ten times as quick as having them composed.
statements: list[tuple[str, Any]] = []


def own_models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith("gezhi."):
            yield from config.get_models(include_auto_created=True)


def keep() -> None:
    """Remember every row of our own tables."""
    for model in own_models():
        rows = list(model._base_manager.order_by("pk"))
        if rows:
            kept.append((model, rows))


def give_back() -> Town:
    with transaction.atomic(), connection.cursor() as cursor:
        if not statements:
            compose()
        elif connection.vendor == "postgresql":
            cursor.execute(";".join(sql for sql, params in statements))
        else:
            for sql, params in statements:
                cursor.execute(sql, params).fetchall()
    by_name = {user.username: user for user in User.objects.all()}
    return Town({key: by_name[key] for key in CAST}, all_desks())


def compose() -> None:
    """Insert what is kept through the models, and write down what they tell the database."""

    def write_down(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if connection.vendor == "postgresql":
            with connection.connection.cursor() as cursor:
                statements.append((cursor.mogrify(sql, params), None))
        else:
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_down):
        for model, rows in kept:
            model._base_manager.bulk_create(rows)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model for model, rows in kept]):
                cursor.execute(statement)


def standing_town() -> Town:
    """The town in this test's empty database."""
    registers.forget()
    if kept:
        return give_back()
    town = found_town()
    keep()
    return town


# --- many at once ---------------------------------------------------------------------------------------------------


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """Run `do(0..count-1)` in threads that start together; what each returned or raised."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        close_old_connections()
        try:
            barrier.wait(timeout=20)
            return do(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# --- fixtures -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def forgotten_registers() -> None:
    """A test that was rolled back takes its stamps with it; this thread must not remember them."""
    registers.forget()


@pytest.fixture(autouse=True)
def forgotten_tries() -> None:
    """Wrong codes are counted by user in the cache, and the cast has the same ids in every test."""
    cache.clear()


@pytest.fixture
def town(db: None) -> Town:
    """The town, founded long ago, with nothing reported yet."""
    return standing_town()


@pytest.fixture
def client_as(town: Town) -> Callable[[str], Client]:
    """`client_as("clerk")` is a browser in which the clerk is signed in."""

    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(town.user(key), backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return sign_in
