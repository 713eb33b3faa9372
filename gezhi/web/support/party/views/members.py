"""Members: the list, their grids, the roll as a file, one member."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column
from gezhi.party.access import covers, get_member, get_org, sees_points
from gezhi.party.actions import allocate, change_branch, enter_member, import_roll, let_go, link_account
from gezhi.party.models import Member, PartyOrg
from gezhi.party.queries import IN_DOUBT, WAITING, allocation, members_for
from gezhi.party.roll_files import HEADINGS, UnreadableRoll, read_roll
from gezhi.party.rules import OrgKind
from gezhi.territory.models import Area
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.forms import LinkForm, MemberForm, OtherOrgForm, RollForm, own_grids
from gezhi.web.support.party.page import ROOM, Cell, Listing, Nothing, form_page, named, scope_of, today, workbook
from gezhi.web.support.party.wording import story

RIGHTS = ("party.members", "party.serve")
STATES = {
    "waiting": (gettext_lazy("待分配"), WAITING),
    "in_doubt": (gettext_lazy("待核对"), IN_DOUBT),
}
A_PAGE, MOST_ROWS = 100, 20_000
UNREADABLE = {
    "workbook": gettext_lazy("这不是能读的 Excel 文件（.xlsx），没有导入。"),
    "empty": gettext_lazy("文件是空的，没有导入。"),
    "rows": gettext_lazy("超过 20,000 行，请分开导入。"),
    "missing": gettext_lazy("标题行缺少：%(headings)s。没有导入。"),
    "too_many": gettext_lazy("多了这些列：%(headings)s。党员管理用不到，系统不保存，请在文件里删去再导入。"),
}


def branches_for(request: DeskRequest) -> list[PartyOrg]:
    """The branches whose members this person keeps."""
    rows = PartyOrg.objects.visible_to(request.actor, "party.members", on=today(request)).standing()
    return list(rows.filter(kind=OrgKind.BRANCH).select_related("area").order_by("area__code", "pk"))


def chosen(request: DeskRequest) -> tuple["QuerySet[Member]", PartyOrg | None, str]:
    """The members that the address asks for, of which branch, in which state."""
    rows = members_for(request.actor, on=today(request))
    key, state = whole_number(request.GET.get("branch", "")), request.GET.get("state", "")
    branch = get_org(request.actor, key, "party.members", on=today(request)) if key is not None else None
    if branch is not None:
        rows = rows.filter(branch=branch)
    if state in STATES:
        return rows.filter(STATES[state][1]), branch, state
    return rows, branch, ""


def columns() -> list[Column]:
    """Number, name, branch, grid: what an export may carry, because nothing else is kept."""
    return [Column(title, 12) for title in (_("编号"), _("姓名"), _("党支部"), _("网格编码"), _("网格"))]


def line(member: Member) -> list[Any]:
    grid = member.grid
    return [
        Cell(member.number, reverse("support:party:member", args=[member.pk])),
        member.name,
        member.branch.name,
        grid.code if grid else "",
        Cell(name_path(grid.code) if grid else _("待分配"), small="" if member.is_settled else _("待核对")),
    ]


@require_safe
@for_support(*RIGHTS)
def members(request: DeskRequest) -> HttpResponse:
    """The list; of one branch with boxes to allocate by."""
    rows, branch, state = chosen(request)
    everything = members_for(request.actor, on=today(request))
    counts = allocation(everything)
    found = list(rows[: A_PAGE + 1])
    words = _("%(all)s 名社区自管党员，待分配 %(waiting)s 名，待核对 %(doubt)s 名。只记编号、姓名、党支部和网格。")
    branches = branches_for(request)
    context = {
        "title": _("党员分配"),
        "hint": words % {"all": counts.members, "waiting": counts.waiting, "doubt": counts.in_doubt},
        "is_complete": bool(counts.members) and not counts.waiting and not counts.in_doubt,
        "branches": branches,
        "branch": branch,
        "state": state,
        "states": [(value, label) for value, (label, _condition) in STATES.items()],
        "members": found[:A_PAGE],
        "is_cut": len(found) > A_PAGE,
        "grids": own_grids(branch) if branch is not None else [],
        "excel": f"{reverse('support:party:members-workbook')}?{request.GET.urlencode()}",
    }
    return show(request, "support/party/members.html", context, room=ROOM)


@require_safe
@for_support(*RIGHTS)
def members_workbook(request: DeskRequest) -> HttpResponse:
    """The same list for Excel, in the columns in which it can come in again."""
    rows, _branch, _state = chosen(request)
    return workbook(
        request, "party-members", Listing(columns(), [line(one) for one in rows[:MOST_ROWS]], _("党员分配"))
    )


@require_POST
@for_support(*RIGHTS)
def give_grid(request: DeskRequest) -> HttpResponse:
    """Allocate the ticked members to the chosen grid."""
    keys = [key for text in request.POST.getlist("member") if (key := whole_number(text)) is not None]
    several = [get_member(request.actor, key, on=today(request)) for key in keys[:A_PAGE]]
    back = request.POST.get("back", "")
    href = f"{reverse('support:party:members')}?branch={whole_number(back) or ''}"
    if not several:
        messages.error(request, _("请先勾选要分配的党员。"))
        return HttpResponseRedirect(href)
    try:
        moved = allocate(several, request.POST.get("grid", ""), actor=request.actor, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(href)
    messages.success(request, _("已分配 %(n)s 名党员。") % {"n": moved})
    return HttpResponseRedirect(href)


@require_http_methods(["GET", "POST"])
@for_support(*RIGHTS)
def new_member(request: DeskRequest) -> HttpResponse:
    branches = branches_for(request)

    def act(given: dict[str, Any]) -> tuple[str, str]:
        branch = named(branches, given["branch"])
        enter_member(branch, number=given["number"], name=given["name"], actor=request.actor, at=request.at)
        return f"{reverse('support:party:members')}?branch={branch.pk}&state=waiting", _("已登记，请分配到网格。")

    return form_page(
        request,
        lambda **kwargs: MemberForm(branches, initial={"branch": request.GET.get("branch", "")}, **kwargs),
        act,
        title=_("登记党员"),
        hint=_("只登记编号、姓名、党支部。身份证号码、住址、电话都不记。"),
        submit=_("登记"),
        back=reverse("support:party:members"),
    )


# --- the roll -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support(*RIGHTS)
def roll(request: DeskRequest) -> HttpResponse:
    """Try a file, or take it in. What is wrong with which row stands in a table; the others are taken."""
    scope = scope_of(request, "party.members")
    form = RollForm(**({"data": request.POST, "files": request.FILES} if request.method == "POST" else {}))
    report, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rows = read_roll(form.cleaned_data["file"].read())
                is_trial = not form.cleaned_data["is_real"]
                area = Area.objects.filter(code=scope.code).first()
                if area is None:
                    raise Missing("no_area", _("没有这个区域，或者您无权查看。"))
                report = import_roll(rows, area, actor=request.actor, at=request.at, is_trial=is_trial)
                status = 200
            except UnreadableRoll as wrong:
                words = UNREADABLE[wrong.reason]
                form.refuse("file", words % {"headings": "、".join(wrong.headings)} if wrong.headings else words)
            except Refused as refusal:
                form.refuse(refusal.field, refusal.message)
    errors = [[one.line, str(one.message)] for one in report.errors] if report else []
    context = {
        "title": _("导入党员名册"),
        "form": form,
        "scope": scope,
        "report": report,
        "errors": Listing([Column(_("行")), Column(_("原因"))], errors, _("没有收下的行")),
        "back": reverse("support:party:members"),
    }
    return show(request, "support/party/roll.html", context, room=ROOM, status=status)


@require_safe
@for_support(*RIGHTS)
def roll_template(request: DeskRequest) -> HttpResponse:
    """An empty file with the right headings."""
    # The headings are those that the reader knows, whatever the language of the page.
    listing = Listing([Column(heading, 12) for heading in HEADINGS], [], _("党员名册"))
    return workbook(request, "party-roll", listing)


# --- one ----------------------------------------------------------------------------------------------------------------


@require_safe
@for_support(*RIGHTS)
def member(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_member(request.actor, pk, on=today(request))
    grid = found.grid
    facts: list[Sequence[Any]] = [
        (_("编号"), found.number, ""),
        (_("党支部"), found.branch.name, reverse("support:party:org", args=[found.branch_id])),
        (_("网格"), name_path(grid.code) if grid else _("待分配"), ""),
        (_("账号"), found.user.name if found.user else "—", ""),
    ]
    deeds = [
        (_("转支部"), reverse("support:party:member-deed", args=[pk, "move"]), "plain"),
        (_("对应账号"), reverse("support:party:member-deed", args=[pk, "link"]), "plain"),
        (_("转出"), reverse("support:party:member-deed", args=[pk, "leave"]), "rare"),
    ]
    if sees_points(request.actor, found, on=today(request)):
        deeds.insert(0, (_("积分"), reverse("support:party:ledger", args=[pk]), "plain"))
    flag = "" if grid is None or found.is_settled else _("区划调整时这个网格被拆开，请核对分到了哪一个。")
    context = {
        "title": found.name,
        "back": f"{reverse('support:party:members')}?branch={found.branch_id}",
        "flag": flag,
        "facts": facts,
        "deeds": deeds,
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(*RIGHTS)
def member_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    """Another branch, an account, or leaving."""
    found = get_member(request.actor, pk, on=today(request))
    if name not in DEEDS:
        raise Missing("no_such_step", _("没有这一步。"))
    branches = [one for one in branches_for(request) if one.pk != found.branch_id]
    who: dict[str, Any] = {"actor": request.actor, "at": request.at}
    title, hint = DEEDS[name]

    def make(**kwargs: Any) -> Any:
        if name == "move":
            return OtherOrgForm(_("转到哪个党支部"), branches, **kwargs)
        return LinkForm(found, request.at, **kwargs) if name == "link" else Nothing(**kwargs)

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        here = reverse("support:party:member", args=[pk])
        if name == "move":
            change_branch(found, named(branches, given["other"]), **who)
            seen = covers(request.actor, "party.members", found.branch, on=today(request))
            return here if seen else reverse("support:party:members"), _("已转支部，请分配网格。")
        if name == "link":
            link_account(found, User.objects.filter(pk=given["user"]).first() if given["user"] else None, **who)
            return here, _("已对应账号。")
        let_go(found, **who)
        return reverse("support:party:members"), _("已转出，编号、姓名、积分和出席记录已删除。")

    back = reverse("support:party:member", args=[pk])
    return form_page(request, make, act, title=title, hint=hint or found.name, submit=title, back=back)


DEEDS: dict[str, tuple[Any, Any]] = {
    "move": (gettext_lazy("转支部"), ""),
    "link": (gettext_lazy("对应账号"), ""),
    "leave": (
        gettext_lazy("转出"),
        gettext_lazy("组织关系转出后，编号、姓名、积分和出席记录随即删除，不能恢复；活动的人数不变。"),
    ),
}
