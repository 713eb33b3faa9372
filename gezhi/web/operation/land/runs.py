"""辅助划分: ask the planner for a draft, leave it and find it again, stop it, and turn what it found into a plan."""

import json
from collections import Counter
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column, Sheet
from gezhi.territory.actions import ask_planning, plan_of_run, stop_planning
from gezhi.territory.codes import level_of
from gezhi.territory.crs import Crs
from gezhi.territory.geojson import read_features
from gezhi.territory.ledgers import limits_on
from gezhi.territory.models import Area, GridKind, PlanningRun, RunState
from gezhi.territory.planning_words import REASONS, REFUSALS
from gezhi.territory.workflow import PROPOSE
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.forms import HeadingsForm, PlannerForm, bytes_of
from gezhi.web.operation.land.page import done_once, download, for_land, show, subtype_names, workbook
from gezhi.web.operation.land.pictures import Picture, Shape, picture
from gezhi.web.operation.land.wording import place_words, short

A_PAGE = 50
# The sizes are drawn in steps of so many.
STEP = 50


def get_run(actor: Actor, pk: int) -> PlanningRun:
    """A run about land for which the actor proposes. Raises `Missing`."""
    run = PlanningRun.objects.visible_to(actor).select_related("scope", "plan", "asked_by").filter(pk=pk).first()
    if run is None:
        raise Missing("no_run", _("没有这个划分，或者您无权查看。"))
    return run


def require_proposer(request: DeskRequest) -> None:
    if not any(request.actor.has(right) for right in set(PROPOSE.values())):
        raise Denied("plan.propose")


@require_safe
@for_land
def listing(request: DeskRequest) -> HttpResponse:
    """The newest first. One statement besides the frame."""
    require_proposer(request)
    runs = PlanningRun.objects.visible_to(request.actor).select_related("scope", "asked_by").defer("grids")
    rows = [(run, place_words(run.scope.code), round(run.share * 100)) for run in runs.order_by("-pk")[:A_PAGE]]
    return show(request, "runs", {"rows": rows})


@require_http_methods(["GET", "POST"])
@for_land
def new(request: DeskRequest) -> HttpResponse:
    """What the planner is to divide, how, and from what."""
    require_proposer(request)
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    limits = limits_on(localdate(request.at)).get(GridKind.RESIDENTIAL)
    initial = {"crs": Crs.CGCS2000.value, "seed": 1, "scope": request.GET.get("scope", "")}
    if limits is not None:
        initial |= {"least": limits.fewest_households, "most": limits.most_households}
    form = PlannerForm(request.actor, initial=initial, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                return asked(request, form)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    return show(request, "run_new", {"form": form, "seal": uuid4().hex}, status=status)


def asked(request: DeskRequest, form: PlannerForm) -> HttpResponse:
    given = form.cleaned_data
    area = Area.objects.filter(code=given["scope"], is_active=True).first()
    if area is None:
        raise Refused("no_such_area", _("没有这个区域。"), field="scope")
    files = [(upload.name, bytes_of(upload)) for upload in given["layers"]]

    def do() -> int:
        return ask_planning(
            area, given["title"], actor=request.actor, at=request.at, kind=given["kind"], least=given["least"],
            most=given["most"], counts_people=given["counts"] == "people", files=files, crs=Crs(given["crs"]),
            seed=given["seed"] or 1, is_quick=given["is_quick"], minutes=given["minutes"],
        ).pk  # fmt: skip

    content = {name: str(value) for name, value in given.items() if name != "layers"}
    pk = done_once(request, content | {"files": [(name, len(data)) for name, data in files]}, do)
    messages.success(request, _("已排上队。可以离开这一页，做完了还在这里。"))
    return HttpResponseRedirect(reverse("operation:land:run", args=[pk]))


@require_safe
@for_land
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_run(request, get_run(request.actor, pk))


def show_run(
    request: DeskRequest, run: PlanningRun, *, form: HeadingsForm | None = None, status: int = 200
) -> HttpResponse:
    may_plan = run.state == RunState.DONE and run.plan_id is None
    title = {"title": run.title, "reason": ""}
    context = {
        "run": run,
        "scope": place_words(run.scope.code),
        "percent": round(run.share * 100),
        "may_stop": run.is_open and run.stop_asked_at is None,
        "form": form
        or (
            HeadingsForm(request.actor, localdate(request.at), initial=title, fixed_scope=run.scope.code)
            if may_plan
            else None
        ),
        "seal": uuid4().hex,
        **(result_of(run) if run.state == RunState.DONE else {}),
    }
    return show(request, "run", context, status=status)


def result_of(run: PlanningRun) -> dict[str, Any]:
    """What a finished run found: numbers, sizes, what can't be done and why, what was refused."""
    told = run.outcome
    grids = json.loads(run.grids)["features"]
    names = subtype_names()
    rows = [row_of(one_["properties"], names) for one_ in grids]
    return {
        "told": told,
        "rows": rows,
        "sizes": histogram([row["size"] for row in rows if not row["is_dedicated"]], run),
        "exceptions": [
            (short(code), code, size, REASONS[reason], reason != "open")
            for code, size, reason in told.get("exceptions", [])
        ],
        "refused": [(file, position, REFUSALS[reason]) for file, position, reason in told.get("refused", [])],
        "picture": picture_of(run),
    }


def row_of(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "community": short(values["community"]),
        "number": values["number"],
        "is_dedicated": values["kind"] == GridKind.DEDICATED,
        "purpose": names.get(values["subtype"], values["subtype"])
        if values["subtype"]
        else GridKind(values["kind"]).label,
        "households": values["households"],
        "population": values["population"],
        "size": values["households"],
        "is_in_range": values["is_in_range"],
        "reason": REASONS.get(values["reason"], ""),
        "continues": values["continues"],
        "bounds": [values[f"bounds_{side}"] for side in ("east", "south", "west", "north")],
    }


def histogram(sizes: list[int], run: PlanningRun) -> list[tuple[str, int, int]]:
    """How many grids there are of each size, in steps of fifty: words, count, and the share of the most frequent in percent."""
    counts = Counter(size // STEP for size in sizes)
    if not counts:
        return []
    most = max(counts.values())
    return [
        (f"{at * STEP}—{at * STEP + STEP - 1}", counts[at], round(100 * counts[at] / most))
        for at in range(min(counts), max(counts) + 1)
        if counts[at]
    ]


def picture_of(run: PlanningRun) -> Picture | None:
    shapes = []
    for outline in read_features(run.grids.encode()):
        values = outline.properties
        tone = (
            "after is-dedicated"
            if values["kind"] == GridKind.DEDICATED
            else "after"
            if values["is_in_range"]
            else "bad"
        )
        title = f"{short(values['community'])} {values['number']}：{values['households']}"
        shapes.append(Shape(outline.geometry, tone, title, f"{values['number']}"))
    labelled = shapes if len(shapes) <= 60 else [Shape(one_.outline, one_.tone, one_.title) for one_ in shapes]
    return picture(labelled, _("划分出的网格，共 %(n)d 个") % {"n": len(shapes)})


@require_safe
@for_land
def share(request: DeskRequest, pk: int) -> HttpResponse:
    """How far it is, asked for now and then by the page; when it has ended the page is loaded anew."""
    run = get_run(request.actor, pk)
    response = show(request, "run_share", {"run": run, "percent": round(run.share * 100)})
    if not run.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@for_land
def stop(request: DeskRequest, pk: int) -> HttpResponse:
    run = get_run(request.actor, pk)
    try:
        stop_planning(run, actor=request.actor, at=request.at)
    except Refused as error:
        messages.error(request, str(error.message))
    else:
        done = run.state == RunState.FAILED
        messages.success(request, _("已取消。") if done else _("已请它停下，保留目前最好的结果。"))
    return HttpResponseRedirect(reverse("operation:land:run", args=[pk]))


@require_POST
@for_land
def plan(request: DeskRequest, pk: int) -> HttpResponse:
    """Turn the draft into a plan."""
    run = get_run(request.actor, pk)
    form = HeadingsForm(request.actor, localdate(request.at), data=request.POST, fixed_scope=run.scope.code)
    right = PROPOSE[level_of(run.scope.code)]
    if not request.actor.may(right, area=run.scope.code):
        raise Denied(right)
    if not form.is_valid():
        return show_run(request, run, form=form, status=422)
    given = form.cleaned_data

    def do() -> int:
        return plan_of_run(
            run, given["title"], given["reason"], actor=request.actor, at=request.at, takes_effect_on=given["takes_effect_on"]
        ).pk  # fmt: skip

    try:
        made = done_once(request, {name: str(value) for name, value in given.items()}, do)
    except Refused as error:
        form.refuse(error.field, error.message)
        return show_run(request, get_run(request.actor, pk), form=form, status=error.status)
    messages.success(request, _("已转成方案，还没有提报。请核对名称、户数和四至。"))
    return HttpResponseRedirect(reverse("operation:land:plan", args=[made]))


@require_safe
@for_land
def layer(request: DeskRequest, pk: int) -> HttpResponse:
    run = get_run(request.actor, pk)
    if run.state != RunState.DONE:
        raise Missing("not_done", _("还没有结果。"))
    return download(run.grids.encode(), "application/geo+json", f"draft-{run.pk}.geojson")


@require_safe
@for_land
def sheet(request: DeskRequest, pk: int) -> HttpResponse:
    """Every grid of the draft for Excel."""
    run = get_run(request.actor, pk)
    if run.state != RunState.DONE:
        raise Missing("not_done", _("还没有结果。"))
    columns = [
        Column(_("社区"), 10), Column(_("序号")), Column(_("类别"), 8), Column(_("户数")), Column(_("人口")), Column(_("合规")),
        Column(_("说明"), 20), Column(_("接续"), 9), Column(_("东至"), 10), Column(_("南至"), 10), Column(_("西至"), 10),
        Column(_("北至"), 10),
    ]  # fmt: skip
    names = subtype_names()
    rows = [
        [row["community"], row["number"], row["purpose"], row["households"], row["population"],
         _("是") if row["is_in_range"] else _("否"), str(row["reason"]), row["continues"], *row["bounds"]]
        for row in (row_of(one_["properties"], names) for one_ in json.loads(run.grids)["features"])
    ]  # fmt: skip
    return workbook(f"{_('划分草案')}-{run.pk}", Sheet(_("划分草案"), columns, rows))
