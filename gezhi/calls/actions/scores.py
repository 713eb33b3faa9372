"""Scoring after strike-off and what guards it: a second person, an objection, a ruling. Nothing is ever deleted."""

from datetime import datetime

from django.db.models import Avg, Count
from django.utils.translation import gettext_lazy as _

from gezhi.calls.actions.door import Taking, effect
from gezhi.calls.actions.parts import of
from gezhi.calls.models import CallScore
from gezhi.calls.score_rules import rule_on
from gezhi.calls.scoring import QUESTIONS
from gezhi.calls.timing import term
from gezhi.calls.workflow import COUNTING, Standing
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import first_come


@effect("score")
def score(taking: Taking) -> Move:
    """A low level needs words; a score far from what this street usually gives waits for a second person."""
    levels = [taking.given[question] for question in QUESTIONS]
    words = taking.given["words"]
    rule = rule_on(local_day(taking.at))
    if rule.needs_words(levels) and not words:
        raise Refused("low_needs_words", _("给了低分，请写明哪里做得不好。"), field="words")
    off = rule.off_mean(levels, *usual(taking.call.desk_id))
    is_far = rule.is_far(off)

    def keep() -> None:
        row = CallScore(
            part=taking.part,
            desk_id=taking.call.desk_id,
            **dict(zip(QUESTIONS, levels, strict=True)),
            words=words,
            standing=Standing.TO_CONFIRM if is_far else Standing.COUNTED,
            scored_by_id=taking.actor.user_id,
            scored_at=taking.at,
            off_mean=off,
            is_far=is_far,
            object_until=None if is_far else objection_term(taking),
            version=1,
        )
        with first_come("scored_meanwhile", _("这个部门刚刚有人评过分，一次呼叫只评一次。")):
            row.save(force_insert=True)
        name = "call_score.to_confirm" if is_far else "call_score.given"
        found(row, Fact(name, {**of(taking.part), "street": taking.call.desk_id}), actor=taking.actor, at=taking.at)

    data = {**of(taking.part), **dict(zip(QUESTIONS, levels, strict=True)), "off_mean": off}
    return Move({}, data, words, then=(keep,))


def usual(street_id: int) -> tuple[list[float], int]:
    """The means of what a street has given so far, by question, and of how many."""
    given = CallScore.objects.filter(desk_id=street_id, standing__in=COUNTING)
    figures = given.aggregate(count=Count("pk"), **{question: Avg(question) for question in QUESTIONS})
    return [figures[question] or 0.0 for question in QUESTIONS], figures["count"]


def objection_term(taking: Taking) -> datetime:
    return term("call_object", since=taking.at, is_urgent=taking.call.is_urgent).at


def about(taking: Taking) -> dict[str, object]:
    return {**of(taking.part), "by": taking.score.scored_by_id}


@effect("confirm_score")
def confirm_score(taking: Taking) -> Move:
    changes = {
        "confirmed_by_id": taking.actor.user_id,
        "confirmed_at": taking.at,
        "object_until": objection_term(taking),
    }
    return Move(changes, about(taking), taking.given["note"])


@effect("refuse_score")
def refuse_score(taking: Taking) -> Move:
    changes = {"confirmed_by_id": taking.actor.user_id, "confirmed_at": taking.at}
    return Move(changes, about(taking), taking.given["reason"])


@effect("object")
def object_to(taking: Taking) -> Move:
    return Move({"objection": taking.given["reason"]}, about(taking), taking.given["reason"])


@effect("uphold")
def uphold(taking: Taking) -> Move:
    return Move({"ruling": taking.given["reason"]}, about(taking), taking.given["reason"])


@effect("void")
def void(taking: Taking) -> Move:
    return Move({"ruling": taking.given["reason"]}, about(taking), taking.given["reason"])
