"""From rows to the plain values that the step tables and the arithmetic of a selection take."""

from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.workforce.ladder import rises
from gezhi.workforce.models import Candidate, Mark, Opening, Promotion, Round
from gezhi.workforce.models.recruitment import CriterionKind
from gezhi.workforce.selection import Marked, Standing, Yardstick, standing_of
from gezhi.workforce.workflow import CandidateSituation, CandidateStage, PromotionSituation, RoundSituation


def yardsticks_of(round_: Round) -> list[Yardstick]:
    return [Yardstick(one.pk, one.weight if one.kind == CriterionKind.POINTS else 0) for one in round_.criteria.all()]


def standings_of(round_: Round, opening: Opening | None = None) -> list[Standing]:
    """Where the approved candidates stand by their marks so far, in the order in which they were proposed. Three statements."""
    judged = (CandidateStage.APPROVED, CandidateStage.CHOSEN, CandidateStage.PASSED_OVER, CandidateStage.APPOINTED)
    rows = Candidate.objects.filter(round=round_, stage__in=judged)
    if opening is not None:
        rows = rows.filter(opening=opening)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    marks = [
        Marked(*row)
        for row in Mark.objects.filter(candidate_id__in=keys).values_list("candidate_id", "criterion_id", "value")
    ]
    yardsticks = yardsticks_of(round_)
    return [standing_of(key, yardsticks, marks) for key in keys]


def round_situation(round_: Round, actor: Actor, at: datetime) -> RoundSituation:
    stages = list(round_.candidates.values_list("stage", flat=True))
    return RoundSituation(
        today=local_day(at),
        openings=round_.openings.count(),
        criteria=round_.criteria.count(),
        waiting=stages.count(CandidateStage.PROPOSED),
        approved=stages.count(CandidateStage.APPROVED),
        unmarked=sum(bool(one.unmarked) for one in standings_of(round_)),
        notice_until=round_.notice_until,
        objections=round_.objections.filter(answered_at__isnull=True).count(),
    )


def candidate_situation(candidate: Candidate, actor: Actor, at: datetime) -> CandidateSituation:
    is_proposer = candidate.proposed_by_id is not None and candidate.proposed_by_id == actor.user_id
    return CandidateSituation(candidate.round.stage, is_proposer)


def promotion_situation(promotion: Promotion, actor: Actor, at: datetime) -> PromotionSituation:
    def is_me(user_id: int | None) -> bool:
        return user_id is not None and user_id == actor.user_id

    return PromotionSituation(
        skips=rises(promotion.from_rung, promotion.to_rung) > 1,
        is_excepted=promotion.excepted_by_id is not None or promotion.exception != "",
        is_applicant=is_me(promotion.user_id),
        is_reviewer=is_me(promotion.reviewed_by_id),
        is_excepter=is_me(promotion.excepted_by_id),
    )
