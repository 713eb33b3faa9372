"""The thematic map: households, vacancies, open and overdue cases by grid, community or street, and the same numbers as a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gezhi.cases import worklist
from gezhi.cases.filters import COLUMNS, ClockState, Filters, Scope
from gezhi.kernel.workbooks import KIND, Column, Sheet, write
from gezhi.people.vacancies import vacancies
from gezhi.territory.codes import LENGTHS, Level
from gezhi.territory.models import Area
from gezhi.territory.queries import AreaName, area_name, list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.classes import Span, shade_of, spans
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import at_desk, show_alone
from gezhi.web.operation.views.maps import around, extent
from gezhi.web.operation.views.supervisions import attachment

THEMES = {
    "households": gettext_lazy("户数"),
    "vacancies": gettext_lazy("缺岗"),
    "open": gettext_lazy("未办结"),
    "overdue": gettext_lazy("超期"),
}
UNITS = {
    "households": gettext_lazy("户"),
    "vacancies": gettext_lazy("个岗位"),
    "open": gettext_lazy("件"),
    "overdue": gettext_lazy("件"),
}
MEANINGS = {
    "households": gettext_lazy("登记的户数；没有登记的网格不算。"),
    "vacancies": gettext_lazy("今天没有网格长的网格算一个，没有专职网格员的再算一个。"),
    "open": gettext_lazy("您看得到的、还要办的事件，和列表里的一样多。"),
    "overdue": gettext_lazy("其中已经过了承诺期限的。"),
}
LEVELS: dict[Level, Any] = {
    "grid": gettext_lazy("网格"),
    "community": gettext_lazy("社区（村）"),
    "street": gettext_lazy("街道"),
}


@dataclass(frozen=True)
class Chosen:
    """What the address asks for."""

    theme: str
    level: Level
    within: str

    @classmethod
    def of(cls, request: DeskRequest) -> "Chosen":
        mine = around(request.actor.areas("case.see"))
        theme, area = request.GET.get("theme", ""), request.GET.get("area", "")
        known = area_name(area)
        within = area if known is not None and known.is_active and area.startswith(mine) else mine
        levels = levels_in(within)
        asked = request.GET.get("level", "")
        level = next(
            (one for one in levels if one == asked), levels[-1] if len(within) >= LENGTHS["street"] else levels[0]
        )
        return cls(theme if theme in THEMES else "open", level, within)

    def query(self, **other: str) -> str:
        return "?" + urlencode({"theme": self.theme, "level": self.level, "area": self.within, **other})


def levels_in(within: str) -> list[Level]:
    """The levels that a map of this area can show, the widest first."""
    found: list[Level] = [level for level in ("street", "community", "grid") if LENGTHS[level] >= max(len(within), 9)]
    return [level for level in found if LENGTHS[level] > len(within)] or ["grid"]


@dataclass(frozen=True)
class Line:
    """An area with its four numbers; None is not known."""

    area: AreaName
    numbers: Mapping[str, int | None]


def lines_of(chosen: Chosen, request: DeskRequest) -> list[Line]:
    """Three statements, whatever the level."""
    length = LENGTHS[chosen.level]
    counted = {
        "households": households(chosen.within, length),
        "vacancies": rolled_up(vacancies(chosen.within, on=localdate(request.at)), length),
        **cases(chosen, request),
    }
    return [
        Line(area, {theme: counted[theme].get(area.code, None if theme == "households" else 0) for theme in THEMES})
        for area in list_names(chosen.level, within=chosen.within)
    ]


def households(within: str, length: int) -> dict[str, int]:
    rows = Area.objects.inside(within).filter(level="grid", is_active=True, households__isnull=False)
    return rolled_up({code: count or 0 for code, count in rows.values_list("code", "households")}, length)


def rolled_up(counts: Mapping[str, int], length: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for code, count in counts.items():
        found[code[:length]] += count
    return dict(found)


def cases(chosen: Chosen, request: DeskRequest) -> dict[str, dict[str, int]]:
    """As the list counts them: its own filters, by the column of the level."""
    area = chosen.within if len(chosen.within) in COLUMNS else ""
    column = COLUMNS[LENGTHS[chosen.level]]
    rows = worklist.selected(Filters(scope=Scope.AREA, area=area), request.actor, request.at)
    is_late: Q = worklist.by_clock(ClockState.OVERDUE, request.at)
    counted = (
        rows.order_by()
        .values_list(column)
        .annotate(total=Count("pk"), late=Count("pk", filter=is_late))
        .exclude(**{column: ""})
    )
    found = list(counted)
    return {
        "open": {code: total for code, total, _late in found},
        "overdue": {code: late for code, _total, late in found},
    }


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    chosen = Chosen.of(request)
    lines = lines_of(chosen, request)
    classes = spans(number for line in lines if (number := line.numbers[chosen.theme]) is not None)
    context = {
        "title": _("专题图"),
        "chosen": chosen,
        "theme": THEMES[chosen.theme],
        "meaning": MEANINGS[chosen.theme],
        "where": name_path(chosen.within) if chosen.within else "",
        "rows": [row(line, chosen, classes) for line in lines],
        "totals": totals(lines),
        "legend": [legend(one, chosen) for one in classes],
        "unknown": sum(1 for line in lines if line.numbers[chosen.theme] is None),
        "themes": [Choice(str(name), chosen.query(theme=key), key == chosen.theme) for key, name in THEMES.items()],
        "levels": [
            Choice(str(LEVELS[level]), chosen.query(level=level), level == chosen.level)
            for level in levels_in(chosen.within)
        ],
        "streets": streets(chosen, request),
        "extent": extent([chosen.within]) or extent(request.actor.areas("case.see")),
        "outlines": reverse("operation:map-outlines") + chosen.query(),
        "workbook": reverse("operation:theme-workbook") + chosen.query(),
    }
    return show_alone(request, "operation/themes.html", context)


def streets(chosen: Chosen, request: DeskRequest) -> list[Choice]:
    """For those who see the district: all of it, or one street."""
    if len(around(request.actor.areas("case.see"))) > LENGTHS["district"]:
        return []
    whole = Choice(_("全区"), chosen.query(area="", level="street"), len(chosen.within) < LENGTHS["street"])
    rest = [
        Choice(one.short_name, chosen.query(area=one.code, level="grid"), one.code == chosen.within[:9])
        for one in list_names("street")
    ]
    return [whole, *rest]


def row(line: Line, chosen: Chosen, classes: list[Span]) -> dict[str, Any]:
    number = line.numbers[chosen.theme]
    code = line.area.code
    worklist_of = f"{reverse('operation:worklist')}?{urlencode({'scope': Scope.AREA.value, 'area': code})}"
    return {
        "code": code,
        "name": line.area.short_name,
        "path": name_path(code),
        "is_grid": line.area.level == "grid",
        "shade": shade_of(number, classes) if number is not None else None,
        "number": number,
        "numbers": [(theme, line.numbers[theme]) for theme in THEMES],
        "inside": ""
        if line.area.level == "grid"
        else chosen.query(area=code, level="community" if len(code) == 9 else "grid"),
        "open": worklist_of,
        "overdue": f"{worklist_of}&{urlencode({'clock': ClockState.OVERDUE.value})}",
    }


def totals(lines: list[Line]) -> list[int]:
    return [sum(line.numbers[theme] or 0 for line in lines) for theme in THEMES]


def legend(one: Span, chosen: Chosen) -> dict[str, Any]:
    """「3—7 件，12 个网格」."""
    facts = {"first": f"{one.first:,}", "last": f"{one.last:,}", "unit": UNITS[chosen.theme]}
    words = _("%(first)s %(unit)s") if one.first == one.last else _("%(first)s—%(last)s %(unit)s")
    many = _("%(n)d 个%(level)s") % {"n": one.many, "level": LEVELS[chosen.level]}
    return {"shade": one.shade, "words": words % facts, "many": many}


@require_safe
@at_desk
def workbook(request: DeskRequest) -> HttpResponse:
    """The table for Excel, all four numbers."""
    chosen = Chosen.of(request)
    lines = lines_of(chosen, request)
    columns = [Column(_("编码"), 10), Column(_("名称"), 24), *(Column(name, 6) for name in THEMES.values())]
    rows = [[line.area.code, name_path(line.area.code), *(line.numbers[theme] for theme in THEMES)] for line in lines]
    rows.append(["", _("合计"), *totals(lines)])
    notes = [f"{THEMES[theme]}：{MEANINGS[theme]}" for theme in THEMES]
    content = write(Sheet(_("专题图"), columns, rows, notes=notes))
    response = HttpResponse(content, content_type=KIND)
    response.headers["Content-Disposition"] = attachment(f"{_('专题图')}-{localdate(request.at):%Y%m%d}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response
