"""The map: outlines of the grids, and the cases of the list on them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from gezhi.cases import worklist
from gezhi.cases.models import Case
from gezhi.kernel.registers import Cached
from gezhi.territory.codes import Level
from gezhi.territory.queries import REGISTER, area_name, as_geojson, bounds_of, name_path
from gezhi.web.clocks import clock_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import at_desk, filters_of, show
from gezhi.web.operation.wording import stage_words

# Beyond this many, points would hide each other: then only the numbers on the grids are drawn.
MOST_POINTS = 1_000
# Two metres: nothing that a screen shows, and half of the bytes.
TOLERANCE = 2.0


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    return show(request, "operation/map.html", {"extent": extent(request.actor.areas("case.see"))})


def extent(codes: Iterable[str]) -> str:
    """West, south, east, north around what the actor sees, as text; "" where nothing has an outline."""
    boxes = [box for code in codes if (box := bounds_of(code or "")) is not None]
    if not boxes:
        return ""
    west, south, east, north = zip(*boxes, strict=True)
    return ",".join(f"{value:.6f}" for value in (min(west), min(south), max(east), max(north)))


def around(codes: Collection[str]) -> str:
    """The smallest area that holds all these; "" for the whole district."""
    sizes = [size for size in (15, 12, 9) if codes and all(len(code) >= size for code in codes)]
    return next((first[:size] for size in sizes for first in codes if len({code[:size] for code in codes}) == 1), "")


class Outlines:
    """GeoJSON of a level of an area, made once for all who ask, until a boundary changes."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, Level], bytes] = {}

    def of(self, area: str, level: Level) -> bytes:
        key = (area, level)
        if key not in self.made:
            self.made[key] = as_geojson(within=area, level=level, tolerance=TOLERANCE).encode()
        return self.made[key]


OUTLINES = Cached(REGISTER, Outlines)


@require_safe
@at_desk
def grids(request: DeskRequest) -> HttpResponseBase:
    """The outlines of the grids that the actor sees."""
    return outlined(request, around(request.actor.areas("case.see")), "grid")


@require_safe
@at_desk
def outlines(request: DeskRequest) -> HttpResponseBase:
    """Those of a level within an area. Names and boundaries are public; what the actor sees is only where a map begins."""
    area, asked = request.GET.get("area", ""), request.GET.get("level", "")
    known = area_name(area)
    levels: tuple[Level, ...] = ("street", "community", "grid")
    level = next((one for one in levels if one == asked), levels[-1])
    return outlined(request, known.code if known is not None else around(request.actor.areas("case.see")), level)


def outlined(request: DeskRequest, area: str, level: Level) -> HttpResponseBase:
    """With an ETag that changes when the land does."""
    made = OUTLINES.get()
    etag = quote_etag(f"{OUTLINES.held[0] if OUTLINES.held else ''}-{area}-{level}")
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(made.of(area, level), content_type="application/geo+json")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@at_desk
def cases(request: DeskRequest) -> JsonResponse:
    """The list as numbers on grids and, unless there are too many, as points."""
    filters = filters_of(request)
    counted = worklist.by_grid(filters, request.actor, request.at)
    points = worklist.with_points(filters, request.actor, request.at, limit=MOST_POINTS + 1)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return JsonResponse(
        {
            "grids": {
                code: {"name": name_path(code), "total": one.total, "overdue": one.overdue}
                for code, one in counted.items()
            },
            "points": [point(case, request, query) for case in points] if len(points) <= MOST_POINTS else [],
        }
    )


def point(case: Case, request: DeskRequest, query: str) -> dict[str, Any]:
    clock = clock_of(case, request.at)
    return {
        "lng": case.lng,
        "lat": case.lat,
        "title": case.title,
        "stage": stage_words(case),
        "state": clock.state,
        "clock": clock.words,
        "emergency": case.is_emergency,
        "url": reverse("operation:case", args=[case.number]) + query,
    }
