"""组织体系: the 345 structure, the committee with its functions, and who may do what because of them."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import end_member, enter_member
from gezhi.people.functions import FUNCTION_ROLES, Function
from gezhi.people.models import CommitteeMember
from gezhi.people.roles import RIGHTS, ROLE_RIGHTS
from gezhi.territory.ledgers import Overview, PartTally, overview
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import MemberForm
from gezhi.web.support.sheets import Button, Buttons, Cell, Fill, Page, Table, as_workbook, excel_tool, show_sheet

ROOM = "organisation"


@require_http_methods(["GET", "POST"])
@for_support("committee.see")
def page(request: DeskRequest) -> HttpResponse:
    """GET the page; POST enters a member."""
    if request.method == "POST":
        form = MemberForm(request.POST)
        return act(
            request,
            form,
            lambda given: entered(request, given),
            lambda status: show(request, form, status),
            back=reverse("support:people:structure"),
        )
    return show(request, MemberForm(initial={"from_on": localdate(request.at)}), 200)


def entered(request: DeskRequest, given: dict[str, Any]) -> str:
    member = enter_member(actor=request.actor, at=request.at, **given)
    return _("已登记委员会成员%(name)s。") % {"name": member.name}


def show(request: DeskRequest, form: MemberForm, status: int) -> HttpResponse:
    seen = overview("")
    blocks: list[Any] = [parts_table(seen), members_table(request), functions_table()]
    if may_edit(request):
        fill = Fill(
            form, _("登记"), seal(), _("登记委员会成员"), is_folded=True, action=reverse("support:people:structure")
        )
        blocks.insert(2, fill)
    lead = _("三级平台、四级网格、五级管理。区级设网格化综合管理委员会，五项职能各由哪些岗位落实，一并列出。")
    tools = [excel_tool(reverse("support:people:structure-workbook"))]
    return show_sheet(request, Page(_("组织体系"), blocks, lead, tools), room=ROOM, status=status)


def may_edit(request: DeskRequest) -> bool:
    return request.actor.may("committee.edit", area=settings.DISTRICT)


def parts_table(seen: Overview) -> Table:
    groups: list[tuple[str, list[PartTally]]] = [
        (_("三级平台"), seen.platforms),
        (_("四级网格"), seen.grid_levels),
        (_("五级管理"), seen.management),
    ]
    rows = [
        [group, part.name, part.count, "" if part.is_confirmed else Cell(_("待确认"), state="soon")]
        for group, several in groups
        for part in several
    ]
    notes = [
        _("居民区网格 %(residential)s 个，专属网格 %(dedicated)s 个。")
        % {"residential": seen.residential, "dedicated": seen.dedicated}
    ]
    columns = [Column(_("体系"), 8), Column(_("名称"), 14), Column(_("数量")), Column(_("备注"), 6)]
    return Table(_("“345”网格化治理体系"), columns, rows, notes=notes)


def members_table(request: DeskRequest) -> Table:
    today = localdate(request.at)
    rows = []
    for member in CommitteeMember.objects.select_related("department"):
        ended = member.until_on is not None and member.until_on < today
        name = Cell(
            member.name,
            href=reverse("support:people:member", args=[member.pk]) if may_edit(request) else "",
            small=member.department.name if member.department is not None else "",
        )
        term = f"{member.from_on:%Y-%m-%d} — {member.until_on or ''}"
        rows.append(
            [name, member.title, str(Function(member.function).label), Cell(term, state="quiet" if ended else "")]
        )
    columns = [Column(_("成员"), 8), Column(_("职务"), 14), Column(_("职能"), 8), Column(_("任期"), 12)]
    empty = _("还没有登记委员会成员。区级服务保障专员可以在下面登记。")
    return Table(_("网格化综合管理委员会"), columns, rows, empty)


def functions_table() -> Table:
    rows = []
    for function, roles in FUNCTION_ROLES.items():
        rights = list(dict.fromkeys(right for role in roles for right in ROLE_RIGHTS[role]))
        words = "；".join(str(RIGHTS[right]) for right in rights)
        rows.append([str(function.label), "、".join(str(role.label) for role in roles), words])
    columns = [Column(_("职能"), 8), Column(_("由哪些岗位落实"), 16), Column(_("这些岗位有的权限"), 40)]
    return Table(_("五项职能和岗位权限"), columns, rows)


@require_safe
@for_support("committee.see")
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("组织体系"), parts_table(overview("")), members_table(request), functions_table())


@require_safe
@for_support("committee.edit")
def member(request: DeskRequest, pk: int) -> HttpResponse:
    one = found(pk)
    end = Button(_("今天起不再担任"), reverse("support:people:member-end", args=[pk]), [("seal", seal())])
    page = Page(one.name, [Buttons([end])], one.title, back=reverse("support:people:structure"))
    return show_sheet(request, page, room=ROOM)


@require_POST
@for_support("committee.edit")
def member_end(request: DeskRequest, pk: int) -> HttpResponse:
    one = found(pk)

    def end() -> str:
        end_member(one, localdate(request.at), actor=request.actor, at=request.at)
        return _("%(name)s的任期到今天为止。") % {"name": one.name}

    return press(request, end, back=reverse("support:people:structure"))


def found(pk: int) -> CommitteeMember:
    one = CommitteeMember.objects.filter(pk=pk).first()
    if one is None:
        raise Missing("no_such_member", _("没有找到这位成员。"))
    return one
