"""The ladder from the grid upwards, two years at the grass roots, and what is said of advisers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Move
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.inputs import READERS, tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.access import valid_on
from gezhi.people.models import Desk, DeskKind, Post
from gezhi.people.roles import Role
from gezhi.workforce.ladder import Rung, rises
from gezhi.workforce.models import Evaluation, PolicyKind, Promotion, Tenure
from gezhi.workforce.policies import number_on
from gezhi.workforce.situation import promotion_situation
from gezhi.workforce.tenures import leaves_of, reckoning_of
from gezhi.workforce.workflow import PROMOTION_STEPS

APPLY, GRANT, TENURE, EVALUATE = "career.apply", "career.approve", "tenure.edit", "adviser.evaluate"

# --- the ladder -----------------------------------------------------------------------------------------------------

INPUTS = {
    "note": Input("text", _("审核意见"), longest=300),
    "reason": Input("text", _("理由"), longest=300),
    "from_on": Input("date", _("从哪天起")),
}


def ask_promotion(*, actor: Actor, at: datetime, from_rung: str, to_rung: str, statement: str) -> Promotion:
    """Apply for a rung above one's own. Skipping one is a matter for an exception, which the district has to grant.

    Refused: no rung above, another application still open, a rung other than the one the last promotion led to.
    """
    if actor.kind != "staff" or actor.user_id is None:
        raise Denied(APPLY)
    post = Post.objects.filter(valid_on(local_day(at)), user_id=actor.user_id).select_related("desk__area").first()
    if post is None:
        raise Denied(APPLY)
    for field, rung in (("from_rung", from_rung), ("to_rung", to_rung)):
        if rung not in Rung.values:
            raise Refused("no_such_rung", _("请选择一级。"), field=field)
    if rises(from_rung, to_rung) < 1:
        raise Refused("no_rise", _("只能申请更高的一级。"), field="to_rung")
    current = rung_of(actor.user_id)
    if current is not None and current != from_rung:
        message = _("按记录您现在是%(rung)s。") % {"rung": Rung(current).label}
        raise Refused("other_rung", message, field="from_rung")
    statement = typed(statement, field="statement", longest=500, empty=_("请写下申请理由。"))
    with unit():
        with first_come("asked", _("您还有一份申请在办，请先等答复。")):
            promotion = Promotion.objects.create(
                user_id=actor.user_id, area=post.desk.area, from_rung=from_rung, to_rung=to_rung, statement=statement,
                asked_at=at, version=1,
            )  # fmt: skip
        data = {"user": actor.user_id, "from": from_rung, "to": to_rung, "desk": post.desk_id}
        found(promotion, Fact("promotion.asked", data), actor=actor, at=at)
    return promotion


def rung_of(user_id: int) -> str | None:
    """The rung that the last promotion led to; None where none is recorded."""
    granted = Promotion.objects.filter(user_id=user_id, stage="granted").order_by("-granted_from", "-pk")
    return granted.values_list("to_rung", flat=True).first()


def covers(actor: Actor, step: Step[Any], promotion: Promotion) -> bool:
    if step.right == APPLY:
        return promotion.user_id == actor.user_id
    # What is granted is granted by the district, whoever holds the right further down.
    return actor.may(step.right, area=settings.DISTRICT if step.right == GRANT else promotion.area.code)


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, READERS)


promotions: Door[Promotion] = Door(PROMOTION_STEPS, covers, promotion_situation, tidied)


@promotions.effect("review")
def review(promotion: Promotion, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"reviewed_by_id": actor.user_id}, note=given["note"])


@promotions.effect("except")
def make_exception(promotion: Promotion, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"excepted_by_id": actor.user_id, "exception": given["reason"]}, note=given["reason"])


@promotions.effect("grant")
def grant(promotion: Promotion, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The rung is recorded; a post that goes with it is given by the actions of people."""
    return Move({"granted_from": given["from_on"]}, {"rung": promotion.to_rung}, given["note"])


def take_promotion(
    name: str, promotion: Promotion, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Promotion:
    """Take a step with an application fetched by `get_promotion`."""
    return promotions.take(name, promotion, actor=actor, at=at, seen=seen, inputs=inputs)


# --- two years at the grass roots -----------------------------------------------------------------------------------


def begin_tenure(user: User, desk: Desk, *, actor: Actor, at: datetime, from_on: date) -> Tenure:
    """Somebody new owes two years in a community or grid. Needs `tenure.edit` there."""
    actor.require(TENURE, area=desk.area.code)
    if desk.kind not in (DeskKind.COMMUNITY, DeskKind.GRID):
        raise Refused("wrong_desk", _("基层任职要在社区或者网格。"), field="desk")
    if not user.is_active:
        raise Refused("retired", _("账号已停用。"), field="user")
    with unit():
        with first_come("tenure_there", _("这个人已经在基层任职。"), field="user"):
            tenure = Tenure.objects.create(user=user, desk=desk, from_on=from_on, version=1)
        data = {"user": user.pk, "desk": desk.pk, "from": from_on.isoformat()}
        found(tenure, Fact("tenure.begun", data), actor=actor, at=at)
    return tenure


def complete_tenure(tenure: Tenure, *, actor: Actor, at: datetime) -> None:
    """Write down that the two years are over. Refused before the last day has come, leaves counted."""
    actor.require(TENURE, area=tenure.desk.area.code)
    require_open(tenure)
    today = local_day(at)
    reckoning = reckoning_of(tenure, leaves_of([tenure])[tenure.user_id], on=today)
    if not reckoning.is_over:
        message = _("要到 %(day)s 才满。") % {"day": reckoning.due_on.isoformat()}
        raise Refused("too_early", message)
    with unit():
        data = {"due": reckoning.due_on.isoformat(), "left_out": reckoning.left_out}
        changes = {"ended_on": today, "is_completed": True}
        advance(tenure, Fact("tenure.completed", data), actor=actor, at=at, changes=changes)


def exempt_tenure(tenure: Tenure, *, actor: Actor, at: datetime, reason: str) -> None:
    """End it before its time, with the reason why the rest is not owed."""
    actor.require(TENURE, area=tenure.desk.area.code)
    require_open(tenure)
    if tenure.user_id == actor.user_id:
        raise Refused("self", _("不能免除自己的基层任职。"))
    reason = typed(reason, field="reason", longest=300, empty=_("请写明免除的理由。"))
    with unit():
        changes = {"ended_on": max(local_day(at), tenure.from_on), "exemption": reason}
        advance(tenure, Fact("tenure.exempted", note=reason), actor=actor, at=at, changes=changes)


def remind_tenures(*, at: datetime) -> int:
    """Say of each tenure, once, that its end is near: for the worker's daily round. How many were reminded of."""
    today = local_day(at)
    ahead = number_on(PolicyKind.TENURE_REMIND_DAYS, today)
    open_ones = list(Tenure.objects.filter(ended_on__isnull=True, reminded_at__isnull=True).select_related("desk"))
    leaves = leaves_of(open_ones)
    reminded = 0
    for tenure in open_ones:
        due_on = reckoning_of(tenure, leaves[tenure.user_id], on=today).due_on
        if (due_on - today).days > ahead:
            continue
        with unit(alone=True):
            data = {"user": tenure.user_id, "desk": tenure.desk_id, "due": due_on.isoformat()}
            clock = Actor.system("时钟")
            advance(tenure, Fact("tenure.reminded", data), actor=clock, at=at, changes={"reminded_at": at})
        reminded += 1
    return reminded


def require_open(tenure: Tenure) -> None:
    if tenure.ended_on is not None:
        raise Refused("wrong_stage", _("这段基层任职已经结束。"))


# --- advisers -------------------------------------------------------------------------------------------------------


def evaluate(
    adviser: User, desk: Desk, *, actor: Actor, at: datetime, year: int, support: int, contact: int, words: str = ""
) -> Evaluation:
    """What somebody of the grid, community or street says of an adviser for a year. Once each; departments have no say.

    It is a word for those who decide about people, and decides nothing.
    """
    actor.require(EVALUATE, area=desk.area.code, desk_id=desk.pk)
    if actor.user_id is None or actor.user_id == adviser.pk:
        raise Refused("self", _("不能评价自己。"), field="adviser")
    if not Post.objects.filter(user=adviser, desk=desk, role=Role.ADVISER, from_on__year__lte=year).exists():
        raise Refused("no_adviser", _("这一年这个人不是这个网格的指导员。"), field="adviser")
    if not 2000 <= year <= local_day(at).year:
        raise Refused("no_such_year", _("年度有误。"), field="year")
    for field, level in (("support", support), ("contact", contact)):
        if level not in (1, 2, 3, 4, 5):
            raise Refused("no_such_level", _("请选一个等级。"), field=field)
    words = typed(words, field="words", longest=300)
    with unit():
        with first_come("evaluated", _("您已经评价过这一年。")):
            row = Evaluation.objects.create(
                adviser=adviser, desk=desk, year=year, evaluator_id=actor.user_id, support=support, contact=contact,
                words=words, given_at=at, version=1,
            )  # fmt: skip
        data = {"adviser": adviser.pk, "desk": desk.pk, "year": year}
        found(row, Fact("adviser.evaluated", data), actor=actor, at=at)
    return row


__all__ = [
    "ask_promotion",
    "begin_tenure",
    "complete_tenure",
    "evaluate",
    "exempt_tenure",
    "promotions",
    "remind_tenures",
    "rung_of",
    "take_promotion",
]
