"""Rates as a page shows them: a table with the month before beside each number, and a link to the cases behind it."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gezhi.assessment.access import Scope, get_scope
from gezhi.assessment.measures import QUESTIONS, Counted, Fact, MeasureRow, Rate
from gezhi.assessment.models import Family
from gezhi.assessment.queries import By, Line, Table, table
from gezhi.cases.models import Level
from gezhi.kernel.access import Actor
from gezhi.kernel.months import before, is_month, month_of
from gezhi.territory.queries import area_name, district_name, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, matter_name

MONTHS_BACK = 24
MONTHS_ON_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class View:
    """What the address says."""

    area: str = ""
    month: int = 0
    by: str = By.AREA
    family: str = ""

    @classmethod
    def of(cls, request: DeskRequest) -> "View":
        """What makes no sense is left at its default."""
        query = request.GET
        this = month_of(request.at)
        month, area = query.get("month", ""), query.get("area", "")
        chosen = int(month) if month.isascii() and month.isdigit() and len(month) == 6 else 0
        return cls(
            area=area[:15],
            month=chosen if is_month(chosen) and chosen <= this else this,
            by=query["by"] if query.get("by") in By.values else By.AREA.value,
            family=query["family"] if query.get("family") in Family.values else "",
        )

    def query(self, **changes: Any) -> str:
        said = asdict(replace(self, **changes))
        return "?" + urlencode(
            {name: value for name, value in said.items() if value and (name, value) != ("by", "area")}
        )

    @property
    def families(self) -> tuple[str, ...]:
        return (self.family,) if self.family else (Family.THREE, Family.CALLS)

    @property
    def first(self) -> int:
        return before(self.month, MONTHS_ON_A_PAGE - 1) if self.by == By.MONTH else self.month


@dataclass(frozen=True, slots=True)
class Cell:
    """A rate, what it was before, and where its cases are."""

    rate: Rate
    href: str
    earlier: Rate | None = None

    @property
    def change(self) -> str:
        """Percentage points since the month before, "" where either has nothing to show."""
        if self.earlier is None or self.rate.share is None or self.earlier.share is None:
            return ""
        points = float(self.rate.share - self.earlier.share) * 100
        return f"{points:+.1f}"

    @property
    def earlier_words(self) -> str:
        if self.earlier is None or self.earlier.share is None:
            return ""
        parts = {"percent": self.earlier.percent, "above": self.earlier.parts, "size": self.earlier.size}
        return _("上月 %(percent)s（%(above)s/%(size)s）") % parts

    @property
    def way(self) -> str:
        return "" if not self.change or self.change in ("+0.0", "-0.0") else "up" if self.change[0] == "+" else "down"


@dataclass(frozen=True, slots=True)
class TableRow:
    name: str
    href: str
    answers: int
    excluded: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Figures:
    """A whole page of rates."""

    view: View
    scope: Scope
    measures: tuple[MeasureRow, ...]
    rows: list[TableRow]
    total: TableRow
    suspended: TableRow
    shown: Table = field(repr=False)


def figures(request: DeskRequest) -> Figures:
    """At most four statements: this month and the one before."""
    view = View.of(request)
    scope = get_scope(request.actor, view.area)
    view = replace(view, area=scope.area)
    shown = table(scope, view.first, view.month, by=view.by, families=view.families)
    earlier = None
    if view.by != By.MONTH:
        last = before(view.month)
        earlier = table(scope, last, last, by=view.by, families=view.families)
    rows = [row_of(line, view, earlier_line(line, shown, earlier)) for line in shown.lines]
    if view.by == By.MONTH:
        rows.reverse()
    total = row_of(shown.total, view, earlier.total if earlier else None, key="", name=_("合计"))
    stood = _("其中挂账过的，单独计算")
    suspended = row_of(shown.suspended, view, earlier.suspended if earlier else None, key="suspended", name=stood)
    return Figures(
        view,
        scope,
        shown.measures,
        rows,
        total,
        suspended,
        shown,
    )


def earlier_line(line: Line, shown: Table, earlier: Table | None) -> Line | None:
    if earlier is not None:
        return earlier.by_key.get(line.key)
    return shown.by_key.get(before(line.key))


def row_of(
    line: Line, view: View, earlier: Line | None, *, key: str | None = None, name: str | None = None
) -> TableRow:
    """A line of the table; one with a name of its own leads nowhere further down."""
    key = (str(line.key) if line.key else "none") if key is None else key
    rates = {rate.code: rate for rate in earlier.rates} if earlier is not None else {}
    cells = [Cell(rate, behind_href(view, rate.code, key), rates.get(rate.code)) for rate in line.rates]
    words, href = (line_name(line.key, view), line_href(line.key, view)) if name is None else (name, "")
    return TableRow(words, href, line.answers, line.excluded, cells)


def behind_href(view: View, measure: str, key: str, part: str = "size") -> str:
    """The list of the cases behind a number."""
    said: dict[str, Any] = {
        "area": view.area,
        "from": view.first,
        "until": view.month,
        "measure": measure,
        "part": part,
    }
    if key == "suspended":
        said["suspended"] = 1
    elif key:
        said |= {"by": view.by, "key": key}
    return f"{reverse('operation:rate-cases')}?{urlencode({name: value for name, value in said.items() if value})}"


def line_name(key: Any, view: View) -> str:
    if not key:
        return _("没有细到这一级")
    match view.by:
        case By.DESK:
            return desk_name(key)
        case By.MATTER:
            return matter_name(key)
        case By.MONTH:
            return month_words(key)
        case _:
            known = area_name(str(key))
            return known.short_name if known is not None else str(key)


def line_href(key: Any, view: View) -> str:
    """One level down; a month opens itself."""
    if not key or view.by in (By.DESK, By.MATTER):
        return ""
    if view.by == By.MONTH:
        return view.query(month=key, by=By.AREA.value)
    return view.query(area=key) if len(str(key)) < 15 else ""


def month_words(month: int) -> str:
    return _("%(year)s年%(month)s月") % {"year": month // 100, "month": month % 100}


def months_to_choose(at: datetime) -> list[tuple[int, str]]:
    this = month_of(at)
    return [(month, month_words(month)) for month in (before(this, back) for back in range(MONTHS_BACK))]


def formula(row: MeasureRow) -> str:
    """What stands above and below the line, in words."""
    above, below = Counted(row.numerator).label, Counted(row.denominator).label
    if row.numerator in QUESTIONS:
        given = [(Level(level).label, weight) for level, weight in sorted(row.weights.items(), reverse=True)]
        weights = "、".join(f"{label} {weight}%" for label, weight in given if weight)
        return _("%(question)s按等级折算（%(weights)s）÷ 作答数") % {"question": above, "weights": weights}
    return f"{above}{params_words(row)} ÷ {below}"


def params_words(row: MeasureRow) -> str:
    """What the count asks for, where it has a measure of its own; "" for all others."""
    if row.numerator == Counted.COMPLETE:
        return f"（{'、'.join(str(Fact(fact).label) for fact in row.params['facts'])}）"
    if row.numerator == Counted.PROMPT:
        return _("（%(minutes)s 工作分钟以内）") % {"minutes": row.params["minutes"]}
    return ""


def place_words(scope: Scope) -> str:
    if scope.desks:
        return "、".join(desk_name(desk) for desk in scope.desks)
    return name_path(scope.area) if len(scope.area) > 6 else district_name()


def above_area(scope: Scope, actor: Actor) -> str | None:
    """The area around, as far as the actor may see it."""
    code = scope.area[:-3]
    if len(scope.area) > 6 and any(code.startswith(seen) for seen in actor.areas("case.see")):
        return code
    return None


def by_words(by: str) -> str:
    return {
        By.AREA.value: pgettext("rates by", "区域"),
        By.DESK.value: pgettext("rates by", "岗台"),
        By.MATTER.value: pgettext("rates by", "事项"),
        By.MONTH.value: pgettext("rates by", "月份"),
    }[by]
