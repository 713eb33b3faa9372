"""Writes to the committee, its task forces, and what is tried out where."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.features import Feature
from gezhi.people.functions import Function
from gezhi.people.models import CommitteeMember, Department, Pilot, TaskForce, TaskForceMember
from gezhi.people.pilots import REGISTER as PILOTS
from gezhi.territory.models import Area

EDIT = "committee.edit"
ENDS_EARLY = _("结束日期不能早于开始日期。")


def require_order(from_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on < from_on:
        raise Refused("ends_before_start", ENDS_EARLY, field="until_on")


def enter_member(
    name: str,
    title: str,
    function: str,
    *,
    actor: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    department: Department | None = None,
    position: int = 100,
) -> CommitteeMember:
    """A member of the district committee. Refused: empty, too_long, bad_function, ends_before_start."""
    actor.require(EDIT, area=settings.DISTRICT)
    name = typed(name, field="name", longest=40, empty=_("请填写姓名"))
    title = typed(title, field="title", longest=60, empty=_("请填写职务"))
    if function not in Function.values:
        raise Refused("bad_function", _("没有这项职能。"), field="function")
    require_order(from_on, until_on)
    with unit():
        member = CommitteeMember.objects.create(
            name=name,
            title=title,
            function=function,
            department=department,
            position=position,
            from_on=from_on,
            until_on=until_on,
            version=1,
        )
        found(member, Fact("committee_member.entered", {"function": function}), actor=actor, at=at)
    return member


def end_member(member: CommitteeMember, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day of a member. Refused: ends_before_start."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_order(member.from_on, until_on)
    with unit():
        fact = Fact("committee_member.ended", {"until": until_on.isoformat()})
        advance(member, fact, actor=actor, at=at, changes={"until_on": until_on})


def form_task_force(
    name: str,
    *,
    actor: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    purpose: str = "",
    members: Sequence[tuple[User, str]] = (),
) -> TaskForce:
    """A task force with its first members and their duties. Refused: empty, too_long, ends_before_start, force_there."""
    actor.require(EDIT, area=settings.DISTRICT)
    columns = {
        "name": typed(name, field="name", longest=60, empty=_("请填写专班名称")),
        "purpose": typed(purpose, field="purpose", longest=200),
    }
    require_order(from_on, until_on)
    with unit():
        with first_come("force_there", _("这一天已经有同名的专班。"), field="name"):
            force = TaskForce.objects.create(from_on=from_on, until_on=until_on, version=1, **columns)
        found(force, Fact("task_force.formed", {"from": from_on.isoformat()}), actor=actor, at=at)
        for user, duty in members:
            join(force, user, actor=actor, at=at, from_on=from_on, duty=duty)
    return force


def join(force: TaskForce, user: User, *, actor: Actor, at: datetime, from_on: date, duty: str = "") -> TaskForceMember:
    """Somebody joins a task force. Refused: outside_term, member_already, retired."""
    actor.require(EDIT, area=settings.DISTRICT)
    if from_on < force.from_on or (force.until_on is not None and from_on > force.until_on):
        raise Refused("outside_term", _("不在专班的任期之内。"), field="from_on")
    if not user.is_active:
        raise Refused("retired", _("账号已停用。"), field="user")
    duty = typed(duty, field="duty", longest=60)
    with unit():
        with first_come("member_already", _("这个人已经在专班里。"), field="user"):
            member = TaskForceMember.objects.create(force=force, user=user, duty=duty, from_on=from_on)
        advance(force, Fact("task_force.joined", {"user": user.pk}), actor=actor, at=at)
    return member


def leave(member: TaskForceMember, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day of somebody in a task force. Refused: ends_before_start, ended."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_order(member.from_on, until_on)
    with unit():
        force = TaskForce.objects.get(pk=member.force_id)
        data = {"user": member.user_id, "until": until_on.isoformat()}
        advance(force, Fact("task_force.left", data), actor=actor, at=at)
        if not TaskForceMember.objects.filter(pk=member.pk, until_on__isnull=True).update(until_on=until_on):
            raise Refused("ended", _("已经退出。"))


def end_task_force(force: TaskForce, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day of a task force, and of everybody in it. Refused: ends_before_start."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_order(force.from_on, until_on)
    with unit():
        fact = Fact("task_force.ended", {"until": until_on.isoformat()})
        advance(force, fact, actor=actor, at=at, changes={"until_on": until_on})
        for member in TaskForceMember.objects.filter(force=force, until_on__isnull=True):
            TaskForceMember.objects.filter(pk=member.pk).update(until_on=max(until_on, member.from_on))


# --- pilots ---------------------------------------------------------------------------------------------------------


def open_pilot(
    feature: str,
    area: Area,
    *,
    actor: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    force: TaskForce | None = None,
) -> Pilot:
    """Open a feature in a street, or with the district's own area everywhere. Refused: no_feature, bad_area, pilot_there, ends_before_start."""
    actor.require(EDIT, area=settings.DISTRICT)
    if feature not in Feature.values:
        raise Refused("no_feature", _("没有这项功能。"), field="feature")
    if area.level not in ("district", "street"):
        raise Refused("bad_area", _("试点按街道打开；推开到全区就选全区。"), field="area")
    require_order(from_on, until_on)
    with unit():
        with first_come("pilot_there", _("这里已经打开这项功能。"), field="area"):
            pilot = Pilot.objects.create(
                feature=feature, area=area, force=force, from_on=from_on, until_on=until_on, version=1
            )
        data = {"feature": feature, "area": area.code, "from": from_on.isoformat()}
        found(pilot, Fact("pilot.opened", data), actor=actor, at=at)
        touch(PILOTS)
    return pilot


def close_pilot(pilot: Pilot, until_on: date, *, actor: Actor, at: datetime) -> None:
    """The last day on which a feature is open there. Refused: ends_before_start, ended."""
    actor.require(EDIT, area=settings.DISTRICT)
    require_order(pilot.from_on, until_on)
    if pilot.until_on is not None and pilot.until_on <= until_on:
        raise Refused("ended", _("这项试点到那时已经结束。"), field="until_on")
    with unit():
        fact = Fact("pilot.closed", {"until": until_on.isoformat()})
        advance(pilot, fact, actor=actor, at=at, changes={"until_on": until_on})
        touch(PILOTS)


__all__ = [
    "close_pilot",
    "end_member",
    "end_task_force",
    "enter_member",
    "form_task_force",
    "join",
    "leave",
    "open_pilot",
]
