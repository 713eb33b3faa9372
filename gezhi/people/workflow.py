"""Two short lives as tables: what a unit recommends (推荐), and what a meeting demanded (议定事项). Pure.

A recommendation is decided by the street, by somebody else than recommended it. A task is done by the desk that owns it and confirmed by those
who keep the committee's records; who did it does not confirm it.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps


class Outcome(TextChoices):
    """How far a recommendation is."""

    WAITING = "waiting", _("待审核")
    APPROVED = "approved", _("已同意")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class TaskStage(TextChoices):
    OPEN = "open", _("办理中")
    REPORTED = "reported", _("待确认")
    DONE = "done", _("已完成")
    DROPPED = "dropped", _("已取消")


RUNNING = (TaskStage.OPEN, TaskStage.REPORTED)


@dataclass(frozen=True, slots=True)
class Recommended:
    """What the conditions of a recommendation look at."""

    is_recommender: bool


RecommendationStep = steps.Step[Recommended]
OWN = steps.Condition[Recommended]("own", lambda s: s.is_recommender, _("只有推荐的人能撤回。"))
NOT_OWN = steps.Condition[Recommended]("not_own", lambda s: not s.is_recommender, _("推荐的人不能自己审核。"))

RECOMMENDATION_STEPS: dict[str, RecommendationStep] = steps.table(
    RecommendationStep(
        "recommend", _("推荐"), (), Outcome.WAITING, "staff.recommend",
        needs=("desk", "source", "unit", "name", "work_phone"), offers=("reason",), event="recommendation.made",
    ),
    RecommendationStep(
        "approve", _("同意"), (Outcome.WAITING,), Outcome.APPROVED, "staff.approve",
        needs=("from_on",), offers=("reason",), conditions=(NOT_OWN,), event="recommendation.approved", key="y", tone="forward",
    ),
    RecommendationStep(
        "refuse", _("不同意"), (Outcome.WAITING,), Outcome.REFUSED, "staff.approve",
        needs=("reason",), conditions=(NOT_OWN,), event="recommendation.refused", key="b",
    ),
    RecommendationStep(
        "withdraw", _("撤回"), (Outcome.WAITING,), Outcome.WITHDRAWN, "staff.recommend",
        needs=("reason",), conditions=(OWN,), event="recommendation.withdrawn", key="w", tone="rare",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demanded:
    """What the conditions of a task look at."""

    is_reporter: bool


TaskStep = steps.Step[Demanded]
NOT_REPORTER = steps.Condition[Demanded]("not_reporter", lambda s: not s.is_reporter, _("报送完成的人不能自己确认。"))

TASK_STEPS: dict[str, TaskStep] = steps.table(
    TaskStep(
        "demand", _("议定"), (), TaskStage.OPEN, "committee.edit",
        needs=("decision", "desk", "due_on"), event="meeting_task.demanded",
    ),
    TaskStep(
        "report", _("报送完成情况"), (TaskStage.OPEN,), TaskStage.REPORTED, "task.report",
        needs=("result",), event="meeting_task.reported", key="f", tone="forward",
    ),
    TaskStep(
        "confirm", _("确认完成"), (TaskStage.REPORTED,), TaskStage.DONE, "committee.edit",
        conditions=(NOT_REPORTER,), event="meeting_task.confirmed", key="y", tone="forward",
    ),
    TaskStep(
        "send_back", _("退回重办"), (TaskStage.REPORTED,), TaskStage.OPEN, "committee.edit",
        needs=("reason",), conditions=(NOT_REPORTER,), event="meeting_task.sent_back", key="b",
    ),
    TaskStep(
        "postpone", _("改期限"), (TaskStage.OPEN,), None, "committee.edit",
        needs=("due_on", "reason"), event="meeting_task.postponed", key="e", tone="rare",
    ),
    TaskStep(
        "drop", _("取消"), RUNNING, TaskStage.DROPPED, "committee.edit",
        needs=("reason",), event="meeting_task.dropped", key="w", tone="rare",
    ),
)  # fmt: skip
