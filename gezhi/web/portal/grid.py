"""My grid: its outline, who serves there, who builds together with it, what is being done, which places are open when; and all brands."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from gezhi.cobuild.models import BrandSite, GridFeature, Partner, Project
from gezhi.cobuild.queries import around, figures
from gezhi.cobuild.rules import ProjectStage
from gezhi.people.public import is_shown, public_team
from gezhi.territory.queries import area_name, as_geojson, district_name, list_names, name_path

# The picture is drawn in this many units across; the shorter side follows.
SIDE, MARGIN = 320.0, 8.0
SHOWN = 12


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A grid that stands today. Of people only what the team's own page shows."""
    on = localdate(timezone.now())
    area = area_name(code)
    if area is None or area.level != "grid" or not area.is_active:
        raise Http404
    here = Project.objects.filter(around(code)).prefetch_related("parts__partner")
    live = here.filter(stage__in=[ProjectStage.RUNNING, ProjectStage.FINISHED])
    context = {
        "grid": area,
        "path": name_path(code),
        "outline": outline(code),
        "groups": public_team(code, on=on) if is_shown(code, on=on) else [],
        "has_team": is_shown(code, on=on),
        "features": GridFeature.objects.filter(area__code=code, until_on__isnull=True),
        "partners": Partner.objects.filter(around(code), left_on__isnull=True)[:SHOWN],
        "running": live.order_by("-started_on", "-pk")[:SHOWN],
        "accepted": here.filter(stage=ProjectStage.ACCEPTED).order_by("-accepted_on", "-pk")[:SHOWN],
        "sites": sites_for(code),
        "on": on,
    }
    response = render(request, "portal/grid.html", context)
    # Whoever withdraws from the public notice is gone with the next look.
    patch_cache_control(response, private=True, no_store=True)
    return response


def sites_for(code: str) -> Any:
    """The places of the grid's community: one walks there."""
    return BrandSite.objects.filter(area__code__startswith=code[:12], closed_on__isnull=True)[:SHOWN]


@require_safe
def brands(request: HttpRequest) -> HttpResponse:
    """Every brand with its places and every feature of a grid, the whole district or a street."""
    streets = [(one.code, one.short_name) for one in list_names("street")]
    asked = request.GET.get("street", "")
    street = asked if asked in dict(streets) else ""
    sites = BrandSite.objects.filter(area__code__startswith=street, closed_on__isnull=True).select_related("area")
    brand = request.GET.get("brand", "")
    names = sorted(set(sites.values_list("brand", flat=True)))
    if brand in names:
        sites = sites.filter(brand=brand)
    features = GridFeature.objects.filter(area__code__startswith=street, until_on__isnull=True).select_related("area")
    context = {
        "sites": [(site, name_path(site.area.code)) for site in sites[:200]],
        "features": [(one, name_path(one.area.code)) for one in features[:200]],
        "brands": names,
        "brand": brand if brand in names else "",
        "streets": streets,
        "street": street,
    }
    return render(request, "portal/brands.html", context)


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """What partners and grids did together, in figures with their definitions, and the projects that residents accepted last."""
    on = localdate(timezone.now())
    streets = [(one.code, one.short_name) for one in list_names("street")]
    asked = request.GET.get("street", "")
    street = asked if asked in dict(streets) else ""
    rows = Project.objects.filter(area__code__startswith=street, stage=ProjectStage.ACCEPTED).select_related("area")
    rows = rows.prefetch_related("parts__partner", "acceptances").order_by("-accepted_on", "-pk")
    context = {
        "figures": figures(street, last=on),
        "projects": [(one, name_path(one.area.code)) for one in rows[:30]],
        "where": dict(streets).get(street) or district_name(),
        "streets": streets,
        "street": street,
        "on": on,
    }
    return render(request, "portal/together.html", context)


def outline(code: str) -> dict[str, Any] | None:
    """The outline as the points of a drawing: `path` for an SVG of `width` by `height`; None where none is drawn."""
    features = json.loads(as_geojson(codes=[code], tolerance=1.0))["features"]
    if not features:
        return None
    geometry = features[0]["geometry"]
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for part in parts for ring in part]
    lngs = [point[0] for ring in rings for point in ring]
    lats = [point[1] for ring in rings for point in ring]
    west, north = min(lngs), max(lats)
    # A degree east is about four fifths of one north at this latitude; for a picture that is exact enough.
    narrow = 0.8
    across = max((max(lngs) - west) * narrow, north - min(lats)) or 1.0
    scale = (SIDE - 2 * MARGIN) / across
    drawn = [
        "M"
        + "L".join(
            f"{(lng - west) * narrow * scale + MARGIN:.1f} {(north - lat) * scale + MARGIN:.1f}" for lng, lat in ring
        )
        + "Z"
        for ring in rings
    ]
    return {
        "path": "".join(drawn),
        "width": round((max(lngs) - west) * narrow * scale + 2 * MARGIN),
        "height": round((north - min(lats)) * scale + 2 * MARGIN),
        "is_sketch": bool(features[0]["properties"].get("sketch")),
    }
