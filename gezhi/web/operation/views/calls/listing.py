"""The list of calls, and the desk of calls around every page of theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint
from gezhi.calls.models import Call, CallPart
from gezhi.calls.queries import SHOWN, Row, rows_of
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import STEPS, PartState, Phase
from gezhi.kernel.access import Actor, Denied
from gezhi.web.clocks import Clock
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.call_forms import street_choices
from gezhi.web.operation.call_panel import scoring_clock
from gezhi.web.operation.call_wording import clock_of_wait
from gezhi.web.operation.listing import Choice, desk_names
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk, whole, whole_number

LABELS = {
    "todo": gettext_lazy("轮到我的"),
    "open": gettext_lazy("进行中"),
    "late": gettext_lazy("有超时的"),
    "ended": gettext_lazy("已结束"),
}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the list."""

    joint: Joint
    href: str
    phase: str
    clock: Clock | None
    street: str
    parts: str
    next: str
    is_late: bool

    @classmethod
    def of(cls, row: Row, actor: Actor, at: datetime, show: str) -> "CallRow":
        """The street stands in the row only where it is not the reader's own."""
        joint = row.joint
        return cls(
            joint,
            reverse("operation:call", args=[joint.call.pk]) + (f"?show={show}" if show != "todo" else ""),
            str(Phase(joint.call.phase).label),
            clock_of_row(row, at),
            "" if joint.call.desk_id in actor.desks else desk_name(joint.call.desk_id),
            summary_of(joint),
            next((str(offer.step.label) for offer in row.offers if offer.step.tone == "forward"), ""),
            is_late(joint),
        )


def clock_of_row(row: Row, at: datetime) -> Clock | None:
    """The clock of the wait that the row stands in the list for."""
    if row.wait is None:
        return scoring_clock(row.joint, at)
    rows: list[Call | CallPart] = [row.joint.call, *row.joint.taking_part]
    return clock_of_wait(next(one for one in rows if row.wait in waits(clocks_of(one))), row.wait, at)


def is_late(joint: Joint) -> bool:
    """Was anything not done in time, ever? From the rows in hand."""
    call = joint.call
    marks = [call.dispatch_late_at, call.strike_late_at]
    for part in joint.parts:
        marks += [part.sign_late_at, part.arrive_late_at, part.act_late_at, part.sum_late_at]
    return any(mark is not None for mark in marks)


def summary_of(joint: Joint) -> str:
    """ "3 个部门：待签收 1，办理中 2"."""
    states = [PartState(part.state) for part in joint.taking_part]
    if not states:
        return _("还没有分办")
    told_states = "，".join(f"{state.label} {states.count(state)}" for state in PartState if state in states)
    return _("%(count)s 个部门：%(states)s") % {"count": len(states), "states": told_states}


def list_context(request: DeskRequest) -> dict[str, Any]:
    show = request.GET.get("show", "todo")
    show = show if show in SHOWN else "todo"
    before = whole_number(request.GET.get("before", ""))
    rows, has_more = rows_of(show, request.actor, request.at, before=before)
    query = f"?show={show}" if show != "todo" else ""
    home = reverse("operation:calls")
    return {
        "show": show,
        "query": query,
        "rows": [CallRow.of(row, request.actor, request.at, show) for row in rows],
        "tabs": [
            Choice(str(LABELS[one]), home + ("" if one == "todo" else f"?show={one}"), one == show) for one in SHOWN
        ],
        "more": f"{home}?show={show}&before={rows[-1].joint.call.pk}" if has_more else "",
        "may_call": bool(street_choices(request.actor)),
    }


def show_page(
    request: DeskRequest, pane: str, context: dict[str, Any], *, opened: int | None = None, status: int = 200
) -> HttpResponse:
    """The template `pane` beside the list of calls."""
    return whole(
        request,
        "operation/calls/page.html",
        {
            **list_context(request),
            "pane": pane,
            "opened": opened,
            "desk_names": desk_names(request.actor),
            "actor": request.actor,
            "step_keys": step_keys(),
            **context,
        },
        status=status,
    )


def step_keys() -> list[tuple[str, str]]:
    """The letters of the steps of a call and what they do."""
    labels: dict[str, list[str]] = {}
    for step in STEPS.values():
        if step.key:
            labels.setdefault(step.key, []).append(str(step.label))
    return [(key, " / ".join(several)) for key, several in labels.items()]


def may_look(request: DeskRequest) -> None:
    if not request.actor.has("call.see"):
        raise Denied("call.see")


@require_safe
@at_desk
def listing(request: DeskRequest) -> HttpResponse:
    may_look(request)
    return show_page(request, "operation/calls/nothing_open.html", {})
