"""The way of a re-division plan as a table: proposed below, examined by the streets, approved by the district. Pure.

Nobody skips a level: each step has a right of its own, and the roles of one level don't hold those of another (`people/roles.py`). What a
row says: from which stages it leaves, where it leads, which right it takes and what must be written.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps
from gezhi.territory.codes import Level


class PlanStage(TextChoices):
    DRAFT = "draft", _("起草")
    PROPOSED = "proposed", _("待街道初审")
    REVIEWED = "reviewed", _("待区级核准")
    APPROVED = "approved", _("已核准待生效")
    EFFECTIVE = "effective", _("已生效")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")


# Nothing more happens to a plan of these stages; what is in force is undone by a new plan alone.
ENDED = (PlanStage.EFFECTIVE, PlanStage.WITHDRAWN)
# In the hands of those who propose.
OPEN_TO_CHANGE = (PlanStage.DRAFT, PlanStage.RETURNED)


@dataclass(frozen=True)
class PlanStep(steps.Step[None]):
    """One row. `needs`: a proof that holds, a comment that can't be empty."""

    # Whoever proposed a plan can't examine it, and who examined it can't approve it.
    by_another: bool = False


STEPS: dict[str, PlanStep] = steps.table(
    PlanStep(
        "submit", _("提报"), OPEN_TO_CHANGE, PlanStage.PROPOSED, "plan.propose", event="plan.submitted", needs=("proof",)
    ),
    PlanStep("review", _("初审通过"), (PlanStage.PROPOSED,), PlanStage.REVIEWED, "plan.review", event="plan.reviewed",
             by_another=True),
    PlanStep("return", _("街道退回"), (PlanStage.PROPOSED,), PlanStage.RETURNED, "plan.review", event="plan.returned",
             needs=("comment",)),
    PlanStep("approve", _("核准"), (PlanStage.REVIEWED,), PlanStage.APPROVED, "plan.approve", event="plan.approved",
             needs=("proof",), by_another=True),
    PlanStep("reject", _("区级退回"), (PlanStage.REVIEWED,), PlanStage.RETURNED, "plan.approve", event="plan.rejected",
             needs=("comment",)),
    PlanStep(
        "withdraw", _("撤回"), (*OPEN_TO_CHANGE, PlanStage.PROPOSED, PlanStage.REVIEWED), PlanStage.WITHDRAWN,
        "plan.propose", event="plan.withdrawn", needs=("comment",),
    ),
    PlanStep("take_effect", _("生效"), (PlanStage.APPROVED,), PlanStage.EFFECTIVE, "", event="plan.took_effect",
             needs=("proof",)),
    # Another plan, approved on the same way, takes this one back before its day.
    PlanStep("cancel", _("由撤回方案撤销"), (PlanStage.APPROVED,), PlanStage.WITHDRAWN, "", event="plan.cancelled"),
    # On its day the land may be another than the one that was approved: then the plan goes back and says why.
    PlanStep("bounce", _("到期未能生效"), (PlanStage.APPROVED,), PlanStage.RETURNED, "", event="plan.bounced",
             needs=("comment",)),
)  # fmt: skip

# A community proposes for itself; what concerns several communities, or several streets, is proposed by the level that has them all.
PROPOSE: dict[Level, str] = {
    "community": "plan.propose",
    "street": "plan.propose_wide",
    "district": "plan.propose_wide",
}


def right_of(step: PlanStep, scope: Level) -> str:
    """The right that a step takes for a plan of this scope."""
    return PROPOSE[scope] if step.right == "plan.propose" else step.right


def steps_from(stage: str) -> list[PlanStep]:
    """The rows that leave a stage, in the order of the table."""
    return steps.steps_from(STEPS, stage)
