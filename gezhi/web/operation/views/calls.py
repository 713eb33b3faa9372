"""街呼区应: the list of calls, one call with all its departments, its steps, and the departments' response table."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.calls import assessment
from gezhi.calls.access import get_call, get_part, missing
from gezhi.calls.actions import raise_call, take
from gezhi.calls.assessment import Period
from gezhi.calls.clock import waits
from gezhi.calls.joint import Joint
from gezhi.calls.models import Call, CallPart, CallScore, Lateness
from gezhi.calls.queries import SHOWN, Offer, Row, latenesses_of, rows_of, steps_for, story_of
from gezhi.calls.timing import clocks_of
from gezhi.calls.workflow import STEPS, Late, Phase, Standing, State, Step
from gezhi.cases.access import covers, get_case
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.kernel.workbooks import KIND
from gezhi.web.clocks import Clock, span
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.call_forms import LEVELS, CallForm, CallStepForm, street_choices
from gezhi.web.operation.call_panel import first_clock, scoring_clock, tone_of
from gezhi.web.operation.call_wording import clock_of_wait
from gezhi.web.operation.listing import Choice, desk_names
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk, whole, whole_number
from gezhi.web.operation.wording import told

LABELS = {
    "todo": gettext_lazy("轮到我的"),
    "open": gettext_lazy("进行中"),
    "late": gettext_lazy("有超时的"),
    "ended": gettext_lazy("已结束"),
}
LEVEL_WORDS = dict(LEVELS)


# --- the list -------------------------------------------------------------------------------------------------------


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
    states = [State(part.state) for part in joint.taking_part]
    if not states:
        return _("还没有分办")
    told_states = "，".join(f"{state.label} {states.count(state)}" for state in State if state in states)
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


# --- one call -------------------------------------------------------------------------------------------------------


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
    part: CallPart, joint: Joint, buttons: list[CallButton], latenesses: list[Lateness], request: DeskRequest
) -> PartCard:
    score = joint.scores.get(part.pk)
    levels = [(_("响应"), score.response), (_("态度"), score.manner), (_("成效"), score.effect)] if score else []
    return PartCard(
        part,
        desk_name(part.desk_id),
        str(State(part.state).label),
        tone_of(part.state),
        [clock_of_wait(part, wait, request.at) for wait in waits(clocks_of(part))],
        instants_of(part),
        score,
        [(name, level, LEVEL_WORDS[level]) for name, level in levels],
        str(Standing(score.standing).label) if score else "",
        latenesses,
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
    """Everything the page of a call shows: two statements besides the call itself."""
    query = f"?show={request.GET['show']}" if request.GET.get("show") in SHOWN else ""
    events, late = story_of(joint), latenesses_of(joint)
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
                [one for one in late if one.part_id == part.pk],
                request,
            )
            for part in joint.parts
        ],
        "late_calls": [(Late(one.what).label, one) for one in late if one.part_id is None],
        "case_link": case if case is not None and covers(request.actor, "case.see", case) else None,
        "told": [told(event) for event in reversed(events)],
    }


@require_safe
@at_desk
def one(request: DeskRequest, pk: int) -> HttpResponse:
    joint = get_call(request.actor, pk)
    return show_page(request, "operation/calls/call.html", call_context(request, joint), opened=pk)


# --- steps ----------------------------------------------------------------------------------------------------------


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
) -> HttpResponse:
    """The form within its call. After a refusal with everything that was typed."""
    context = {
        **call_context(request, joint),
        "step": row,
        "form": form,
        "whose": desk_name(part.desk_id) if part is not None else "",
        "seen": subject_of(joint, part, row).version,
        "seal": uuid4().hex,
        "problem": problem,
        "is_open": is_offered(request, joint, part, row),
        "draft": f"new/call/{joint.call.pk}/{part.pk if part is not None else 0}/{row.name}",
    }
    return show_page(request, "operation/calls/call.html", context, opened=joint.call.pk, status=status)


def taken(request: DeskRequest, joint: Joint, part: CallPart | None, row: Step) -> HttpResponse:
    """Take the step once, however often it was sent."""
    form = CallStepForm(row, joint, part, data=request.POST)
    if not form.is_valid():
        return step_page(request, joint, part, row, form, status=422)
    user_id, seen = request.user.pk, whole_number(request.POST.get("seen", ""))
    subject = subject_of(joint, part, row)

    def do() -> tuple[int, Any]:
        take(row.name, subject, actor=request.actor, at=request.at, seen=seen, **form.inputs)
        return 200, {"call": joint.call.pk}

    content = {**form.inputs, "call": joint.call.pk, "part": part.pk if part is not None else None, "step": row.name}
    try:
        once(f"desk:{user_id}", request.POST.get("seal", ""), content, do, at=request.at)
    except Conflict as error:
        fresh = get_call(request.actor, joint.call.pk)
        about = fresh.part(part.pk) if part is not None else None
        return step_page(request, fresh, about, row, form, status=409, problem=error.message)
    except Refused as error:
        form.refuse(error.field, error.message)
        return step_page(request, joint, part, row, form, status=error.status)
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


# --- a new one ------------------------------------------------------------------------------------------------------


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
    form = CallForm(streets, data=request.POST)
    if not form.is_valid():
        return new_page(request, case, form, status=422)
    facts = form.cleaned_data
    seen = whole_number(request.POST.get("seen", ""))

    def do() -> tuple[int, Any]:
        raised = raise_call(actor=request.actor, at=request.at, case=case, seen=seen if case else None, **facts)
        return 200, {"call": raised.pk}

    content = {**facts, "case": case.pk if case is not None else None, "step": "call"}
    seal = request.POST.get("seal", "")
    try:
        (_status, answer), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
    except Refused as error:
        form.refuse(error.field, error.message)
        return new_page(request, case, form, status=error.status)
    return onwards(request, answer["call"], _("已呼叫，等区指挥中心分办。"))


def drafted(case: Case | None) -> dict[str, Any]:
    """What the case says already. Words of a confidential report are for its handlers alone, so the street writes its own."""
    if case is None or case.is_confidential:
        return {"is_urgent": case is not None and case.is_emergency}
    return {"title": case.title, "text": case.text, "is_urgent": case.is_emergency}


def new_page(request: DeskRequest, case: Case | None, form: CallForm, *, status: int = 200) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "seal": uuid4().hex,
        "seen": case.version if case is not None else "",
        "draft": f"new/call/{case.number if case is not None else ''}",
    }
    return show_page(request, "operation/calls/new.html", context, status=status)


# --- the departments' response --------------------------------------------------------------------------------------


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
def response(request: DeskRequest) -> HttpResponse:
    may_look(request)
    problem, status = "", 200
    try:
        period = period_of(request)
    except Refused as error:
        problem, status, period = str(error.message), error.status, Period.year_of(request.at)
    table = assessment.response_table(period, request.actor, request.at)
    context = {
        "table": table,
        "lines": [(line, desk_name(line.department_id)) for line in table.lines],
        "notes": assessment.notes(table),
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
    table = assessment.response_table(period_of(request), request.actor, request.at)
    answer = HttpResponse(assessment.workbook(table), content_type=KIND)
    answer["Content-Disposition"] = f'attachment; filename="response-{localdate(request.at):%Y%m%d}.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
