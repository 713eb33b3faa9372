"""Taking a step of a call: its form, and what becomes of it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.calls.access import get_call, get_part, missing
from gezhi.calls.actions import take
from gezhi.calls.joint import Joint
from gezhi.calls.models import CallPart
from gezhi.calls.queries import SHOWN, steps_for
from gezhi.calls.workflow import STEPS, Step
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.call_forms import CallStepForm
from gezhi.web.operation.forms import keep_uploads, token_of
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk, whole_number
from gezhi.web.operation.views.calls.listing import show_page
from gezhi.web.operation.views.calls.one import call_context


@require_http_methods(["GET", "POST"])
@at_desk
def step(request: DeskRequest, pk: int, name: str, part: int | None = None) -> HttpResponse:
    """GET the form of a step, POST to take it."""
    row = STEPS.get(name)
    joint, about = (get_call(request.actor, pk), None) if part is None else get_part(request.actor, pk, part)
    if row is None or row.creates or (row.on == "call") != (about is None):
        raise Missing("no_such_step", _("没有这一步。"))
    if request.method == "POST":
        return taken(request, joint, about, row)
    problem = "" if is_offered(request, joint, about, row) else _("现在不能做这一步。")
    return step_page(request, joint, about, row, CallStepForm(row, joint, about), problem=problem)


def is_offered(request: DeskRequest, joint: Joint, part: CallPart | None, row: Step) -> bool:
    offers = steps_for(joint, request.actor, request.at)
    return any(offer.step is row and offer.part is part for offer in offers)


def subject_of(joint: Joint, part: CallPart | None, row: Step) -> Any:
    if part is None:
        return joint.call
    subject = part if row.on == "part" else joint.scores.get(part.pk)
    if subject is None:
        raise missing()
    return subject


def step_page(
    request: DeskRequest,
    joint: Joint,
    part: CallPart | None,
    row: Step,
    form: CallStepForm,
    *,
    status: int = 200,
    problem: Any = "",
    kept: str = "",
) -> HttpResponse:
    """The form within its call. After a refusal with everything that was typed."""
    context = {
        **call_context(request, joint),
        "step": row,
        "form": form,
        "whose": desk_name(part.desk_id) if part is not None else "",
        "seen": subject_of(joint, part, row).version,
        "seal": uuid4().hex,
        "kept": kept,
        "problem": problem,
        "is_open": is_offered(request, joint, part, row),
        "draft": f"new/call/{joint.call.pk}/{part.pk if part is not None else 0}/{row.name}",
    }
    return show_page(request, "operation/calls/call.html", context, opened=joint.call.pk, status=status)


def taken(request: DeskRequest, joint: Joint, part: CallPart | None, row: Step) -> HttpResponse:
    """Take the step once, however often it was sent."""
    form = CallStepForm(row, joint, part, data=request.POST, files=request.FILES)
    kept = request.POST.get("kept", "")
    if not form.is_valid():
        return step_page(request, joint, part, row, form, status=422, kept=kept)
    user_id, seen = request.user.pk, whole_number(request.POST.get("seen", ""))
    subject = subject_of(joint, part, row)
    try:
        files = keep_uploads(form.cleaned_data.get("files", []), kept=kept, user_id=user_id, at=request.at)
        kept = token_of(files, user_id)

        def do() -> tuple[int, Any]:
            take(row.name, subject, actor=request.actor, at=request.at, seen=seen, files=files, **form.inputs)
            return 200, {"call": joint.call.pk}

        about_part = part.pk if part is not None else None
        content = {**form.inputs, "call": joint.call.pk, "part": about_part, "step": row.name}
        content["files"] = [file.sha256 for file in files]
        once(f"desk:{user_id}", request.POST.get("seal", ""), content, do, at=request.at)
    except Conflict as error:
        fresh = get_call(request.actor, joint.call.pk)
        about = fresh.part(part.pk) if part is not None else None
        return step_page(request, fresh, about, row, form, status=409, problem=error.message, kept=kept)
    except Refused as error:
        form.refuse(error.field, error.message)
        return step_page(request, joint, part, row, form, status=error.status, kept=kept)
    return onwards(request, joint.call.pk, _("%(step)s：已完成。") % {"step": row.label})


def onwards(request: DeskRequest, pk: int, words: str) -> HttpResponse:
    """Back to the call, as far as it is still in sight."""
    messages.success(request, words)
    query = f"?show={request.GET['show']}" if request.GET.get("show") in SHOWN else ""
    try:
        get_call(request.actor, pk)
    except Missing:
        return HttpResponseRedirect(reverse("operation:calls") + query)
    return HttpResponseRedirect(reverse("operation:call", args=[pk]) + query)
