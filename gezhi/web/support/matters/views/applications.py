"""Applications: the list, one with all that is known of it, writing and moving it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.access import Denied
from gezhi.kernel.events import STALE, timeline
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.matters.access import covers, desks_to_apply, get_application
from gezhi.matters.actions import draft_admission, draft_exit, revise_admission, revise_exit, schedule_batch, take
from gezhi.matters.actions.steps import DOOR, refuses
from gezhi.matters.admission import QUESTIONS, reasons
from gezhi.matters.alike import alike
from gezhi.matters.books import forms as forms_asked
from gezhi.matters.burden import total
from gezhi.matters.models import Application
from gezhi.matters.models.application import DECIDED
from gezhi.matters.situation import held_fields, situation_of
from gezhi.matters.workflow import OPEN_TO_CHANGE, STEPS, ApplicationKind, ApplicationStage, Step
from gezhi.matters.worklist import TABS, listed, turns
from gezhi.people.queries import DeskInfo, directory
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import whole_number
from gezhi.web.operation.wording import told
from gezhi.web.support.export import exported
from gezhi.web.support.matters.forms import AdmissionForm, ExitForm, ScheduleForm, StepForm
from gezhi.web.support.matters.papers import application_paper
from gezhi.web.support.matters.sheets import application_sheet
from gezhi.web.support.matters.views.downloads import document
from gezhi.web.support.matters.wording import DONE, minutes, often, state_of, street_name, title_of, yuan
from gezhi.web.support.page import for_support, show

ROOM = "matters"
SEE = "matter.see"
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Row:
    application: Application
    state: Any
    is_turn: bool
    money: str
    where: str


@require_safe
@for_support(SEE)
def listing(request: DeskRequest) -> HttpResponse:
    """What waits for the person first; other lists by the links above."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "open"
    kind = request.GET.get("kind", "")
    kind = kind if kind in ApplicationKind.values else ""
    rows = list(listed(request.actor, tab, kind=kind)[:MOST_LISTED])
    mine = turns(request.actor, rows)
    context = {
        "title": _("准入退出"),
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "kinds": [
            ("", _("准入和退出"), not kind),
            *((one.value, one.label, one.value == kind) for one in ApplicationKind),
        ],
        "rows": [
            Row(one, state_of(one), one.pk in mine, yuan(one.yearly_fen) if one.yearly_fen else "", where(one))
            for one in rows
        ],
        "may_admit": bool(desks_to_apply(request.actor, ApplicationKind.ADMISSION)),
        "may_exit": bool(desks_to_apply(request.actor, ApplicationKind.EXIT)),
    }
    return show(request, "support/matters/applications.html", context, room=ROOM)


def where(application: Application) -> str:
    """At whose desk it lies now; "" where nobody has to do anything."""
    match application.stage:
        case ApplicationStage.SUBMITTED:
            return desk_name(application.review_desk_id)
        case ApplicationStage.REVIEWED:
            return _("区指挥中心")
        case ApplicationStage.DRAFT | ApplicationStage.RETURNED:
            return desk_name(application.desk_id)
    return ""


@require_safe
@for_support(SEE)
def sheet(request: DeskRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    rows = listed(request.actor, tab if tab in TABS else "all")
    return exported(request, _("准入退出申请"), [application_sheet(rows)])


# --- one ----------------------------------------------------------------------------------------------------------


@require_safe
@for_support(SEE)
def application(request: DeskRequest, pk: int) -> HttpResponse:
    return show_application(request, get_application(request.actor, pk))


def show_application(request: DeskRequest, found: Application, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**context_of(request, found), **more}
    return show(request, "support/matters/application.html", context, room=ROOM, status=status)


@dataclass(frozen=True, slots=True)
class Button:
    """A step as a button. One without inputs is done at once; `seal` makes a double click harmless."""

    step: Step
    label: Any
    url: str
    is_direct: bool
    seal: str


def buttons(request: DeskRequest, found: Application) -> list[Button]:
    made = []
    for row in DOOR.offered(found, request.actor, request.at):
        if row.name == "turn_away":
            continue
        made.append(Button(row, row.label, url_of(found, "step", row.name), not (row.needs or row.offers), uuid4().hex))
    if refuses(found) and found.stage in OPEN_TO_CHANGE and covers(request.actor, STEPS["submit"], found):
        # Handing it in ends it, with the reason: the button says so before.
        label = _("提交（按规定将不予准入）")
        made.insert(0, Button(STEPS["submit"], label, url_of(found, "step", "submit"), True, uuid4().hex))
    return made


def url_of(found: Application, name: str = "application", *args: Any) -> str:
    return reverse(f"support:matters:{name}", args=[found.pk, *args])


def blocked(request: DeskRequest, found: Application) -> list[Any]:
    """Everything that still keeps a draft from being handed in, for whoever can hand it in."""
    if found.stage not in OPEN_TO_CHANGE or not covers(request.actor, STEPS["submit"], found) or refuses(found):
        return []
    situation = situation_of(found, request.actor, request.at)
    return [condition.otherwise for condition in STEPS["submit"].conditions if not condition.holds(situation)]


def context_of(request: DeskRequest, found: Application) -> dict[str, Any]:
    is_admission = found.kind == ApplicationKind.ADMISSION
    may_change = found.stage in OPEN_TO_CHANGE and covers(request.actor, STEPS["submit"], found)
    asked = [one.form for one in forms_asked([found.pk])] if is_admission else []
    is_undecided = is_admission and found.is_open and found.stage not in DECIDED
    may_schedule = is_admission and found.stage in DECIDED and covers(request.actor, STEPS["approve"], found)
    return {
        "application": found,
        "title": title_of(found),
        "state": state_of(found),
        "is_admission": is_admission,
        "buttons": buttons(request, found),
        "blocked": blocked(request, found),
        "edit_url": url_of(found, "edit") if may_change else "",
        "schedule_url": url_of(found, "schedule") if may_schedule else "",
        "reasons": reasons(found.grounds),
        "desk": desk_name(found.desk_id),
        "examiner": desk_name(found.review_desk_id) if found.review_desk_id is not None else "",
        "answers": [(question.words, getattr(found, question.code)) for question in QUESTIONS],
        "batches": [
            (one.phase, street_name(one.street.code), one.starts_on, yuan(one.yearly_fen))
            for one in found.batches.select_related("street").order_by("phase", "starts_on", "street__code")
        ],
        "money": yuan(found.yearly_fen),
        "forms": [(form, often(form)) for form in asked],
        "minutes": minutes(total(asked, cases_a_week=found.expected_a_week)),
        "held": held_fields(found) if is_undecided else [],
        "alike": alike(found) if is_undecided else [],
        "told": [told(event) for event in reversed(timeline(found))],
    }


@require_safe
@for_support(SEE)
def paper(request: DeskRequest, pk: int) -> HttpResponse:
    """The application as a Word file, with what was decided."""
    found = get_application(request.actor, pk)
    return document(application_paper(found, request.at), title_of(found))


# --- writing ------------------------------------------------------------------------------------------------------


def desk_for(request: DeskRequest, kind: str) -> DeskInfo:
    """The desk at which the person applies; the first where there are several."""
    desks = desks_to_apply(request.actor, kind)
    if not desks:
        raise Denied("matter.apply" if kind == ApplicationKind.ADMISSION else "matter.ask_exit")
    chosen = whole_number(request.GET.get("desk", ""))
    return next((desk for desk in desks if desk.id == chosen), desks[0])


@require_http_methods(["GET", "POST"])
@for_support("matter.apply")
def new_admission(request: DeskRequest) -> HttpResponse:
    desk = desk_for(request, ApplicationKind.ADMISSION)
    form = AdmissionForm(data=request.POST if request.method == "POST" else None)

    def do() -> Application:
        return draft_admission(form.draft(), actor=request.actor, at=request.at, desk_id=desk.id)

    return written(request, form, do, back=reverse("support:matters:applications"), title=_("申请准入"))


@require_http_methods(["GET", "POST"])
@for_support("matter.ask_exit")
def new_exit(request: DeskRequest) -> HttpResponse:
    desk = desk_for(request, ApplicationKind.EXIT)
    form = ExitForm(desk, request.at, data=request.POST if request.method == "POST" else None)

    def do() -> Application:
        return draft_exit(form.draft(), actor=request.actor, at=request.at, desk_id=desk.id)

    return written(request, form, do, back=reverse("support:matters:applications"), title=_("申请退出"))


@require_http_methods(["GET", "POST"])
@for_support("matter.apply", "matter.ask_exit")
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_application(request.actor, pk)
    if not covers(request.actor, STEPS["submit"], found):
        raise Denied("matter.apply")
    data = request.POST if request.method == "POST" else None
    seen = whole_number(request.POST.get("seen", "")) if data is not None else None
    back = url_of(found)
    if found.kind == ApplicationKind.EXIT:
        exit_form = ExitForm(directory().get(found.desk_id), request.at, found, data)

        def do_exit() -> Application:
            return revise_exit(found, exit_form.draft(), actor=request.actor, at=request.at, seen=seen)

        return written(request, exit_form, do_exit, back=back, title=_("修改退出申请"), version=found.version)
    form = AdmissionForm(found, data)

    def do() -> Application:
        return revise_admission(found, form.draft(), actor=request.actor, at=request.at, seen=seen)

    return written(request, form, do, back=back, title=_("修改准入申请"), version=found.version)


def written(
    request: DeskRequest,
    form: AdmissionForm | ExitForm,
    do: Callable[[], Application],
    *,
    back: str,
    title: str,
    version: int | None = None,
) -> HttpResponse:
    """Show the form, or do what it says once and go to the application. After a refusal with everything that was typed."""
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                found = sealed(request, title, do)
                messages.success(request, _("已保存。看过没有问题，就提交。"))
                return HttpResponseRedirect(reverse("support:matters:application", args=[found]))
            status = 422
        except Refused as error:
            form.refuse(error.field, error.message)
            status = error.status
    is_admission = isinstance(form, AdmissionForm)
    template = "support/matters/admission_form.html" if is_admission else "support/matters/exit_form.html"
    context = {"title": title, "form": form, "seal": uuid4().hex, "back": back, "seen": version, "submit": _("保存")}
    return show(request, template, context, room=ROOM, status=status)


def sealed(request: DeskRequest, what: str, do: Callable[[], Application]) -> int:
    """Do it once, however often the form was sent; the key of the application."""
    content = {key: request.POST.getlist(key) for key in request.POST if key not in ("csrfmiddlewaretoken", "seal")}

    def answer() -> tuple[int, Any]:
        return 200, do().pk

    seal = request.POST.get("seal", "")
    (_status, key), _replayed = once(
        f"desk:{request.user.pk}", seal, {**content, "what": what, "path": request.path}, answer, at=request.at
    )
    return int(key)


# --- moving -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support(SEE)
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """GET the form of a step, POST to take it."""
    found = get_application(request.actor, pk)
    row = STEPS.get(name)
    if row is None or row.creates or not row.right or name == "turn_away":
        raise Missing("no_such_step", _("没有这一步。"))
    form = StepForm(row, found, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return step_page(request, found, row, form)
    if not form.is_valid():
        return step_page(request, found, row, form, status=422)
    seen = whole_number(request.POST.get("seen", ""))
    inputs = form.inputs()
    try:

        def do() -> tuple[int, Any]:
            moved = take(name, found, actor=request.actor, at=request.at, seen=seen, **inputs)
            return 200, moved.stage

        content = {**inputs, "application": found.pk, "step": name}
        seal = request.POST.get("seal", "")
        (_status, stage), _replayed = once(f"desk:{request.user.pk}", seal, content, do, at=request.at)
    except Denied:
        if seen is None or seen == found.version:
            raise
        return clash(request, found, row, form, STALE)
    except Conflict as error:
        return clash(request, found, row, form, error.message)
    except Refused as error:
        form.refuse(error.field, error.message)
        return step_page(request, get_application(request.actor, pk), row, form, status=error.status)
    done = {("submit", ApplicationStage.REFUSED): "turn_away", ("review", ApplicationStage.REFUSED): "object"}.get(
        (name, stage), name
    )
    messages.success(request, str(DONE[done]))
    return HttpResponseRedirect(url_of(found))


def step_page(
    request: DeskRequest, found: Application, row: Step, form: StepForm, *, status: int = 200, problem: Any = ""
) -> HttpResponse:
    more = {"step": row, "form": form, "seal": uuid4().hex, "problem": problem, "back": url_of(found)}
    return show_application(request, found, status=status, **more)


def clash(request: DeskRequest, found: Application, row: Step, form: StepForm, message: Any) -> HttpResponse:
    return step_page(request, get_application(request.actor, found.pk), row, form, status=409, problem=message)


@require_http_methods(["GET", "POST"])
@for_support("matter.approve")
def schedule(request: DeskRequest, pk: int) -> HttpResponse:
    """Give it to one more street, or move a day."""
    found = get_application(request.actor, pk)
    form = ScheduleForm(found, request.at, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                given = dict(form.cleaned_data)
                fen = int(given.pop("yearly") * 100)
                schedule_batch(found, actor=request.actor, at=request.at, yearly_fen=fen, **given)
                messages.success(request, _("分批已调整。"))
                return HttpResponseRedirect(url_of(found))
            status = 422
        except Refused as error:
            form.refuse("yearly" if error.code == "no_funds" else error.field, error.message)
            status = error.status
    more = {"schedule_form": form, "back": url_of(found)}
    return show_application(request, get_application(request.actor, pk), status=status, **more)
