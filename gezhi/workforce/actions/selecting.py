"""The steps of a selection and of its candidates, through the doors of their tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day, work_calendar
from gezhi.kernel.door import Door, Move
from gezhi.kernel.events import Fact, advance, canonical, sm3
from gezhi.kernel.inputs import READERS, tidy
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.people.actions import seat
from gezhi.people.roles import Role
from gezhi.workforce.actions.recruitment import NO_NOTICE, RECOMMEND, candidates_again
from gezhi.workforce.models import Candidate, PolicyKind, Round
from gezhi.workforce.policies import number_on
from gezhi.workforce.selection import Tie, choose
from gezhi.workforce.situation import candidate_situation, round_situation, standings_of
from gezhi.workforce.workflow import CANDIDATE_STEPS, ROUND_STEPS, CandidateStage

INPUTS = {
    "reason": Input("text", _("理由"), longest=500),
    "user": Input("key", _("账号"), "user_id"),
    "from_on": Input("date", _("上岗日期")),
}


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, READERS)


def runs(actor: Actor, step: Step[Any], round_: Round) -> bool:
    return actor.may(step.right, area=round_.area.code)


def handles(actor: Actor, step: Step[Any], candidate: Candidate) -> bool:
    """Approving is the business of those who run the selection; whoever recommended a candidate, or might have, takes the name back."""
    desk = candidate.opening.desk
    if step.right == RECOMMEND:
        return candidate.proposed_by_id == actor.user_id or actor.may("recruit.run", area=candidate.round.area.code)
    area = candidate.round.area.code if step.right == "recruit.run" else desk.area.code
    return actor.may(step.right, area=area, desk_id=desk.pk)


rounds: Door[Round] = Door(ROUND_STEPS, runs, round_situation, tidied)
candidates: Door[Candidate] = Door(
    CANDIDATE_STEPS, handles, candidate_situation, tidied, harmless=frozenset({"candidate.marked"})
)


@rounds.effect("publish")
def publish(round_: Round, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Who comes in follows from the marks; the notice stands for the working days that the district says."""
    result = result_of(round_)
    today = local_day(at)
    until = local_day(work_calendar().add_days(at, number_on(PolicyKind.NOTICE_DAYS, today)).at)
    changes = {"notice_from": today, "notice_until": until, "result": result}
    data = {"chosen": sum(line["is_chosen"] for line in result), "until": until.isoformat()}
    return Move(changes, data, then=(lambda: place_candidates(round_, result, actor=actor, at=at),))


def result_of(round_: Round) -> list[dict[str, Any]]:
    """Every judged candidate by number, a line each: the opening, the place, the score, chosen or not."""
    lines: list[dict[str, Any]] = []
    for opening in round_.openings.order_by("pk"):
        standings = standings_of(round_, opening)
        try:
            chosen = {one.candidate for one in choose(standings, opening.count)}
        except Tie as tie:
            names = Candidate.objects.filter(pk__in=tie.candidates).order_by("pk").values_list("name", flat=True)
            message = _("%(names)s 在每一条标准上都相同，分不出先后，请重新考评后再公示。") % {
                "names": "、".join(names)
            }
            raise Refused("tie", message) from tie
        lines += [
            {
                "opening": opening.pk,
                "candidate": one.candidate,
                "score": one.score,
                "missed": list(one.missed),
                "is_chosen": one.candidate in chosen,
            }
            for one in sorted(standings, key=lambda one: (-(one.score if one.score is not None else -1), one.candidate))
        ]
    return lines


def place_candidates(round_: Round, result: list[dict[str, Any]], *, actor: Actor, at: datetime) -> None:
    known = Candidate.objects.in_bulk([line["candidate"] for line in result])
    for line in result:
        stage = CandidateStage.CHOSEN if line["is_chosen"] else CandidateStage.PASSED_OVER
        fact = Fact(f"candidate.{stage.value}", {"selection": round_.pk})
        advance(known[line["candidate"]], fact, actor=actor, at=at, changes={"stage": stage})


@rounds.effect("revise")
def revise(round_: Round, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    again = (lambda: candidates_again(round_, actor=actor, at=at),)
    return Move(dict(NO_NOTICE), note=given["reason"], then=again)


@rounds.effect("decide")
def decide(round_: Round, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """From here on nothing of the result can change: it is what the digest says, and the digest is in the chain."""
    digest = digest_of(round_)
    return Move({"digest": digest, "decided_at": at}, {"digest": digest})


def digest_of(round_: Round) -> str:
    """SM3 over what was decided: the selection, its notice, and every line of the result."""
    until = round_.notice_until.isoformat() if round_.notice_until else ""
    return sm3(canonical([round_.pk, round_.area.code, round_.channel, until, round_.result]))


def is_intact(round_: Round) -> bool:
    """Is the result still what was decided?"""
    return bool(round_.digest) and digest_of(round_) == round_.digest


@rounds.effect("cancel")
def cancel(round_: Round, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(dict(NO_NOTICE), note=given["reason"])


@candidates.effect("appoint")
def appoint(candidate: Candidate, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The post is given by the actions of people, with all that they check; the channel by which somebody came stays with it."""
    user = User.objects.filter(pk=given["user_id"], is_active=True).first()
    if user is None:
        raise Refused("no_such_user", _("没有这个账号。请先由系统管理员开设账号。"), field="user_id")
    opening = candidate.opening
    post = seat(user, opening.desk, Role(opening.role), actor=actor, at=at, from_on=given["from_on"])
    data = {"post": post.pk, "user": user.pk, "channel": candidate.round.channel}
    return Move({"user_id": user.pk, "post_id": post.pk}, data)


def take_round(
    name: str, round_: Round, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Round:
    """Take a step with a selection fetched by `get_round`. See `gezhi.kernel.door`."""
    return rounds.take(name, round_, actor=actor, at=at, seen=seen, inputs=inputs)


def take_candidate(
    name: str, candidate: Candidate, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Candidate:
    """Take a step with a candidate fetched by `get_candidate`."""
    return candidates.take(name, candidate, actor=actor, at=at, seen=seen, inputs=inputs)
