"""The list, one dispute with all that is known of it, its steps, and whom to call on a side."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases.access import covers as covers_case
from gezhi.disputes.access import covers, get_dispute
from gezhi.disputes.actions import keep_contact, reveal_contact, take
from gezhi.disputes.models import Dispute, MediatorKind, Side
from gezhi.disputes.queries import steps_for, story
from gezhi.disputes.roles import side_name
from gezhi.disputes.situation import situation_of
from gezhi.disputes.workflow import STEPS, DisputeStage, Referral, Step, refusal
from gezhi.kernel.access import Denied
from gezhi.kernel.events import STALE
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.secrets import mask_name, mask_phone
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import ContactForm, StepForm
from gezhi.web.operation.disputes.page import for_mediation, show
from gezhi.web.operation.disputes.wording import clock_of, done_words, place_name, title_of, told, type_name
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import whole_number


@require_safe
@for_mediation
def listing(request: DeskRequest) -> HttpResponse:
    return show(request, "operation/disputes/nothing_open.html", {})


@require_safe
@for_mediation
def dispute(request: DeskRequest, pk: int) -> HttpResponse:
    return show_dispute(request, get_dispute(request.actor, pk))


def show_dispute(request: DeskRequest, found: Dispute, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**dispute_context(request, found), **more}
    return show(request, "operation/disputes/dispute.html", context, opened=found.pk, status=status)


@dataclass(frozen=True, slots=True)
class Masked:
    """A side as everybody sees it."""

    position: int
    role: Any
    kind: str
    name: str
    phone: str

    @classmethod
    def of(cls, side: Side) -> "Masked":
        words = side_name(side.position), side.get_kind_display(), mask_name(side.name), mask_phone(side.phone)
        return cls(side.position, *words)


@dataclass(frozen=True, slots=True)
class Button:
    """A step as a button. One without inputs is done at once; the others open their form. `seal` makes a double click harmless."""

    step: Step
    url: str
    is_direct: bool
    seal: str


def url_of(request: DeskRequest, found: Dispute, name: str = "dispute", *args: Any) -> str:
    """With the list that the person is working through."""
    query = request.GET.urlencode()
    return reverse(f"operation:disputes:{name}", args=[found.pk, *args]) + (f"?{query}" if query else "")


def dispute_context(request: DeskRequest, found: Dispute) -> dict[str, Any]:
    """Everything the pane of a dispute shows: three statements besides the dispute itself, one more where a case led to it."""
    case = found.case
    return {
        "dispute": found,
        "title": title_of(found),
        "type_name": type_name(found),
        "place": place_name(found),
        "desk": desk_name(found.desk_id),
        "stage": DisputeStage(found.stage).label,
        "referral": Referral(found.referral).label if found.referral else "",
        "mediator_kind": MediatorKind(found.mediator_kind).label if found.mediator_kind else "",
        "clock": clock_of(found, request.at),
        "buttons": [
            Button(row, url_of(request, found, "step", row.name), not (row.needs or row.offers), uuid4().hex)
            for row in steps_for(found, request.actor, request.at)
        ],
        "sides": [Masked.of(side) for side in Side.objects.filter(dispute=found).order_by("position")],
        "may_reveal": covers(request.actor, "dispute.work", found),
        "led_by": case if case is not None and covers_case(request.actor, "case.see", case) else None,
        "told": [told(event, said) for event, said in reversed(story(found))],
    }


# --- steps ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_mediation
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """GET the form of a step, POST to take it."""
    found = get_dispute(request.actor, pk)
    row = STEPS.get(name)
    if row is None or row.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    if request.method == "POST":
        return taken(request, found, row)
    problem: Any = ""
    if row not in steps_for(found, request.actor, request.at):
        why_not = refusal(row, situation_of(found, request.actor, request.at))
        problem = why_not.otherwise if why_not is not None else _("您的岗位现在不能做这一步。")
    return step_page(request, found, row, StepForm(row, found, request.at), problem=problem)


def step_page(
    request: DeskRequest, found: Dispute, row: Step, form: StepForm, *, status: int = 200, problem: Any = ""
) -> HttpResponse:
    """The form within its dispute. After a refusal with everything that was typed."""
    return show_dispute(
        request,
        found,
        status=status,
        step=row,
        form=form,
        seal=uuid4().hex,
        problem=problem,
        is_open=row in steps_for(found, request.actor, request.at),
    )


def taken(request: DeskRequest, found: Dispute, row: Step) -> HttpResponse:
    """Take the step once, however often it was sent."""
    form = StepForm(row, found, request.at, data=request.POST)
    seen = whole_number(request.POST.get("seen", ""))
    if not form.is_valid():
        return step_page(request, found, row, form, status=422)
    at, inputs = request.at, dict(form.cleaned_data)
    try:

        def do() -> tuple[int, Any]:
            return 200, done_words(row.name, take(row.name, found, actor=request.actor, at=at, seen=seen, **inputs))

        content = {**inputs, "dispute": found.pk, "step": row.name}
        seal = request.POST.get("seal", "")
        (_status, words), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=at)
    except Denied:
        if seen is None or seen == found.version:
            raise
        # It is somebody else's by now: what is missing is not the right but the news.
        return clash(request, found, row, form, STALE)
    except Conflict as error:
        return clash(request, found, row, form, error.message)
    except Refused as error:
        form.refuse(error.field, error.message)
        return step_page(request, get_dispute(request.actor, found.pk), row, form, status=error.status)
    messages.success(request, words)
    return HttpResponseRedirect(url_after(request, found))


def clash(request: DeskRequest, found: Dispute, row: Step, form: StepForm, message: Any) -> HttpResponse:
    return step_page(request, get_dispute(request.actor, found.pk), row, form, status=409, problem=message)


def url_after(request: DeskRequest, found: Dispute) -> str:
    """Back to the dispute; to the list where the step took it out of this person's sight."""
    if covers(request.actor, "dispute.see", found):
        return url_of(request, found)
    return reverse("operation:disputes:list")


# --- whom to call ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_mediation
def side(request: DeskRequest, pk: int, position: int) -> HttpResponse:
    """Asks for a reason, then shows whom to call; or takes it down. What is shown is in no address and in no history of the browser."""
    found = get_dispute(request.actor, pk)
    if not covers(request.actor, "dispute.work", found):
        raise Denied("dispute.work")
    if not Side.objects.filter(dispute=found, position=position).exists():
        raise Missing("no_such_side", _("没有这一方。"))
    context: dict[str, Any] = {
        "position": position,
        "role": side_name(position),
        "contact_form": ContactForm(label_suffix=""),
    }
    status = 200
    try:
        if request.POST.get("do") == "keep":
            form = context["contact_form"] = ContactForm(request.POST, label_suffix="")
            if form.is_valid():
                keep_contact(found, position, actor=request.actor, at=request.at, **form.cleaned_data)
                messages.success(request, _("联系方式已记下。"))
                return HttpResponseRedirect(url_of(request, found))
            status = 422
        elif request.method == "POST":
            context["reason"] = request.POST.get("reason", "")
            context["revealed"] = reveal_contact(
                found, position, actor=request.actor, at=request.at, reason=context["reason"]
            )
    except Refused as refusal_:
        status = refusal_.status
        if request.POST.get("do") == "keep":
            context["contact_form"].refuse(refusal_.field, refusal_.message)
        else:
            context["problem"] = refusal_.message
    return show_dispute(request, found, status=status, contact=context)
