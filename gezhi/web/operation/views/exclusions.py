"""剔除: what waits for a decision, what was decided, and the three forms."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.assessment import actions
from gezhi.assessment.access import ASK, DECIDE, get_answer, get_exclusion
from gezhi.assessment.models import Exclusion, Verdict
from gezhi.assessment.queries import decided, waiting
from gezhi.cases.access import covers
from gezhi.cases.queries import worked_on
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name, matter_name, place_name
from gezhi.web.operation.page import at_desk, whole


@require_safe
@at_desk
def page(request: DeskRequest) -> HttpResponse:
    """For who decides what waits and what was decided, for who asks the same of their area, without buttons. Two statements, or four."""
    right = DECIDE if request.actor.has(DECIDE) else ASK
    if not request.actor.has(right):
        raise Denied(right)
    asked, settled = waiting(request.actor, right), decided(request.actor, right)
    mine = worked_on({one.answer.case_id for one in (*asked, *settled)}, request.user.pk) if right == DECIDE else set()
    context = {
        "may_decide": right == DECIDE,
        "waiting": [row(one, request, mine) for one in asked],
        "decided": [row(one, request, mine) for one in settled],
    }
    return whole(request, "operation/figures/exclusions.html", context)


def row(one: Exclusion, request: DeskRequest, mine: set[int]) -> dict[str, object]:
    case = one.answer.case
    return {
        "exclusion": one,
        "case": case,
        "is_seen": covers(request.actor, "case.see", case),
        "place": place_name(case),
        "matter": matter_name(one.answer.matter_id),
        "desk": desk_name(one.answer.desk_id),
        "is_own": one.asked_by_id == request.user.pk,
        "is_own_work": case.pk in mine,
        "is_standing": one.verdict == Verdict.GRANTED,
    }


def back(request: DeskRequest) -> HttpResponseRedirect:
    """To the page from which the form was sent."""
    here = request.POST.get("here", "")
    is_ours = url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    return HttpResponseRedirect(here if is_ours else reverse("operation:exclusions"))


@require_POST
@at_desk
def ask(request: DeskRequest, pk: int) -> HttpResponse:
    answer = get_answer(request.actor, pk)
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    try:
        actions.ask_exclusion(answer, actor=request.actor, at=request.at, reason=reason, words=words)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return back(request)
    messages.success(request, _("剔除申请已提交，等别人决定。"))
    return back(request)


@require_POST
@at_desk
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    exclusion = get_exclusion(request.actor, pk)
    grant, note = request.POST.get("grant") == "1", request.POST.get("note", "")
    try:
        actions.decide_exclusion(exclusion, actor=request.actor, at=request.at, grant=grant, note=note)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return back(request)
    messages.success(request, _("已同意剔除，这一件不再计入指标。") if grant else _("没有同意，这一件照样计入指标。"))
    return back(request)


@require_POST
@at_desk
def lift(request: DeskRequest, pk: int) -> HttpResponse:
    exclusion = get_exclusion(request.actor, pk)
    try:
        actions.lift_exclusion(exclusion, actor=request.actor, at=request.at, note=request.POST.get("note", ""))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return back(request)
    messages.success(request, _("剔除已撤销，这一件重新计入指标。"))
    return back(request)
