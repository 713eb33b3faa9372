"""The map of the residents' form: outlines to draw, the place of a point, the grids of a community. Names and outlines are public."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from gezhi.kernel.refusals import Refused
from gezhi.people.queries import directory
from gezhi.territory.locate import require_located
from gezhi.territory.queries import as_geojson, name_path
from gezhi.web.portal.forms import grid_choices

# Metres: finer than a finger on a phone.
COARSE, FINE = 15.0, 3.0


@require_safe
@cache_control(public=True, max_age=900)
def outlines(request: HttpRequest) -> HttpResponse:
    """GeoJSON: without a question the streets (or the district where there are none), with `?street=` its grids."""
    street = request.GET.get("street", "")
    if street:
        text = as_geojson(within=street, level="grid", tolerance=FINE) if is_street(street) else EMPTY
    else:
        text = as_geojson(within=settings.DISTRICT, level="street", tolerance=COARSE)
        if text == EMPTY:
            text = as_geojson(codes=[settings.DISTRICT], tolerance=COARSE)
    return HttpResponse(text, content_type="application/geo+json")


EMPTY = '{"type":"FeatureCollection","features":[]}'


def is_street(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) == 9


@require_POST
def where(request: HttpRequest) -> JsonResponse:
    """Which grid holds the point `lng`, `lat` (WGS 84), and which desk will answer; 422 with a sentence outside the district.

    A POST, because a place in an address line would stay in histories and logs.
    """
    try:
        lng, lat = float(request.POST.get("lng", "")), float(request.POST.get("lat", ""))
        located = require_located(lng, lat)
        desk = directory().intake_for(located.code)
    except ValueError:
        return JsonResponse({"message": gettext("坐标不正确，请在地图上选点。")}, status=422)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal.message)}, status=422)
    said = gettext("这里是 %(place)s，由%(desk)s受理。") % {"place": name_path(located.code), "desk": desk.name}
    answer: dict[str, Any] = {"message": said, "code": located.code, "street": located.street_code}
    return JsonResponse(answer)


@require_safe
@cache_control(public=True, max_age=900)
def grids(request: HttpRequest) -> JsonResponse:
    """The grids of `?community=`: `[[code, name], ...]`."""
    return JsonResponse({"grids": grid_choices(request.GET.get("community", ""))})
