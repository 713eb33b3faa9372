"""挂账台账: what stands still for now, how old the trouble is, how often it was put aside, and what share of all open cases that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.db.models import Count, Q

from gezhi.cases.models import Asked, Attachment, Case, CaseQuerySet, Decision, Request
from gezhi.cases.tasks import under
from gezhi.cases.workflow import PROMISED
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.queries import seats_with

PAGE = 50
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `years` since the trouble began (for what is over: until it was), None where nobody said; `times` it was put aside, this one
    included; `files` is the evidence with which it was done."""

    case: Case
    since_on: date | None
    years: float | None
    times: int
    reason: str
    files: int = 0


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


def settled(actor: Actor, area: str = "") -> CaseQuerySet:
    """销账: what was put aside once and is over."""
    return in_sight(actor, area).filter(is_long_standing=True, closed_at__isnull=False)


def page_of_settled(actor: Actor, at: datetime, *, area: str = "", after: str = "") -> Page:
    """The latest first. Three statements."""
    rows = settled(actor, area)
    if (key := parsed(after)) is not None:
        closed_at, pk = key
        rows = rows.filter(Q(closed_at__lt=closed_at) | Q(closed_at=closed_at, pk__lt=pk), closed_at__lte=closed_at)
    cases = list(rows.select_related("holder").order_by("-closed_at", "-pk")[: PAGE + 1])
    shown = cases[:PAGE]
    evidence = Attachment.objects.filter(case__in=[case.pk for case in shown], step__in=("finish", "note"))
    files = dict(evidence.values_list("case_id").annotate(Count("pk")).order_by())
    entries = [replace(one, files=files.get(one.case.pk, 0)) for one in entries_of(shown, at)]
    return Page(entries, key_of(shown[-1]) if len(cases) > PAGE else "")


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
    last = local_day(case.closed_at) if case.closed_at is not None else today
    years = (last - since_on).days / DAYS_A_YEAR if since_on is not None else None
    return Entry(case, since_on, years, len(asked), asked[-1].reason if asked else "")


def key_of(case: Case) -> str:
    at = case.review_at or case.closed_at
    assert at is not None, "it stands still or is over"
    return f"{round(at.timestamp() * 1e6)}.{case.pk}"


def parsed(key: str) -> tuple[datetime, int] | None:
    """The place after which a page begins; None for nonsense, which shows the first page."""
    micro, _dot, pk = key.partition(".")
    if not (micro.isascii() and micro.isdigit() and pk.isascii() and pk.isdigit()) or len(micro) > 16 or len(pk) > 18:
        return None
    return datetime.fromtimestamp(int(micro) / 1e6, UTC), int(pk)
