"""The list, and one case with all that is known of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases.access import covers, get_case
from gezhi.cases.actions import reveal_reporter
from gezhi.cases.handling_plans import PlanRow, plan_for
from gezhi.cases.models import Attachment, Case, Reporter
from gezhi.cases.queries import route_in, steps_for
from gezhi.cases.workflow import Stage, Step
from gezhi.disputes.queries import of_case
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import mask_name, mask_phone
from gezhi.people.queries import directory
from gezhi.web.clocks import clock_of
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.beside import beside
from gezhi.web.operation.call_panel import calls_about, doors
from gezhi.web.operation.names import desk_name, matter_info, place_name
from gezhi.web.operation.page import at_desk, show, whole
from gezhi.web.operation.stays import stays
from gezhi.web.operation.wording import stage_words, told, why

# The steps with which pictures of what was found come in; all others bring evidence.
REPORTED = ("report", "solve", "supplement")


@require_safe
@at_desk
def worklist(request: DeskRequest) -> HttpResponse:
    return show(request, "operation/nothing_open.html", {})


@require_safe
@at_desk
def case(request: DeskRequest, number: str) -> HttpResponse:
    found = get_case(request.actor, number)
    return show(request, "operation/case.html", case_context(request, found), opened=found.pk)


@dataclass(frozen=True, slots=True)
class Button:
    """A step as a button. One without inputs is done at once; the others open their form. `seal` makes a double click harmless."""

    step: Step
    url: str
    is_direct: bool
    seal: str


def plan_of(found: Case, at: datetime) -> PlanRow | None:
    """How such a matter is handled at this desk, while it is to be handled or answered."""
    if found.stage not in (Stage.WAITING, Stage.HANDLING, Stage.FINISHED):
        return None
    return plan_for(found.matter_id, directory().get(found.desk_id).kind, on=localdate(at))


def buttons(found: Case, actor: Actor, at: datetime) -> list[Button]:
    return [
        Button(
            step,
            reverse("operation:step", args=[found.number, step.name]),
            not (step.needs or step.offers),
            uuid4().hex,
        )
        for step in steps_for(found, actor, at)
        if not step.door
    ]


@dataclass(frozen=True, slots=True)
class Masked:
    """The reporter as everybody sees them, and whether this actor may ask for more."""

    name: str
    phone: str
    may_be_contacted: bool
    may_reveal: bool


def masked(found: Case, actor: Actor) -> Masked | None:
    """None where nobody said who reported."""
    reporter = Reporter.objects.filter(case=found).first()
    if reporter is None:
        return None
    may_reveal = covers(actor, "reporter.see", found) and (
        not found.is_confidential or covers(actor, "case.accept", found)
    )
    if found.is_confidential and not may_reveal:
        return Masked("***", "", reporter.may_be_contacted, may_reveal)
    return Masked(mask_name(reporter.name), mask_phone(reporter.phone), reporter.may_be_contacted, may_reveal)


def case_context(request: DeskRequest, found: Case) -> dict[str, Any]:
    """Everything the pane of a case shows: three statements besides the case itself, one more for who may see disputes, and one for each thing
    beside the stage."""
    events = timeline(found)
    offered = buttons(found, request.actor, request.at)
    attachments = list(Attachment.objects.filter(case=found).select_related("file").order_by("pk"))
    matter = matter_info(found.matter_id)
    return {
        "case": found,
        "place": place_name(found),
        "desk": desk_name(found.desk_id),
        "sender": desk_name(found.sent_by_id),
        "matter": matter,
        "stage": stage_words(found),
        "clock": clock_of(found, request.at),
        "hold_until": found.hold_until,
        "doors": doors(found, request.actor, request.at),
        "calls": calls_about(found, events, request.actor, request.at),
        "buttons": [one for one in offered if one.step.tone != "rare"],
        "rare_buttons": [one for one in offered if one.step.tone == "rare"],
        "beside": beside(found, events, request.actor, request.at),
        "stays": stays(events, request.at),
        "reporter": masked(found, request.actor),
        "reported_files": [one for one in attachments if one.step in REPORTED],
        "evidence": [one for one in attachments if one.step not in REPORTED],
        "disputes": of_case(found, request.actor),
        "may_open_dispute": request.actor.may("dispute.work", area=found.place_code or settings.DISTRICT),
        "told": [told(event) for event in reversed(events)],
        "why": why(route_in(events)),
        "plan": plan_of(found, request.at),
    }


@require_http_methods(["GET", "POST"])
@at_desk
def reporter(request: DeskRequest, number: str) -> HttpResponseBase:
    """Asks for a reason, then shows name and phone. The answer is in no address and in no history of the browser."""
    found = get_case(request.actor, number)
    context: dict[str, Any] = {"case": found, "reason": request.POST.get("reason", "")}
    status = 200
    if request.method == "POST":
        try:
            context["revealed"] = reveal_reporter(found, actor=request.actor, at=request.at, reason=context["reason"])
        except Refused as refusal:
            context["problem"] = refusal.message
            status = refusal.status
    if request.htmx:
        return whole(request, "operation/reporter.html", context, status=status)
    title = _("查看联系方式")
    return show(request, "operation/reporter_page.html", {**context, "title": title}, opened=found.pk, status=status)
