"""值班: the roster of a desk by weeks, who is on duty now, planning, calling off."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Desk, Post
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import whole_number
from gezhi.web.support.page import for_support, show
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import ROOM, Button, Register, deed_page, register_page, seen_of
from gezhi.web.support.workforce.tables import PAPER, WORKBOOK, Cell, Table, as_file
from gezhi.workforce.access import get_leave, get_shift, missing
from gezhi.workforce.actions import Turn, cancel_leave, cancel_shift, plan_shifts, plan_turns
from gezhi.workforce.actions.rosters import clash_with, seats_of
from gezhi.workforce.models import Leave, Shift
from gezhi.workforce.models.rosters import ShiftKind
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import on_duty, people_for, shifts_of_desk

ROSTER = "support:workforce:roster"
EDIT, SEE = "roster.edit", "workforce.see"
A_WEEK = timedelta(days=7)


def desks_for(request: DeskRequest, right: str) -> dict[int, Desk]:
    """Desks whose rosters the actor sees or makes, the ones above first."""
    rows = Desk.objects.filter(areas_within("area", *request.actor.areas(right)), is_open=True, department=None)
    seats = Desk.objects.filter(pk__in=request.actor.desks_with(right), is_open=True)
    found = {desk.pk: desk for desk in [*rows.select_related("area"), *seats.select_related("area")]}
    return dict(sorted(found.items(), key=lambda item: (len(item[1].area.code), item[1].area.code)))


def chosen_desk(request: DeskRequest, desks: dict[int, Desk]) -> Desk:
    if not desks:
        raise Denied(SEE)
    wanted = whole_number(request.GET.get("desk", ""))
    own = next((key for key in desks if key in request.actor.desks), next(iter(desks)))
    found = desks.get(wanted if wanted is not None else own)
    if found is None:
        raise missing()
    return found


def week_of(request: DeskRequest) -> date:
    day = parse_date(request.GET.get("from", "")) if len(request.GET.get("from", "")) == 10 else None
    day = day or local_day(request.at)
    return day - timedelta(days=day.weekday())


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


@require_safe
@for_support(SEE)
def page(request: DeskRequest) -> HttpResponse:
    """A week of one desk, to be read, printed and taken along."""
    desks = desks_for(request, SEE)
    desk, first = chosen_desk(request, desks), week_of(request)
    shifts = shifts_of_desk([desk.pk], first=midnight(first), last=midnight(first + A_WEEK))
    file = as_file(request, table_of(desk, first, shifts))
    if file is not None:
        return file
    edits = request.actor.may(EDIT, area=desk.area.code, desk_id=desk.pk)
    buttons = []
    if edits:
        query = f"?desk={desk.pk}"
        buttons = [
            Button(_("排一班"), reverse("support:workforce:shift-new") + query, "forward", "n"),
            Button(_("轮流排班"), reverse("support:workforce:turns-new") + query),
        ]
    buttons.append(Button(_("离岗"), reverse("support:workforce:leaves")))
    today = local_day(request.at)

    def link(**over: Any) -> str:
        return "?" + urlencode({"desk": desk.pk, "from": first.isoformat(), **over})

    context = {
        "title": _("值班表") + f" · {desk.name}",
        "span": f"{first} — {first + A_WEEK - timedelta(days=1)}",
        "desks": made.desk_choices(desks.values()),
        "chosen": desk.pk,
        "first": first,
        "previous": link(**{"from": (first - A_WEEK).isoformat()}),
        "next": link(**{"from": (first + A_WEEK).isoformat()}),
        "workbook": link(**{"as": WORKBOOK}),
        "paper": link(**{"as": PAPER}),
        "buttons": buttons,
        "now": on_duty(desk.area.code, at=request.at),
        "days": [day_of(desk, first + timedelta(days=n), shifts, request, edits=edits, today=today) for n in range(7)],
    }
    return show(request, "support/workforce/roster.html", context, room=ROOM)


def day_of(
    desk: Desk, day: date, shifts: list[Shift], request: DeskRequest, *, edits: bool, today: date
) -> dict[str, Any]:
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    there = [one for one in shifts if begins <= one.starts_at < ends]
    return {
        "name": f"{day:%m-%d} {date_format(day, 'D')}",
        "is_today": day == today,
        "shifts": [
            {
                "name": one.user.name,
                "kind": ShiftKind(one.kind).label,
                "span": span_of(one),
                "is_broken": one.ends_at > request.at and is_broken(desk, one),
                "cancel": reverse("support:workforce:shift-cancel", args=[one.pk])
                if edits and one.ends_at > request.at
                else "",
            }
            for one in there
        ],
    }


def span_of(shift: Shift) -> str:
    return f"{timezone.localtime(shift.starts_at):%H:%M}—{timezone.localtime(shift.ends_at):%H:%M}"


def is_broken(desk: Desk, shift: Shift) -> bool:
    """Has the post ended, or a leave begun, since it was planned?"""
    return clash_with(desk, [Turn(shift.user_id, shift.starts_at, shift.ends_at)], but=[shift.pk]) is not None


def table_of(desk: Desk, first: date, shifts: list[Shift]) -> Table:
    columns = [
        Column(_("日期"), 7),
        Column(_("时间"), 7),
        Column(_("谁"), 5),
        Column(_("怎么值"), 4),
        Column(_("工作电话"), 8),
    ]
    rows = [
        [local_day(one.starts_at), span_of(one), one.user.name, ShiftKind(one.kind).label, one.user.work_phone]
        for one in shifts
    ]
    title = _("%(desk)s值班表") % {"desk": desk.name}
    return Table(title, columns, rows, notes=[f"{first} — {first + A_WEEK - timedelta(days=1)}"])


def people_of(desk: Desk) -> list[User]:
    posts = Post.objects.filter(seats_of(desk), until_on=None).values("user_id")
    return list(User.objects.filter(pk__in=posts, is_active=True).order_by("name", "pk")[:2000])


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def shift_new(request: DeskRequest) -> HttpResponse:
    desk = chosen_desk(request, desks_for(request, EDIT))
    fields = {
        "user": made.key(_("谁"), made.people_choices(people_of(desk))),
        "kind": made.choice(_("怎么值"), ShiftKind.choices),
        "starts_at": made.moment(_("从什么时候")),
        "ends_at": made.moment(_("到什么时候")),
    }

    def do(given: dict[str, Any]) -> None:
        turn = Turn(given["user"], given["starts_at"], given["ends_at"], given["kind"])
        plan_shifts(desk, [turn], actor=request.actor, at=request.at)

    return deed_page(
        request, DeedForm(fields, request, initial={"kind": ShiftKind.DUTY}), do, title=_("排一班") + f" · {desk.name}",
        back=f"{reverse(ROSTER)}?desk={desk.pk}", submit=_("排上"), done=_("已排上。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def turns_new(request: DeskRequest) -> HttpResponse:
    """A roster that turns: those who are ticked, one after the other, a day each."""
    desk = chosen_desk(request, desks_for(request, EDIT))
    fields = {
        "people": made.several(_("轮到谁，按姓名顺序"), made.people_choices(people_of(desk)), required=True),
        "kind": made.choice(_("怎么值"), ShiftKind.choices),
        "first": made.day(_("从哪天")),
        "last": made.day(_("到哪天")),
        "opens": made.clock_time(_("几点开始"), initial=time(18)),
        "closes": made.clock_time(_("几点结束"), initial=time(8)),
    }

    def do(given: dict[str, Any]) -> None:
        people = given.pop("people")
        plan_turns(desk, people, actor=request.actor, at=request.at, **given)

    today = local_day(request.at)
    initial = {"kind": ShiftKind.DUTY, "first": today, "last": today + timedelta(days=6)}
    return deed_page(
        request, DeedForm(fields, request, initial=initial), do, title=_("轮流排班") + f" · {desk.name}",
        back=f"{reverse(ROSTER)}?desk={desk.pk}", submit=_("排上"), done=_("已排上。"),
        lead=_("一人一天，依次轮流；结束早于开始的，算到第二天。有冲突的一班也不排，先说明是谁、哪一班。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def shift_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    shift = get_shift(request.actor, pk)
    lead = f"{shift.user.name} · {timezone.localtime(shift.starts_at):%Y-%m-%d} {span_of(shift)}"
    return deed_page(
        request, DeedForm({"reason": made.words(_("理由"), required=False, longest=200)}, request),
        lambda given: cancel_shift(shift, actor=request.actor, at=request.at, **given), title=_("取消这一班"), lead=lead,
        back=f"{reverse(ROSTER)}?desk={shift.desk_id}", submit=_("取消这一班"), done=_("已取消。"), seen=seen_of(request),
    )  # fmt: skip


@require_safe
@for_support(SEE)
def leaves(request: DeskRequest) -> HttpResponse:
    """Who is away, now and later: days without a cause."""
    today = local_day(request.at)
    people = people_for(request.actor, on=today).values("pk")
    rows = Leave.objects.filter(user__in=people, is_cancelled=False, until_on__gte=today).select_related("user")
    edits = request.actor.has(EDIT)
    lines = [
        [
            one.user.name,
            one.from_on,
            one.until_on,
            Cell(_("取消"), reverse("support:workforce:leave-cancel", args=[one.pk])) if edits else "",
        ]
        for one in rows.order_by("from_on", "pk")
    ]
    columns = [Column(_("姓名")), Column(_("从哪天")), Column(_("到哪天")), Column("")]
    table = Table(_("离岗"), columns, lines, _("没有人离岗。在人员的档案页登记。"))
    return register_page(request, Register(table, lead=_("只记日期，不问原因；离岗的日子排不上班。")))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def leave_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    leave = get_leave(request.actor, pk, on=local_day(request.at))
    return deed_page(
        request, DeedForm({}, request), lambda given: cancel_leave(leave, actor=request.actor, at=request.at),
        title=_("取消离岗") + f" · {leave.user.name}", lead=f"{leave.from_on} — {leave.until_on}",
        back=reverse("support:workforce:leaves"), submit=_("取消离岗"), done=_("已取消。"),
    )  # fmt: skip
