"""Visits in 户次 and looks at spots, by area and month. Counted from the rows of the index alone, also where they are a million."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count

from gezhi.fieldwork.checklists import checklists
from gezhi.fieldwork.models import Look, Visit, lying_in
from gezhi.fieldwork.models.address_point import COLUMNS
from gezhi.kernel.months import before, month_of, months_between
from gezhi.territory.codes import Level
from gezhi.territory.queries import area_name, list_names

LEVELS: dict[int, Level] = {6: "street", 9: "community", 12: "grid"}
MONTHS_SHOWN = 12
# Where a table is shown outside the offices, a smaller number could point at somebody.
SMALLEST = 5


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """One line: `total` over the months, `with_more` of them those that led to a case. None where a number is held back."""

    code: str
    name: str
    total: int | None
    with_more: int | None
    by_month: tuple[int | None, ...]


@dataclass(frozen=True)
class CountsOfMonths:
    """`months` as numbers, 202603, first to last; `lines` are the parts of the area, in the order of their codes."""

    area: str
    months: tuple[int, ...]
    total: AreaCounts
    lines: list[AreaCounts]
    # By the code of 六必访: how many visits; for looks empty.
    by_trigger: dict[str, int] = field(default_factory=dict)
    # By 问题、意见、诉求: how many visits led to one; for looks empty.
    by_need: dict[str, int] = field(default_factory=dict)

    def for_outside(self) -> "CountsOfMonths":
        """As it may leave the offices: small numbers are held back, and so is everything from which they could be reckoned."""
        return CountsOfMonths(
            self.area,
            self.months,
            held_back([self.total])[0],
            held_back(self.lines),
            shown(self.by_trigger),
            shown(self.by_need),
        )


def shown(numbers: Mapping[str, int]) -> dict[str, int]:
    """Without the small ones, and where that would be one alone without the next smallest too: their sum stands elsewhere."""
    small = {key for key, number in numbers.items() if 0 < number < SMALLEST}
    if len(small) == 1:
        rest = sorted((number, key) for key, number in numbers.items() if number >= SMALLEST)
        small |= {key for _number, key in rest[:1]}
    return {key: number for key, number in numbers.items() if key not in small}


def held_back(lines: list[AreaCounts]) -> list[AreaCounts]:
    """Every column by itself: each number below five, and where one alone is hidden the next smallest as well, because the total stands below.

    Numbers of one line are tied too (months make the total, cases are part of it): a line with a hidden month shows its total, so at least two of
    its months are hidden.
    """
    table = [[line.total, line.with_more, *line.by_month] for line in lines]
    for column in range(len(table[0]) if table else 0):
        hide(table, [(row, column) for row in range(len(table))])
    for row in range(len(table)):
        hide(table, [(row, column) for column in range(2, len(table[row]))])
    # What was hidden for the sake of a line may stand alone in its column now.
    for column in range(2, len(table[0]) if table else 0):
        hide(table, [(row, column) for row in range(len(table))])
    return [
        AreaCounts(line.code, line.name, row[0], row[1], tuple(row[2:])) for line, row in zip(lines, table, strict=True)
    ]


def hide(table: list[list[int | None]], cells: list[tuple[int, int]]) -> None:
    """Hide the small ones of these cells, whose sum is known, and one more where one alone would be hidden."""
    for row, column in cells:
        value = table[row][column]
        if value is not None and 0 < value < SMALLEST:
            table[row][column] = None
    hidden = sum(table[row][column] is None for row, column in cells)
    if hidden == 1:
        rest = [(value, row, column) for row, column in cells if (value := table[row][column])]
        if rest:
            _value, row, column = min(rest)
            table[row][column] = None


def span_of(at: datetime, months: int = MONTHS_SHOWN) -> tuple[int, int]:
    """The first and the last month of a year that ends now."""
    last = month_of(at)
    return before(last, months - 1), last


def visit_counts(area: str, *, first: int, last: int) -> CountsOfMonths:
    """户次 in an area and its parts, month by month. One statement, and one walk along an index that holds all it asks for."""
    area = home(area)
    rows = Visit.objects.filter(lying_in(area), month__gte=first, month__lte=last)
    cells = rows.order_by().values_list(column_of(area), "month", "trigger_id", "need").annotate(n=Count("pk"))
    triggers: dict[str, int] = defaultdict(int)
    needs: dict[str, int] = defaultdict(int)
    table: Table = defaultdict(dict)
    known = checklists().by_id
    for code, month, trigger_id, need, number in cells:
        total, with_need = table[code].get(month, (0, 0))
        table[code][month] = (total + number, with_need + (number if need else 0))
        triggers[known[trigger_id].code] += number
        if need:
            needs[need] += number
    return laid_out(table, area, first, last, by_trigger=dict(triggers), by_need=dict(needs))


def look_counts(area: str, *, first: int, last: int) -> CountsOfMonths:
    """Looks at spots in an area and its parts, month by month; `with_more` are those that found something. One statement."""
    area = home(area)
    rows = Look.objects.filter(lying_in(area), month__gte=first, month__lte=last)
    cells = rows.order_by().values_list(column_of(area), "month", "has_finding").annotate(n=Count("pk"))
    table: Table = defaultdict(dict)
    for code, month, has_finding, number in cells:
        total, with_finding = table[code].get(month, (0, 0))
        table[code][month] = (total + number, with_finding + (number if has_finding else 0))
    return laid_out(table, area, first, last)


def home(area: str) -> str:
    return area if area_name(area) is not None else settings.DISTRICT


# By the code of a part and the month: how many, and how many of them with more.
Table = defaultdict[str, dict[int, tuple[int, int]]]


def column_of(area: str) -> str:
    """The column of the parts of an area; a grid is its own only part."""
    return COLUMNS[min(len(area) + 3, 15)]


def laid_out(table: Table, area: str, first: int, last: int, **more: dict[str, int]) -> CountsOfMonths:
    months = tuple(months_between(first, last))
    codes = parts_of(area)
    # What lies nowhere finer, or in a part that has ended since, is shown too: the lines add up to the total.
    codes += sorted(code for code in table if code not in set(codes))
    lines = [line_of(code, table.get(code, {}), months) for code in codes]
    total = {
        month: tuple(sum(cells.get(month, (0, 0))[which] for cells in table.values()) for which in (0, 1))
        for month in months
    }
    return CountsOfMonths(area, months, line_of(area, total, months), lines, **more)


def parts_of(area: str) -> list[str]:
    if len(area) == 15:
        return [area]
    return [part.code for part in list_names(LEVELS[len(area)], within=area)]


def line_of(code: str, cells: Any, months: Iterable[int]) -> AreaCounts:
    known = area_name(code)
    numbers: Callable[[int], tuple[int, int]] = lambda month: cells.get(month, (0, 0))  # noqa: E731 - said once, used twice
    by_month = tuple(numbers(month)[0] for month in months)
    return AreaCounts(
        code,
        known.short_name if known is not None else code or "—",
        sum(by_month),
        sum(numbers(month)[1] for month in months),
        by_month,
    )
