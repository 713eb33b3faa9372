"""The departments' response to the calls of a period, as a page and as a workbook."""

from datetime import date

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.calls import assessment
from gezhi.calls.assessment import Period
from gezhi.kernel.refusals import Refused
from gezhi.kernel.workbooks import KIND
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk
from gezhi.web.operation.views.calls.listing import may_look, show_page


def period_of(request: DeskRequest) -> Period:
    """The days that the address names; this year so far where it names none. Raises `Refused`."""
    usual = Period.year_of(request.at)
    try:
        first, last = (
            date.fromisoformat(request.GET[name]) if request.GET.get(name) else None for name in ("first", "last")
        )
    except ValueError:
        raise Refused("bad_period", _("请检查起止日期：开始不能晚于结束。"), field="last") from None
    return Period(first or usual.first, last or usual.last)


@require_safe
@at_desk
def table(request: DeskRequest) -> HttpResponse:
    may_look(request)
    problem, status = "", 200
    try:
        period = period_of(request)
    except Refused as error:
        problem, status, period = str(error.message), error.status, Period.year_of(request.at)
    found = assessment.response_table(period, request.actor, request.at)
    context = {
        "table": found,
        "lines": [(line, desk_name(line.department_id)) for line in found.lines],
        "notes": assessment.notes(found),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "problem": problem,
    }
    return show_page(request, "operation/calls/response.html", context, status=status)


@require_safe
@at_desk
def workbook(request: DeskRequest) -> HttpResponse:
    """The table as an Excel file."""
    may_look(request)
    found = assessment.response_table(period_of(request), request.actor, request.at)
    answer = HttpResponse(assessment.workbook(found), content_type=KIND)
    answer["Content-Disposition"] = f'attachment; filename="response-{localdate(request.at):%Y%m%d}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
