"""Writes to teams of volunteers, their activities, sign-ups with confirmed hours, and requests for help."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gezhi.cobuild.access import EDIT
from gezhi.cobuild.models import HelpRequest, SignUp, SubTeam, Team, TeamGrid, VolunteerActivity
from gezhi.cobuild.routing import Candidate, routed
from gezhi.cobuild.rules import ActivityStage, HelpStage, Specialty, VolunteerKind
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.numbers import receipt_code
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.secrets import blind_index, holds_identity_number
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.models import Area, Level

PHONE_CONTEXT = "cobuild.SignUp.phone"
# Half a year after the activity nobody asks who came any more; the hours stay with their code.
NAMES_KEPT = timedelta(days=180)
LONGEST_MINUTES = 24 * 60
# Many press at once for one activity: each looks again until its turn has come.
TRIES = 40
STAGE = _("现在不在能做这一步的阶段。")


def found_team(
    name: str, area: Area, *, actor: Actor, at: datetime, grids: Sequence[Area] = (), words: str = ""
) -> Team:
    """A team in an area, there for some of its grids. Needs `cobuild.edit` there."""
    actor.require(EDIT, area=area.code)
    if area.level == Level.GRID:
        raise Refused("no_team_area", _("战队设在社区、街道或区。"), field="area")
    name = typed(name, field="name", longest=60, empty=_("请写明战队名称。"))
    words = typed(words, field="words", longest=200)
    if any(grid.level != Level.GRID or not grid.code.startswith(area.code) for grid in grids):
        raise Refused("elsewhere", _("请选择这里的网格。"), field="grids")
    with unit():
        with first_come("team_there", _("这里已经有同名的战队。"), field="name"):
            team = Team.objects.create(name=name, area=area, words=words, founded_on=local_day(at), version=1)
        data = {"area": area.code, "grids": [grid.code for grid in grids]}
        found(team, Fact("volunteer_team.founded", data), actor=actor, at=at)
        TeamGrid.objects.bulk_create(TeamGrid(team=team, area=grid) for grid in dict.fromkeys(grids))
    return team


def add_sub_team(team: Team, specialty: str, name: str, *, actor: Actor, at: datetime) -> SubTeam:
    """A sub-team by what it can do; one of each kind in a team. What nobody could take goes to it at once."""
    require_standing(team, actor)
    if specialty not in Specialty.values:
        raise Refused("no_such_specialty", _("请选择特长。"), field="specialty")
    name = typed(name, field="name", longest=40, empty=_("请写明名称。"))
    with unit():
        with first_come("sub_team_there", _("这个战队已经有这一类的基础战队。"), field="specialty"):
            row = SubTeam.objects.create(team=team, specialty=specialty, name=name, version=1)
        found(row, Fact("volunteer_sub_team.added", {"team": team.pk, "specialty": specialty}), actor=actor, at=at)
        waiting = HelpRequest.objects.filter(
            stage=HelpStage.UNROUTED, specialty=specialty, area__code__startswith=team.area.code
        )
        for request in waiting.select_related("area"):
            route_request(request, actor=actor, at=at)
    return row


def require_standing(team: Team, actor: Actor) -> None:
    actor.require(EDIT, area=team.area.code)
    if team.ended_on is not None:
        raise Refused("has_ended", _("这个战队已经解散。"))


# --- activities -----------------------------------------------------------------------------------------------------------


def announce(
    team: Team, kind: str, title: str, *, actor: Actor, at: datetime, place: str, starts_at: datetime, places: int,
    sub_team: SubTeam | None = None,
) -> VolunteerActivity:  # fmt: skip
    """An activity for which everybody may sign up."""
    require_standing(team, actor)
    if kind not in VolunteerKind.values:
        raise Refused("no_such_kind", _("请选择类别。"), field="kind")
    if sub_team is not None and sub_team.team_id != team.pk:
        raise Refused("not_theirs", _("这个基础战队不在这个战队里。"), field="sub_team")
    title = typed(title, field="title", longest=80, empty=_("请写明活动名称。"))
    place = typed(place, field="place", longest=120, empty=_("请写明地点。"))
    if starts_at <= at:
        raise Refused("past", _("开始的时间应当在现在以后。"), field="starts_at")
    if not 1 <= places <= 2_000:
        raise Refused("no_number", _("名额在 1 至 2000 之间。"), field="places")
    with unit():
        row = VolunteerActivity.objects.create(
            team=team, sub_team=sub_team, kind=kind, title=title, place=place, starts_at=starts_at, places=places,
            stage=ActivityStage.OPEN, version=1,
        )  # fmt: skip
        found(row, Fact("volunteer_activity.announced", {"team": team.pk, "kind": kind}), actor=actor, at=at)
    return row


def sign_up(activity: VolunteerActivity, *, actor: Actor, at: datetime, name: str, phone: str) -> SignUp:
    """Somebody comes along. As many as there are places, and one phone once; who press together are taken one after the other."""
    name = typed(name, field="name", longest=40, empty=_("请写下怎样称呼您。"))
    phone = typed(phone, field="phone", longest=30, empty=_("请留电话，活动有变动时通知您。"))
    if holds_identity_number(name) or holds_identity_number(phone):
        raise Refused("identity_number", _("不要写身份证号码。"), field="name")
    for left in reversed(range(TRIES)):
        try:
            return sign_up_now(activity, name, phone, actor=actor, at=at)
        except Conflict as conflict:
            if conflict.code != "stale" or not left:
                raise
            activity.refresh_from_db()
    raise AssertionError("the last try returns or raises")


def sign_up_now(activity: VolunteerActivity, name: str, phone: str, *, actor: Actor, at: datetime) -> SignUp:
    index = blind_index(phone, context=PHONE_CONTEXT)
    with unit(alone=True):
        if activity.stage != ActivityStage.OPEN or activity.starts_at <= at:
            raise Refused("closed", _("报名已经结束。"))
        # The version of the activity is the lock: whoever comes second looks again.
        advance(activity, Fact("volunteer_activity.signed_up"), actor=actor, at=at)
        there = activity.sign_ups.filter(withdrawn_at__isnull=True)
        if there.filter(phone_index=index).exists():
            raise Refused("signed_up", _("这个电话已经报过名。"), field="phone")
        if there.count() >= activity.places:
            raise Refused("full", _("名额已经报满。"))
        row = SignUp.objects.create(
            activity=activity, code=receipt_code(), name=name, phone=phone, phone_index=index, signed_at=at, version=1
        )
        found(row, Fact("volunteer_sign_up.made", {"activity": activity.pk}), actor=actor, at=at)
    return row


def withdraw(row: SignUp, *, actor: Actor, at: datetime) -> None:
    """Whoever holds the code does not come after all; name and phone are forgotten at once."""
    if row.withdrawn_at is not None or row.minutes is not None or row.activity.stage != ActivityStage.OPEN:
        raise Refused("wrong_stage", STAGE)
    with unit():
        changes = {"withdrawn_at": at, "name": "", "phone": "", "phone_index": ""}
        advance(row, Fact("volunteer_sign_up.withdrawn"), actor=actor, at=at, changes=changes)


def hold(activity: VolunteerActivity, *, actor: Actor, at: datetime, beneficiaries: int, outcome: str) -> None:
    """It took place: how many it helped, in a number, and what was done."""
    require_standing(activity.team, actor)
    if activity.stage != ActivityStage.OPEN or activity.starts_at > at:
        raise Refused("wrong_stage", STAGE)
    if not 0 <= beneficiaries <= 1_000_000:
        raise Refused("no_number", _("受益人数不能小于零。"), field="beneficiaries")
    outcome = typed(outcome, field="outcome", longest=400, empty=_("请写明做了什么。"))
    with unit():
        changes = {"stage": ActivityStage.HELD, "beneficiaries": beneficiaries, "outcome": outcome}
        fact = Fact("volunteer_activity.held", {"beneficiaries": beneficiaries})
        advance(activity, fact, actor=actor, at=at, changes=changes)


def cancel(activity: VolunteerActivity, *, actor: Actor, at: datetime, reason: str) -> None:
    require_standing(activity.team, actor)
    if activity.stage != ActivityStage.OPEN:
        raise Refused("wrong_stage", STAGE)
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("volunteer_activity.cancelled", note=reason)
        advance(activity, fact, actor=actor, at=at, changes={"stage": ActivityStage.CANCELLED})


def confirm_hours(row: SignUp, minutes: int, *, actor: Actor, at: datetime) -> None:
    """How long somebody was there; 0 for who did not come. Said again, the new number holds."""
    require_standing(row.activity.team, actor)
    if row.activity.stage != ActivityStage.HELD or row.withdrawn_at is not None:
        raise Refused("wrong_stage", STAGE)
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise Refused("no_number", _("时长在 0 至 1440 分钟之间。"), field="minutes")
    with unit():
        fact = Fact("volunteer_sign_up.confirmed", {"minutes": minutes})
        advance(row, fact, actor=actor, at=at, changes={"minutes": minutes})


def forget_volunteers(*, at: datetime, most: int = 500) -> int:
    """Daily: names and phones of activities half a year ago are deleted; hours stay with their code. The number deleted."""
    rows = SignUp.objects.filter(
        activity__starts_at__lt=at - NAMES_KEPT, forgotten_at__isnull=True, withdrawn_at__isnull=True
    )
    done = 0
    for row in rows[:most]:
        with unit(alone=True):
            changes = {"name": "", "phone": "", "phone_index": "", "forgotten_at": at}
            fact = Fact("volunteer_sign_up.forgotten")
            advance(row, fact, actor=Actor.system("到期删除"), at=at, changes=changes)
        done += 1
    return done


# --- requests for help ------------------------------------------------------------------------------------------------------


def ask_help(area: Area, specialty: str, words: str, *, actor: Actor, at: datetime) -> HelpRequest:
    """A grid asks for help of a kind; it is routed at once, or stands on the list of what nobody can take."""
    actor.require(EDIT, area=area.code)
    if area.level != Level.GRID:
        raise Refused("no_grid", _("请选择一个网格。"), field="area")
    if specialty not in Specialty.values:
        raise Refused("no_such_specialty", _("请选择特长。"), field="specialty")
    words = typed(words, field="words", longest=200, empty=_("请写明要帮什么，不写是谁。"))
    if holds_identity_number(words):
        raise Refused("identity_number", _("不要写身份证号码。"), field="words")
    with unit():
        row = HelpRequest.objects.create(
            area=area, specialty=specialty, words=words, stage=HelpStage.UNROUTED, asked_on=local_day(at), version=1
        )
        found(row, Fact("help_request.asked", {"area": area.code, "specialty": specialty}), actor=actor, at=at)
        route_request(row, actor=actor, at=at)
    return row


def route_request(row: HelpRequest, *, actor: Actor, at: datetime) -> None:
    """To the sub-team that has the specialty there; the event keeps why. Nothing happens where there is none."""
    route = routed(candidates(row.specialty), row.specialty, row.area.code)
    if route is None:
        return
    data = {"sub_team": route.key, "by_name": route.by_name, "nearness": route.nearness}
    changes = {"stage": HelpStage.ROUTED, "sub_team_id": route.key}
    advance(row, Fact("help_request.routed", data), actor=actor, at=at, changes=changes)


def candidates(specialty: str) -> list[Candidate]:
    rows = SubTeam.objects.filter(specialty=specialty, team__ended_on__isnull=True).select_related("team__area")
    open_stages = (HelpStage.ROUTED, HelpStage.TAKEN)
    return [
        Candidate(
            row.pk,
            row.specialty,
            row.team.area.code,
            frozenset(one.area.code for one in row.team.grids.all()),
            sum(one.stage in open_stages for one in row.requests.all()),
        )
        for row in rows.prefetch_related("team__grids__area", "requests")
    ]


def take_help(row: HelpRequest, *, actor: Actor, at: datetime) -> None:
    """The sub-team takes it."""
    require_request(row, actor, HelpStage.ROUTED)
    with unit():
        advance(row, Fact("help_request.taken"), actor=actor, at=at, changes={"stage": HelpStage.TAKEN})


def finish_help(row: HelpRequest, *, actor: Actor, at: datetime, beneficiaries: int) -> None:
    """Done: how many it helped, in a number."""
    require_request(row, actor, HelpStage.TAKEN)
    if not 0 <= beneficiaries <= 10_000:
        raise Refused("no_number", _("受益人数不能小于零。"), field="beneficiaries")
    with unit():
        changes = {"stage": HelpStage.DONE, "done_on": local_day(at), "beneficiaries": beneficiaries}
        advance(row, Fact("help_request.done", {"beneficiaries": beneficiaries}), actor=actor, at=at, changes=changes)


def require_request(row: HelpRequest, actor: Actor, stage: str) -> None:
    actor.require(EDIT, area=row.area.code)
    if row.stage != stage:
        raise Refused("wrong_stage", STAGE)
