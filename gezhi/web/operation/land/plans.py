"""The list of re-division plans, one of them with its steps, and both as files."""

from typing import Any
from uuid import uuid4

import numpy as np
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.actions import take_plan_step
from gezhi.territory.geojson import write_features
from gezhi.territory.models import Plan, PlanArea
from gezhi.territory.plan_worklist import PlanFilters, Turn, chosen, page_of, stage_counts
from gezhi.territory.plans import get_plan
from gezhi.territory.queries import area_name, list_names
from gezhi.territory.workflow import PROPOSE, STEPS, PlanStage
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.page import choice, done_once, download, for_land, show, workbook
from gezhi.web.operation.land.plan_page import plan_context, plan_url
from gezhi.web.operation.land.wording import DONE, place_words, turn_words
from gezhi.web.operation.listing import Choice
from gezhi.web.operation.page import whole_number

MOST_ROWS = 20_000


@require_safe
@for_land
def listing(request: DeskRequest) -> HttpResponse:
    """Every choice is a link; three statements, four where the turn is one's own."""
    filters = PlanFilters.of(request.GET)
    found = page_of(filters, request.actor)
    context = {
        "rows": [row(plan) for plan in found.plans],
        "next": choice("", {**filters.as_query(), "before": str(found.next or "")}).href if found.next else "",
        "may_begin": any(request.actor.has(right) for right in set(PROPOSE.values())),
        "is_narrowed": filters != PlanFilters(),
        "query": choice("", filters.but().as_query()).href,
        **choices(filters, request),
    }
    return show(request, "plans", context)


def row(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "url": plan_url(plan),
        "scope": place_words(plan.scope.code),
        "stage": PlanStage(plan.stage).label,
        "turn": turn_words(plan),
    }


def choices(filters: PlanFilters, request: DeskRequest) -> dict[str, Any]:
    counts = stage_counts(filters, request.actor)
    turns = [
        choice(turn.label, filters.but(turn="" if filters.turn == turn else turn.value).as_query(),
               is_chosen=filters.turn == turn)
        for turn in Turn
    ]  # fmt: skip
    stages = [
        choice(_("没有结束的"), filters.but(stage="").as_query(), is_chosen=not filters.stage),
        *(
            choice(stage.label, filters.but(stage=stage.value).as_query(), is_chosen=filters.stage == stage,
                   count=counts.get(stage.value, 0))
            for stage in PlanStage
        ),
        choice(_("全部"), filters.but(stage="all").as_query(), is_chosen=filters.stage == "all"),
    ]  # fmt: skip
    return {"turns": turns, "stages": stages, "scopes": scopes(filters, request)}


def scopes(filters: PlanFilters, request: DeskRequest) -> list[Choice]:
    """The streets for who sees the district, the communities for who sees a street."""
    tops = {
        code for right in (*set(PROPOSE.values()), "plan.review", "plan.approve") for code in request.actor.areas(right)
    }
    level: Any = "street" if any(len(code) <= 6 for code in tops) else "community"
    found = [one for top in sorted(tops) for one in list_names(level, within=top)]
    if filters.scope and filters.scope not in {one.code for one in found} and (known := area_name(filters.scope)):
        found.append(known)
    unique = {one.code: one for one in found}
    return [
        choice(one.short_name, filters.but(scope="" if filters.scope == code else code).as_query(),
               is_chosen=filters.scope == code)
        for code, one in sorted(unique.items())
    ] if len(unique) > 1 else []  # fmt: skip


@require_safe
@for_land
def sheet(request: DeskRequest) -> HttpResponse:
    """The list for Excel, all its pages."""
    filters = PlanFilters.of(request.GET)
    columns = [
        Column(_("编号")), Column(_("方案"), 20), Column(_("范围"), 16), Column(_("阶段"), 8), Column(_("等谁办"), 18),
        Column(_("计划生效"), 8), Column(_("实际生效"), 8), Column(_("理由"), 30),
    ]  # fmt: skip
    plans = chosen(filters, request.actor).order_by("-pk")[:MOST_ROWS]
    rows = (
        [plan.pk, plan.title, place_words(plan.scope.code), PlanStage(plan.stage).label, turn_words(plan),
         plan.takes_effect_on, plan.effective_on, plan.reason]
        for plan in plans.iterator()
    )  # fmt: skip
    return workbook(f"{_('区划调整方案')}-{localdate(request.at):%Y%m%d}", Sheet(_("区划调整方案"), columns, rows))


# --- one ------------------------------------------------------------------------------------------------------------


@require_safe
@for_land
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_plan(request, get_plan(request.actor, pk))


def show_plan(request: DeskRequest, plan: Plan, *, status: int = 200, **more: Any) -> HttpResponse:
    return show(request, "plan", {**plan_context(request, plan), **more}, status=status)


@require_POST
@for_land
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """Take a step of the table; what was written comes back with a refusal."""
    plan = get_plan(request.actor, pk)
    row = STEPS.get(name)
    if row is None or not row.right:
        raise Missing("no_such_step", _("没有这一步。"))
    comment, seen = request.POST.get("comment", ""), whole_number(request.POST.get("seen", ""))

    def do() -> None:
        take_plan_step(name, plan, actor=request.actor, at=request.at, seen=seen, comment=comment)

    try:
        done_once(request, {"comment": comment}, do)
    except Refused as error:
        return again(request, pk, name, comment=comment, problem=error.message, status=error.status)
    messages.success(request, str(DONE.get(name, _("已完成。"))))
    return HttpResponseRedirect(plan_url(plan))


def again(request: DeskRequest, pk: int, name: str, *, comment: str, problem: Any, status: int) -> HttpResponse:
    """The page as it is now, with the comment that was written and why the step was not taken."""
    plan = get_plan(request.actor, pk)
    return show_plan(request, plan, status=status, problem=problem, tried=name, comment=comment, seal=uuid4().hex)


@require_safe
@for_land
def layer(request: DeskRequest, pk: int) -> HttpResponse:
    """The areas of the plan as GeoJSON, for QGIS, or to be edited and given back as a file."""
    plan = get_plan(request.actor, pk)
    areas = list(PlanArea.objects.filter(change__plan=plan).select_related("subtype", "change"))
    properties = [
        {
            "key": area.key, "change": area.change.kind, "code": area.became or area.code, "parent": area.parent,
            "name": area.name, "kind": area.kind, "subtype": area.subtype.code if area.subtype else "",
            "households": area.households, "population": area.population, "bounds_east": area.bounds_east,
            "bounds_south": area.bounds_south, "bounds_west": area.bounds_west, "bounds_north": area.bounds_north,
        }
        for area in areas
    ]  # fmt: skip
    shapes = np.array([area.geometry for area in areas], dtype=object)
    text = write_features(properties, shapes, decimals=9) if areas else '{"type":"FeatureCollection","features":[]}'
    return download(text.encode(), "application/geo+json", f"plan-{plan.pk}.geojson")
