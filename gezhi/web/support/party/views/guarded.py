"""The two guarded lists. A list shows no name; a name is shown after a reason, on the answer to a POST and in no address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column
from gezhi.party.access import get_cultivation, get_reserve
from gezhi.party.actions import (
    cultivation_steps,
    enter_cultivation,
    read_papers,
    recommend,
    reserve_steps,
    take_cultivation_step,
    take_reserve_step,
)
from gezhi.party.models import Cultivation, Guarded, GuardedPaper, PartyOrg, ReserveTalent, inside
from gezhi.party.queries import cultivations_for, reserves_for
from gezhi.party.rules import BRANCHES
from gezhi.party.workflows import cultivation, reserve
from gezhi.territory.models import Area
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import (
    GUARDED_FIELDS,
    CultivationForm,
    ReserveForm,
    StepForm,
)
from gezhi.web.support.party.page import ROOM, Cell, Listing, form_page, named, today, version_seen
from gezhi.web.support.party.wording import Told, story

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as the page shows it after a reading: the name, or what was written at which step."""

    label: str
    text: str


def expiry(row: Guarded, request: DeskRequest) -> Cell:
    left = (row.expires_on - today(request)).days
    return Cell(row.expires_on, small=_("%(n)s 天后删除") % {"n": left}, state="soon" if left <= SOON_DAYS else "")


def papers_told(papers: Sequence[GuardedPaper], told: Sequence[Told]) -> list[Paper]:
    """Each beside the sentence of its event; `told` is newest first."""
    steps = list(reversed(told))
    return [
        Paper(_("姓名") if paper.seq == 0 else steps[paper.seq - 1].sentence, paper.text)
        for paper in papers
        if paper.seq <= len(steps)
    ]


def shown(request: DeskRequest, row: Guarded, context: dict[str, Any]) -> HttpResponse:
    """The row without a name; with the papers when a reason was sent."""
    problem, papers, status = "", [], 200
    if request.method == "POST":
        try:
            papers = read_papers(row, actor=request.actor, at=request.at, reason=request.POST.get("reason", ""))
        except Refused as refusal:
            problem, status = str(refusal), refusal.status
    told = story(row)
    around = {"papers": papers_told(papers, told), "problem": problem, "story": told, "row": row}
    return show(request, "support/party/guarded.html", {**around, **context}, room=ROOM, status=status)


# --- cultivation --------------------------------------------------------------------------------------------------------


@require_safe
@for_support(cultivation.RIGHT)
def cultivations(request: DeskRequest) -> HttpResponse:
    rows = [
        [
            Cell(_("第 %(n)s 号") % {"n": row.pk}, reverse("support:party:cultivation-one", args=[row.pk])),
            row.org.name,
            str(row.get_stage_display()),
            row.since_on,
            expiry(row, request),
        ]
        for row in cultivations_for(request.actor)
    ]
    columns = [Column(_("编号")), Column(_("党支部")), Column(_("阶段")), Column(_("进入阶段")), Column(_("保存到"))]
    context = {
        "title": _("培养发展"),
        "hint": _(
            "在网格骨干中培养和发现党员。名册上不写姓名；看一个人要写明理由，每次查看都留下记录。到期自动删除，不打分。"
        ),
        "listings": [Listing(columns, rows, empty=_("名册是空的。"))],
        "tools": [(_("登记"), reverse("support:party:new-cultivation"))],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(cultivation.RIGHT)
def new_cultivation(request: DeskRequest) -> HttpResponse:
    rows = PartyOrg.objects.standing().filter(inside(request.actor.areas(cultivation.RIGHT)), kind__in=BRANCHES)
    branches = list(rows.select_related("area").order_by("area__code", "pk"))

    def act(given: dict[str, Any]) -> tuple[str, str]:
        org = named(branches, given.pop("org"))
        row = enter_cultivation(org, actor=request.actor, at=request.at, **given)
        return reverse("support:party:cultivation-one", args=[row.pk]), _("已登记。")

    back = reverse("support:party:cultivation")
    return form_page(
        request, lambda **kwargs: CultivationForm(branches, request.at, **kwargs), act,
        title=_("登记入党申请人"), submit=_("登记"), back=back,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(cultivation.RIGHT)
def cultivation_one(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_cultivation(request.actor, pk)
    deeds = [
        (step.label, reverse("support:party:cultivation-step", args=[pk, step.name]), step.tone)
        for step in cultivation_steps(row, actor=request.actor, at=request.at)
    ]
    context = {
        "title": _("培养发展 第 %(n)s 号") % {"n": pk},
        "back": reverse("support:party:cultivation"),
        "deeds": deeds,
        "facts": [
            (_("党支部"), row.org.name, ""),
            (_("阶段"), row.get_stage_display(), ""),
            (_("进入阶段"), str(row.since_on), ""),
            (_("保存到"), str(row.expires_on), ""),
        ],
    }
    return shown(request, row, context)


# --- reserve ------------------------------------------------------------------------------------------------------------


@require_safe
@for_support(reserve.RIGHT)
def reserves(request: DeskRequest) -> HttpResponse:
    rows = [
        [
            Cell(_("第 %(n)s 号") % {"n": row.pk}, reverse("support:party:reserve-one", args=[row.pk])),
            name_path(row.area.code),
            str(row.get_stage_display()),
            row.consented_on,
            expiry(row, request),
        ]
        for row in reserves_for(request.actor)
    ]
    columns = [Column(_("编号")), Column(_("社区")), Column(_("状态")), Column(_("本人同意")), Column(_("保存到"))]
    context = {
        "title": _("后备人才"),
        "hint": _(
            "社区“两委”后备人才由人推荐，本人同意，街道或区审定。名册上不写姓名；查看要写明理由并留痕；到期、移出或撤回同意即删。"
        ),
        "listings": [Listing(columns, rows, empty=_("名册是空的。"))],
        "tools": [(_("推荐"), reverse("support:party:new-reserve"))],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(reserve.RIGHT)
def new_reserve(request: DeskRequest) -> HttpResponse:
    def act(given: dict[str, Any]) -> tuple[str, str]:
        area = Area.objects.get(code=given.pop("area"))
        row = recommend(area, actor=request.actor, at=request.at, **given)
        return reverse("support:party:reserve-one", args=[row.pk]), _("已推荐，等街道或区审定。")

    areas = request.actor.areas(reserve.RIGHT)
    return form_page(
        request, lambda **kwargs: ReserveForm(areas, request.at, **kwargs), act,
        title=_("推荐后备人才"), submit=_("推荐"), back=reverse("support:party:reserve"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(reserve.RIGHT)
def reserve_one(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_reserve(request.actor, pk)
    deeds = [
        (step.label, reverse("support:party:reserve-step", args=[pk, step.name]), step.tone)
        for step in reserve_steps(row, actor=request.actor, at=request.at)
    ]
    context = {
        "title": _("后备人才 第 %(n)s 号") % {"n": pk},
        "back": reverse("support:party:reserve"),
        "deeds": deeds,
        "facts": [
            (_("社区"), name_path(row.area.code), ""),
            (_("状态"), row.get_stage_display(), ""),
            (_("本人同意"), str(row.consented_on), ""),
            (_("保存到"), str(row.expires_on), ""),
        ],
    }
    return shown(request, row, context)


# --- steps --------------------------------------------------------------------------------------------------------------

FORGETTING = gettext_lazy("办好以后，姓名和记录当即删除，不能恢复。")


@require_http_methods(["GET", "POST"])
@for_support(cultivation.RIGHT)
def cultivation_step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    row: Cultivation = get_cultivation(request.actor, pk)
    return step_page(request, row, cultivation.STEPS, name, "cultivation")


@require_http_methods(["GET", "POST"])
@for_support(reserve.RIGHT)
def reserve_step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    row: ReserveTalent = get_reserve(request.actor, pk)
    return step_page(request, row, reserve.STEPS, name, "reserve")


def step_page(request: DeskRequest, row: Any, steps: Any, name: str, room: str) -> HttpResponse:
    step = steps.get(name)
    if step is None or step.creates:
        raise Missing("no_such_step", _("没有这一步。"))
    ends = step.target == reserve.Stage.ENDED
    here = reverse(f"support:party:{room}-one", args=[row.pk])

    def act(given: dict[str, Any]) -> tuple[str, str]:
        take = take_cultivation_step if room == "cultivation" else take_reserve_step
        inputs = {key: value for key, value in given.items() if key != "nothing"}
        take(name, row, actor=request.actor, at=request.at, seen=version_seen(request), **inputs)
        back = reverse(f"support:party:{room}") if ends else here
        return back, _("%(what)s：已办好。") % {"what": step.label}

    return form_page(
        request,
        lambda **kwargs: StepForm(step, GUARDED_FIELDS, **kwargs),
        act,
        title=step.label,
        hint=FORGETTING if ends else "",
        submit=step.label,
        back=here,
        seen=row.version,
    )
