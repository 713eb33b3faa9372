"""第一负责人: who answers for each level, which levels have nobody, and the board of what a level has."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import person_for, seat
from gezhi.people.actions.posts import require_seating
from gezhi.people.boards import Board, board
from gezhi.people.models import Desk
from gezhi.people.money import yuan
from gezhi.people.roles import Role
from gezhi.people.teams import TEAM, first_persons
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.support.acting import act, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import FirstPersonForm
from gezhi.web.support.people.wording import gap_columns, gap_rows, term_of
from gezhi.web.support.scope import areas_for, street_choices
from gezhi.web.support.sheets import Cell, Facts, Fill, Page, Table, as_workbook, excel_tool, show_sheet, with_query

ROOM = "organisation"
LEVELS = {"": ("district", "street", "community"), "grid": ("grid",)}


def table(request: DeskRequest) -> Table:
    level = "grid" if request.GET.get("level") == "grid" else ""
    only_vacant = request.GET.get("vacant") == "1"
    rows = []
    for one in first_persons(areas_for(request, "staff.see"), on=localdate(request.at), levels=LEVELS[level]):
        if only_vacant and not one.is_vacant:
            continue
        place = Cell(name_path(one.code, with_district=len(one.code) == 6), href=board_url(request, one.code))
        if one.post is None:
            new = reverse("support:people:first-new", args=[one.code])
            vacancy = Cell(_("空缺"), state="bad", href=new if request.actor.may("staff.edit", area=one.code) else "")
            rows.append([place, vacancy, "", ""])
        else:
            rows.append([place, one.post.user.name, one.post.user.work_phone, term_of(one.post)])
    columns = [Column(_("层级"), 20), Column(_("第一负责人"), 8), Column(_("工作电话"), 10), Column(_("任期"), 12)]
    return Table(_("第一负责人"), columns, rows, _("没有这样的层级。"))


def board_url(request: DeskRequest, code: str) -> str:
    return reverse("support:people:board", args=[code]) if request.actor.may("resource.see", area=code) else ""


@require_safe
@for_support("staff.see")
def page(request: DeskRequest) -> HttpResponse:
    level, vacant = request.GET.get("level", ""), request.GET.get("vacant", "")
    area = request.GET.get("area", "")
    kept = {"level": level, "vacant": vacant}
    choices = [
        Choice(_("区、街道、社区"), with_query("", [("area", area)]) or "?", level != "grid"),
        Choice(_("网格"), with_query("", [("area", area), ("level", "grid")]), level == "grid"),
        Choice(
            _("只看空缺"),
            with_query("", [("area", area), ("level", level), ("vacant", "" if vacant else "1")]) or "?",
            vacant == "1",
        ),
    ]
    lead = _("各级党组织书记兼任相应层级网格化工作第一负责人，一级只有一位，统筹本级的各项资源。点层级看它的资源台账。")
    tools = [excel_tool(with_query(reverse("support:people:firsts-workbook"), [("area", area), *kept.items()]))]
    chips = [choices, street_choices(request, "staff.see", **kept)]
    return show_sheet(request, Page(_("第一负责人"), [table(request)], lead, tools, chips), room=ROOM)


@require_safe
@for_support("staff.see")
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(request, _("第一负责人"), table(request))


def desk_of(code: str) -> Desk:
    desk = Desk.objects.filter(area__code=code, department=None, is_open=True).select_related("area").first()
    if desk is None:
        raise Missing("no_such_desk", _("这个层级没有开着的岗台。"))
    return desk


@require_http_methods(["GET", "POST"])
@for_support("staff.edit")
def new(request: DeskRequest, code: str) -> HttpResponse:
    desk = desk_of(code)
    require_seating(request.actor, desk, Role.FIRST_PERSON)
    back = reverse("support:people:firsts")

    def show(form: FirstPersonForm, status: int) -> HttpResponse:
        fill = Fill(form, _("安排"), seal(), back=back)
        lead = _("书记换届，先让前任的岗位结束，再安排新任。没有账号的会开一个没有口令的账号，由系统管理员发放。")
        return show_sheet(
            request, Page(_("安排第一负责人：%(desk)s") % {"desk": desk.name}, [fill], lead), room=ROOM, status=status
        )

    if request.method == "POST":
        form = FirstPersonForm(request.POST)

        def do(given: dict[str, Any]) -> str:
            user = person_for(given["name"], given["work_phone"], at=request.at, is_invented=request.user.is_invented)
            seat(
                user,
                desk,
                Role.FIRST_PERSON,
                actor=request.actor,
                at=request.at,
                from_on=given["from_on"],
                until_on=given["until_on"],
            )
            return _("%(name)s任%(desk)s第一负责人。") % {"name": user.name, "desk": desk.name}

        return act(request, form, do, lambda status: show(form, status), back=back)
    return show(FirstPersonForm(initial={"from_on": localdate(request.at)}), 200)


# --- the board of a level ---------------------------------------------------------------------------------------------


@require_safe
@for_support("resource.see")
def one_board(request: DeskRequest, code: str) -> HttpResponse:
    seen = board(code, actor=request.actor, on=localdate(request.at))
    tools = [excel_tool(reverse("support:people:board-workbook", args=[code]))]
    lead = _("本级可以统筹的人、专业力量、资源和经费。")
    page = Page(
        _("资源台账：%(place)s") % {"place": name_path(code, with_district=len(code) == 6)},
        [facts(seen), *tables(seen)],
        lead,
        tools,
        back=reverse("support:people:firsts"),
    )
    return show_sheet(request, page, room=ROOM)


def facts(seen: Board) -> Facts:
    answering = seen.answering
    who = (
        answering.post.user.name
        if answering is not None and answering.post is not None
        else Cell(_("空缺"), state="bad")
    )
    pairs: list[tuple[Any, Any]] = [
        (_("第一负责人"), who),
        (_("居民区网格"), seen.land.residential),
        (_("专属网格"), seen.land.dedicated),
        (_("户数"), seen.land.households),
        *((role.label, seen.people.get(role, 0)) for role in TEAM),
        (_("办理中的会议任务"), seen.tasks),
        (_("其中超期"), Cell(seen.overdue_tasks, state="bad") if seen.overdue_tasks else 0),
    ]
    if seen.budget is not None:
        pairs.append((_("本年度队伍经费（元）"), yuan(seen.budget.total)))
    return Facts(pairs)


def tables(seen: Board) -> list[Table]:
    forces = [
        [
            force.name,
            seen.coverage.covered[number],
            seen.coverage.grids,
            seen.coverage.grids - seen.coverage.covered[number],
        ]
        for number, force in enumerate(seen.forces)
    ]
    resources = [[row.name, row.resources, row.areas] for row in seen.resources]
    return [
        Table(_("配备"), gap_columns(), gap_rows(seen.gaps.total)),
        Table(
            _("专业力量"),
            [Column(_("类别"), 12), Column(_("已配网格")), Column(_("网格总数")), Column(_("还缺"))],
            forces,
        ),
        Table(_("十二类资源"), [Column(_("类别"), 12), Column(_("资源")), Column(_("服务区域"))], resources),
    ]


@require_safe
@for_support("resource.see")
def board_workbook(request: DeskRequest, code: str) -> HttpResponse:
    seen = board(code, actor=request.actor, on=localdate(request.at))
    return as_workbook(request, _("资源台账"), *tables(seen))
