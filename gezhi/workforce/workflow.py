"""Selections, candidates and promotions as tables of steps (`gezhi.kernel.steps`). Pure: no Django but translated names, no clock, no database.

A selection is run by the street or the district; candidates are recommended from below and approved by the street, never by the person who
recommended them. A promotion goes through two hands, neither of them the applicant's.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps
from gezhi.kernel.steps import Step, table

# --- a selection ----------------------------------------------------------------------------------------------------


class RoundStage(TextChoices):
    DRAFT = "draft", _("筹备")
    OPEN = "open", _("报名推荐")
    ASSESSING = "assessing", _("考评")
    NOTICE = "notice", _("公示")
    DECIDED = "decided", _("结果已定")
    CANCELLED = "cancelled", _("已取消")


RUNNING = (RoundStage.DRAFT, RoundStage.OPEN, RoundStage.ASSESSING, RoundStage.NOTICE)


@dataclass(frozen=True, slots=True)
class RoundSituation:
    today: date
    openings: int = 0
    criteria: int = 0
    waiting: int = 0
    approved: int = 0
    unmarked: int = 0
    notice_until: date | None = None
    objections: int = 0


RoundCondition = steps.Condition[RoundSituation]
HAS_OPENINGS = RoundCondition("has_openings", lambda s: s.openings > 0, _("先写明选聘哪些岗位、各几人。"))
HAS_CRITERIA = RoundCondition("has_criteria", lambda s: s.criteria > 0, _("先写明按什么标准选。"))
NONE_WAITING = RoundCondition("none_waiting", lambda s: s.waiting == 0, _("还有推荐人选没有审核，请先同意或不同意。"))
HAS_CANDIDATES = RoundCondition("has_candidates", lambda s: s.approved > 0, _("还没有审核同意的人选。"))
ALL_MARKED = RoundCondition("all_marked", lambda s: s.unmarked == 0, _("还有人选没有按每一条标准考评。"))
NOTICE_OVER = RoundCondition(
    "notice_over",
    lambda s: s.notice_until is not None and s.today > s.notice_until,
    _("公示期还没有满，不能定结果。"),
)
NONE_OBJECT = RoundCondition("none_object", lambda s: s.objections == 0, _("公示期收到的异议还没有答复。"))

ROUND_STEPS = table(
    Step[RoundSituation](
        "open", _("开始报名推荐"), (RoundStage.DRAFT,), RoundStage.OPEN, "recruit.run",
        conditions=(HAS_OPENINGS, HAS_CRITERIA), event="selection.opened", key="o", tone="forward",
    ),
    Step[RoundSituation](
        "assess", _("截止报名，开始考评"), (RoundStage.OPEN,), RoundStage.ASSESSING, "recruit.run",
        conditions=(NONE_WAITING, HAS_CANDIDATES), event="selection.assessing", key="a", tone="forward",
    ),
    Step[RoundSituation](
        "publish", _("公示拟聘名单"), (RoundStage.ASSESSING,), RoundStage.NOTICE, "recruit.run",
        conditions=(HAS_CANDIDATES, ALL_MARKED), event="selection.noticed", key="p", tone="forward",
    ),
    Step[RoundSituation](
        "revise", _("撤下公示，重新考评"), (RoundStage.NOTICE,), RoundStage.ASSESSING, "recruit.run",
        needs=("reason",), event="selection.revised", key="r",
    ),
    Step[RoundSituation](
        "decide", _("公示期满，定结果"), (RoundStage.NOTICE,), RoundStage.DECIDED, "recruit.run",
        conditions=(NOTICE_OVER, NONE_OBJECT), event="selection.decided", key="d", tone="forward",
    ),
    Step[RoundSituation](
        "cancel", _("取消"), RUNNING, RoundStage.CANCELLED, "recruit.run",
        needs=("reason",), event="selection.cancelled", key="x", tone="rare",
    ),
)  # fmt: skip

# --- a candidate ----------------------------------------------------------------------------------------------------


class CandidateStage(TextChoices):
    PROPOSED = "proposed", _("待审核")
    APPROVED = "approved", _("审核同意")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已退出")
    CHOSEN = "chosen", _("拟聘")
    PASSED_OVER = "passed_over", _("未入选")
    APPOINTED = "appointed", _("已安排岗位")


@dataclass(frozen=True, slots=True)
class CandidateSituation:
    round_stage: str
    is_proposer: bool = False


CandidateCondition = steps.Condition[CandidateSituation]
NOT_PROPOSER = CandidateCondition(
    "not_proposer", lambda s: not s.is_proposer, _("推荐的人不能自己审核，请由街道另一位同事办理。")
)
WHILE_OPEN = CandidateCondition(
    "while_open", lambda s: s.round_stage == RoundStage.OPEN, _("这次选聘现在不在报名推荐阶段。")
)
IS_DECIDED = CandidateCondition(
    "is_decided", lambda s: s.round_stage == RoundStage.DECIDED, _("选聘结果还没有定，不能安排岗位。")
)
NOT_DECIDED = CandidateCondition(
    "not_decided", lambda s: s.round_stage in (RoundStage.OPEN, RoundStage.ASSESSING), _("已经公示，请先撤下公示。")
)

CANDIDATE_STEPS = table(
    Step[CandidateSituation](
        "approve", _("审核同意"), (CandidateStage.PROPOSED,), CandidateStage.APPROVED, "recruit.run",
        conditions=(WHILE_OPEN, NOT_PROPOSER), event="candidate.approved", tone="forward",
    ),
    Step[CandidateSituation](
        "refuse", _("不同意"), (CandidateStage.PROPOSED,), CandidateStage.REFUSED, "recruit.run",
        needs=("reason",), conditions=(WHILE_OPEN, NOT_PROPOSER), event="candidate.refused",
    ),
    Step[CandidateSituation](
        "withdraw", _("退出"), (CandidateStage.PROPOSED, CandidateStage.APPROVED), CandidateStage.WITHDRAWN,
        "recruit.recommend", needs=("reason",), conditions=(NOT_DECIDED,), event="candidate.withdrawn", tone="rare",
    ),
    Step[CandidateSituation](
        "appoint", _("安排岗位"), (CandidateStage.CHOSEN,), CandidateStage.APPOINTED, "people.edit",
        needs=("user", "from_on"), conditions=(IS_DECIDED,), event="candidate.appointed", tone="forward",
    ),
)  # fmt: skip

# --- a promotion ----------------------------------------------------------------------------------------------------


class PromotionStage(TextChoices):
    ASKED = "asked", _("待街道审核")
    REVIEWED = "reviewed", _("待区里核准")
    GRANTED = "granted", _("已晋升")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


PROMOTION_OPEN = (PromotionStage.ASKED, PromotionStage.REVIEWED)


@dataclass(frozen=True, slots=True)
class PromotionSituation:
    skips: bool = False
    is_excepted: bool = False
    is_applicant: bool = False
    is_reviewer: bool = False
    is_excepter: bool = False


PromotionCondition = steps.Condition[PromotionSituation]
NOT_APPLICANT = PromotionCondition("not_applicant", lambda s: not s.is_applicant, _("不能审核自己的申请。"))
IS_APPLICANT = PromotionCondition("is_applicant", lambda s: s.is_applicant, _("只有申请人自己能撤回。"))
NOT_REVIEWER = PromotionCondition(
    "not_reviewer", lambda s: not s.is_reviewer, _("审核过的人不能再核准，请由另一位同事办理。")
)
NO_UNEXCEPTED_SKIP = PromotionCondition(
    "no_skip", lambda s: not s.skips or s.is_excepted, _("这份申请越过了一级，要先有区里同意的破格理由。")
)
SKIPS = PromotionCondition("skips", lambda s: s.skips and not s.is_excepted, _("这份申请没有越级，不需要破格。"))
NOT_EXCEPTER = PromotionCondition(
    "not_excepter", lambda s: not s.is_excepter, _("同意破格的人不能再核准，请由另一位同事办理。")
)

PROMOTION_STEPS = table(
    Step[PromotionSituation](
        "review", _("街道审核同意"), (PromotionStage.ASKED,), PromotionStage.REVIEWED, "career.review",
        offers=("note",), conditions=(NOT_APPLICANT,), event="promotion.reviewed", key="a", tone="forward",
    ),
    Step[PromotionSituation](
        "except", _("同意破格"), PROMOTION_OPEN, None, "career.approve",
        needs=("reason",), conditions=(SKIPS, NOT_APPLICANT), event="promotion.excepted", key="e",
    ),
    Step[PromotionSituation](
        "grant", _("核准晋升"), (PromotionStage.REVIEWED,), PromotionStage.GRANTED, "career.approve",
        needs=("from_on",), offers=("note",), conditions=(NO_UNEXCEPTED_SKIP, NOT_APPLICANT, NOT_REVIEWER, NOT_EXCEPTER),
        event="promotion.granted", key="g", tone="forward",
    ),
    Step[PromotionSituation](
        "refuse", _("不同意"), PROMOTION_OPEN, PromotionStage.REFUSED, "career.review",
        needs=("reason",), conditions=(NOT_APPLICANT,), event="promotion.refused", key="n",
    ),
    Step[PromotionSituation](
        "withdraw", _("撤回申请"), PROMOTION_OPEN, PromotionStage.WITHDRAWN, "career.apply",
        conditions=(IS_APPLICANT,), event="promotion.withdrawn", key="w", tone="rare",
    ),
)  # fmt: skip
