"""呼叫: a new call, about a case or about none."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.calls.actions import raise_call
from gezhi.cases.access import covers, get_case
from gezhi.cases.models import Case
from gezhi.kernel.access import Denied
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.call_forms import CallForm, street_choices
from gezhi.web.operation.forms import keep_uploads, token_of
from gezhi.web.operation.page import at_desk, whole_number
from gezhi.web.operation.views.calls.listing import show_page
from gezhi.web.operation.views.calls.stepping import onwards


@require_http_methods(["GET", "POST"])
@at_desk
def new(request: DeskRequest) -> HttpResponse:
    """呼叫, about the case that the address names, or about none."""
    case = get_case(request.actor, request.GET["case"]) if "case" in request.GET else None
    streets = [] if case is not None else street_choices(request.actor)
    if (case is None and not streets) or (case is not None and not covers(request.actor, "case.call", case)):
        raise Denied("case.call")
    if request.method != "POST":
        return new_page(request, case, CallForm(streets, initial=drafted(case)))
    form = CallForm(streets, data=request.POST, files=request.FILES)
    kept = request.POST.get("kept", "")
    if not form.is_valid():
        return new_page(request, case, form, status=422, kept=kept)
    facts = dict(form.cleaned_data)
    seen = whole_number(request.POST.get("seen", "")) if case is not None else None
    seal = request.POST.get("seal", "")
    try:
        files = keep_uploads(facts.pop("files"), kept=kept, user_id=request.user.pk, at=request.at)
        kept = token_of(files, request.user.pk)

        def do() -> tuple[int, Any]:
            raised = raise_call(actor=request.actor, at=request.at, case=case, seen=seen, files=files, **facts)
            return 200, {"call": raised.pk}

        content = {**facts, "case": case.pk if case is not None else None, "step": "call"}
        content["files"] = [file.sha256 for file in files]
        (_status, answer), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
    except Refused as error:
        form.refuse(error.field, error.message)
        return new_page(request, case, form, status=error.status, kept=kept)
    return onwards(request, answer["call"], _("已呼叫，等区指挥中心分办。"))


def drafted(case: Case | None) -> dict[str, Any]:
    """What the case says already. Words of a confidential report are for its handlers alone, so the street writes its own."""
    if case is None or case.is_confidential:
        return {"is_urgent": case is not None and case.is_emergency}
    return {"title": case.title, "text": case.text, "is_urgent": case.is_emergency}


def new_page(
    request: DeskRequest, case: Case | None, form: CallForm, *, status: int = 200, kept: str = ""
) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "seal": uuid4().hex,
        "kept": kept,
        "seen": case.version if case is not None else "",
        "draft": f"new/call/{case.number if case is not None else ''}",
    }
    return show_page(request, "operation/calls/new.html", context, status=status)
