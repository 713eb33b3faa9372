"""How a matter comes into the catalogue and leaves it (准入、退出), as one table. Pure: no Django but translated names, no clock, no database.

Drafted and handed in by who asks, examined by a street or the district, approved by the district: three people, and no step can be skipped.
An application that a question refuses ends at once, with the question as its reason. What is approved takes effect on its day, by the clock.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps
from gezhi.kernel.steps import Input
from gezhi.matters.admission import QUESTIONS


class ApplicationKind(TextChoices):
    ADMISSION = "admission", _("准入")
    EXIT = "exit", _("退出")


class ApplicationStage(TextChoices):
    DRAFT = "draft", _("起草")
    SUBMITTED = "submitted", _("待初审")
    REVIEWED = "reviewed", _("待核准")
    APPROVED = "approved", _("已核准待生效")
    IN_FORCE = "in_force", _("已生效")
    RETURNED = "returned", _("退回修改")
    REFUSED = "refused", _("不予同意")
    WITHDRAWN = "withdrawn", _("已撤回")


ENDED = (ApplicationStage.IN_FORCE, ApplicationStage.REFUSED, ApplicationStage.WITHDRAWN)
# In the hands of those who ask.
OPEN_TO_CHANGE = (ApplicationStage.DRAFT, ApplicationStage.RETURNED)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions look at: the application with its batches and forms, the day, and who asks."""

    kind: str
    today: date
    has_basis: bool = False
    has_content: bool = False
    has_authority: bool = False
    has_duty: bool = False
    has_place: bool = False
    has_batches: bool = False
    brings_funds: bool = False
    # The first day of the first batch, or the last day before an exit.
    day: date | None = None
    is_answered: bool = False
    is_objected: bool = False
    asks_what_is_held: bool = False
    is_name_taken: bool = False
    is_matter_in_force: bool = True
    is_successor_in_force: bool = True
    is_applicant: bool = False
    is_reviewer: bool = False

    @property
    def is_admission(self) -> bool:
        return self.kind == ApplicationKind.ADMISSION


Condition = steps.Condition[Situation]
Step = steps.Step[Situation]

ELSEWHERE = Condition("wrong_stage", lambda s: False, _("这份申请现在不在能做这一步的阶段。"))
HAS_BASIS = Condition("has_basis", lambda s: s.has_basis or not s.is_admission, _("请写明法律法规或政策依据。"))
HAS_CONTENT = Condition(
    "has_content", lambda s: s.has_content or not s.is_admission, _("请写明需要社区落实的具体工作内容。")
)
HAS_AUTHORITY = Condition(
    "has_authority", lambda s: s.has_authority or not s.is_admission, _("权随责走：请写明随事项下放的权限。")
)
HAS_DUTY = Condition("has_duty", lambda s: s.has_duty or not s.is_admission, _("请写明部门自己继续承担的责任。"))
HAS_PLACE = Condition("has_place", lambda s: s.has_place or not s.is_admission, _("请选择类别和由哪一级办理。"))
HAS_BATCHES = Condition(
    "has_batches", lambda s: s.has_batches or not s.is_admission, _("请写明分几批、哪些街道、从哪天开始。")
)
BRINGS_FUNDS = Condition(
    "brings_funds",
    lambda s: s.brings_funds or not s.is_admission,
    _("费随事转：每个街道每年的经费都要写明，且大于零。"),
)
ANSWERED = Condition(
    "answered", lambda s: s.is_answered or not s.is_admission, _("禁止下放的四个问题都要回答“是”或“否”。")
)
DAY_AHEAD = Condition(
    "day_ahead", lambda s: s.day is not None and s.day >= s.today, _("开始或退出的日期已经过去，请改到今天或以后。")
)
NOTHING_HELD = Condition(
    "nothing_held", lambda s: not s.asks_what_is_held, _("表格里有系统已经掌握的数据项，不得再让网格员填报，请删去。")
)
NAME_FREE = Condition("name_free", lambda s: not s.is_name_taken, _("清单里已有同名的事项，不用再申请。"))
MATTER_IN_FORCE = Condition(
    "matter_in_force", lambda s: s.is_matter_in_force, _("这个事项已经退出，或者已定下退出的日子。")
)
SUCCESSOR_IN_FORCE = Condition(
    "successor_in_force", lambda s: s.is_successor_in_force, _("接替的事项已经不在清单里，请另选一个，或者不选。")
)
OBJECTED = Condition("objected", lambda s: s.is_objected, _("没有禁止下放的情形。"))
NOT_OBJECTED = Condition("not_objected", lambda s: not s.is_objected, _("有禁止下放的情形，不予准入。"))
NOT_APPLICANT = Condition("not_applicant", lambda s: not s.is_applicant, _("提交申请的人不能自己审。"))
NOT_REVIEWER = Condition("not_reviewer", lambda s: not s.is_reviewer, _("初审的人不能再核准，要由另一个人核准。"))

WHOLE = (
    HAS_BASIS, HAS_CONTENT, HAS_AUTHORITY, HAS_DUTY, HAS_PLACE, HAS_BATCHES, BRINGS_FUNDS, ANSWERED, NOTHING_HELD, NAME_FREE,
    MATTER_IN_FORCE, SUCCESSOR_IN_FORCE,
)  # fmt: skip
CHECKS = tuple(question.code for question in QUESTIONS)

INPUTS: dict[str, Input] = {
    "comment": Input("text", _("意见"), longest=2000),
    **{question.code: Input("flag", question.words) for question in QUESTIONS},
}

# The rights of this table are those of an admission; who asks for an exit needs another one (`right_of`).
APPLY, REVIEW, APPROVE = "matter.apply", "matter.review", "matter.approve"
STEPS: dict[str, Step] = steps.table(
    Step("draft", _("起草申请"), (), ApplicationStage.DRAFT, APPLY, event="application.drafted"),
    Step(
        "submit", _("提交"), OPEN_TO_CHANGE, ApplicationStage.SUBMITTED, APPLY,
        conditions=(*WHOLE, NOT_OBJECTED, DAY_AHEAD), event="application.submitted", tone="forward",
    ),
    # Taken instead of `submit` where a question refuses the work.
    Step(
        "turn_away", _("按禁止下放规定不予准入"), OPEN_TO_CHANGE, ApplicationStage.REFUSED, APPLY,
        conditions=(ANSWERED, OBJECTED), event="application.turned_away",
    ),
    Step(
        "review", _("初审通过"), (ApplicationStage.SUBMITTED,), ApplicationStage.REVIEWED, REVIEW,
        offers=(*CHECKS, "comment"), conditions=(NOT_APPLICANT,), event="application.reviewed", tone="forward",
    ),
    Step(
        "return", _("退回修改"), (ApplicationStage.SUBMITTED,), ApplicationStage.RETURNED, REVIEW,
        needs=("comment",), conditions=(NOT_APPLICANT,), event="application.returned",
    ),
    # Also taken instead of `review` where the examiner answers a question with yes.
    Step(
        "object", _("初审不同意"), (ApplicationStage.SUBMITTED,), ApplicationStage.REFUSED, REVIEW,
        needs=("comment",), offers=CHECKS, conditions=(NOT_APPLICANT,), event="application.objected",
    ),
    Step(
        "approve", _("核准"), (ApplicationStage.REVIEWED,), ApplicationStage.APPROVED, APPROVE,
        offers=("comment",), conditions=(NOT_APPLICANT, NOT_REVIEWER, *WHOLE, NOT_OBJECTED, DAY_AHEAD),
        event="application.approved", tone="forward",
    ),
    Step(
        "send_back", _("退回修改"), (ApplicationStage.REVIEWED,), ApplicationStage.RETURNED, APPROVE,
        needs=("comment",), conditions=(NOT_APPLICANT, NOT_REVIEWER), event="application.sent_back",
    ),
    Step(
        "reject", _("不予核准"), (ApplicationStage.REVIEWED,), ApplicationStage.REFUSED, APPROVE,
        needs=("comment",), conditions=(NOT_APPLICANT, NOT_REVIEWER), event="application.rejected",
    ),
    Step(
        "withdraw", _("撤回"), (*OPEN_TO_CHANGE, ApplicationStage.SUBMITTED, ApplicationStage.REVIEWED), ApplicationStage.WITHDRAWN, APPLY,
        needs=("comment",), event="application.withdrawn", tone="rare",
    ),
    Step("take_effect", _("生效"), (ApplicationStage.APPROVED,), ApplicationStage.IN_FORCE, event="application.took_effect"),
)  # fmt: skip


def right_of(step: Step, kind: str) -> str:
    """The right that a step takes: departments ask for admission; who carries the work may ask for its exit too."""
    return "matter.ask_exit" if step.right == APPLY and kind == ApplicationKind.EXIT else step.right
