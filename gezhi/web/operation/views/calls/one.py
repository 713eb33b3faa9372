"""One call: what is asked, each department's part in it, what may be done, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.calls.access import get_call, get_file
from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint
from gezhi.calls.models import CallAttachment, CallPart, CallScore, Lateness
from gezhi.calls.queries import SHOWN, Offer, files_at, latenesses_of, steps_for, story_of
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import Late, PartState, Phase, Standing, Step
from gezhi.cases.access import covers
from gezhi.web.clocks import Clock, span
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.call_forms import LEVELS
from gezhi.web.operation.call_panel import first_clock, tone_of
from gezhi.web.operation.call_wording import clock_of_wait
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk
from gezhi.web.operation.views.calls.listing import is_late, show_page
from gezhi.web.operation.views.downloads import sent
from gezhi.web.operation.wording import told

LEVEL_WORDS = dict(LEVELS)


@dataclass(frozen=True, slots=True)
class CallButton:
    """A step as a button. One without inputs is done at once; the others open their form. `seal` makes a double click harmless."""

    step: Step
    url: str
    is_direct: bool
    seal: str
    seen: int
    whose: str


@dataclass(frozen=True, slots=True)
class PartCard:
    """One department's part as the page shows it."""

    part: CallPart
    desk: str
    state: str
    tone: str
    clocks: list[Clock]
    instants: list[tuple[Any, datetime | None, str, bool]]
    score: CallScore | None
    levels: list[tuple[Any, int, Any]]
    standing: str
    latenesses: list[Lateness]
    files: list[CallAttachment]
    buttons: list[CallButton]
    is_mine: bool


def button_of(offer: Offer, joint: Joint, query: str) -> CallButton:
    step, part = offer.step, offer.part
    url = (
        reverse("operation:call-step", args=[joint.call.pk, step.name])
        if part is None
        else reverse("operation:call-part-step", args=[joint.call.pk, part.pk, step.name])
    )
    seen = offer.version if offer.version is not None else joint.call.version
    whose = desk_name(part.desk_id) if part is not None else ""
    return CallButton(step, url + query, not (step.needs or step.offers), uuid4().hex, seen, whose)


def card_of(
    part: CallPart,
    joint: Joint,
    buttons: list[CallButton],
    request: DeskRequest,
    *,
    latenesses: list[Lateness],
    files: list[CallAttachment],
) -> PartCard:
    score = joint.scores.get(part.pk)
    levels = [(_("响应"), score.response), (_("态度"), score.manner), (_("成效"), score.effect)] if score else []
    return PartCard(
        part,
        desk_name(part.desk_id),
        str(PartState(part.state).label),
        tone_of(part.state),
        [clock_of_wait(part, wait, request.at) for wait in waits(clocks_of(part))],
        instants_of(part),
        score,
        [(name, level, LEVEL_WORDS[level]) for name, level in levels],
        str(Standing(score.standing).label) if score else "",
        latenesses,
        files,
        buttons,
        part.desk_id in request.actor.desks,
    )


def instants_of(part: CallPart) -> list[tuple[Any, datetime | None, str, bool]]:
    """What was done when, how long after what it waited for, and whether that was late."""
    arrival = [(_("到场"), part.arrived_at, part.signed_at, part.arrive_late_at)] if part.is_on_site else []
    rows = [
        (_("签收"), part.signed_at, part.asked_at, part.sign_late_at),
        *arrival,
        (_("报送"), part.filed_at, part.act_since, part.act_late_at),
    ]
    return [
        (name, done, span(since, done) if done is not None and since is not None else "", late is not None)
        for name, done, since, late in rows
    ]


def call_context(request: DeskRequest, joint: Joint) -> dict[str, Any]:
    """Everything the page of a call shows: three statements besides the call itself."""
    query = f"?show={request.GET['show']}" if request.GET.get("show") in SHOWN else ""
    events, late, files = story_of(joint), latenesses_of(joint), files_at(joint)
    offers = steps_for(joint, request.actor, request.at)
    made = [(offer, button_of(offer, joint, query)) for offer in offers]
    case = joint.call.case
    return {
        "joint": joint,
        "call": joint.call,
        "phase": str(Phase(joint.call.phase).label),
        "street": desk_name(joint.call.desk_id),
        "clock": first_clock(joint, request.at),
        "is_late": is_late(joint),
        # What carries the call forward stands on top, whoever's part it is about.
        "buttons": [button for offer, button in made if offer.part is None or offer.step.tone == "forward"],
        "cards": [
            card_of(
                part,
                joint,
                [button for offer, button in made if offer.part is part and offer.step.tone != "forward"],
                request,
                latenesses=[one for one in late if one.part_id == part.pk],
                files=[one for one in files if one.part_id == part.pk],
            )
            for part in joint.parts
        ],
        "files": [one for one in files if one.part_id is None],
        "late_calls": [(Late(one.what).label, one) for one in late if one.part_id is None],
        "case_link": case if case is not None and covers(request.actor, "case.see", case) else None,
        "told": [told(event) for event in reversed(events)],
    }


@require_safe
@at_desk
def one(request: DeskRequest, pk: int) -> HttpResponse:
    joint = get_call(request.actor, pk)
    return show_page(request, "operation/calls/call.html", call_context(request, joint), opened=pk)


@require_safe
@at_desk
def file(request: DeskRequest, pk: int, file: int) -> HttpResponseBase:
    """A picture or document at a call, for those who may see the call. `?small` is the one for lists."""
    found = get_file(request.actor, pk, file)
    return sent(found.file, name=f"call-{pk}-{file}", small="small" in request.GET)
