"""An activity (组织生活) as a table of steps. Pure.

Who came is written down by the branch's recorder. Nobody signs in on a phone and nobody is asked to.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.steps import Condition, Step, table


class ActivityKind(TextChoices):
    """三会一课, and what the district holds beside them."""

    GENERAL_MEETING = "general_meeting", _("支部党员大会")
    COMMITTEE_MEETING = "committee_meeting", _("支部委员会会议")
    GROUP_MEETING = "group_meeting", _("党小组会")
    LECTURE = "lecture", _("党课")
    THEME_DAY = "theme_day", _("主题党日")
    OTHER = "other", _("其他组织生活")


class ActivityStage(TextChoices):
    PLANNED = "planned", _("已计划")
    NOTICED = "noticed", _("已通知")
    HELD = "held", _("已记录")
    CANCELLED = "cancelled", _("已取消")


AHEAD = (ActivityStage.PLANNED, ActivityStage.NOTICED)


@dataclass(frozen=True, slots=True)
class Situation:
    planned_on: date
    today: date


HAS_COME = Condition[Situation](
    "has_come", lambda s: s.planned_on <= s.today, _("还没到计划的日子；提前开了，请先改期再记录。")
)
NOT_PAST = Condition[Situation](
    "not_past", lambda s: s.planned_on >= s.today, _("计划的日子已经过了，请先改期再通知。")
)

STEPS: dict[str, Step[Situation]] = table(
    Step(
        "plan", _("安排"), (), ActivityStage.PLANNED, "party.activity",
        needs=("kind", "title", "on"), offers=("time", "place"), event="party_activity.planned",
    ),
    Step(
        "notice", _("发通知"), (ActivityStage.PLANNED,), ActivityStage.NOTICED, "party.activity",
        conditions=(NOT_PAST,), event="party_activity.noticed", key="n", tone="forward",
    ),
    Step(
        "record", _("记录"), AHEAD, ActivityStage.HELD, "party.activity",
        needs=("on", "minutes", "present"), offers=("excused", "files"), conditions=(HAS_COME,),
        event="party_activity.recorded", key="r", tone="forward",
    ),
    Step(
        "postpone", _("改期"), AHEAD, ActivityStage.PLANNED, "party.activity",
        needs=("on", "reason"), offers=("time", "place"), event="party_activity.postponed", key="p",
    ),
    Step(
        "correct", _("更正记录"), (ActivityStage.HELD,), None, "party.activity",
        needs=("minutes", "present", "reason"), offers=("excused", "files"), event="party_activity.corrected", key="c", tone="rare",
    ),
    Step(
        "cancel", _("取消"), AHEAD, ActivityStage.CANCELLED, "party.activity",
        needs=("reason",), event="party_activity.cancelled", key="x", tone="rare",
    ),
)  # fmt: skip
