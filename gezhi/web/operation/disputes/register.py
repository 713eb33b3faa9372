"""A new dispute, by itself or from a case."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.cases.access import get_case
from gezhi.cases.models import Case
from gezhi.disputes.actions import Draft, register
from gezhi.kernel.access import Denied
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import RegisterForm
from gezhi.web.operation.disputes.page import for_mediation, show


@require_http_methods(["GET", "POST"])
@for_mediation
def new(request: DeskRequest) -> HttpResponse:
    """The form; sent once or twice, it makes one dispute. `?case=` names the case that led to it."""
    if not request.actor.has("dispute.work"):
        raise Denied("dispute.work")
    number = request.GET.get("case", "")
    case = get_case(request.actor, number) if number else None
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = RegisterForm(request.actor, request.at, initial={"area_code": case.place_code if case else ""}, **sent)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return registered(request, form, case)
            except Refused as error:
                form.refuse({"reported_at": "reported_on"}.get(error.field or "", error.field), error.message)
                status = error.status
    context = {"form": form, "case": case, "seal": uuid4().hex}
    return show(request, "operation/disputes/new.html", context, status=status)


def registered(request: DeskRequest, form: RegisterForm, case: Case | None) -> HttpResponse:
    given = form.cleaned_data
    draft = Draft(
        type_id=given["type_id"],
        account=given["account"],
        area_code=given["area_code"],
        sides=form.sides(),
        mediator_id=request.user.pk if given.get("is_mine") else None,
        case_id=case.pk if case is not None else None,
        reported_at=form.reported_at(),
    )

    def do() -> tuple[int, Any]:
        return 200, register(draft, actor=request.actor, at=request.at).pk

    content = {**given, "case": draft.case_id}
    seal = request.POST.get("seal", "")
    (_status, pk), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
    messages.success(request, _("已登记。调解内容保密，只有本辖区有权限的人和调解员看得到。"))
    return HttpResponseRedirect(reverse("operation:disputes:dispute", args=[pk]))
