"""Rates by area, desk, matter and month; the answers behind each number; exclusions that wait.

At most two statements a span of one scheme: the sums of everything, and the sums of what was excluded, which are taken out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.access import DECIDE, Scope
from gezhi.assessment.counting import met, size, sums, with_levels
from gezhi.assessment.measures import MeasureRow, Rate, Sums, total
from gezhi.assessment.models import Exclusion, Verdict
from gezhi.assessment.schemes import SchemeInfo, scheme_of, spans
from gezhi.cases.models import Answer, Case, CaseQuerySet
from gezhi.cases.workflow import PROMISED
from gezhi.kernel.access import Actor

PAGE = 100


class By(TextChoices):
    AREA = "area", _("区域")
    DESK = "desk", _("岗台")
    MATTER = "matter", _("事项")
    MONTH = "month", _("月份")


# One level below, by the length of a code; a grid has none, so it stands alone.
BELOW = {0: "street_code", 6: "street_code", 9: "community_code", 12: "grid_code", 15: "grid_code"}
COLUMN = {By.DESK: "desk_id", By.MATTER: "matter_id", By.MONTH: "month"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table of rates. `key` is a code, a desk, a matter or a month; "" or None: not known that finely."""

    key: Any
    answers: int
    excluded: int
    rates: list[Rate]


@dataclass(slots=True)
class Table:
    """Rates of a span of months. `total` sums the lines; `suspended` stands for itself and is in none of them."""

    measures: tuple[MeasureRow, ...]
    lines: list[Line]
    total: Line
    suspended: Line
    scheme: SchemeInfo | None = None
    by_key: dict[Any, Line] = field(default_factory=dict)


def answers_of(scope: Scope, first: int, last: int) -> "QuerySet[Answer]":
    return Answer.objects.filter(scope.condition, month__gte=first, month__lte=last)


def column_of(by: str, scope: Scope) -> str:
    return BELOW[len(scope.area)] if by == By.AREA else COLUMN[By(by)]


def table(scope: Scope, first: int, last: int, *, by: str = By.AREA, families: Sequence[str] = ()) -> Table:
    """The rates of the months from `first` to `last`, each month by its own scheme. Measures are those of the last month's scheme."""
    column = column_of(by, scope)
    latest = scheme_of(last)
    usual: dict[Any, Sums] = {}
    suspended = Sums()
    for scheme, start, end in spans(first, last):
        measures = [row for row in scheme.measures if not families or row.family in families]
        rows = answers_of(scope, start, end)
        excluded = rows.filter(exclusions__verdict=Verdict.GRANTED)
        for sign, some in ((1, rows), (-1, excluded)):
            for (key, was_suspended), one in sums(some, measures, voices=scheme.voices, by=column).items():
                (suspended if was_suspended else usual.setdefault(key, Sums())).add(one, sign=sign)
    measures_shown = tuple(row for row in (latest.measures if latest else ()) if not families or row.family in families)
    fewest = latest.fewest if latest else 0

    def line(key: Any, one: Sums) -> Line:
        return Line(key, one.answers, one.excluded, one.rates(measures_shown, fewest=fewest))

    lines = [line(key, usual[key]) for key in sorted(usual, key=lambda key: (key in ("", None), key or 0))]
    return Table(
        measures_shown,
        lines,
        line(scope.area, total(usual.values())),
        line("suspended", suspended),
        latest,
        {one.key: one for one in lines},
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """As it is now: open promises in the scope, how many of them are suspended 挂账, and how many wait for their reporter 待补充."""

    suspended: int
    awaiting: int
    promised: int


def standing_still(scope: Scope) -> Standing:
    """One statement over open cases."""
    rows = Case.objects.open().filter(scope.condition, stage__in=[stage.value for stage in PROMISED])
    still = Q(suspended_at__isnull=False)
    counts = rows.aggregate(
        suspended=Count("pk", filter=still & Q(awaits_reporter=False)),
        awaiting=Count("pk", filter=still & Q(awaits_reporter=True)),
        promised=Count("pk"),
    )
    return Standing(**counts)


# --- the cases behind a number ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Which:
    """A number of a table: the measure, which part of it, and the line in which it stands."""

    measure: str
    part: str = "size"
    by: str = By.AREA
    key: str = ""
    suspended: bool = False


PARTS = {"size": _("计入的"), "counted": _("达到的"), "short": _("没有达到的"), "excluded": _("剔除的")}


def behind(scope: Scope, first: int, last: int, which: Which, *, after: int | None = None) -> list[Answer]:
    """A page of the answers behind a number and one more if there are more, the newest first, with their cases. One statement a scheme."""
    found: list[Answer] = []
    for scheme, start, end in reversed(spans(first, last)):
        row = next((row for row in scheme.measures if row.code == which.measure), None)
        left = PAGE + 1 - len(found)
        if row is None or not left:
            continue
        rows = answers_of(scope, start, end).filter(was_suspended=which.suspended)
        rows = with_levels(rows, [row], scheme.voices).filter(part_of(row, which.part))
        granted = Exclusion.objects.filter(verdict=Verdict.GRANTED).values("answer_id")
        rows = rows.filter(pk__in=granted) if which.part == "excluded" else rows.exclude(pk__in=granted)
        if which.key:
            rows = rows.filter(in_line(column_of(which.by, scope), which.key))
        if after is not None:
            rows = rows.filter(pk__lt=after)
        found += rows.select_related("case").order_by("-pk")[:left]
    return found


def in_line(column: str, key: str) -> Q:
    """The answers of one line; "none" is the line of what is not known that finely."""
    if key != "none":
        return Q(**{column: key})
    return Q(**{column: ""}) if column.endswith("_code") else Q(**{f"{column}__isnull": True})


def part_of(row: MeasureRow, part: str) -> Q:
    match part:
        case "counted":
            return met(row)
        case "short":
            # To deny what asks for nothing would be to ask for nothing again.
            return size(row) & ~met(row) if met(row) else Q(pk__in=())
        case _:
            return size(row)


# --- exclusions -----------------------------------------------------------------------------------------------------


def exclusions_within(actor: Actor, right: str = DECIDE) -> "QuerySet[Exclusion]":
    codes = actor.areas(right)
    rows = Exclusion.objects.select_related("answer__case", "reason", "asked_by", "decided_by")
    if any(len(code) <= len(settings.DISTRICT) for code in codes):
        return rows
    place = Q(answer__pk__in=Answer.objects.filter(CaseQuerySet.place_within(*codes)).values("pk"))
    return rows.filter(place)


def waiting(actor: Actor, right: str = DECIDE) -> list[Exclusion]:
    """What waits for a decision, the oldest first; up to a hundred."""
    return list(exclusions_within(actor, right).filter(decided_at__isnull=True).order_by("pk")[:PAGE])


def decided(actor: Actor, right: str = DECIDE) -> list[Exclusion]:
    """What was decided last."""
    return list(exclusions_within(actor, right).filter(decided_at__isnull=False).order_by("-decided_at")[:PAGE])
