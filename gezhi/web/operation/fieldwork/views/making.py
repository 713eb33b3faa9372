"""Making a campaign: its words, its form, its targets; and its steps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gezhi.fieldwork.access import get_campaign
from gezhi.fieldwork.actions import change_campaign, draft_campaign, set_questions, set_targets, take_campaign
from gezhi.fieldwork.actions.campaigns import current_form
from gezhi.fieldwork.models import Campaign
from gezhi.fieldwork.questions import MOST_QUESTIONS, question_of
from gezhi.fieldwork.workflow import STEPS, CampaignStage
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Missing, Refused
from gezhi.territory.queries import list_names, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import Refusable
from gezhi.web.operation.fieldwork.forms import CampaignForm, QuestionsForm, StepForm, TargetsForm
from gezhi.web.operation.fieldwork.page import holding, show
from gezhi.web.operation.fieldwork.views.campaigns import show_campaign
from gezhi.web.operation.page import whole_number

EDIT = "campaign.edit"
MORE_ROWS = 5


def page_of(found: Campaign, name: str = "campaign", *args: Any) -> str:
    return reverse(f"operation:fieldwork:{name}", args=[found.pk, *args])


def done(request: DeskRequest, do: Callable[[], int], content: Any) -> int:
    """Do it once, however often the form was sent."""
    seal = request.POST.get("seal", "")
    (_status, pk), _replayed = once(f"desk:{request.user.pk}", seal, content, lambda: (200, do()), at=request.at)
    return int(pk)


def seen_of(request: DeskRequest) -> int | None:
    return whole_number(request.POST.get("seen", ""))


def refused(form: Refusable, error: Refused) -> int:
    form.refuse(error.field, error.message)
    return error.status


@require_http_methods(["GET", "POST"])
@holding(EDIT)
def new(request: DeskRequest) -> HttpResponse:
    """The form; sent once or twice, it makes one campaign. The key was drawn with the page."""
    form = CampaignForm(request.actor, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                key = UUID(request.POST.get("seal", ""))
                campaign = draft_campaign(actor=request.actor, at=request.at, key=key, **form.cleaned_data)
                return HttpResponseRedirect(page_of(campaign, "questions"))
            except ValueError:
                form.refuse(None, _("请重新打开这一页再提交。"))
            except Refused as error:
                status = refused(form, error)
    context = {
        "title": _("布置排查"),
        "form": form,
        "seal": uuid4().hex,
        "submit": _("下一步：做表"),
        "back": reverse("operation:fieldwork:campaigns"),
    }
    return show(request, "form", context, tab="campaigns", status=status)


@require_http_methods(["GET", "POST"])
@holding(EDIT)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_campaign(request.actor, pk, EDIT)
    form = CampaignForm(request.actor, found, data=request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_campaign(found, actor=request.actor, at=request.at, seen=seen_of(request), **form.cleaned_data)
                return HttpResponseRedirect(page_of(found))
            except Refused as error:
                status = refused(form, error)
                found = get_campaign(request.actor, pk, EDIT)
    context = {
        "title": _("改名称和日期"),
        "form": form,
        "seen": found.version,
        "submit": _("保存"),
        "back": page_of(found),
    }
    return show(request, "form", context, tab="campaigns", status=status)


@require_http_methods(["GET", "POST"])
@holding(EDIT)
def questions(request: DeskRequest, pk: int) -> HttpResponse:
    """The form of the campaign, row by row. `do=more` gives more empty rows and keeps what was typed."""
    found = get_campaign(request.actor, pk, EDIT)
    standing = current_form(found)
    several = [question_of(row) for row in standing.questions] if standing is not None else []
    status, rows = 200, whole_number(request.POST.get("rows", "")) or 0
    if request.method == "POST" and request.POST.get("do") == "more":
        form = QuestionsForm(several, rows=min(rows + MORE_ROWS, MOST_QUESTIONS), data=typed_so_far(request, rows))
    elif request.method == "POST":
        form = QuestionsForm(several, rows=rows, data=request.POST)
        status = 422
        if form.is_valid():
            given, at_rows = form.questions()
            try:
                set_questions(found, given, actor=request.actor, at=request.at, seen=seen_of(request))
                target = "targets" if found.stage == CampaignStage.DRAFT and not found.targets.exists() else "campaign"
                return HttpResponseRedirect(page_of(found, target))
            except Refused as error:
                number = whole_number((error.field or "").removeprefix("question"))
                field = f"question{at_rows[number - 1]}" if number and number <= len(at_rows) else None
                form.refuse(field, error.message)
                status = error.status
                found = get_campaign(request.actor, pk, EDIT)
    else:
        form = QuestionsForm(several)
    context = {
        "title": _("做表"),
        "campaign": found,
        "form": form,
        "seen": found.version,
        "is_running": found.stage == CampaignStage.RUNNING,
        "may_more": form.rows < MOST_QUESTIONS,
        "back": page_of(found),
    }
    return show(request, "questions", context, tab="campaigns", status=status)


def typed_so_far(request: DeskRequest, rows: int) -> Any:
    """What was typed, with the kind of new rows at its usual."""
    data = request.POST.copy()
    for number in range(rows + 1, MOST_QUESTIONS + 1):
        data.setdefault(f"question{number}_kind", "yes_no")
    return data


@require_http_methods(["GET", "POST"])
@holding(EDIT)
def targets(request: DeskRequest, pk: int) -> HttpResponse:
    """Which parts of the area."""
    found = get_campaign(request.actor, pk, EDIT)
    home = found.place_code
    level: Any = {0: "street", 9: "community", 12: "grid", 15: "grid"}[len(home)]
    parts = [(area.code, name_path(area.code)) for area in list_names(level, within=home)]
    form = TargetsForm(parts, **({"data": request.POST} if request.method == "POST" else {}))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_targets(found, actor=request.actor, at=request.at, seen=seen_of(request), **form.cleaned_data)
                messages.success(request, _("排查对象 %(count)s 处。") % {"count": found.targets.count()})
                return HttpResponseRedirect(page_of(found))
            except Refused as error:
                status = refused(form, error)
                found = get_campaign(request.actor, pk, EDIT)
    context = {
        "title": _("选排查对象"),
        "form": form,
        "seen": found.version,
        "submit": _("选定"),
        "back": page_of(found),
        "words": _("已经开始的排查，只增加，不减少。") if found.stage == CampaignStage.RUNNING else "",
    }
    return show(request, "form", context, tab="campaigns", status=status)


DONE = {
    "start": gettext_lazy("已经开始，有任务的网格都收到了消息。"),
    "remind": gettext_lazy("已经提醒还没有完成的网格。"),
    "postpone": gettext_lazy("截止日期已改，没有完成的网格收到了消息。"),
    "close": gettext_lazy("排查已结束。"),
    "withdraw": gettext_lazy("排查已撤回。"),
}


@require_http_methods(["GET", "POST"])
@holding(EDIT)
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """GET the form of a step, POST to take it."""
    found = get_campaign(request.actor, pk, EDIT)
    row = STEPS.get(name)
    if row is None:
        raise Missing("no_such_step", _("没有这一步。"))
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = StepForm(row, due_on=found.due_on, **sent)
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)

            def do() -> int:
                take_campaign(name, found, actor=request.actor, at=request.at, seen=seen_of(request), **given)
                return found.pk

            try:
                done(request, do, {**given, "campaign": pk, "step": name})
                messages.success(request, DONE[name])
                return HttpResponseRedirect(page_of(found))
            except Conflict as error:
                status, problem = error.status, str(error.message)
            except Refused as error:
                status = refused(form, error)
            found = get_campaign(request.actor, pk, EDIT)
    return show_campaign(
        request, found, status=status, step=row, form=form, seal=uuid4().hex, problem=problem, back=page_of(found)
    )
