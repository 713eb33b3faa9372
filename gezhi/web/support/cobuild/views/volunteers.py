"""Teams of volunteers, their activities with sign-ups and hours, and requests for help."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cobuild.access import EDIT, SEE, fetch, seen
from gezhi.cobuild.actions import (
    add_sub_team,
    announce,
    ask_help,
    cancel,
    confirm_hours,
    finish_help,
    found_team,
    hold,
    take_help,
)
from gezhi.cobuild.models import HelpRequest, SignUp, SubTeam, Team, VolunteerActivity
from gezhi.cobuild.queries import around, volunteer_totals, within
from gezhi.cobuild.rules import ActivityStage, HelpStage
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.kernel.secrets import mask_name, mask_phone
from gezhi.kernel.workbooks import Column
from gezhi.territory.models import Area
from gezhi.territory.queries import list_names
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.cobuild.forms import (
    activity_fields,
    beneficiary_fields,
    help_fields,
    hold_fields,
    minutes_fields,
    reason_fields,
    sub_team_fields,
    team_fields,
)
from gezhi.web.support.cobuild.page import ROOM, area_named, areas_of, deed_page, url
from gezhi.web.support.cobuild.views.partners import said, who
from gezhi.web.support.cobuild.wording import place, story
from gezhi.web.support.page import for_support, show
from gezhi.web.support.party.page import Cell, Listing, Scope, scope_of, workbook


def get_team(actor: Actor, key: int, right: str = SEE) -> Team:
    return fetch(Team.objects.filter(seen(actor, right, above=right == SEE)).select_related("area"), key)


def get_activity(actor: Actor, key: int, right: str = SEE) -> VolunteerActivity:
    row = fetch(VolunteerActivity.objects.select_related("team__area", "sub_team"), key)
    get_team(actor, row.team_id, right)
    return row


def team_listing(request: DeskRequest, scope: Scope) -> Listing:
    rows = Team.objects.filter(around(scope.code), seen(request.actor, above=True), ended_on__isnull=True)
    columns = [
        Column(_("战队"), 16),
        Column(_("所在"), 16),
        Column(_("网格"), 5),
        Column(_("基础战队"), 24),
        Column(_("活动"), 5),
    ]
    lines = [
        [
            Cell(one.name, url("team", one.pk)),
            place(one.area.code),
            len(one.grids.all()),
            "、".join(sub.name for sub in one.sub_teams.all()),
            len(one.activities.all()),
        ]
        for one in rows.select_related("area").prefetch_related("grids", "sub_teams", "activities")
    ]
    return Listing(columns, lines, _("战队"), _("这里还没有战队。成立一个，再按特长设基础战队。"))


def activity_listing(request: DeskRequest, scope: Scope) -> Listing:
    teams = Team.objects.filter(within(scope.code), seen(request.actor))
    rows = VolunteerActivity.objects.filter(team__in=teams).select_related("team")[:200]
    heads = (_("活动"), _("类别"), _("战队"), _("时间"), _("状态"), _("受益人数"))
    lines = [
        [
            Cell(one.title, url("activity", one.pk)),
            one.get_kind_display(),
            one.team.name,
            spoken(one.starts_at),
            one.get_stage_display(),
            one.beneficiaries,
        ]
        for one in rows
    ]
    return Listing([Column(head) for head in heads], lines, _("活动"), _("这里还没有活动。"))


def spoken(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@require_safe
@for_support(SEE)
def volunteers(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    may = request.actor.may(EDIT, area=scope.code)
    totals = volunteer_totals(scope.code)
    note = _("已开展 %(held)s 次，确认服务 %(hours)s 小时，受益 %(people)s 人次。只记人次，不记受助人的姓名。") % totals
    context = {
        "title": _("志愿服务"),
        "hint": note,
        "scope": scope,
        "listings": [team_listing(request, scope), activity_listing(request, scope)],
        "tools": [(_("成立战队"), f"{url('new-team')}?area={scope.code}")] if may and len(scope.code) < 15 else [],
        "excel": f"{url('volunteers-workbook')}?area={scope.code}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def volunteers_workbook(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    return workbook(request, _("志愿服务"), team_listing(request, scope), activity_listing(request, scope))


def grids_of(code: str) -> list[tuple[str, str]]:
    return [(one.code, one.short_name) for one in list_names("grid", within=code)]


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_team(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        grids = list(Area.objects.filter(code__in=given.pop("grids"), level="grid"))
        team = found_team(area=area_named(scope.code), grids=grids, **given, **who(request))
        return url("team", team.pk), _("已成立%(name)s。接着按特长设基础战队。") % {"name": team.name}

    choices = grids_of(scope.code) if len(scope.code) >= 9 else []
    back = f"{url('volunteers')}?area={scope.code}"
    return deed_page(request, lambda: team_fields(choices), act, title=_("成立战队"), back=back, hint=scope.name)


@require_safe
@for_support(SEE)
def team(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_team(request.actor, pk)
    may = request.actor.may(EDIT, area=found.area.code) and found.ended_on is None
    grids = [[place(one.area.code)] for one in found.grids.select_related("area").order_by("area__code")]
    subs = [[one.name, one.get_specialty_display()] for one in found.sub_teams.all()]
    activities = [
        [
            Cell(one.title, url("activity", one.pk)),
            one.get_kind_display(),
            spoken(one.starts_at),
            one.get_stage_display(),
        ]
        for one in found.activities.all()[:100]
    ]
    context = {
        "title": found.name,
        "back": url("volunteers"),
        "facts": [(_("所在"), place(found.area.code), ""), (_("成立"), str(found.founded_on), "")],
        "words": found.words,
        "words_title": _("说明"),
        "deeds": [
            (_("设基础战队"), url("team-deed", found.pk, "sub-team"), "plain"),
            (_("发布活动"), url("team-deed", found.pk, "activity"), "forward"),
        ]
        if may
        else [],
        "listings": [
            Listing([Column(_("基础战队")), Column(_("特长"))], subs, _("基础战队"), _("还没有基础战队。")),
            Listing([Column(_("网格"))], grids, _("网格"), _("没有指定网格：本区域里的都可以找它。")),
            Listing(
                [Column(_("活动")), Column(_("类别")), Column(_("时间")), Column(_("状态"))],
                activities,
                _("活动"),
                _("还没有活动。"),
            ),
        ],
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def team_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_team(request.actor, pk, EDIT)
    back = url("team", found.pk)
    if name == "sub-team":
        return deed_page(
            request,
            sub_team_fields,
            lambda given: said(add_sub_team(found, **given, **who(request))),
            title=_("设基础战队"),
            back=back,
            hint=found.name,
        )
    subs = {str(one.pk): one for one in found.sub_teams.all()}

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        day, hour = given.pop("day"), given.pop("hour")
        starts = timezone.make_aware(datetime.combine(day, hour), timezone.get_default_timezone())
        row = announce(found, starts_at=starts, sub_team=subs.get(given.pop("sub_team")), **given, **who(request))
        return url("activity", row.pk), _("已发布，居民网页上可以报名。")

    choices = [(key, one.name) for key, one in subs.items()]
    return deed_page(request, lambda: activity_fields(choices), act, title=_("发布活动"), back=back, hint=found.name)


@require_safe
@for_support(SEE)
def activity(request: DeskRequest, pk: int) -> HttpResponse:
    """An activity and who signed up: in clear for who keeps the list, so that they can be told of changes."""
    found = get_activity(request.actor, pk)
    may = request.actor.may(EDIT, area=found.team.area.code)
    is_held = found.stage == ActivityStage.HELD
    people = []
    for one in found.sign_ups.filter(withdrawn_at__isnull=True):
        name = one.name if may else mask_name(one.name)
        phone = one.phone if may else mask_phone(one.phone)
        link = Cell(_("确认时长"), url("confirm-hours", one.pk)) if may and is_held else ""
        people.append([name or _("已删去"), phone, one.minutes, link])
    deeds = []
    if may and found.stage == ActivityStage.OPEN:
        begun = found.starts_at <= request.at
        deeds = [(_("登记开展情况"), url("activity-deed", found.pk, "hold"), "forward")] if begun else []
        deeds.append((_("取消"), url("activity-deed", found.pk, "cancel"), "plain"))
    context = {
        "title": found.title,
        "back": url("team", found.team_id),
        "facts": [
            (_("类别"), found.get_kind_display(), ""),
            (_("战队"), found.sub_team.name if found.sub_team else found.team.name, url("team", found.team_id)),
            (_("时间"), spoken(found.starts_at), ""),
            (_("地点"), found.place, ""),
            (_("状态"), found.get_stage_display(), ""),
            (_("报名"), f"{len(people)} / {found.places}", ""),
            (_("受益人数"), "—" if found.beneficiaries is None else found.beneficiaries, ""),
        ],
        "words": found.outcome,
        "words_title": _("做了什么"),
        "deeds": deeds,
        "listings": [
            Listing(
                [Column(_("称呼")), Column(_("电话")), Column(_("确认的分钟")), Column("")],
                people,
                _("报名的人"),
                _("还没有人报名。"),
            )
        ],
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def activity_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_activity(request.actor, pk, EDIT)
    back = url("activity", found.pk)
    if name == "hold":
        return deed_page(
            request,
            hold_fields,
            lambda given: hold(found, **given, **who(request)),
            title=_("登记开展情况"),
            back=back,
            hint=found.title,
        )
    return deed_page(
        request,
        reason_fields,
        lambda given: cancel(found, **given, **who(request)),
        title=_("取消"),
        back=back,
        hint=found.title,
    )


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def hours(request: DeskRequest, pk: int) -> HttpResponse:
    row = fetch(SignUp.objects.select_related("activity__team__area"), pk)
    get_activity(request.actor, row.activity_id, EDIT)
    return deed_page(
        request,
        minutes_fields,
        lambda given: confirm_hours(row, given["minutes"], **who(request)),
        title=_("确认时长"),
        back=url("activity", row.activity_id),
        hint=row.name,
    )


# --- requests for help ------------------------------------------------------------------------------------------------------


def help_listing(request: DeskRequest, scope: Scope) -> Listing:
    rows = HelpRequest.objects.filter(within(scope.code), seen(request.actor)).exclude(stage=HelpStage.DONE)
    if request.GET.get("state") == "done":
        rows = HelpRequest.objects.filter(within(scope.code), seen(request.actor), stage=HelpStage.DONE)
    heads = (_("要帮什么"), _("特长"), _("网格"), _("状态"), _("由谁"), _("提出"))
    lines = [
        [
            Cell(one.words, url("help", one.pk)),
            one.get_specialty_display(),
            place(one.area.code),
            Cell(one.get_stage_display(), state="bad" if one.stage == HelpStage.UNROUTED else ""),
            name_of(one.sub_team),
            one.asked_on,
        ]
        for one in rows.select_related("area", "sub_team__team")[:300]
    ]
    return Listing([Column(head) for head in heads], lines, empty=_("这里没有求助。"))


def name_of(sub_team: SubTeam | None) -> str:
    return f"{sub_team.team.name} · {sub_team.name}" if sub_team is not None else ""


@require_safe
@for_support(SEE)
def helps(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, SEE)
    is_done = request.GET.get("state") == "done"
    may = request.actor.may(EDIT, area=scope.code) and len(scope.code) >= 12
    context = {
        "title": _("志愿求助"),
        "hint": _("按特长自动转给管这个网格的基础战队；没有战队能接的排在这里，设了就自动转过去。"),
        "scope": scope,
        "chips": [
            (_("没有完成的"), f"?area={scope.code}", not is_done),
            (_("已完成"), f"?area={scope.code}&state=done", is_done),
        ],
        "listings": [help_listing(request, scope)],
        "tools": [(_("登记求助"), f"{url('new-help')}?area={scope.code}")] if may else [],
        "excel": f"{url('helps-workbook')}?area={scope.code}&state={'done' if is_done else ''}",
    }
    return show(request, "support/party/list.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def helps_workbook(request: DeskRequest) -> HttpResponse:
    return workbook(request, _("志愿求助"), help_listing(request, scope_of(request, SEE)))


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def new_help(request: DeskRequest) -> HttpResponse:
    scope = scope_of(request, EDIT)
    grids = [one for one in areas_of(request, scope.code[:12]) if len(one[0]) == 15]

    def act(given: dict[str, Any]) -> tuple[str, Any]:
        row = ask_help(area_named(given.pop("area")), **given, **who(request))
        row.refresh_from_db()
        to = name_of(row.sub_team)
        return url("help", row.pk), _("已转给%(team)s。") % {"team": to} if to else _("还没有战队能接，已列入清单。")

    back = f"{url('helps')}?area={scope.code}"
    return deed_page(request, lambda: help_fields(grids), act, title=_("登记求助"), back=back, hint=scope.name)


@require_safe
@for_support(SEE)
def help_page(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_help(request, pk, SEE)
    may = request.actor.may(EDIT, area=found.area.code)
    names = {HelpStage.ROUTED: ("take", _("战队已接")), HelpStage.TAKEN: ("finish", _("已完成"))}
    step = names.get(HelpStage(found.stage)) if may else None
    context = {
        "title": found.words,
        "back": url("helps"),
        "facts": [
            (_("特长"), found.get_specialty_display(), ""),
            (_("网格"), place(found.area.code), ""),
            (_("状态"), found.get_stage_display(), ""),
            (_("由谁"), name_of(found.sub_team) or "—", url("team", found.sub_team.team_id) if found.sub_team else ""),
            (_("受益人数"), "—" if found.beneficiaries is None else found.beneficiaries, ""),
        ],
        "deeds": [(step[1], url("help-deed", found.pk, step[0]), "forward")] if step else [],
        "story": story(found),
    }
    return show(request, "support/party/detail.html", context, room=ROOM)


def get_help(request: DeskRequest, pk: int, right: str) -> HelpRequest:
    rows = HelpRequest.objects.filter(seen(request.actor, right)).select_related("area", "sub_team__team")
    return fetch(rows, pk)


@require_http_methods(["GET", "POST"])
@for_support(EDIT)
def help_deed(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_help(request, pk, EDIT)
    back = url("help", found.pk)
    if name == "take":
        return deed_page(
            request,
            dict,
            lambda given: take_help(found, **who(request)),
            title=_("战队已接"),
            back=back,
            hint=found.words,
        )
    if name == "finish":
        return deed_page(
            request,
            beneficiary_fields,
            lambda given: finish_help(found, beneficiaries=given["beneficiaries"], **who(request)),
            title=_("已完成"),
            back=back,
            hint=found.words,
        )
    raise Missing("no_such_step", _("没有这一步。"))
