"""Recommending part-time workers: a unit names somebody, the street decides; see `gezhi.people.workflow`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.events import Fact, found
from gezhi.kernel.inputs import READERS, tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.people.actions.appointments import Appointing, Newcomer, appoint, enter_newcomers, verdict_of
from gezhi.people.models import Channel, Desk, DeskKind, Recommendation, Source
from gezhi.people.phones import require_phone
from gezhi.people.roles import Role
from gezhi.people.sources import NOT_ALLOWED, Facts, judge
from gezhi.people.standing_rules import source_rules
from gezhi.people.workflow import RECOMMENDATION_STEPS, Recommended

ROLE = Role.PART_TIME_WORKER
INPUTS: dict[str, Input] = {
    "from_on": Input("date", _("到岗日期")),
    "reason": Input("text", _("理由"), longest=200),
}


def recommend(
    desk: Desk,
    source: Source,
    *,
    unit_name: str,
    name: str,
    work_phone: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Recommendation:
    """Name somebody for a grid. Needs `staff.recommend` there.

    Refused: not_a_grid, desk_closed, empty, too_long, bad_phone, source_not_allowed.
    """
    actor.require(RECOMMENDATION_STEPS["recommend"].right, area=desk.area.code, desk_id=desk.pk)
    if desk.kind != DeskKind.GRID:
        raise Refused("not_a_grid", _("兼职网格员推荐到网格。"), field="desk_id")
    if not desk.is_open:
        raise Refused("desk_closed", _("%(desk)s已经关闭。") % {"desk": desk.name}, field="desk_id")
    columns = {
        "unit": typed(unit_name, field="unit", longest=60, empty=_("请填写推荐单位")),
        "name": typed(" ".join(name.split()), field="name", longest=40, empty=_("请填写姓名")),
        "work_phone": require_phone(work_phone, empty=_("请填写工作电话")),
        "reason": typed(reason, field="reason", longest=200),
    }
    if judge(source_rules(), ROLE, source.code, Facts(unit=columns["unit"]), local_day(at)).refused == NOT_ALLOWED:
        named = {"role": ROLE.label, "source": source.name}
        raise Refused(NOT_ALLOWED, _("%(role)s不能从%(source)s中选拔。") % named, field="source_id")
    with unit():
        row = Recommendation.objects.create(
            desk=desk, source=source, recommended_by_id=actor.user_id, recommended_at=at, version=1, **columns
        )
        found(row, Fact("recommendation.made", {"desk": desk.pk, "source": source.code}), actor=actor, at=at)
    return row


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, READERS)


def situation_of(row: Recommendation, actor: Actor, at: datetime) -> Recommended:
    return Recommended(row.recommended_by_id is not None and row.recommended_by_id == actor.user_id)


DOOR: Door[Recommendation] = Door(
    RECOMMENDATION_STEPS,
    covers=lambda actor, step, row: actor.may(step.right, area=row.desk.area.code, desk_id=row.desk_id),
    situation=situation_of,
    tidy=tidied,
)


def decide(
    name: str, row: Recommendation, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Recommendation:
    """Take a step with a recommendation fetched by `get_recommendation`: `approve` (`from_on`, and `reason` where the source rules want one),
    `refuse`, `withdraw` (`reason`). An approval opens the account, without a password, and gives the post."""
    return DOOR.take(name, row, actor=actor, at=at, seen=seen, inputs=inputs)


@DOOR.effect("approve")
def approve(row: Recommendation, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    [user] = enter_newcomers([Newcomer(row.name, row.work_phone)], at=at, is_invented=invented(row))
    wanted = Appointing(
        user,
        row.desk,
        ROLE,
        given["from_on"],
        row.source,
        Channel.SELECTED,
        facts=Facts(unit=row.unit),
        reason=given["reason"],
    )
    verdict_of(wanted)
    # The right to approve is the right to seat the one who was approved.
    post = appoint(wanted, actor=Actor.system(actor.name), at=at)
    changes = {"decided_by_id": actor.user_id, "decided_at": at, "post_id": post.pk}
    return Move(changes, {"post": post.pk, "user": user.pk}, given["reason"])


@DOOR.effect("refuse", "withdraw")
def turn_down(row: Recommendation, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Whoever was not taken leaves no phone behind."""
    return Move({"decided_by_id": actor.user_id, "decided_at": at, "work_phone": ""}, note=given["reason"])


def invented(row: Recommendation) -> bool:
    """Whom an invented person recommends is invented as well, so that a demo stays one."""
    return row.recommended_by is not None and row.recommended_by.is_invented


__all__ = ["DOOR", "decide", "recommend"]
