"""专班和试点: groups for one purpose and a term, and which feature is open where."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.accounts.models import User
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import close_pilot, end_task_force, form_task_force, join, leave, open_pilot
from gezhi.people.models import Pilot, TaskForce, TaskForceMember
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import JoinForm, PilotForm, TaskForceForm
from gezhi.web.support.scope import short
from gezhi.web.support.sheets import (
    Button,
    Buttons,
    Cell,
    Facts,
    Fill,
    Page,
    Table,
    as_workbook,
    excel_tool,
    show_sheet,
)

ROOM = "organisation"


def may_edit(request: DeskRequest) -> bool:
    return request.actor.may("committee.edit", area=settings.DISTRICT)


def span(first: Any, last: Any, today: Any) -> Cell:
    words = f"{first:%Y-%m-%d} — {last or ''}"
    ended = last is not None and last < today
    return Cell(words, state="quiet" if ended else "soon" if first > today else "good")


def forces_table(request: DeskRequest) -> Table:
    today = localdate(request.at)
    rows = [
        [
            Cell(force.name, href=reverse("support:people:task-force", args=[force.pk])),
            force.purpose,
            sum(one.until_on is None or one.until_on >= today for one in force.members.all()),
            span(force.from_on, force.until_on, today),
        ]
        for force in TaskForce.objects.prefetch_related("members")
    ]
    columns = [Column(_("专班"), 12), Column(_("任务"), 30), Column(_("成员")), Column(_("任期"), 12)]
    return Table(_("专班"), columns, rows, _("还没有专班。"))


def pilots_table(request: DeskRequest) -> Table:
    today = localdate(request.at)
    rows = []
    for pilot in Pilot.objects.select_related("area", "force"):
        is_running = pilot.until_on is None or pilot.until_on >= today
        href = reverse("support:people:pilot", args=[pilot.pk]) if may_edit(request) and is_running else ""
        where = _("全区") if pilot.area.level == "district" else short(pilot.area.code)
        rows.append([Cell(pilot.get_feature_display(), href=href), where, span(pilot.from_on, pilot.until_on, today)])
    columns = [Column(_("功能"), 12), Column(_("在哪里打开"), 12), Column(_("期间"), 12)]
    empty = _("还没有试点：这些功能在哪里都没有打开，别人看不到。")
    return Table(_("试点"), columns, rows, empty, notes=[_("在一个街道打开，其他街道看不到；推开到全区，就选全区。")])


def show(request: DeskRequest, force: TaskForceForm, pilot: PilotForm, status: int = 200) -> HttpResponse:
    here = reverse("support:people:pilots")
    blocks: list[Any] = [forces_table(request), pilots_table(request)]
    if may_edit(request):
        blocks.insert(1, Fill(force, _("成立"), seal(), _("成立专班"), f"{here}?of=force", is_folded=True))
        blocks.append(Fill(pilot, _("打开"), seal(), _("打开一处试点"), f"{here}?of=pilot", is_folded=True))
    tools = [excel_tool(here + "?excel=1")]
    lead = _("专班推进、试点先行：有成员、有任期；一项功能先在几个街道打开，再推开。")
    return show_sheet(request, Page(_("专班和试点"), blocks, lead, tools), room=ROOM, status=status)


@require_http_methods(["GET", "POST"])
@for_support("committee.see")
def page(request: DeskRequest) -> HttpResponse:
    if request.GET.get("excel") == "1":
        return as_workbook(request, _("专班和试点"), forces_table(request), pilots_table(request))
    initial = {"from_on": localdate(request.at)}
    force, pilot = TaskForceForm(initial=initial), PilotForm(initial=initial)
    if request.method != "POST":
        return show(request, force, pilot)
    back = reverse("support:people:pilots")
    if request.GET.get("of") == "pilot":
        pilot = PilotForm(request.POST)

        def opened(given: dict[str, Any]) -> str:
            open_pilot(given.pop("feature"), given.pop("area"), actor=request.actor, at=request.at, **given)
            return _("试点已打开。")

        return act(request, pilot, opened, lambda status: show(request, force, pilot, status), back=back)
    force = TaskForceForm(request.POST)

    def formed(given: dict[str, Any]) -> str:
        made = form_task_force(given.pop("name"), actor=request.actor, at=request.at, **given)
        return _("%(name)s已成立。") % {"name": made.name}

    return act(request, force, formed, lambda status: show(request, force, pilot, status), back=back)


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def pilot(request: DeskRequest, pk: int) -> HttpResponse:
    one = Pilot.objects.filter(pk=pk).select_related("area").first()
    if one is None:
        raise Missing("no_such_pilot", _("没有找到这处试点。"))
    back = reverse("support:people:pilots")
    if request.method == "POST":

        def do() -> str:
            close_pilot(one, localdate(request.at), actor=request.actor, at=request.at)
            return _("到今天为止，明天起关闭。")

        return press(request, do, back=back)
    blocks = [
        Facts(
            [
                (_("功能"), one.get_feature_display()),
                (_("在哪里打开"), one.area.short_name),
                (_("从哪天起"), one.from_on),
            ]
        ),
        Buttons([Button(_("明天起关闭"), reverse("support:people:pilot", args=[pk]), [("seal", seal())])]),
    ]
    return show_sheet(request, Page(_("试点"), blocks, back=back), room=ROOM)


# --- one task force ---------------------------------------------------------------------------------------------------


def force_of(pk: int) -> TaskForce:
    force = TaskForce.objects.filter(pk=pk).first()
    if force is None:
        raise Missing("no_such_force", _("没有找到这个专班。"))
    return force


def show_force(request: DeskRequest, force: TaskForce, form: JoinForm, status: int = 200) -> HttpResponse:
    today = localdate(request.at)
    rows = [
        [
            Cell(
                one.user.name,
                href=reverse("support:people:task-force-member", args=[one.pk])
                if may_edit(request) and one.until_on is None
                else "",
            ),
            one.duty,
            span(one.from_on, one.until_on, today),
        ]
        for one in force.members.select_related("user")
    ]
    columns = [Column(_("成员"), 8), Column(_("分管"), 16), Column(_("期间"), 12)]
    blocks: list[Any] = [Table(_("成员"), columns, rows, _("还没有成员。"))]
    if may_edit(request):
        here = reverse("support:people:task-force", args=[force.pk])
        blocks.append(Fill(form, _("加入"), seal(), _("加一位成员"), here, is_folded=True))
        if force.until_on is None or force.until_on > today:
            blocks.append(
                Buttons(
                    [
                        Button(
                            _("今天起撤销专班"),
                            reverse("support:people:task-force-end", args=[force.pk]),
                            [("seal", seal())],
                        )
                    ]
                )
            )
    page = Page(force.name, blocks, force.purpose, back=reverse("support:people:pilots"))
    return show_sheet(request, page, room=ROOM, status=status)


@require_http_methods(["GET", "POST"])
@for_support("committee.see")
def task_force(request: DeskRequest, pk: int) -> HttpResponse:
    force = force_of(pk)
    if request.method != "POST":
        return show_force(request, force, JoinForm(initial={"from_on": localdate(request.at)}))
    form = JoinForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        user = (
            User.objects.filter(name=given["name"], work_phone=given["work_phone"], is_active=True)
            .order_by("pk")
            .first()
        )
        if user is None:
            raise Refused("no_account", _("没有姓名和工作电话都相符的账号。"), field="name")
        join(force, user, actor=request.actor, at=request.at, from_on=given["from_on"], duty=given["duty"])
        return _("%(name)s已加入。") % {"name": user.name}

    back = reverse("support:people:task-force", args=[pk])
    return act(request, form, do, lambda status: show_force(request, force, form, status), back=back)


@require_POST
@for_support("committee.edit")
def task_force_end(request: DeskRequest, pk: int) -> HttpResponse:
    force = force_of(pk)

    def do() -> str:
        end_task_force(force, localdate(request.at), actor=request.actor, at=request.at)
        return _("%(name)s到今天为止。") % {"name": force.name}

    return press(request, do, back=reverse("support:people:task-force", args=[pk]))


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def member(request: DeskRequest, pk: int) -> HttpResponse:
    one = TaskForceMember.objects.filter(pk=pk).select_related("user", "force").first()
    if one is None:
        raise Missing("no_such_member", _("没有找到这位成员。"))
    back = reverse("support:people:task-force", args=[one.force_id])
    if request.method == "POST":

        def do() -> str:
            leave(one, localdate(request.at), actor=request.actor, at=request.at)
            return _("%(name)s到今天为止。") % {"name": one.user.name}

        return press(request, do, back=back)
    button = Button(_("今天起退出"), reverse("support:people:task-force-member", args=[pk]), [("seal", seal())])
    return show_sheet(request, Page(one.user.name, [Buttons([button])], one.duty, back=back), room=ROOM)
