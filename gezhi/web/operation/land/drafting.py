"""Writing a plan: its headings, its changes one by one, corrections and withdrawals that begin filled in."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.actions import (
    add_changes,
    begin_plan,
    describe_area,
    draft_plan,
    draft_withdrawal,
    drop_change,
    revise_plan,
)
from gezhi.territory.codes import LENGTHS, Level, level_of
from gezhi.territory.corrections import going_on, undoing
from gezhi.territory.crs import Crs
from gezhi.territory.models import Area, ChangeKind, GridSubtype, Plan, PlanArea
from gezhi.territory.plan_worklist import may_write
from gezhi.territory.plans import get_plan
from gezhi.territory.queries import list_names
from gezhi.territory.wanted import WantedChange
from gezhi.territory.workflow import PROPOSE
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.land.forms import FIELDS, AreaForm, ChangeForm, HeadingsForm
from gezhi.web.operation.land.page import choice, done_once, for_land, show
from gezhi.web.operation.land.plan_page import plan_url
from gezhi.web.operation.land.plans import show_plan
from gezhi.web.operation.land.wanted import wanted_from
from gezhi.web.operation.land.wording import place_words
from gezhi.web.operation.page import whole_number

UNDO, GO_ON, WITHDRAW = "undo", "go-on", "withdraw"


def require_proposer(request: DeskRequest) -> None:
    if not any(request.actor.has(right) for right in set(PROPOSE.values())):
        raise Denied("plan.propose")


def about_of(request: DeskRequest) -> tuple[Plan | None, str]:
    """The plan in the address that is to be corrected or withdrawn, and how."""
    pk = whole_number(request.GET.get("about", ""))
    way = request.GET.get("way", "")
    if pk is None:
        return None, ""
    if way not in (UNDO, GO_ON, WITHDRAW):
        raise Missing("no_such_way", _("没有这一步。"))
    return get_plan(request.actor, pk), way


@require_http_methods(["GET", "POST"])
@for_land
def new(request: DeskRequest) -> HttpResponse:
    """A new plan. `?about=7&way=undo` begins with what undoes plan 7, `go-on` with its results, `withdraw` takes it back before its day."""
    require_proposer(request)
    about, way = about_of(request)
    today = localdate(request.at)
    sent = {"data": request.POST} if request.method == "POST" else {}
    fixed = about.scope.code if about is not None else ""
    form = HeadingsForm(request.actor, today, initial=suggested(about, way, request), fixed_scope=fixed, **sent)
    if way == WITHDRAW:
        del form.fields["takes_effect_on"]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return begun(request, form, about, way)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {
        "form": form, "about": about, "way": way, "seal": uuid4().hex,
        "scope": place_words(about.scope.code) if about is not None else "",
        "changes": len(prefilled(about, way)) if about is not None and way != WITHDRAW else None,
    }  # fmt: skip
    return show(request, "plan_new", context, status=status)


def suggested(about: Plan | None, way: str, request: DeskRequest) -> dict[str, Any]:
    if about is None:
        scope = request.GET.get("scope", "")
        return {"scope": scope} if scope else {}
    words = {UNDO: _("恢复：%(title)s"), GO_ON: _("更正：%(title)s"), WITHDRAW: _("撤回：%(title)s")}
    return {"title": (words[way] % {"title": about.title})[:100]}


def prefilled(about: Plan, way: str) -> list[WantedChange]:
    return undoing(about) if way == UNDO else going_on(about)


def begun(request: DeskRequest, form: HeadingsForm, about: Plan | None, way: str) -> HttpResponse:
    given, actor, at = form.cleaned_data, request.actor, request.at

    def do() -> int:
        if about is None:
            area = Area.objects.filter(code=given["scope"], is_active=True).first()
            if area is None:
                raise Refused("no_such_area", _("没有这个区域。"), field="scope")
            plan = begin_plan(
                area, given["title"], given["reason"], actor=actor, at=at, takes_effect_on=given["takes_effect_on"]
            )
        elif way == WITHDRAW:
            plan = draft_withdrawal(about, given["title"], given["reason"], actor=actor, at=at)
        else:
            plan = draft_plan(
                about.scope, given["title"], given["reason"], prefilled(about, way), actor=actor, at=at,
                takes_effect_on=given["takes_effect_on"], about=about,
            )  # fmt: skip
        return plan.pk

    pk = done_once(request, {**given, "about": about.pk if about else None, "way": way}, do)
    messages.success(
        request, _("已起草，还没有提报。") if about is None else _("已起草，内容已按原方案填好，请核对后提报。")
    )
    return HttpResponseRedirect(reverse("operation:land:plan", args=[pk]))


@require_http_methods(["GET", "POST"])
@for_land
def headings(request: DeskRequest, pk: int) -> HttpResponse:
    """Title, reason and day of a draft."""
    plan = writable(request, pk)
    initial = {"title": plan.title, "reason": plan.reason, "takes_effect_on": plan.takes_effect_on}
    sent = {"data": request.POST} if request.method == "POST" else {}
    form = HeadingsForm(request.actor, localdate(request.at), initial=initial, fixed_scope=plan.scope.code, **sent)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = whole_number(request.POST.get("seen", ""))
                revise_plan(plan, actor=request.actor, at=request.at, seen=seen, **form.cleaned_data)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, _("已保存。"))
                return HttpResponseRedirect(plan_url(plan))
    context = {"form": form, "plan": plan, "scope": place_words(plan.scope.code), "seal": uuid4().hex}
    return show(request, "plan_new", context, status=status)


def writable(request: DeskRequest, pk: int) -> Plan:
    """A plan in which the actor may write. Raises `Missing`, `Denied`."""
    plan = get_plan(request.actor, pk)
    right = PROPOSE[level_of(plan.scope.code)]
    if not request.actor.may(right, area=plan.scope.code):
        raise Denied(right)
    if not may_write(plan, request.actor):
        raise Refused("not_open", _("方案已经提报，不能再改；要改请先退回或撤回。"))
    return plan


# --- changes --------------------------------------------------------------------------------------------------------

KIND_WORDS = dict(ChangeKind.choices)


def levels_below(scope: str) -> list[Level]:
    return [level for level, length in LENGTHS.items() if length > len(scope)]


@require_http_methods(["GET", "POST"])
@for_land
def change(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Add changes of a kind to a draft; `whole` compares a file of all grids with those that stand."""
    plan = writable(request, pk)
    if kind not in FIELDS or plan.is_withdrawal:
        raise Missing("no_such_step", _("没有这一步。"))
    levels: list[Level] = levels_below(plan.scope.code) if kind != "whole" else ["grid"]
    asked = request.GET.get("level", "")
    level: Level = next((one for one in levels if one == asked), "grid")
    within = request.GET.get("within", "")
    within = within if within.startswith(plan.scope.code) else plan.scope.code
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    # What was chosen stays possible, whatever the address shows.
    around = plan.scope.code if sent else within
    parents = parents_for(level, plan.scope.code)
    form = ChangeForm(
        kind, level, list_names(level, within=around), parents, initial={"crs": Crs.CGCS2000.value}, **sent
    )
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                return added(request, plan, form)
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
    context = {
        "form": form, "plan": plan, "kind": KIND_WORDS.get(kind, _("整体重划")), "kind_code": kind, "seal": uuid4().hex,
        "levels": [choice(name, {"level": one, "within": within}, is_chosen=one == level) for one, name in named(levels)],
        "withins": withins(plan.scope.code, within, level), "scope": place_words(plan.scope.code),
    }  # fmt: skip
    return show(request, "plan_change", context, status=status)


def parents_for(level: Level, scope: str) -> list[Any]:
    above: dict[str, Level] = {"grid": "community", "community": "street", "street": "district"}
    return list_names(above[level], within=scope) if level in above else []


def named(levels: list[Level]) -> list[tuple[Level, Any]]:
    words = {"street": _("街道"), "community": _("社区（村）"), "grid": _("网格")}
    return [(level, words[level]) for level in levels] if len(levels) > 1 else []


def withins(scope: str, within: str, level: Level) -> list[Any]:
    """One step down to choose from: nobody reads a list of a thousand grids."""
    steps: list[Level] = (
        ["street"] if len(scope) == LENGTHS["district"] else ["community"] if len(scope) == LENGTHS["street"] else []
    )
    if not steps or LENGTHS[level] <= LENGTHS[steps[0]]:
        return []
    return [
        choice(
            one.short_name,
            {"level": level, "within": "" if one.code == within else one.code},
            is_chosen=one.code == within,
        )
        for one in list_names(steps[0], within=scope)
    ]


def added(request: DeskRequest, plan: Plan, form: ChangeForm) -> HttpResponse:
    wanted, crs = wanted_from(form, plan)
    if not wanted:
        raise Refused("nothing_new", _("文件里的网格和现在的一样，没有要调整的。"), field="file")
    seen = whole_number(request.POST.get("seen", ""))

    def do() -> None:
        add_changes(plan, wanted, actor=request.actor, at=request.at, seen=seen, crs=crs)

    done_once(request, {"changes": [(one.kind, list(one.sources), len(one.results)) for one in wanted]}, do)
    messages.success(request, _("已加入 %(n)d 项调整。") % {"n": len(wanted)})
    return HttpResponseRedirect(plan_url(plan))


@require_POST
@for_land
def drop(request: DeskRequest, pk: int, position: int) -> HttpResponse:
    """Take a change out of a draft."""
    plan = writable(request, pk)
    try:
        drop_change(plan, position, actor=request.actor, at=request.at, seen=whole_number(request.POST.get("seen", "")))
    except Refused as error:
        fresh = get_plan(request.actor, pk)
        return show_plan(request, fresh, status=error.status, problem=error.message)
    messages.success(request, _("已删去这项调整。"))
    return HttpResponseRedirect(plan_url(plan))


@require_http_methods(["GET", "POST"])
@for_land
def area(request: DeskRequest, pk: int, key: str) -> HttpResponse:
    """How an area of the plan is called, and what it holds."""
    plan = writable(request, pk)
    found = PlanArea.objects.select_related("subtype").filter(change__plan=plan, key=key).first()
    if found is None:
        raise Missing("no_such_area", _("方案里没有这个区域，可能刚刚被删掉了。"))
    columns = ("name", "kind", "households", "population", "bounds_east", "bounds_south", "bounds_west", "bounds_north")
    initial = {column: getattr(found, column) for column in columns}
    initial["subtype"] = found.subtype.code if found.subtype else ""
    sent = {"data": request.POST} if request.method == "POST" else {}
    subtypes = list(GridSubtype.objects.values_list("code", "name"))
    form = AreaForm(found.level, subtypes, initial=initial, **sent)
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if not name.startswith("bounds_")}
            try:
                describe_area(
                    plan, key, actor=request.actor, at=request.at, seen=whole_number(request.POST.get("seen", "")),
                    bounds=form.bounds(), **given,
                )  # fmt: skip
            except Refused as error:
                form.refuse(error.field, error.message)
                status = error.status
            else:
                messages.success(request, _("已保存。"))
                return HttpResponseRedirect(plan_url(plan))
    return show(request, "plan_area", {"form": form, "plan": plan, "area": found}, status=status)
