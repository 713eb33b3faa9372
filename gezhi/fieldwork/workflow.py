"""The lives of a campaign and of a worker's suggestion as tables. Pure: no Django but translated names, no clock, no database."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps


class CampaignStage(TextChoices):
    DRAFT = "draft", _("起草")
    RUNNING = "running", _("进行中")
    CLOSED = "closed", _("已结束")
    WITHDRAWN = "withdrawn", _("已撤回")


ENDED = (CampaignStage.CLOSED, CampaignStage.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions of a campaign look at. `targets` and `left` are counted for the page of the one campaign alone."""

    today: date
    due_on: date
    has_form: bool
    has_targets: bool
    has_left: bool
    is_reminded_today: bool = False


Step = steps.Step[Situation]
Condition = steps.Condition[Situation]

HAS_FORM = Condition("no_form", lambda s: s.has_form, _("还没有填报的题目，请先把表做好。"))
HAS_TARGETS = Condition("no_targets", lambda s: s.has_targets, _("范围里还没有要排查的对象，请先选定。"))
IN_TIME = Condition("too_late", lambda s: s.due_on >= s.today, _("截止日期已经过了，请先改日期。"))
HAS_LEFT = Condition("nothing_left", lambda s: s.has_left, _("全部做完了，不用提醒。"))
NOT_TODAY = Condition("reminded_today", lambda s: not s.is_reminded_today, _("今天已经提醒过一次。"))

STEPS = steps.table(
    Step(
        "start",
        _("开始"),
        (CampaignStage.DRAFT,),
        CampaignStage.RUNNING,
        "campaign.edit",
        conditions=(HAS_FORM, HAS_TARGETS, IN_TIME),
        event="campaign.started",
        key="a",
        tone="forward",
    ),
    Step(
        "remind",
        _("提醒未完成的"),
        (CampaignStage.RUNNING,),
        None,
        "campaign.edit",
        conditions=(HAS_LEFT, NOT_TODAY),
        event="campaign.reminded",
        key="u",
    ),
    Step(
        "postpone",
        _("改截止日期"),
        (CampaignStage.RUNNING,),
        None,
        "campaign.edit",
        needs=("due_on", "reason"),
        event="campaign.postponed",
        key="p",
    ),
    Step(
        "close",
        _("结束"),
        (CampaignStage.RUNNING,),
        CampaignStage.CLOSED,
        "campaign.edit",
        offers=("reason",),
        event="campaign.closed",
        key="f",
        tone="forward",
    ),
    Step(
        "withdraw",
        _("撤回"),
        (CampaignStage.DRAFT, CampaignStage.RUNNING),
        CampaignStage.WITHDRAWN,
        "campaign.edit",
        needs=("reason",),
        event="campaign.withdrawn",
        key="x",
        tone="rare",
    ),
)


class SuggestionStage(TextChoices):
    OPEN = "open", _("待答复")
    ANSWERED = "answered", _("已答复")
    WITHDRAWN = "withdrawn", _("已撤回")


# A suggestion has no conditions of its own; what a step looks at is the stage.
SuggestionStep = steps.Step[None]

SUGGESTION_STEPS = steps.table(
    SuggestionStep(
        "answer",
        _("答复"),
        (SuggestionStage.OPEN,),
        SuggestionStage.ANSWERED,
        "suggestion.answer",
        needs=("answer",),
        event="suggestion.answered",
        key="r",
        tone="forward",
    ),
    SuggestionStep(
        "withdraw",
        _("撤回"),
        (SuggestionStage.OPEN,),
        SuggestionStage.WITHDRAWN,
        "suggestion.send",
        event="suggestion.withdrawn",
        key="x",
    ),
)
