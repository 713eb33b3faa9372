"""Tenures reckoned: the rows of somebody's time at the grass roots and leaves, as the arithmetic takes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from gezhi.workforce.models import Leave, PolicyKind, Tenure
from gezhi.workforce.policies import number_on
from gezhi.workforce.tenure_days import Reckoning, Spell, reckon


def leaves_of(tenures: Iterable[Tenure]) -> dict[int, list[Spell]]:
    """The leaves of these people. One statement."""
    users = {one.user_id for one in tenures}
    found: dict[int, list[Spell]] = defaultdict(list)
    for user_id, from_on, until_on in Leave.objects.filter(user_id__in=users, is_cancelled=False).values_list(
        "user_id", "from_on", "until_on"
    ):
        found[user_id].append(Spell(from_on, until_on))
    return found


def reckoning_of(tenure: Tenure, leaves: Sequence[Spell], *, on: date) -> Reckoning:
    """By the numbers of the day on which the tenure began: nobody's two years grow longer on the way."""
    months = number_on(PolicyKind.TENURE_MONTHS, tenure.from_on)
    longest = number_on(PolicyKind.TENURE_LEAVE_DAYS, tenure.from_on)
    return reckon(tenure.from_on, months, leaves, longest=longest, on=on)
