"""How long a stage of the two guarded lists lasts at least and how long its papers are kept, as the rules of a day say."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.party.models import ListKind, StageRule
from gezhi.party.workflows import cultivation, reserve
from gezhi.territory.models import holds_on


class Terms(NamedTuple):
    fewest_months: int
    keep_months: int


# What the statute asks for (a year as an activist, a year on probation), and how long we keep it where the district has not said otherwise.
DEFAULTS: tuple[tuple[ListKind, str, Terms], ...] = (
    (ListKind.CULTIVATION, cultivation.Stage.APPLICANT, Terms(0, 24)),
    (ListKind.CULTIVATION, cultivation.Stage.ACTIVIST, Terms(12, 36)),
    (ListKind.CULTIVATION, cultivation.Stage.CANDIDATE, Terms(0, 24)),
    (ListKind.CULTIVATION, cultivation.Stage.PROBATIONARY, Terms(12, 24)),
    (ListKind.CULTIVATION, cultivation.Stage.ADMITTED, Terms(0, 3)),
    (ListKind.CULTIVATION, cultivation.Stage.STOPPED, Terms(0, 6)),
    (ListKind.RESERVE, reserve.Stage.RECOMMENDED, Terms(0, 6)),
    (ListKind.RESERVE, reserve.Stage.LISTED, Terms(0, 24)),
)


def terms_of(list_kind: str, stage: str, *, on: date) -> Terms:
    """The rule of a day. Refused where there is none: nothing is kept without a limit."""
    rule = StageRule.objects.filter(holds_on(on, "valid_from", "valid_until"), list_kind=list_kind, stage=stage).first()
    if rule is None:
        raise Refused("no_rule", _("还没有规定这个阶段的保存期限，请先由区里规定。"))
    return Terms(rule.fewest_months, rule.keep_months)
