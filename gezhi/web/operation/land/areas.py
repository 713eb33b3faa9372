"""The register of areas: the 345 overview, lists that count as it counts, and a page for every area."""

from typing import Any
from urllib.parse import urlencode

import shapely
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.access import EDIT, get_area, get_seen_area, served
from gezhi.territory.actions import change_area
from gezhi.territory.area_lists import AreaFilters, chosen, page_of
from gezhi.territory.codes import LENGTHS, Level, ancestors
from gezhi.territory.exchange import MEDIA_TYPES, Format, export
from gezhi.territory.ledgers import PartTally, exemption_of, limits_on, overview, resources_of
from gezhi.territory.models import Area, Boundary, GridKind, Plan, Succession
from gezhi.territory.models import Level as LevelChoice
from gezhi.territory.plans import successors
from gezhi.territory.queries import list_names, name_path, tally
from gezhi.territory.sizes import reasons
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.forms import FactsForm
from gezhi.web.operation.land.page import choice, download, for_land, show, subtype_names, workbook
from gezhi.web.operation.land.pictures import Picture, Shape, picture
from gezhi.web.operation.land.wording import place_words, reason_words, short

MOST_ROWS = 20_000
BELOW: dict[str, Level] = {"district": "street", "street": "community", "community": "grid"}


def within_of(request: DeskRequest) -> str:
    """The area in the address, if the actor serves there; else the one that the actor serves. Raises `Missing`."""
    asked = request.GET.get("within", "")
    if asked:
        return get_seen_area(request.actor, asked).code
    own = served(request.actor)
    return own[0] if len(own) == 1 else ""


def list_url(**query: str) -> str:
    said = {name: value for name, value in query.items() if value}
    return f"{reverse('operation:land:areas')}?{urlencode(said)}"


# --- overview -------------------------------------------------------------------------------------------------------


@require_safe
@for_land
def home(request: DeskRequest) -> HttpResponse:
    """三级平台、四级网格、五级管理: every number counted from the areas at this moment, and a link to them. Six statements."""
    within = within_of(request)
    found = overview(within)
    names = subtype_names()
    groups = [
        (_("三级平台"), found.platforms), (_("四级网格"), found.grid_levels), (_("五级管理"), found.management)
    ]  # fmt: skip
    context = {
        "within": within,
        "place": place_words(within) if within else _("全部辖区"),
        "withins": choices_within(request, within),
        "groups": [
            (
                name,
                [
                    (part, list_url(level=part.counts, within=within) if is_counted(part, within) else "")
                    for part in parts
                ],
            )
            for name, parts in groups
        ],
        "unfinished": found.unfinished,
        "residential": (found.residential, list_url(kind="residential", within=within)),
        "dedicated": (found.dedicated, list_url(kind="dedicated", within=within)),
        "subtypes": [
            (names.get(code, code), count, list_url(kind="dedicated", subtype=code, within=within))
            for code, count in found.subtypes.items()
        ],
        "sums": tally(within),
    }
    return show(request, "home", context)


def is_counted(part: PartTally, within: str) -> bool:
    """What lies around the chosen area isn't counted in it."""
    return any(part.counts == level and length >= len(within) for level, length in LENGTHS.items())


def choices_within(request: DeskRequest, within: str) -> list[Any]:
    """The streets for who serves the district, the communities for who serves a street."""
    own = served(request.actor)
    level: Level = "street" if any(len(code) <= LENGTHS["district"] for code in own) else "community"
    inside = {one.code: one for top in own for one in list_names(level, within=top)}
    if len(inside) < 2:
        return []
    return [
        choice(one.short_name, {"within": "" if code == within else code}, is_chosen=code == within)
        for code, one in sorted(inside.items())
    ]


# --- lists ----------------------------------------------------------------------------------------------------------


def filters_of(request: DeskRequest) -> AreaFilters:
    filters = AreaFilters.of(request.GET)
    own = served(request.actor)
    if filters.within:
        get_seen_area(request.actor, filters.within)
        if not any(filters.within.startswith(code) for code in own):
            # Around what one serves one sees oneself, not the neighbours.
            raise Missing("no_area", _("没有这个区域，或者您无权查看。"))
        return filters
    return filters.but(within=own[0], after=filters.after) if len(own) == 1 else filters


@require_safe
@for_land
def listing(request: DeskRequest) -> HttpResponse:
    """Areas of a level. Four statements."""
    filters = filters_of(request)
    found = page_of(filters)
    names = subtype_names()
    levels = [one for one in LENGTHS if len(filters.within) <= LENGTHS[one]]
    context = {
        "filters": filters,
        "rows": found.areas,
        "total": found.total,
        "place": place_words(filters.within) if filters.within else _("全部辖区"),
        "level_name": LevelChoice(filters.level).label,
        "next": choice("", {**filters.as_query(), "after": found.next}).href if found.next else "",
        "levels": [
            choice(LevelChoice(level).label, filters.but(level=level, kind="", subtype="").as_query(), is_chosen=filters.level == level)
            for level in levels
        ],
        "kinds": [
            choice(kind.label, filters.but(kind="" if filters.kind == kind else kind.value, subtype="").as_query(), is_chosen=filters.kind == kind)
            for kind in GridKind
        ] if filters.level == "grid" else [],
        "subtypes": [
            choice(name, filters.but(subtype="" if filters.subtype == code else code).as_query(), is_chosen=filters.subtype == code)
            for code, name in names.items()
        ] if filters.kind == GridKind.DEDICATED else [],
        "states": [
            choice(words, filters.but(state=state).as_query(), is_chosen=filters.state == state)
            for state, words in (("", _("在用")), ("retired", _("已停用")), ("all", _("全部")))
        ],
        "sheet": choice("", filters.but().as_query()).href,
        "exports": [(form, export_url(filters.within, filters.level, form)) for form in ("gpkg", "geojson")] if filters.within else [],
    }  # fmt: skip
    return show(request, "areas", context)


def export_url(within: str, level: str, form: str) -> str:
    return f"{reverse('operation:land:area-export', args=[within])}?{urlencode({'level': level, 'format': form})}"


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    """The list for Excel, all its pages; the headings are those under which it comes in again."""
    filters = filters_of(request)
    columns = [
        Column(_("编码"), 9), Column(_("名称"), 14), Column(_("所在"), 18), Column(_("级别"), 6), Column(_("类别"), 8),
        Column(_("类型"), 8), Column(_("户数")), Column(_("人口")), Column(_("东至"), 10), Column(_("南至"), 10),
        Column(_("西至"), 10), Column(_("北至"), 10), Column(_("在用")),
    ]  # fmt: skip
    rows = (
        [
            area.code, area.name, name_path(area.code), LevelChoice(area.level).label,
            GridKind(area.kind).label if area.kind else "", area.subtype.name if area.subtype else "", area.households,
            area.population, area.bounds_east, area.bounds_south, area.bounds_west, area.bounds_north,
            _("是") if area.is_active else _("否"),
        ]
        for area in chosen(filters)[:MOST_ROWS]
    )  # fmt: skip
    title = str(LevelChoice(filters.level).label)
    return workbook(f"{title}-{localdate(request.at):%Y%m%d}", Sheet(title, columns, rows))


# --- one ------------------------------------------------------------------------------------------------------------


@require_safe
@for_land
def one(request: DeskRequest, code: str) -> HttpResponse:
    return show_area(request, get_seen_area(request.actor, code))


def show_area(request: DeskRequest, area: Area, *, form: FactsForm | None = None, status: int = 200) -> HttpResponse:
    """What is known of an area: outline of a day, 四至, codes before and after, versions, size, what serves it."""
    versions = list(Boundary.objects.filter(area=area).order_by("-valid_from", "-pk"))
    on = parse_date(request.GET.get("on", "")) if request.GET.get("on") else None
    shown = next((row for row in versions if held(row, on)), None)
    may_change = request.actor.may(EDIT, area=area.code) and area.is_active
    today = localdate(request.at)
    context = {
        "area": area,
        "path": [(part, short(part)) for part in ancestors(area.code)],
        "level_name": LevelChoice(area.level).label,
        "kind_name": GridKind(area.kind).label if area.kind else "",
        "bounds": list(zip((_("东至"), _("南至"), _("西至"), _("北至")), sides_of(area), strict=True)),
        "sums": tally(area.code) if area.level != "grid" else None,
        "below": BELOW.get(area.level, ""),
        "below_name": LevelChoice(BELOW[area.level]).label if area.level in BELOW else "",
        "below_url": list_url(level=BELOW[area.level], within=area.code) if area.level in BELOW else "",
        "may_list": any(area.code.startswith(own) for own in served(request.actor)),
        "picture": picture_of(area, shown, on, today),
        "on": on,
        "shown": shown,
        "versions": versions,
        "heirs": [] if area.is_active else successors(area.code),
        "inherited": list(Succession.objects.filter(new=area).select_related("old", "plan").order_by("old__code")),
        "plans": list(plans_about(request, area)),
        "resources": resources_of(area.code, on=today),
        "size": size_of(area, today),
        "exemption": exemption_of(area, on=today),
        "legacy": list(area.legacy_mappings.select_related("legacy").order_by("legacy__department", "legacy__code")),
        "may_change": may_change,
        "form": form or (FactsForm(initial=facts(area)) if may_change else None),
        "exports": [(form_, export_url(area.code, area.level, form_)) for form_ in ("gpkg", "geojson")],
    }
    return show(request, "area", context, status=status)


def sides_of(area: Area) -> list[str]:
    return [area.bounds_east, area.bounds_south, area.bounds_west, area.bounds_north]


def facts(area: Area) -> dict[str, Any]:
    return {name: getattr(area, name) for name in FactsForm.base_fields}


def held(row: Boundary, on: Any) -> bool:
    """Is it the outline of that day; without a day, the one that holds, or held last?"""
    if on is None:
        return True
    return row.valid_from <= on and (row.valid_before is None or row.valid_before > on)


def picture_of(area: Area, shown: Boundary | None, on: Any, today: Any) -> Picture | None:
    """The area with its parts, or among its neighbours. One statement."""
    if shown is None:
        return None
    standing = (
        Boundary.objects.holding_on(on) if on is not None else Boundary.objects.current().filter(area__is_active=True)
    )
    inside = area.level in BELOW
    around = standing.filter(area__parent__code=area.code if inside else area.parent_id).exclude(area=area)
    others = list(around.select_related("area").order_by("area__code"))
    labelled = len(others) <= 60
    shapes = [
        Shape(row.geometry, "after" if inside else "context", f"{row.area.short_name} {row.area.code}", row.area.code[-3:] if labelled else "")
        for row in others
    ]  # fmt: skip
    own = Shape(shown.geometry, "outline" if inside else "after", area.name, "" if inside else area.code[-3:])
    west, south, east, north = shown.geometry.bounds
    room = max(east - west, north - south) * (0.03 if inside else 0.4)
    window = shapely.box(west - room, south - room, east + room, north + room)
    return picture([*shapes, own], _("%(name)s的边界") % {"name": area.name}, window=window)


def plans_about(request: DeskRequest, area: Area) -> Any:
    """The plans about this very area or the one around it that the actor may see, the newest first."""
    about = [area.code, area.parent_id] if area.level == "grid" else [area.code]
    return Plan.objects.visible_to(request.actor).filter(scope__code__in=about).order_by("-pk")[:10]


def size_of(area: Area, on: Any) -> list[str]:
    """Why the grid is not of the right size, in words; [] where it is, or where no rule holds."""
    limits = limits_on(on).get(area.kind) if area.level == "grid" and area.is_active else None
    if limits is None:
        return []
    return [reason_words(one, limits) for one in reasons(area.households, area.population, limits)]


@require_http_methods(["POST"])
@for_land
def change(request: DeskRequest, code: str) -> HttpResponse:
    """Names, 四至 and counts by the hand of who edits the register; outlines change by plans and imports."""
    area = get_area(request.actor, code, EDIT)
    form = FactsForm(request.POST)
    if not form.is_valid():
        return show_area(request, area, form=form, status=422)
    try:
        change_area(area, actor=request.actor, at=request.at, **form.cleaned_data)
    except Refused as error:
        form.refuse(error.field, error.message)
        return show_area(request, area, form=form, status=error.status)
    messages.success(request, _("已保存。"))
    return HttpResponseRedirect(reverse("operation:land:area", args=[code]))


@require_safe
@for_land
def files(request: DeskRequest, code: str) -> HttpResponse:
    """Areas of a level as GeoPackage, GeoJSON or Excel."""
    area = get_seen_area(request.actor, code)
    level, form = request.GET.get("level", area.level), request.GET.get("format", "")
    if (
        level not in LENGTHS
        or form not in MEDIA_TYPES
        or not any(code.startswith(own) for own in served(request.actor))
    ):
        raise Missing("no_area", _("没有这个区域，或者您无权查看。"))
    chosen_level: Level = next(one for one in LENGTHS if one == level)
    chosen_form: Format = next(one for one in MEDIA_TYPES if one == form)
    return download(export(code, chosen_level, chosen_form), MEDIA_TYPES[chosen_form], f"{code}-{level}.{form}")
