"""The teams of the grids, read: who is there, what is missing, where they came from, month by month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from gezhi.kernel.access import Actor
from gezhi.kernel.months import before, months_between, start_of
from gezhi.people.models import Appointment, Channel, DeskKind, Manner, Post, Source, StaffingRule, within
from gezhi.people.queries import directory
from gezhi.people.roles import Role
from gezhi.people.staffing import Filled, Place, SeatRow, by_street, fill, formula
from gezhi.territory.models import Area, GridKind, Level
from gezhi.territory.queries import area_name

# Who belongs to a team and is counted; whoever answers for a level is not one of them.
TEAM = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER, Role.ADVISER)


def places_on(day: date) -> list[Place]:
    rows = StaffingRule.objects.holding_on(day).order_by("-kind", "position")
    return [Place(*row) for row in rows.values_list("kind", "role", "symbol", "fewest")]


def grids_within(areas: Iterable[str]) -> dict[str, str]:
    """Kinds of the active grids of these subtrees, by code."""
    rows = Area.objects.filter(within(areas, "code"), level=Level.GRID, is_active=True)
    return dict(rows.order_by("code").values_list("code", "kind"))


def seats_on(day: date, areas: Iterable[str]) -> list[SeatRow]:
    """Who sits at the grids of these subtrees on a day. Deputies stand in and fill no place."""
    rows = Post.objects.holding_on(day).filter(
        within(areas, "desk__area__code"), role__in=TEAM, desk__kind=DeskKind.GRID, deputy_for=None
    )
    return list(rows.values_list("desk__area__code", "role", "user_id"))


@dataclass(frozen=True)
class GapReport:
    """What the formulas of a day ask for and who is there, over all and by street (or community, `digits` of the code)."""

    day: date
    formulas: dict[str, str]
    total: list[Filled]
    parts: dict[str, list[Filled]]

    def of(self, kind: str, role: str) -> Filled | None:
        return next((one for one in self.total if (one.place.kind, one.place.role) == (kind, role)), None)

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.total)


def gap_report(areas: Iterable[str], *, on: date, digits: int = 9) -> GapReport:
    """Three statements, whatever the district."""
    areas = list(areas)
    places, grids, seats = places_on(on), grids_within(areas), seats_on(on, areas)
    formulas = {kind: formula(places, kind) for kind in GridKind.values}
    return GapReport(on, formulas, fill(places, grids, seats), by_street(places, grids, seats, digits=digits))


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The last day of a month, or today: persons there and missing, in the roles that the formulas demand."""

    month: int
    day: date
    present: int
    missing: int


def trend(areas: Iterable[str], *, on: date, kind: str, role: str, months: int = 12) -> list[TrendPoint]:
    """How one place was filled at the end of each of the last months, from the days of the posts. Three statements.

    By the grids and the formula of today: what changes from month to month is people. Months before anybody was there are left out.
    """
    areas = list(areas)
    place = next((one for one in places_on(on) if (one.kind, one.role) == (kind, role)), None)
    if place is None:
        return []
    grids = {code for code, of_kind in grids_within(areas).items() if of_kind == kind}
    rows = Post.objects.filter(within(areas, "desk__area__code"), role=role, desk__kind=DeskKind.GRID, deputy_for=None)
    spans = [
        span for span in rows.values_list("desk__area__code", "user_id", "from_on", "until_on") if span[0] in grids
    ]
    this = on.year * 100 + on.month
    needed = place.fewest * len(grids)
    begun = min((span[2] for span in spans), default=on)
    points = []
    for month in months_between(before(this, months - 1), this):
        end = start_of(before(month, -1)).date() - timedelta(days=1)
        day = min(end, on)
        if day < begun:
            continue
        present = len({user for _code, user, first, last in spans if first <= day and (last is None or day <= last)})
        points.append(TrendPoint(month, day, present, max(needed - present, 0)))
    return points


# --- where they came from ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """So many persons of a role by one channel, manner or source; `unknown` where nothing was written."""

    label: Any
    count: int


@dataclass(frozen=True)
class Origins:
    """How the people who are there today came: persons counted once a role."""

    role: str
    total: int
    channels: list[Share]
    manners: list[Share]
    sources: list[Share]
    unwritten: int
    exceptions: int


def origins(areas: Iterable[str], *, on: date, roles: Iterable[str] = TEAM) -> list[Origins]:
    """By role. Two statements."""
    names = dict(Source.objects.values_list("pk", "name"))
    rows = Post.objects.holding_on(on).filter(
        within(areas, "desk__area__code"), role__in=tuple(roles), desk__kind=DeskKind.GRID, deputy_for=None
    )
    columns = ("appointment__channel", "appointment__manner", "appointment__source_id", "appointment__unmet")
    # Somebody who covers several grids came once: the first of the posts says how.
    people: dict[tuple[str, int], tuple[Any, ...]] = {}
    for role, user, *facts in rows.order_by("pk").values_list("role", "user_id", *columns):
        people.setdefault((role, user), tuple(facts))
    found = []
    for role in roles:
        of_role = [facts for (one, _user), facts in people.items() if one == role]
        written = [facts for facts in of_role if facts[0]]
        channels = Counter(facts[0] for facts in written)
        manners = Counter(facts[1] for facts in written if facts[1])
        sources = Counter(facts[2] for facts in written)
        found.append(
            Origins(
                role,
                len(of_role),
                [Share(one.label, channels[one.value]) for one in Channel],
                [Share(one.label, manners[one.value]) for one in Manner],
                [Share(names[key], count) for key, count in sources.most_common()],
                len(of_role) - len(written),
                sum(bool(facts[3]) for facts in written),
            )
        )
    return found


# --- who is there -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffFilters:
    """What the list of people is narrowed to."""

    area: str = ""
    role: str = ""
    q: str = ""
    state: str = ""


STATES = ("", "ending", "exception", "unwritten", "ended")
SOON = timedelta(days=30)


def staff(actor: Actor, filters: StaffFilters, *, on: date) -> Any:
    """Posts of the teams as the actor sees them, by place and role: a queryset with all that a list shows."""
    rows = Post.objects.visible_to(actor).select_related("user", "desk__area", "appointment__source", "deputy_for")
    if filters.state == "ended":
        rows = rows.filter(until_on__lt=on)
    else:
        rows = rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), user__is_active=True)
    if filters.area:
        rows = rows.filter(within([filters.area], "desk__area__code"))
    if filters.role:
        rows = rows.filter(role=filters.role)
    if filters.q:
        rows = rows.filter(Q(user__name__contains=filters.q) | Q(user__work_phone__contains=filters.q))
    if filters.state == "ending":
        rows = rows.filter(until_on__gte=on, until_on__lte=on + SOON)
    elif filters.state == "exception":
        rows = rows.exclude(appointment__unmet="").filter(appointment__isnull=False)
    elif filters.state == "unwritten":
        rows = rows.filter(appointment__isnull=True)
    return rows.order_by("desk__area__code", "role", "id")


def ending_soon(actor: Actor, *, on: date) -> int:
    return int(staff(actor, StaffFilters(state="ending"), on=on).count())


# --- first responsible persons ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answering:
    """An area of a level and who answers for it, None for a vacancy; `ends_on` where the post has an end."""

    code: str
    level: str
    name: str
    post: Post | None

    @property
    def is_vacant(self) -> bool:
        return self.post is None


def first_persons(
    areas: Iterable[str], *, on: date, levels: Iterable[str] = ("district", "street", "community")
) -> list[Answering]:
    """Every open desk of these levels and its first responsible person. Two statements."""
    wanted = tuple(areas)
    posts = {
        post.desk.area.code: post
        for post in Post.objects.holding_on(on)
        .filter(within(wanted, "desk__area__code"), role=Role.FIRST_PERSON, deputy_for=None)
        .select_related("user", "desk__area")
    }
    found = []
    for desk in directory().opened:
        if desk.kind not in levels or not any(desk.area_code.startswith(code) for code in wanted):
            continue
        known = area_name(desk.area_code)
        found.append(
            Answering(desk.area_code, desk.kind, known.short_name if known else desk.name, posts.get(desk.area_code))
        )
    return sorted(found, key=lambda one: (len(one.code), one.code))


def counted_by_role(areas: Iterable[str], *, on: date) -> dict[str, int]:
    """Persons by role at the grids of these subtrees: one statement."""
    rows = (
        Post.objects.holding_on(on)
        .filter(within(areas, "desk__area__code"), role__in=TEAM, desk__kind=DeskKind.GRID, deputy_for=None)
        .order_by()
        .values("role")
        .annotate(people=Count("user", distinct=True))
    )
    return {row["role"]: row["people"] for row in rows}


def appointment_of(post: Post) -> Appointment | None:
    return getattr(post, "appointment", None)
