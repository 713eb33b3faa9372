"""Reads that pages, papers and the API share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.people.access import valid_on
from gezhi.people.gates import Wanting, held_back
from gezhi.people.models import Desk, DeskKind, Post
from gezhi.people.roles import Role
from gezhi.workforce.models import (
    Attempt,
    Candidate,
    Certification,
    Course,
    Device,
    Enrolment,
    Exemption,
    Honour,
    Movement,
    Pass,
    Shift,
    Skill,
    Stock,
    Swap,
)
from gezhi.workforce.models.recruitment import Channel
from gezhi.workforce.models.rosters import ShiftKind, SwapState
from gezhi.workforce.models.training import Presence
from gezhi.workforce.places import areas_within, mine_or_theirs, posts_within
from gezhi.workforce.stock import Balance, Moved, balance_of
from gezhi.workforce.training_gate import served_before, wanted_of
from gezhi.workforce.workflow import CandidateStage

# --- duty -----------------------------------------------------------------------------------------------------------


def on_duty(area_code: str, *, at: datetime) -> list[Shift]:
    """Who is on duty for this place right now: at desks of the area itself, around it, and in it; the finest first, leads before others.

    An emergency is told to these desks and, by phone, to these people. One statement.
    """
    around = [area_code[:length] for length in (6, 9, 12, 15) if length <= len(area_code)]
    there = Q(desk__area__code__in=around) | Q(desk__area__code__startswith=area_code)
    rows = Shift.objects.filter(there, is_cancelled=False, starts_at__lte=at, ends_at__gt=at)
    order = {kind: place for place, kind in enumerate(ShiftKind.values)}
    found = rows.select_related("user", "desk__area")
    return sorted(found, key=lambda one: (-len(one.desk.area.code), one.desk_id, order[one.kind], one.pk))


def duty_desks(area_code: str, *, at: datetime) -> list[int]:
    """The desks at which somebody is on duty for this place, the finest first."""
    return list(dict.fromkeys(one.desk_id for one in on_duty(area_code, at=at)))


def shifts_of_desk(desk_ids: Iterable[int], *, first: datetime, last: datetime) -> list[Shift]:
    """The roster of these desks between two instants. One statement."""
    rows = Shift.objects.filter(desk_id__in=desk_ids, is_cancelled=False, starts_at__lt=last, ends_at__gt=first)
    return list(rows.select_related("user", "desk").order_by("starts_at", "desk_id", "pk"))


def coming_shifts(user_id: int, *, at: datetime, days: int = 60) -> list[Shift]:
    """Somebody's own shifts that are not over yet."""
    rows = Shift.objects.filter(
        user_id=user_id, is_cancelled=False, ends_at__gt=at, starts_at__lt=at + timedelta(days=days)
    )
    return list(rows.select_related("desk").order_by("starts_at", "pk"))


def swaps_for(user_id: int) -> list[Swap]:
    """Exchanges that wait for an answer, asked of somebody or by somebody."""
    rows = Swap.objects.filter(Q(colleague_id=user_id) | Q(asked_by_id=user_id), state=SwapState.ASKED)
    return list(rows.select_related("shift__desk", "in_return", "colleague", "asked_by").order_by("shift__starts_at"))


# --- equipment ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StockLine:
    """An item in the store of a desk with its balance, worked out from the movements."""

    stock: Stock
    balance: Balance


def stock_lines(stocks: QuerySet[Stock]) -> list[StockLine]:
    """Two statements, whatever the number of stores."""
    rows = list(stocks.select_related("item", "desk__area").order_by("desk__area__code", "item__code"))
    moved: dict[int, list[Moved]] = defaultdict(list)
    movements = Movement.objects.filter(stock__in=rows).order_by("stock_id", "seq")
    for stock_id, kind, count, user_id in movements.values_list("stock_id", "kind", "count", "user_id"):
        moved[stock_id].append(Moved(kind, count, user_id))
    return [StockLine(row, balance_of(moved[row.pk])) for row in rows]


def stocks_for(actor: Actor) -> QuerySet[Stock]:
    """The stores in which the actor may look."""
    seats = actor.desks_with("workforce.see")
    return Stock.objects.filter(areas_within("desk__area", *actor.areas("workforce.see")) | Q(desk_id__in=seats))


def held_by(user_id: int) -> list[tuple[str, str, int]]:
    """What somebody holds: item, unit, how many."""
    counts: Counter[tuple[str, str]] = Counter()
    rows = Movement.objects.filter(user_id=user_id).select_related("stock__item")
    for movement in rows:
        item = movement.stock.item
        counts[item.name, item.unit] += movement.count if movement.kind == "issued" else -movement.count
    return [(name, unit, count) for (name, unit), count in sorted(counts.items()) if count]


def devices_for(actor: Actor) -> QuerySet[Device]:
    seats = actor.desks_with("workforce.see")
    there = areas_within("desk__area", *actor.areas("workforce.see")) | Q(desk_id__in=seats)
    return Device.objects.filter(there | Q(holder_id=actor.user_id)).select_related("desk", "holder")


# --- training -------------------------------------------------------------------------------------------------------


def courses_for(area_codes: Iterable[str]) -> QuerySet[Course]:
    """The courses that people in these areas are offered: those of the areas around them."""
    around = {code[:length] for code in area_codes for length in (6, 9, 12, 15) if length <= len(code)}
    return Course.objects.filter(area__code__in=around, is_active=True).select_related("area").order_by("kind", "pk")


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course as somebody sees it: passed or not, asked for or not, how many attempts are left."""

    course: Course
    passed: Pass | None
    is_required: bool
    questions: int
    attempts_left: int


def courses_of(user: User, *, on: date) -> list[CourseLine]:
    """Somebody's own courses, those that a post waits for first. Five statements."""
    posts = list(
        Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), user=user).values_list(
            "pk", "user_id", "role", "from_on", "desk__area__code"
        )
    )
    wanting = [Wanting(*post[:4]) for post in posts]
    wanted = {one.course_id for post in wanting for one in wanted_of(post) if not served_before(post, one)}
    courses = list(courses_for({post[4] for post in posts}).prefetch_related("questions"))
    passes = {one.course_id: one for one in Pass.objects.filter(user=user)}
    used = Counter(user_attempts(user.pk))
    lines = [
        CourseLine(
            course,
            passes.get(course.pk),
            course.pk in wanted,
            len(course.questions.all()),
            max(course.most_attempts - used[course.pk], 0),
        )
        for course in courses
    ]
    return sorted(lines, key=lambda line: (line.passed is not None, not line.is_required, line.course.pk))


def user_attempts(user_id: int) -> list[int]:
    return list(Attempt.objects.filter(user_id=user_id, counts=True).values_list("course_id", flat=True))


def waiting_posts(actor: Actor, *, on: date) -> list[tuple[Post, str]]:
    """Posts in the actor's land that are held back by their training, each with the reason."""
    seats = actor.desks_with("workforce.see")
    there = areas_within("desk__area", *actor.areas("workforce.see")) | Q(desk_id__in=seats)
    rows = Post.objects.filter(there, valid_on(on), user__is_active=True, desk__is_open=True)
    wanting = [Wanting(*row) for row in rows.values_list("pk", "user_id", "role", "from_on")]
    shut = held_back([one for one in wanting if wanted_of(one)], on=on)
    posts = Post.objects.filter(pk__in=shut).select_related("user", "desk__area").order_by("desk__area__code", "pk")
    return [(post, str(shut[post.pk])) for post in posts]


# --- skills ---------------------------------------------------------------------------------------------------------


def live(on: date) -> Q:
    """Certifications that hold on this day."""
    return Q(ended_on__isnull=True) & (Q(until_on__isnull=True) | Q(until_on__gte=on))


@dataclass(frozen=True, slots=True)
class Coverage:
    """A grid and its skills: the best level of anybody who works there, by skill; 0 for none."""

    desk: Desk
    levels: dict[int, int]
    lacking: tuple[Skill, ...]

    @property
    def is_covered(self) -> bool:
        return not self.lacking


WORKERS = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER)


def coverage(desks: Sequence[Desk], *, on: date) -> list[Coverage]:
    """Which grids have every skill in somebody's hands. Three statements, whatever the number of grids."""
    skills = list(Skill.objects.filter(is_active=True).order_by("pk"))
    posts = Post.objects.filter(valid_on(on), desk__in=desks, role__in=WORKERS, user__is_active=True)
    people: dict[int, set[int]] = defaultdict(set)
    for desk_id, user_id in posts.values_list("desk_id", "user_id"):
        people[desk_id].add(user_id)
    levels: dict[tuple[int, int], int] = {}
    users = {user_id for several in people.values() for user_id in several}
    for user_id, skill_id, level in certified(users, on=on):
        levels[user_id, skill_id] = level
    found = []
    for desk in desks:
        best = {
            skill.pk: max((levels.get((user_id, skill.pk), 0) for user_id in people[desk.pk]), default=0)
            for skill in skills
        }
        found.append(Coverage(desk, best, tuple(skill for skill in skills if best[skill.pk] < skill.need)))
    return found


def certified(users: Iterable[int], *, on: date) -> list[tuple[int, int, int]]:
    """User, skill and level of every certification that holds on a day; asked for in pieces, because databases take so many values at once."""
    every = sorted(users)
    found: list[tuple[int, int, int]] = []
    for first in range(0, len(every), 500):
        rows = Certification.objects.filter(live(on), user_id__in=every[first : first + 500])
        found += rows.values_list("user_id", "skill_id", "level")
    return found


def grids_for(actor: Actor, right: str = "workforce.see") -> list[Desk]:
    """The grids' desks in the actor's land."""
    there = areas_within("area", *actor.areas(right)) | Q(pk__in=actor.desks_with(right))
    rows = Desk.objects.filter(there, kind=DeskKind.GRID, is_open=True)
    return list(rows.select_related("area").order_by("area__code"))


# --- selection ------------------------------------------------------------------------------------------------------


def by_channel(actor: Actor) -> dict[str, int]:
    """How many people came into posts by each of the three channels, in the actor's land."""
    rows = Candidate.objects.filter(
        areas_within("opening__desk__area", *actor.areas("workforce.see")), stage=CandidateStage.APPOINTED
    )
    counted = Counter(rows.values_list("round__channel", flat=True))
    return {channel.value: counted[channel.value] for channel in Channel}


# --- the file of somebody who works here ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a worker's file: which of the four stages it belongs to, when, what kind of thing, and the row behind it."""

    stage: str
    on: date
    kind: str
    row: object


SELECT, TRAIN, MANAGE, USE = "select", "train", "manage", "use"


def file_of(user: User) -> list[Entry]:
    """The four stages of somebody's work here (选育管用), the newest first: made of the rows that exist anyway, for reading alone.

    Not in it: exams that were failed, leaves, shifts, how often anything was done. Nine statements.
    """
    entries = [
        Entry(SELECT, one.round.decided_at.date(), "candidate", one)
        for one in Candidate.objects.filter(user=user, stage=CandidateStage.APPOINTED).select_related(
            "round", "opening__desk"
        )
        if one.round.decided_at is not None
    ]
    entries += [Entry(SELECT, one.from_on, "post", one) for one in user.posts.select_related("desk")]
    entries += [Entry(TRAIN, one.passed_on, "pass", one) for one in user.passes.select_related("course")]
    entries += [
        Entry(TRAIN, one.certified_on, "certification", one)
        for one in user.certifications.filter(ended_on__isnull=True).select_related("skill")
    ]
    entries += [
        Entry(MANAGE, one.moved_at.date(), "movement", one)
        for one in Movement.objects.filter(user=user).select_related("stock__item")
    ]
    entries += [
        Entry(MANAGE, one.decided_at.date(), "exemption", one)
        for one in Exemption.objects.filter(post__user=user, is_granted=True).select_related("post__desk")
        if one.decided_at is not None
    ]
    entries += [Entry(USE, one.granted_on, "honour", one) for one in user.honours.filter(revoked_on__isnull=True)]
    entries += [
        Entry(USE, one.granted_from, "promotion", one)
        for one in user.promotions.filter(stage="granted")
        if one.granted_from is not None
    ]
    entries += [Entry(USE, one.from_on, "tenure", one) for one in user.tenures.select_related("desk")]
    return sorted(entries, key=lambda entry: entry.on, reverse=True)


def people_for(actor: Actor, *, on: date, right: str = "workforce.see") -> QuerySet[User]:
    """Those whose posts the actor is in charge of, and oneself, by name."""
    there = Q(pk__in=posts_within(actor, right, on=on).values("user_id")) | Q(pk=actor.user_id)
    return User.objects.filter(there, is_active=True).order_by("name", "pk")


def sessions_of(user_id: int, *, at: datetime) -> list[Enrolment]:
    """The dates for which somebody's name is down and that are yet to come."""
    rows = Enrolment.objects.filter(user_id=user_id, presence=Presence.ENROLLED, session__starts_at__gt=at)
    return list(
        rows.filter(session__is_cancelled=False).select_related("session__course").order_by("session__starts_at")
    )


def honours_for(actor: Actor, *, on: date) -> QuerySet[Honour]:
    """Honours of the people and units in the actor's land, and one's own."""
    seats = actor.desks_with("workforce.see")
    there = areas_within("desk__area", *actor.areas("workforce.see")) | Q(desk_id__in=seats)
    return Honour.objects.filter(there | mine_or_theirs(actor, "workforce.see", on=on)).select_related("user", "desk")
