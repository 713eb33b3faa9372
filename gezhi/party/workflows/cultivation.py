"""Cultivating and developing members among the backbone of the grids (培养发展), as a table of steps. Pure.

Every step is a person's decision with a reason. Nothing is scored and nothing is suggested.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.steps import Condition, Step, table


class Stage(TextChoices):
    APPLICANT = "applicant", _("入党申请人")
    ACTIVIST = "activist", _("入党积极分子")
    CANDIDATE = "candidate", _("发展对象")
    PROBATIONARY = "probationary", _("预备党员")
    ADMITTED = "admitted", _("已转正")
    STOPPED = "stopped", _("不再培养")


OPEN = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY)


@dataclass(frozen=True, slots=True)
class Situation:
    """`ready_on`: from when on the next stage may be entered, by the rule of the present one."""

    ready_on: date
    today: date


LONG_ENOUGH = Condition[Situation](
    "long_enough", lambda s: s.today >= s.ready_on, _("在这个阶段的时间还没到规定的月数，不能进入下一阶段。")
)
RIGHT = "party.cultivation"

STEPS: dict[str, Step[Situation]] = table(
    Step(
        "enter", _("登记"), (), Stage.APPLICANT, RIGHT, needs=("name", "org", "on"), offers=("text",),
        event="cultivation.entered",
    ),
    Step(
        "choose", _("确定为积极分子"), (Stage.APPLICANT,), Stage.ACTIVIST, RIGHT, needs=("text",),
        conditions=(LONG_ENOUGH,), event="cultivation.chosen", tone="forward",
    ),
    Step(
        "develop", _("列为发展对象"), (Stage.ACTIVIST,), Stage.CANDIDATE, RIGHT, needs=("text",),
        conditions=(LONG_ENOUGH,), event="cultivation.developed", tone="forward",
    ),
    Step(
        "accept", _("接收为预备党员"), (Stage.CANDIDATE,), Stage.PROBATIONARY, RIGHT, needs=("text",),
        conditions=(LONG_ENOUGH,), event="cultivation.accepted", tone="forward",
    ),
    Step(
        "admit", _("按期转正"), (Stage.PROBATIONARY,), Stage.ADMITTED, RIGHT, needs=("text",),
        conditions=(LONG_ENOUGH,), event="cultivation.admitted", tone="forward",
    ),
    Step("note", _("培养记录"), OPEN, None, RIGHT, needs=("text",), event="cultivation.noted"),
    Step("renew", _("延长保存"), OPEN, None, RIGHT, needs=("reason",), event="cultivation.renewed"),
    Step(
        "stop", _("不再培养"), OPEN, Stage.STOPPED, RIGHT, needs=("reason",), event="cultivation.stopped", tone="rare",
    ),
)  # fmt: skip
