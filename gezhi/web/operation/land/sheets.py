"""The map of an area on a sheet of paper: outline, neighbours, 四至, who works there. Also as a picture to be kept."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.refusals import Missing
from gezhi.people.queries import KIND_OF_LENGTH, directory, roster
from gezhi.territory.area_sheets import HIGH, WIDE, sheet_of
from gezhi.territory.models import Area
from gezhi.territory.plans import resolve
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import at_desk, frame, whole
from gezhi.web.operation.views.supervisions import attachment


@require_safe
@at_desk
def page(request: DeskRequest, code: str) -> HttpResponse:
    context = drawn(code, localdate(request.at))
    return whole(request, "operation/land/sheet.html", {**frame(request), **context})


@require_safe
@at_desk
def picture(request: DeskRequest, code: str) -> HttpResponse:
    """The same as SVG, whole by itself."""
    context = drawn(code, localdate(request.at))
    response = HttpResponse(render_to_string("operation/land/sheet.svg", context), content_type="image/svg+xml")
    response.headers["Content-Disposition"] = attachment(f"{context['path']}-{code}.svg".replace(" / ", "-"))
    response["X-Content-Type-Options"] = "nosniff"
    return response


def drawn(code: str, on: date) -> dict[str, Any]:
    """A code that ended leads to who took over."""
    area = Area.objects.select_related("subtype").filter(code=resolve(code) or "").first()
    if area is None:
        raise Missing("no_area", _("没有这个区域。"))
    sheet = sheet_of(area)
    if sheet is None:
        raise Missing("no_outline", _("%(name)s还没有边界，画不出图。") % {"name": area.short_name})
    desk = directory().at(KIND_OF_LENGTH[len(area.code)], area.code)
    people = roster(desk.id, on=on) if desk is not None else []
    sides = {"east": _("东"), "south": _("南"), "west": _("西"), "north": _("北")}
    return {
        "title": _("网格图"),
        "area": area,
        "path": name_path(area.code),
        "sheet": sheet,
        "sides": [(name, sheet.bounds[side]) for side, name in sides.items()],
        "people": [(one.name, one.role.label, one.work_phone) for one in people],
        "on": on,
        "wide": WIDE,
        "high": HIGH,
        "old_code": code if code != area.code else "",
    }
