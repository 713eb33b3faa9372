"""配备和缺口."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show


@require_safe
@for_support("staff.see")
def page(request: DeskRequest) -> HttpResponse:
    return show(request, "support/people/gaps.html", {"title": _("配备和缺口")}, room="staff")
