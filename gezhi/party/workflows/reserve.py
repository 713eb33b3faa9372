"""Reserve talent for a community's two committees (两委后备干部), as a table of steps. Pure.

Recommended by a person, with the consent of the one who is recommended, for a limited time. Who takes the consent back is forgotten at once.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.steps import Condition, Step, table


class Stage(TextChoices):
    RECOMMENDED = "recommended", _("已推荐")
    LISTED = "listed", _("已列入")
    ENDED = "ended", _("已移出")


@dataclass(frozen=True, slots=True)
class Situation:
    is_asker: bool
    sits_above: bool


ANOTHER = Condition[Situation]("another", lambda s: not s.is_asker, _("推荐的人不能自己审定。"))
FROM_ABOVE = Condition[Situation]("from_above", lambda s: s.sits_above, _("由街道或区的党务审定，社区只能推荐。"))
RIGHT = "party.reserve"

STEPS: dict[str, Step[Situation]] = table(
    Step(
        "recommend", _("推荐"), (), Stage.RECOMMENDED, RIGHT, needs=("name", "area", "text", "consented_on"),
        event="reserve.recommended",
    ),
    Step(
        "list", _("列入后备"), (Stage.RECOMMENDED,), Stage.LISTED, RIGHT, needs=("reason",),
        conditions=(ANOTHER, FROM_ABOVE), event="reserve.listed", tone="forward",
    ),
    Step(
        "refuse", _("不列入"), (Stage.RECOMMENDED,), Stage.ENDED, RIGHT, needs=("reason",),
        conditions=(ANOTHER, FROM_ABOVE), event="reserve.refused",
    ),
    Step(
        "renew", _("重新征得同意并延长"), (Stage.RECOMMENDED, Stage.LISTED), None, RIGHT, needs=("consented_on",),
        event="reserve.renewed",
    ),
    Step(
        "remove", _("移出"), (Stage.LISTED,), Stage.ENDED, RIGHT, needs=("reason",), event="reserve.removed", tone="rare",
    ),
    Step(
        "withdraw", _("本人撤回同意"), (Stage.RECOMMENDED, Stage.LISTED), Stage.ENDED, RIGHT,
        event="reserve.withdrawn", tone="rare",
    ),
)  # fmt: skip
