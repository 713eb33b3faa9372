"""挂账台账: what stands still for now, how old the trouble is, how often it was put aside, and what share of all open cases that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q

from gezhi.cases.models import Asked, Case, CaseQuerySet, Decision, Request
from gezhi.cases.tasks import under
from gezhi.cases.workflow import PROMISED
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.queries import seats_with

PAGE = 50
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `years` since the trouble began, None where nobody said; `times` it was put aside, this one included."""

    case: Case
    since_on: date | None
    years: float | None
    times: int
    reason: str


@dataclass(frozen=True, slots=True)
class Share:
    """挂账率 is a rate of its own: what stands still counts neither as done nor as late."""

    suspended: int
    open: int

    @property
    def percent(self) -> float:
        return 100 * self.suspended / self.open if self.open else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty lines, and where the next page begins ("" on the last)."""

    entries: list[Entry]
    next: str


def in_sight(actor: Actor, area: str = "") -> CaseQuerySet:
    """Cases of the areas that the actor sees, or else of the actor's desks; within `area` where one is chosen."""
    rows = Case.objects.filter(under("case.see", actor) if actor.areas("case.see") else at_desks(actor))
    return rows.filter(street_code=area) if area else rows


def at_desks(actor: Actor) -> Q:
    return Q(desk_id__in=seats_with("case.see", actor))


def suspended(actor: Actor, area: str = "") -> CaseQuerySet:
    return in_sight(actor, area).filter(suspended_at__isnull=False, awaits_reporter=False)


def share(actor: Actor, area: str = "") -> Share:
    """Two statements."""
    going = in_sight(actor, area).open().filter(stage__in=[stage.value for stage in PROMISED])
    return Share(suspended(actor, area).count(), going.count())


def page_of(actor: Actor, at: datetime, *, area: str = "", after: str = "") -> Page:
    """Those to be reviewed soonest first. Two statements."""
    rows = suspended(actor, area)
    if (key := parsed(after)) is not None:
        review_at, pk = key
        rows = rows.filter(Q(review_at__gt=review_at) | Q(review_at=review_at, pk__gt=pk), review_at__gte=review_at)
    cases = list(rows.select_related("holder").order_by("review_at", "pk")[: PAGE + 1])
    is_more = len(cases) > PAGE
    cases = cases[:PAGE]
    return Page(entries_of(cases, at), key_of(cases[-1]) if is_more else "")


def every_entry(actor: Actor, at: datetime, *, area: str = "", limit: int) -> Iterator[Entry]:
    """The whole ledger in its order, read in portions: for a table to take away."""
    after, left = "", limit
    while left > 0:
        page = page_of(actor, at, area=area, after=after)
        yield from page.entries[:left]
        left -= len(page.entries)
        after = page.next
        if not after:
            return


def entries_of(cases: Sequence[Case], at: datetime) -> list[Entry]:
    """With what was said when they were put aside. One statement."""
    asked: dict[int, list[Request]] = {}
    rows = Request.objects.filter(
        case__in=[case.pk for case in cases], kind=Asked.SUSPENSION, decision=Decision.GRANTED
    )
    for request in rows.order_by("pk"):
        asked.setdefault(request.case_id, []).append(request)
    return [entry_of(case, asked.get(case.pk, []), local_day(at)) for case in cases]


def entry_of(case: Case, asked: Sequence[Request], today: date) -> Entry:
    """The oldest day that anybody named is the one from which the trouble counts."""
    days = [request.since_on for request in asked if request.since_on is not None]
    since_on = min(days, default=None)
    years = (today - since_on).days / DAYS_A_YEAR if since_on is not None else None
    return Entry(case, since_on, years, len(asked), asked[-1].reason if asked else "")


def key_of(case: Case) -> str:
    assert case.review_at is not None, "a constraint sees to it"
    return f"{round(case.review_at.timestamp() * 1e6)}.{case.pk}"


def parsed(key: str) -> tuple[datetime, int] | None:
    """The place after which a page begins; None for nonsense, which shows the first page."""
    micro, _dot, pk = key.partition(".")
    if not (micro.isascii() and micro.isdigit() and pk.isascii() and pk.isdigit()) or len(micro) > 16 or len(pk) > 18:
        return None
    return datetime.fromtimestamp(int(micro) / 1e6, UTC), int(pk)
