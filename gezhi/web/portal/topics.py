"""What is talked over in the district's grids, communities and streets, for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gezhi.deliberation.queries import topics
from gezhi.territory.queries import area_name

MOST = 200


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All topics, or those of one area, the newest first."""
    code = request.GET.get("area", "")
    area = area_name(code) if code.isascii() and code.isdigit() else None
    rows = topics(area.code if area is not None else "")[:MOST]
    return render(request, "portal/topics.html", {"rows": rows, "area": area})
