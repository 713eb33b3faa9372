"""From a claim to an entry in the ledger of points (党员积分), as a table of steps. Pure.

What one person puts forward another approves; only then an entry is written, and it is never changed. A mistake is corrected by another claim
that names the entry.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.steps import Condition, Step, table


class Stage(TextChoices):
    PROPOSED = "proposed", _("待审核")
    APPROVED = "approved", _("已入账")
    REFUSED = "refused", _("未通过")


class Exempt(TextChoices):
    """Why a member takes no part in points. How anybody is, is nowhere asked and nowhere kept."""

    RETIRED = "retired", _("离退休")
    MOBILE = "mobile", _("流动在外")
    UNABLE = "unable", _("年老体弱或其他原因，不便参加")


@dataclass(frozen=True, slots=True)
class Situation:
    is_on: bool
    is_exempt: bool
    is_asker: bool
    is_subject: bool
    # A mistake may be put right also where nothing new is credited any more.
    is_correction: bool = False


IS_ON = Condition[Situation]("is_on", lambda s: s.is_on or s.is_correction, _("这里没有启用党员积分。"))
NOT_EXEMPT = Condition[Situation](
    "not_exempt", lambda s: not s.is_exempt or s.is_correction, _("这名党员免于积分，不再记分。")
)
ANOTHER = Condition[Situation]("another", lambda s: not s.is_asker, _("提出的人不能自己审核，请支部里的另一个人审核。"))
NOT_OWN = Condition[Situation]("not_own", lambda s: not s.is_subject, _("不能审核记给自己的积分。"))

STEPS: dict[str, Step[Situation]] = table(
    Step(
        "propose", _("提出"), (), Stage.PROPOSED, "party.points",
        needs=("member", "evidence", "on"), offers=("rule", "corrects", "points"), conditions=(IS_ON, NOT_EXEMPT),
        event="point_claim.proposed",
    ),
    Step(
        "approve", _("同意入账"), (Stage.PROPOSED,), Stage.APPROVED, "party.points",
        conditions=(IS_ON, NOT_EXEMPT, ANOTHER, NOT_OWN), event="point_claim.approved", key="y", tone="forward",
    ),
    Step(
        "refuse", _("不同意"), (Stage.PROPOSED,), Stage.REFUSED, "party.points",
        needs=("reason",), conditions=(ANOTHER, NOT_OWN), event="point_claim.refused", key="n",
    ),
)  # fmt: skip
