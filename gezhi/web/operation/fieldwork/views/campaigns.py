"""Campaigns: the list, one of them with "16 of 20" by area down to the single target, and both as Excel workbooks."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.fieldwork.access import get_campaign, runs
from gezhi.fieldwork.actions.campaign_steps import DOOR
from gezhi.fieldwork.actions.campaigns import current_form
from gezhi.fieldwork.models import Campaign, CampaignTarget, TargetKind, lying_in
from gezhi.fieldwork.queries import progress_of, summaries_of
from gezhi.fieldwork.queries.progress import Progress, scope_of, targets_of
from gezhi.fieldwork.questions import Question, QuestionKind, question_of
from gezhi.fieldwork.workflow import ENDED, CampaignStage
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import timeline
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.fieldwork.page import as_workbook, holding, show
from gezhi.web.operation.fieldwork.wording import days_left
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.wording import told

MOST_SHOWN, MOST_TARGETS = 100, 300
SEE = ("campaign.see", "campaign.edit")


def selected(request: DeskRequest) -> tuple[str, list[dict[str, Any]]]:
    """The stage asked for, and the rows: what is due first while it runs, else the newest first. One statement."""
    actor = request.actor
    stage = request.GET.get("stage", "")
    stage = stage if stage in CampaignStage.values else ""
    held = actor.areas("campaign.see")
    mine = lying_in(*held, prefix="targets__")
    rows = Campaign.objects.visible_to(actor)
    rows = rows.filter(stage=stage) if stage else rows.exclude(stage__in=ENDED)
    counted = rows.annotate(
        total=Count("targets", filter=mine), done=Count("targets", filter=mine & Q(targets__done_at__isnull=False))
    )
    order = ("-pk",) if stage in ENDED else ("stage", "due_on", "pk")
    today = local_day(request.at)
    found = []
    for campaign in counted.order_by(*order)[:MOST_SHOWN]:
        left, state = days_left(campaign.due_on, today, campaign.stage)
        found.append(
            {
                "campaign": campaign,
                "place": name_path(campaign.place_code) if campaign.place_code else _("全区"),
                "stage": CampaignStage(campaign.stage).label,
                "left": left,
                "state": state,
            }
        )
    return stage, found


@require_safe
@holding(*SEE)
def listing(request: DeskRequest) -> HttpResponse:
    stage, rows = selected(request)
    context = {
        "title": _("排查任务"),
        "rows": rows,
        "stages": [
            Choice(_("没有结束的"), "?", not stage),
            *(Choice(str(one.label), f"?stage={one.value}", one.value == stage) for one in CampaignStage),
        ],
        "stage": stage,
        "is_cut": len(rows) == MOST_SHOWN,
    }
    return show(request, "campaigns", context, tab="campaigns")


@require_safe
@holding(*SEE)
def listing_workbook(request: DeskRequest) -> HttpResponse:
    _stage, rows = selected(request)
    lines = [
        (
            row["campaign"].title,
            row["place"],
            row["stage"],
            row["campaign"].due_on,
            row["campaign"].done,
            row["campaign"].total,
        )
        for row in rows
    ]
    columns = [
        Column(_("名称"), 20),
        Column(_("范围"), 16),
        Column(_("阶段")),
        Column(_("截止日期"), 8),
        Column(_("完成")),
        Column(_("应做")),
    ]
    return as_workbook("campaigns.xlsx", Sheet(_("排查任务"), columns, lines))


def area_of(request: DeskRequest) -> str:
    area = request.GET.get("area", "")
    return area if area.isascii() and area.isdigit() and len(area) in (6, 9, 12, 15) else ""


@require_safe
@holding(*SEE)
def campaign(request: DeskRequest, pk: int) -> HttpResponse:
    return show_campaign(request, get_campaign(request.actor, pk))


def show_campaign(request: DeskRequest, found: Campaign, *, status: int = 200, **more: Any) -> HttpResponse:
    """One campaign, in the area that the address names: a dozen statements at most, however many targets."""
    actor, area = request.actor, area_of(request)
    progress = progress_of(found, actor, area=area)
    is_fine = len(progress.area) >= 12 or progress.whole.total <= MOST_TARGETS
    left, state = days_left(found.due_on, local_day(request.at), found.stage)
    form = current_form(found)
    context = {
        "title": found.title,
        "campaign": found,
        "place": name_path(found.place_code) if found.place_code else _("全区"),
        "stage": CampaignStage(found.stage).label,
        "target_kind": TargetKind(found.target_kind).label,
        "left": left,
        "state": state,
        "progress": progress,
        "trail": trail(progress, scope_of(found, actor)),
        "here": name_path(progress.area) if len(progress.area) > 6 else _("全区"),
        "lines": [
            {"line": line, "href": "?" + urlencode({"area": line.code}), "is_link": len(line.code) < 15}
            for line in progress.lines
        ],
        "targets": shown_targets(found, request, progress.area) if is_fine else [],
        "is_fine": is_fine,
        "summaries": summaries_of(found, actor, area=progress.area),
        "questions": [question_of(row) for row in form.questions] if form is not None else [],
        "kinds": dict(QuestionKind.choices),
        "may_edit": runs(actor, found) and found.stage not in ENDED,
        "buttons": [
            {
                "step": step,
                "url": reverse("operation:fieldwork:step", args=[found.pk, step.name]),
                "is_direct": not (step.needs or step.offers),
                "seal": uuid4().hex,
            }
            for step in DOOR.offered(found, actor, request.at)
        ],
        "told": [told(event) for event in reversed(timeline(found))],
        "chosen": f"?area={area}" if area else "",
        **more,
    }
    return show(request, "campaign", context, tab="campaigns", status=status)


def shown_targets(found: Campaign, request: DeskRequest, area: str) -> list[dict[str, Any]]:
    """What is left first; an answer with the words of the form by which it was asked."""
    rows = []
    for target in targets_of(found, request.actor, area=area)[:MOST_TARGETS]:
        answer = getattr(target, "answer", None)
        asked = [question_of(row) for row in answer.form.questions] if answer is not None else []
        rows.append(
            {
                "place": name_path(target.place_code),
                "address_point": target.address_point,
                "done_at": target.done_at,
                "answer": answer,
                "said": [
                    (one.label, said_of(answer.values[one.code]))
                    for one in asked
                    if answer is not None and one.code in answer.values
                ],
            }
        )
    return rows


def trail(progress: Progress, scope: tuple[str, ...]) -> list[Choice]:
    """The areas around the one that is shown, as far as the person sees them."""
    code = progress.area
    return [
        Choice(
            name_path(code[:size]).rpartition("/")[2].strip() if size > 6 else _("全区"),
            f"?area={code[:size]}",
            is_chosen=False,
        )
        for size in (6, 9, 12)
        if size < len(code) and any(code[:size].startswith(top) for top in scope)
    ]


@require_safe
@holding(*SEE)
def workbook(request: DeskRequest, pk: int) -> HttpResponse:
    """Completion by area, and every target with what was answered; texts and all, for who may see the campaign there."""
    found = get_campaign(request.actor, pk)
    area = area_of(request)
    progress = progress_of(found, request.actor, area=area)
    by_area = Sheet(
        _("完成情况"),
        [Column(_("区域"), 16), Column(_("代码"), 10), Column(_("完成")), Column(_("应做")), Column(_("发现问题"))],
        [(line.name, line.code, line.done, line.total, line.found) for line in (*progress.lines, progress.whole)],
    )
    form = current_form(found)
    asked = [question_of(row) for row in form.questions if row["kind"] != QuestionKind.PHOTO] if form else []
    columns = [
        Column(_("网格"), 20),
        Column(_("地址点"), 12),
        Column(_("填报时间"), 10),
        *(Column(one.label, 10) for one in asked),
        Column(_("事件"), 10),
    ]
    targets = targets_of(found, request.actor, area=progress.area)
    by_target = Sheet(_("逐处"), columns, [row_of(target, asked) for target in targets])
    return as_workbook(f"campaign-{found.pk}.xlsx", by_area, by_target)


def row_of(target: CampaignTarget, asked: Sequence[Question]) -> tuple[Any, ...]:
    answer = getattr(target, "answer", None)
    values = answer.values if answer is not None else {}
    case = answer.case if answer is not None else None
    label = target.address_point.label if target.address_point is not None else ""
    said = (said_of(values.get(one.code)) for one in asked)
    return (name_path(target.place_code), label, target.done_at, *said, case.number if case is not None else "")


def said_of(value: Any) -> Any:
    return _("是") if value is True else _("否") if value is False else value
