"""What is talked over in the district's grids, communities and streets, for everybody to read."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gezhi.deliberation.queries import topics
from gezhi.territory.queries import area_name

A_PAGE = 50


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All topics, or those of one area, the newest first, a page at a time; a page that isn't there is the nearest one that is."""
    code = request.GET.get("area", "")
    area = area_name(code) if code.isascii() and code.isdigit() else None
    rows = Paginator(topics(area.code if area is not None else ""), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/topics.html", {"rows": rows, "area": area})
