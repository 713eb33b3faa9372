"""Where is that? Areas by name or code, old codes, old grids of departments, addresses of cases, resources, and points pasted in."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.territory.crs import CHINA, Crs, to_wgs84
from gezhi.territory.locate import locate
from gezhi.territory.models import LegacyGrid, Resource
from gezhi.territory.models.ledgers import holds_on
from gezhi.territory.plans import successors
from gezhi.territory.queries import NAMES, AreaName, as_geojson, bounds_of, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import at_desk

MOST, MOST_OF_A_KIND = 12, 6
LONGEST = 100
NUMBERS = re.compile(r"-?\d+\.\d+|-?\d{1,3}(?!\d)")
# In which system somebody copied a point nobody can see from its numbers: all three are offered.
SYSTEMS = ((Crs.CGCS2000, "CGCS2000 / WGS 84"), (Crs.GCJ02, "GCJ-02"), (Crs.BD09, "BD-09"))
Found = dict[str, Any]


@require_safe
@at_desk
def search(request: DeskRequest) -> JsonResponse:
    """`found`: words, more words, a point, and the outline of an area where it is one."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    return JsonResponse({"found": list(islice(everything(words, request), MOST)) if words else []})


def everything(words: str, request: DeskRequest) -> Iterator[Found]:
    yield from points(words)
    if words.isascii() and words.isdigit():
        yield from by_code(words)
    yield from by_name(words)
    yield from old_grids(words)
    yield from resources(words, request)
    yield from addresses(words, request.actor)


def points(words: str) -> Iterator[Found]:
    """Two numbers are a point, whichever comes first: in China longitude is the larger."""
    numbers = [float(number) for number in NUMBERS.findall(words)]
    if len(numbers) != 2 or not any(mark in words for mark in ".,， ") or re.search(r"[^\W\d_]", words):
        return
    lng, lat = max(numbers), min(numbers)
    west, south, east, north = CHINA
    if not (west <= lng <= east and south <= lat <= north):
        return
    for crs, name in SYSTEMS:
        true_lng, true_lat = to_wgs84(lng, lat, crs)
        place = locate(true_lng, true_lat)
        where = name_path(place.code) if place is not None else _("不在本区的任何网格里")
        yield found(name, where, true_lng, true_lat)


def by_code(words: str) -> Iterator[Found]:
    """A code in use, or who took over the land of one that ended."""
    known = NAMES.get().get(words)
    if known is not None and known.is_active:
        yield from area(known)
        return
    for heir in successors(words)[:MOST_OF_A_KIND]:
        yield from area(NAMES.get()[heir], _("接替旧编码 %(code)s") % {"code": words})


def by_name(words: str) -> Iterator[Found]:
    """Every part of the words stands in the whole name: 「西关 第3网格」."""
    parts = words.split()
    hits = (
        known
        for code, known in NAMES.get().items()
        if known.is_active and words != code and all(part in known.name or part in name_path(code) for part in parts)
    )
    # What is named so itself before what only lies in it.
    for known in islice(sorted(hits, key=lambda one: (parts[-1] not in one.short_name, len(one.code))), MOST_OF_A_KIND):
        yield from area(known)


def old_grids(words: str) -> Iterator[Found]:
    rows = LegacyGrid.objects.filter(code=words) | LegacyGrid.objects.filter(name__contains=words)
    for old in rows.order_by("pk")[:MOST_OF_A_KIND]:
        best = old.mappings.order_by("-share").select_related("area").first()
        if best is not None and best.area.is_active:
            said = _("业务网格 %(name)s") % {"name": f"{old.department} {old.name or old.code}"}
            yield from area(NAMES.get()[best.area.code], said)


def resources(words: str, request: DeskRequest) -> Iterator[Found]:
    day = local_day(request.at)
    for one in Resource.objects.filter(name__contains=words).order_by("pk")[:MOST_OF_A_KIND]:
        for placement in one.placements.filter(holds_on(day)).select_related("area")[:1]:
            if placement.area.is_active:
                yield from area(NAMES.get()[placement.area.code], _("资源 %(name)s") % {"name": one.name})


def addresses(words: str, actor: Actor) -> Iterator[Found]:
    """Addresses that people gave, of cases that the actor may see, each once."""
    rows = Case.objects.visible_to(actor).filter(address__contains=words, lng__isnull=False).order_by("-pk")
    seen: set[str] = set()
    for address, lng, lat, grid in rows.values_list("address", "lng", "lat", "grid_code")[: MOST_OF_A_KIND * 5]:
        if address not in seen and len(seen) < MOST_OF_A_KIND and lng is not None and lat is not None:
            seen.add(address)
            yield found(address, name_path(grid) if grid else _("地址"), lng, lat)


def area(known: AreaName, more: str = "") -> Iterator[Found]:
    box = bounds_of(known.code)
    if box is None:
        return
    west, south, east, north = box
    path = name_path(known.code)
    feature = json.loads(as_geojson(codes=[known.code]))["features"][0]
    words = f"{path} {known.code}"
    yield found(
        words, more or known.name, (west + east) / 2, (south + north) / 2, code=known.code, geometry=feature["geometry"]
    )


def found(words: str, more: str, lng: float, lat: float, *, code: str = "", geometry: Any = None) -> Found:
    return {"words": words, "more": more, "lng": lng, "lat": lat, "code": code, "geometry": geometry}
