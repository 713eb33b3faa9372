"""Lists of re-division plans: what an address asks for, whose turn it is, and which steps the table leaves to an actor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.territory.codes import LENGTHS, level_of
from gezhi.territory.models import Plan, PlanQuerySet
from gezhi.territory.workflow import ENDED, OPEN_TO_CHANGE, PROPOSE, PlanStage, PlanStep, right_of, steps_from

A_PAGE = 50
# Plans in the middle of their way are few: looking at each of them is cheaper than any column that would have to be kept true.
MOST_OPEN = 2_000


class Turn(TextChoices):
    MINE = "mine", _("等我办")
    PROPOSER = "proposer", _("在提报方")
    STREET = "street", _("在街道初审")
    DISTRICT = "district", _("在区级核准")


STAGES_OF_TURN: dict[str, tuple[PlanStage, ...]] = {
    Turn.PROPOSER: OPEN_TO_CHANGE,
    Turn.STREET: (PlanStage.PROPOSED,),
    Turn.DISTRICT: (PlanStage.REVIEWED,),
}


@dataclass(frozen=True, slots=True)
class PlanFilters:
    """What the list shows. `stage` "" is everything that has not ended; `scope` is the code of an area, plans inside it."""

    stage: str = ""
    scope: str = ""
    turn: str = ""
    before: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "PlanFilters":
        """From an address; what is not understood counts as not said."""
        stage, scope, turn, before = (query.get(name, "") for name in ("stage", "scope", "turn", "before"))
        return cls(
            stage if stage in (*PlanStage.values, "all") else "",
            scope if scope.isascii() and scope.isdigit() and len(scope) in LENGTHS.values() else "",
            turn if turn in Turn.values else "",
            int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
        )

    def but(self, **changes: Any) -> "PlanFilters":
        """The same with another choice, from the first page."""
        return replace(self, **{"before": None, **changes})

    def as_query(self) -> dict[str, str]:
        said = {"stage": self.stage, "scope": self.scope, "turn": self.turn, "before": str(self.before or "")}
        return {name: value for name, value in said.items() if value}


def chosen(filters: PlanFilters, actor: Actor) -> PlanQuerySet:
    """The plans that a list asks for, without order and page."""
    rows = Plan.objects.visible_to(actor).select_related("scope", "about")
    if filters.scope:
        rows = rows.filter(scope__code__startswith=filters.scope)
    if filters.stage and filters.stage != "all":
        rows = rows.filter(stage=filters.stage)
    elif not filters.stage:
        rows = rows.exclude(stage__in=ENDED)
    if filters.turn == Turn.MINE:
        rows = rows.filter(pk__in=waiting_for(actor))
    elif filters.turn:
        rows = rows.filter(stage__in=STAGES_OF_TURN[filters.turn])
    return rows


@dataclass(frozen=True)
class PlanPage:
    """`next` is the key after which the next page begins, None at the end."""

    plans: list[Plan]
    next: int | None


def page_of(filters: PlanFilters, actor: Actor) -> PlanPage:
    """The newest first, fifty a page. One statement, two for what waits for the actor."""
    rows = chosen(filters, actor)
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    found = list(rows.order_by("-pk")[: A_PAGE + 1])
    return PlanPage(found[:A_PAGE], found[A_PAGE - 1].pk if len(found) > A_PAGE else None)


def stage_counts(filters: PlanFilters, actor: Actor) -> dict[str, int]:
    """How many plans of each stage the other choices leave. One statement, two where the turn is the actor's own."""
    counts: dict[str, int] = {}
    for stage in chosen(filters.but(stage="all"), actor).order_by().values_list("stage", flat=True):
        counts[stage] = counts.get(stage, 0) + 1
    return counts


def waiting_for(actor: Actor) -> list[int]:
    """The plans in which it is this actor's turn. One statement."""
    columns = ("pk", "stage", "proposer_id", "authors", "streets", "reviewers", "is_withdrawal", "scope__code")
    rows = Plan.objects.visible_to(actor).exclude(stage__in=(*ENDED, PlanStage.APPROVED))
    rows = rows.select_related("scope").only(*columns, "version")
    return [plan.pk for plan in rows.order_by("-pk")[:MOST_OPEN] if is_turn_of(plan, actor)]


def is_turn_of(plan: Plan, actor: Actor) -> bool:
    """Does the plan wait for something that this actor may do? To withdraw it is always possible and no turn."""
    return any(step.name != "withdraw" for step in steps_for(plan, actor))


def steps_for(plan: Plan, actor: Actor) -> list[PlanStep]:
    """The steps of the table that the actor may take with the plan as it stands; whether a proof holds is asked when the step is taken."""
    return [step for step in steps_from(plan.stage) if step.right and may_take(step, plan, actor)]


def may_take(step: PlanStep, plan: Plan, actor: Actor) -> bool:
    if step.by_another and actor.user_id is not None and actor.user_id in hands_of(step, plan):
        return False
    right = right_of(step, level_of(plan.scope.code))
    if right != "plan.review":
        return actor.may(right, area=plan.scope.code)
    streets = plan.streets or [plan.scope.code[: LENGTHS["street"]]]
    mine = [street for street in streets if actor.may(right, area=street)]
    return bool(mine) and (step.name != "review" or bool(set(mine) - set(plan.reviewers)))


def hands_of(step: PlanStep, plan: Plan) -> set[int | None]:
    """Who has had the plan in hand before, and can't take a step that is another's."""
    before = {plan.proposer_id, *plan.authors}
    return before | set(plan.reviewers.values()) if step.name == "approve" else before


def may_write(plan: Plan, actor: Actor) -> bool:
    """May the actor change what the plan says?"""
    return plan.stage in OPEN_TO_CHANGE and actor.may(PROPOSE[level_of(plan.scope.code)], area=plan.scope.code)


def missing_reviews(plan: Plan) -> list[str]:
    """The streets that have not examined it yet."""
    return [street for street in plan.streets if street not in plan.reviewers]
