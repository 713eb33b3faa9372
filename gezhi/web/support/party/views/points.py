"""Points: whether they are used here, claims that wait, and one member's ledger. No page sets members side by side."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.party.access import covers_points, get_claim, get_member, own_member, sees_points, served
from gezhi.party.actions import approval_problem, claim_steps, end_exemption, exempt, propose_points, take_claim_step
from gezhi.party.models import Member, PartyOrg, PointClaim, PointDecision, PointEntry, PointRule
from gezhi.party.queries import balance_of, entries_of, exemption_of, points_are_on
from gezhi.party.rules import OrgKind
from gezhi.party.workflows.points import STEPS, Stage
from gezhi.people.models import DeskKind
from gezhi.territory.models import holds_on
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import is_signed_in, to_sign_in, whole_number
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import ClaimForm, CorrectionForm, ExemptForm, StepForm, UntilForm, words
from gezhi.web.support.party.page import ROOM, Cell, Listing, form_page, named, today, version_seen
from gezhi.web.support.party.wording import span_words

RIGHTS = ("party.points", "party.serve", "party.decide")
BOOKS = ("party.points", "party.serve")


def branches_for(request: DeskRequest) -> list[PartyOrg]:
    """The branches whose books of points this person keeps."""
    desks = Q(area__desks__in=request.actor.desks_with("party.points"), area__desks__kind=DeskKind.COMMUNITY)
    mine = Q(pk__in=served(request.actor, on=today(request)))
    rows = PartyOrg.objects.standing().filter(desks | mine, kind=OrgKind.BRANCH).distinct()
    return list(rows.select_related("area").order_by("area__code", "pk"))


@require_safe
@for_support(*RIGHTS)
def points(request: DeskRequest) -> HttpResponse:
    """Where points are used, and what waits for a second person."""
    day = today(request)
    branches = branches_for(request)
    claims = PointClaim.objects.filter(stage=Stage.PROPOSED, member__branch__in=branches, member__left_on__isnull=True)
    waiting = [
        [
            Cell(one.member.name, reverse("support:party:claim", args=[one.pk])),
            one.member.branch.name,
            one.rule.title if one.rule else _("更正"),
            one.points,
            one.occurred_on,
        ]
        for one in claims.select_related("member__branch", "rule").order_by("pk")
    ]
    decisions = PointDecision.objects.filter(holds_on(day)).select_related("area").order_by("area__code")
    used = [
        [name_path(one.area.code, with_district=True), one.basis, span_words(one.from_on, one.until_on)]
        for one in decisions
    ]
    rows = [
        [
            Cell(branch.name, f"{reverse('support:party:points-branch', args=[branch.pk])}"),
            name_path(branch.area.code),
            Cell(_("已启用"), state="good")
            if points_are_on(branch.area.code, on=day)
            else Cell(_("没有启用"), state="quiet"),
        ]
        for branch in branches
    ]
    context = {
        "title": _("积分"),
        "hint": _("党员积分默认不用，由区或街道决定启用。只有本人和所在党支部看得到，不排名，每年从零开始。"),
        "listings": [
            Listing([Column(_("在哪里启用")), Column(_("依据")), Column(_("时间"))], used, _("启用的决定"), _("现在哪里都没有启用。")),
            Listing(
                [Column(_("党员")), Column(_("党支部")), Column(_("事项")), Column(_("分值")), Column(_("日期"))],
                waiting, _("待审核"), _("没有待审核的积分。"),
            ),
            Listing([Column(_("党支部")), Column(_("所在")), Column(_("状态"))], rows, _("我管的党支部"), _("您不管理任何党支部的积分。")),
        ],
        "tools": [(_("我的积分"), reverse("support:party:mine"))],
    }  # fmt: skip
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(*BOOKS)
def branch(request: DeskRequest, pk: int) -> HttpResponse:
    """The members of a branch by number, to open one. No points stand beside the names."""
    found = next((one for one in branches_for(request) if one.pk == pk), None)
    if found is None:
        raise Missing("not_there", _("没有找到，或者它不在您的范围内。"))
    rows = Member.objects.filter(branch=found, left_on__isnull=True).order_by("number")
    lines = [[one.number, Cell(one.name, reverse("support:party:ledger", args=[one.pk]))] for one in rows]
    context = {
        "title": found.name,
        "hint": _("点姓名看一名党员的积分。"),
        "listings": [Listing([Column(_("编号")), Column(_("姓名"))], lines, empty=_("还没有党员。"))],
        "tools": [(_("积分"), reverse("support:party:points"))],
    }
    return show(request, "support/party/list.html", context, room=ROOM)


def ledger_context(request: DeskRequest, member: Member) -> dict[str, Any]:
    day = today(request)
    year = whole_number(request.GET.get("year", "")) or day.year
    entries = entries_of(member, year)
    keeps = covers_points(request.actor, member.branch, on=day)
    is_on = points_are_on(member.branch.area.code, on=day)
    exemption = exemption_of(member, on=day)
    correct = reverse("support:party:points-deed", args=[member.pk, "correct"])
    lines = [
        [
            one.occurred_on,
            Cell(one.claim.rule.title if one.claim.rule else "—", small=_("更正") if one.corrects_id else ""),
            one.points,
            one.claim.evidence,
            one.approved_by.name if one.approved_by else _("系统"),
            Cell(_("更正"), f"{correct}?entry={one.pk}") if keeps else "",
        ]
        for one in entries
    ]
    headings = (_("日期"), _("事项"), _("分值"), _("依据"), _("审核人"), "")
    flags = [] if is_on else [_("这里没有启用积分，只能看以前的。")]
    if exemption is not None:
        flags.append(_("免于积分：%(why)s") % {"why": exemption.get_kind_display()})
    deeds = []
    if keeps and is_on and exemption is None:
        deeds.append((_("提出积分"), reverse("support:party:points-deed", args=[member.pk, "propose"]), "forward"))
    if keeps and exemption is None:
        deeds.append((_("免于积分"), reverse("support:party:points-deed", args=[member.pk, "exempt"]), "plain"))
    if keeps and exemption is not None:
        deeds.append((_("结束免于积分"), reverse("support:party:points-deed", args=[member.pk, "resume"]), "plain"))
    return {
        "title": _("%(name)s的积分") % {"name": member.name},
        "flag": "；".join(str(flag) for flag in flags),
        "facts": [
            (_("党支部"), member.branch.name, ""),
            (_("年度"), str(year), ""),
            (_("合计"), balance_of(member, year), ""),
        ],
        "chips": [(str(one), f"?year={one}", one == year) for one in range(day.year, day.year - 3, -1)],
        "deeds": deeds,
        "listings": [
            Listing([Column(title) for title in headings], lines, _("明细"), _("这一年还没有积分。")),
        ],
        "can_print": True,
    }


@require_safe
@for_support(*BOOKS)
def ledger(request: DeskRequest, pk: int) -> HttpResponse:
    """One member's ledger of a year, for the branch."""
    member = get_member(request.actor, pk, "party.points", on=today(request))
    context = ledger_context(request, member) | {
        "back": reverse("support:party:points-branch", args=[member.branch_id])
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_safe
def mine(request: DeskRequest) -> HttpResponse:
    """One's own, for every account that is a member's, whatever else it may see here."""
    if not is_signed_in(request):
        return to_sign_in(request)
    member = own_member(request.actor)
    assert sees_points(request.actor, member, on=today(request))
    context = ledger_context(request, member) | {"deeds": [], "back": ""}
    return show(request, "support/party/detail.html", context, room=ROOM)


TITLES: dict[str, Any] = {
    "propose": gettext_lazy("提出积分"),
    "correct": gettext_lazy("更正积分"),
    "exempt": gettext_lazy("免于积分"),
    "resume": gettext_lazy("结束免于积分"),
}


@require_http_methods(["GET", "POST"])
@for_support(*BOOKS)
def points_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """Put forward an entry, a correction or an exemption."""
    member = get_member(request.actor, pk, "party.points", on=today(request))
    if not covers_points(request.actor, member.branch, on=today(request)):
        raise Denied("party.points")
    if name not in TITLES:
        raise Missing("no_such_step", _("没有这一步。"))
    rules = list(PointRule.objects.of_place(member.branch.area.code, on=today(request)))
    key = whole_number(request.GET.get("entry", ""))
    entry = PointEntry.objects.filter(pk=key, member=member).select_related("claim__rule").first() if key else None
    if name == "correct" and entry is None:
        raise Missing("no_such_entry", _("没有这条积分。"))
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}
    title = TITLES[name]

    def make(**kwargs: Any) -> Any:
        if name == "propose":
            return ClaimForm(rules, request.at, **kwargs)
        if name == "resume":
            return UntilForm(_("免于积分的最后一天"), request.at, **kwargs)
        return CorrectionForm(**kwargs) if name == "correct" else ExemptForm(request.at, **kwargs)

    def act(given: dict[str, Any]) -> tuple[str, str]:
        if name == "resume":
            end_exemption(member, until_on=given["until_on"], **who)
            return back, _("已写明免于积分到哪一天。")
        if name == "exempt":
            exempt(member, given["kind"], from_on=given["from_on"], until_on=given["until_on"], **who)
            return back, _("已记下免于积分。")
        if entry is not None:
            facts = {"corrects": entry, "points": given["points"], "on": today(request)}
        else:
            facts = {"rule": named(rules, given["rule"]), "on": given["on"]}
        propose_points(member, evidence=given["evidence"], **facts, **who)
        return back, _("已提出，等支部里的另一个人审核。")

    back = reverse("support:party:ledger", args=[pk])
    return form_page(request, make, act, title=title, hint=member.name, submit=title, back=back)


@require_http_methods(["GET", "POST"])
@for_support(*BOOKS)
def claim(request: DeskRequest, pk: int) -> HttpResponse:
    """One claim with its two answers."""
    found = get_claim(request.actor, pk, on=today(request))
    name = "refuse" if request.GET.get("do") == "refuse" else "approve"
    step = STEPS[name]
    fields: dict[str, Any] = {"reason": lambda needed: words(_("理由"), rows=2, required=needed)}

    def act(given: dict[str, Any]) -> tuple[str, str]:
        inputs = {key: value for key, value in given.items() if key == "reason"}
        seen = version_seen(request)
        take_claim_step(name, found, actor=request.actor, at=request.at, seen=seen, **inputs)
        return reverse("support:party:points"), _("%(what)s：已办好。") % {"what": step.label}

    facts = [
        (_("党员"), found.member.name, ""),
        (_("事项"), found.rule.title if found.rule else _("更正"), ""),
        (_("分值"), found.points, ""),
        (_("日期"), str(found.occurred_on), ""),
        (_("依据"), found.evidence, ""),
        (_("状态"), found.get_stage_display(), ""),
    ]
    offered = {one.name for one in claim_steps(found, actor=request.actor, at=request.at)}
    is_open = found.stage == Stage.PROPOSED
    return form_page(
        request,
        lambda **kwargs: StepForm(step, fields, **kwargs),
        act,
        title=step.label if is_open else _("积分"),
        submit=step.label,
        back=reverse("support:party:points"),
        seen=found.version,
        facts=facts,
        problem=approval_problem(found, actor=request.actor, at=request.at) if name not in offered else "",
        is_closed=name not in offered,
        other=(_("不同意"), "?do=refuse") if name == "approve" and "refuse" in offered else None,
    )
