"""Points: whether a district or street has any, what is worth how many, and the two people that an entry takes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Effects, Move
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.inputs import tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step, refusal
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.access import covers_points
from gezhi.party.actions.activities import MINE
from gezhi.party.models import Member, PointClaim, PointDecision, PointEntry, PointExemption, PointRule
from gezhi.party.workflows.points import STEPS, Situation, Stage
from gezhi.territory.models import Area, holds_on

DECIDE = "party.decide"
MOST = 100
effect: Effects[Any] = Effects()
INPUTS: dict[str, Input] = {
    "evidence": Input("words", _("依据"), longest=1000),
    "on": Input("date", _("日期")),
    "reason": Input("words", _("理由"), longest=1000),
}


# --- whether and what -----------------------------------------------------------------------------------------------


def decide_points(area: Area, *, actor: Actor, at: datetime, basis: str, from_on: date) -> PointDecision:
    """A district or street uses points from a day on. Needs the right at that level, and a decision to name."""
    actor.require(DECIDE, area=area.code)
    basis = typed(basis, field="basis", longest=200, empty=_("请写明由哪次会议或哪个文件决定。"))
    if len(area.code) not in (6, 9):
        raise Refused("wrong_area", _("由区或街道决定是否启用党员积分。"), field="area")
    taken = _("这里已经启用党员积分。")
    with unit():
        if PointDecision.objects.filter(area=area, until_on__isnull=True).exists():
            raise Refused("decided_already", taken, field="area")
        with first_come("decided_already", taken, field="area"):
            row = PointDecision.objects.create(area=area, basis=basis, from_on=from_on, version=1)
        found(row, Fact("point_decision.made", {"area": area.code, "from": from_on.isoformat()}), actor=actor, at=at)
    return row


def end_points(row: PointDecision, *, actor: Actor, at: datetime, until_on: date) -> None:
    """The last day on which the area uses points. Entries stay as they are; no more are made."""
    actor.require(DECIDE, area=row.area.code)
    if until_on < row.from_on or row.until_on is not None:
        raise Refused("ends_before_start", _("结束日期不能早于启用日期。"), field="until_on")
    with unit():
        fact = Fact("point_decision.ended", {"until": until_on.isoformat()})
        advance(row, fact, actor=actor, at=at, changes={"until_on": until_on})


def define_point_rule(
    area: Area, *, actor: Actor, at: datetime, code: str, title: str, points: int, evidence: str, from_on: date
) -> PointRule:
    """What is worth how many points from a day on; a rule of the same code before ends the day before."""
    actor.require(DECIDE, area=area.code)
    code = typed(code, field="code", longest=20, empty=_("请填写代码。"))
    title = typed(title, field="title", longest=80, empty=_("请填写事项。"))
    evidence = typed(evidence, field="evidence", longest=100, empty=_("请写明要提供什么依据。"))
    if len(area.code) not in (6, 9):
        raise Refused("wrong_area", _("由区或街道规定积分事项。"), field="area")
    if points == 0 or abs(points) > MOST:
        raise Refused("no_such_number", _("分值不能是 0，最多 %(most)s 分。") % {"most": MOST}, field="points")
    meanwhile = _("刚刚有人改动了积分事项，请看过最新情况再提交。")
    with unit():
        last = PointRule.objects.filter(area=area, code=code, valid_until__isnull=True).first()
        if last is not None:
            if last.valid_from >= from_on:
                raise Refused(
                    "rule_ahead", _("已有从 %(day)s 起的规则。") % {"day": last.valid_from.isoformat()}, field="from_on"
                )
            until = from_on - timedelta(days=1)
            fact = Fact("point_rule.ended", {"until": until.isoformat()})
            advance(last, fact, actor=actor, at=at, changes={"valid_until": until})
        with first_come("rule_meanwhile", meanwhile, field="code"):
            row = PointRule.objects.create(
                area=area, code=code, title=title, points=points, evidence=evidence, valid_from=from_on, version=1
            )
        found(row, Fact("point_rule.defined", {"code": code, "points": points}), actor=actor, at=at)
    return row


# --- claims -----------------------------------------------------------------------------------------------------------


def situation_of(
    member: Member, asked_by: int | None, actor: Actor, at: datetime, *, is_correction: bool = False
) -> Situation:
    day = local_day(at)
    return Situation(
        is_on=PointDecision.objects.covering(member.branch.area.code, on=day).exists(),
        is_exempt=PointExemption.objects.filter(holds_on(day), member=member).exists(),
        is_asker=asked_by is not None and asked_by == actor.user_id,
        is_subject=member.user_id is not None and member.user_id == actor.user_id,
        is_correction=is_correction,
    )


def situation_of_claim(claim: PointClaim, actor: Actor, at: datetime) -> Situation:
    return situation_of(claim.member, claim.asked_by_id, actor, at, is_correction=claim.corrects_id is not None)


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, MINE)


def door(at: datetime) -> Door[PointClaim]:
    day = local_day(at)
    return Door(
        steps=STEPS,
        covers=lambda actor, step, row: covers_points(actor, row.member.branch, on=day),
        situation=situation_of_claim,
        tidy=tidied,
        effect=effect,
    )


def propose_points(
    member: Member,
    *,
    actor: Actor,
    at: datetime,
    evidence: str,
    on: date,
    rule: PointRule | None = None,
    corrects: PointEntry | None = None,
    points: int | None = None,
) -> PointClaim:
    """Put forward an entry by a rule, or a correction of one by so many points. Refused where points are off and for who is exempt."""
    step = STEPS["propose"]
    if not covers_points(actor, member.branch, on=local_day(at)):
        raise Denied(step.right)
    given = tidied(step, {"evidence": evidence, "on": on})
    if given["on"] > local_day(at) or given["on"].year < local_day(at).year - 1:
        raise Refused("no_such_day", _("日期不能晚于今天，也不能早于去年。"), field="on")
    with unit():
        situation = situation_of(member, None, actor, at, is_correction=corrects is not None)
        wrong = next((one for one in step.conditions if not one.holds(situation)), None)
        if wrong is not None:
            raise Refused(wrong.code, wrong.otherwise)
        worth, occurred_on = worth_of(member, given["on"], rule, corrects, points)
        claim = PointClaim.objects.create(
            member=member,
            rule=rule if corrects is None else corrects.claim.rule,
            corrects=corrects,
            points=worth,
            occurred_on=occurred_on,
            evidence=given["evidence"],
            stage=Stage.PROPOSED,
            asked_by_id=actor.user_id,
            version=1,
        )
        data = {"member": member.pk, "points": worth, "corrects": claim.corrects_id}
        found(claim, Fact(step.event, data), actor=actor, at=at)
    return claim


def worth_of(
    member: Member, on: date, rule: PointRule | None, corrects: PointEntry | None, points: int | None
) -> tuple[int, date]:
    """How many points, and of which day: a correction counts in the year of what it corrects."""
    if corrects is not None:
        if corrects.member_id != member.pk:
            raise Refused("no_such_entry", _("要更正的积分不是这名党员的。"), field="corrects")
        if not points or abs(points) > MOST:
            raise Refused("no_such_number", _("请写明加多少分或减多少分。"), field="points")
        return points, corrects.occurred_on
    if rule is None or not PointRule.objects.of_place(member.branch.area.code, on=on).filter(pk=rule.pk).exists():
        raise Refused("empty", _("请选择这里当天有效的积分事项。"), field="rule")
    return rule.points, on


def take_claim_step(
    name: str, claim: PointClaim, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> PointClaim:
    """Approve or refuse a claim fetched by `get_claim`."""
    return door(at).take(name, claim, actor=actor, at=at, seen=seen, inputs=inputs)


def claim_steps(claim: PointClaim, *, actor: Actor, at: datetime) -> list[Step[Any]]:
    return door(at).offered(claim, actor, at)


def approval_problem(claim: PointClaim, *, actor: Actor, at: datetime) -> Any:
    """Why the actor can't approve it now, "" when nothing forbids it."""
    step = STEPS["approve"]
    wrong = refusal(step, claim.stage, situation_of_claim(claim, actor, at))
    return wrong.otherwise if wrong is not None else ""


@effect("approve")
def approve(row: PointClaim, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The one place where the ledger grows."""

    def enter() -> None:
        PointEntry.objects.create(
            claim=row,
            member_id=row.member_id,
            corrects_id=row.corrects_id,
            points=row.points,
            year=row.occurred_on.year,
            occurred_on=row.occurred_on,
            entered_at=at,
            approved_by_id=actor.user_id,
        )

    return Move(data={"member": row.member_id, "points": row.points}, then=(enter,))


@effect("refuse")
def refuse(row: PointClaim, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(data={"member": row.member_id}, note=given["reason"])
