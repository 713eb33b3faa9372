"""The people of the demo: one account to remember for each role, and as many others as the district has, all invented."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.actions import NewUser, enter_users, set_officer
from gezhi.accounts.models import Officer, User
from gezhi.kernel.access import Actor
from gezhi.ops import names
from gezhi.ops.demo.town import FULL_DEDICATED, FULL_RESIDENTIAL
from gezhi.people.actions import Seat, open_desks_for, seat_many
from gezhi.people.models import Desk, DeskKind
from gezhi.people.roles import Role
from gezhi.territory.models import Area, GridKind, Level

# What the district's own description counts.
FULL_TIMERS, PART_TIMERS = 592, 3511
CLERKS = {"community": 2, "street": 3, "district": 6}
INSPECTORS = {"street": 1, "district": 4}
SEATS_A_CALL = 2000
# Sign-in name, role, and the kind of desk at which that account sits: the first of its kind by code.
MEMORABLE: tuple[tuple[str, Role, str], ...] = (
    ("leader", Role.GRID_LEADER, "grid"),
    ("worker", Role.GRID_WORKER, "grid"),
    ("parttimer", Role.PART_TIME_WORKER, "grid"),
    ("adviser", Role.ADVISER, "grid"),
    ("specialist", Role.SPECIALIST, "community"),
    ("clerk", Role.COMMUNITY_CLERK, "community"),
    ("street", Role.STREET_CLERK, "street"),
    ("district", Role.DISTRICT_CLERK, "district"),
    ("inspector", Role.INSPECTOR, "district"),
    ("assessor", Role.ASSESSOR, "street"),
    ("party", Role.PARTY_AFFAIRS, "street"),
    ("support", Role.SUPPORT_CLERK, "district"),
    ("streetsupport", Role.SUPPORT_CLERK, "street"),
    ("handler", Role.DEPARTMENT_HANDLER, "department"),
    ("department", Role.DEPARTMENT_LEAD, "department"),
)
OFFICERS = (("system", Officer.SYSTEM), ("security", Officer.SECURITY), ("audit", Officer.AUDIT))
DEPARTMENT_TO_REMEMBER = "market_regulation"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody to be entered: the desks at which this person sits and the role there."""

    username: str
    role: Role
    desks: tuple[Desk, ...]


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account to remember, and what it is."""

    username: str
    what: str
    where: str


def open_town_desks(*, actor: Actor, at: datetime) -> list[Desk]:
    """A desk for the district and for everything that was drawn."""
    grids = list(Area.objects.filter(level=Level.GRID))
    drawn = {code for grid in grids for code in (grid.code[:6], grid.code[:9], grid.code[:12])}
    open_desks_for([*Area.objects.filter(code__in=drawn), *grids], actor=actor, at=at)
    return list(Desk.objects.select_related("area", "department").order_by("area__code", "id"))


def populate(desks: list[Desk], *, seed: int, actor: Actor, at: datetime, on: date) -> list[SignIn]:
    """Enter everybody and seat them. The accounts have no password: the landing page of the demo opens them, nothing else does."""
    random = Random(f"{seed}:people")  # noqa: S311 - meant to be repeatable
    wishes = [*memorable(desks), *everybody(desks)]
    called = names.people(len(wishes) + len(OFFICERS), random)
    news = [NewUser(wish.username, name, names.phone(random)) for wish, name in zip(wishes, called, strict=False)]
    news += [NewUser(username, name) for (username, _duty), name in zip(OFFICERS, called[len(wishes) :], strict=True)]
    users = enter_users(news, actor=actor, at=at, is_invented=True)
    seats = [Seat(user, desk, wish.role, on) for user, wish in zip(users, wishes, strict=False) for desk in wish.desks]
    for first in range(0, len(seats), SEATS_A_CALL):
        seat_many(seats[first : first + SEATS_A_CALL], actor=actor, at=at)
    for user, (_username, duty) in zip(users[len(wishes) :], OFFICERS, strict=True):
        set_officer(user, duty, actor=actor, at=at)
    return sign_ins()


def memorable(desks: list[Desk]) -> Iterator[Wish]:
    for username, role, kind in MEMORABLE:
        yield Wish(username, role, (first_desk(desks, kind),))


def first_desk(desks: list[Desk], kind: str) -> Desk:
    if kind == DeskKind.DEPARTMENT:
        departments = [desk for desk in desks if desk.department is not None]
        by_code = {desk.department.code: desk for desk in departments if desk.department is not None}
        return by_code.get(DEPARTMENT_TO_REMEMBER) or departments[0]
    of_kind = [desk for desk in desks if desk.kind == kind]
    homes = [desk for desk in of_kind if desk.area.kind != GridKind.DEDICATED]
    return (homes or of_kind)[0]


def everybody(desks: list[Desk]) -> Iterator[Wish]:
    """All others. Full-timers serve several neighbouring grids, as there are fewer of them than grids."""
    grids = [desk for desk in desks if desk.kind == DeskKind.GRID]
    homes = [desk for desk in grids if desk.area.kind == GridKind.RESIDENTIAL]
    known = first_desk(desks, "grid")
    yield from (
        Wish(f"leader{number}", Role.GRID_LEADER, (desk,))
        for number, desk in enumerate(grids, start=1)
        if desk != known
    )
    share = len(grids) / (FULL_RESIDENTIAL + FULL_DEDICATED)
    yield from workers("worker", Role.GRID_WORKER, homes, round(FULL_TIMERS * share) - 1)
    yield from workers("parttimer", Role.PART_TIME_WORKER, grids, round(PART_TIMERS * share) - 1)
    yield from clerks(desks)


def workers(prefix: str, role: Role, grids: list[Desk], count: int) -> Iterator[Wish]:
    """`count` people spread over the grids: several grids to one person, or several persons to one grid."""
    desks_of: dict[int, list[Desk]] = {number: [] for number in range(count)}
    if count >= len(grids):
        for number in range(count):
            desks_of[number].append(grids[number * len(grids) // count])
    else:
        for position, desk in enumerate(grids):
            desks_of[position * count // len(grids)].append(desk)
    for number, desks in desks_of.items():
        yield Wish(f"{prefix}{number + 1}", role, tuple(desks))


def clerks(desks: Iterable[Desk]) -> Iterator[Wish]:
    numbers = {"clerk": 0, "inspector": 0, "handler": 0}

    def some(prefix: str, role: Role, desk: Desk, count: int) -> Iterator[Wish]:
        for _one in range(count):
            numbers[prefix] += 1
            yield Wish(f"{prefix}{numbers[prefix]}", role, (desk,))

    roles = {"community": Role.COMMUNITY_CLERK, "street": Role.STREET_CLERK, "district": Role.DISTRICT_CLERK}
    for desk in desks:
        if desk.kind in roles:
            yield from some("clerk", roles[desk.kind], desk, CLERKS[desk.kind])
            yield from some("inspector", Role.INSPECTOR, desk, INSPECTORS.get(desk.kind, 0))
        elif desk.kind == DeskKind.DEPARTMENT:
            yield from some("handler", Role.DEPARTMENT_HANDLER, desk, 2)


def sign_ins() -> list[SignIn]:
    """The accounts to remember, in the order of the table; empty where there are none."""
    users = {
        user.username: user
        for user in User.objects.filter(is_invented=True, username__in=[name for name, *_rest in MEMORABLE])
    }
    posts = {username: user.posts.select_related("desk").order_by("pk").first() for username, user in users.items()}
    found = [
        SignIn(username, str(role.label), post.desk.name)
        for username, role, _kind in MEMORABLE
        if (post := posts.get(username)) is not None
    ]
    return found + [SignIn(username, str(duty.label), str(_("全区"))) for username, duty in OFFICERS] if found else []
