"""Which answers are followed up 回访. Pure: plain values, no clock, no database.

An answer belongs to the first group that fits. Of each group a share is called, chosen by a lot that a keyed hash draws from case and
round: nobody picks by hand, nobody can foresee it, and anybody with the key can check it afterwards. Shares are rows with from-until
(`gezhi.cases.models.FollowUpRule`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LOTS = 10_000


class Group(StrEnum):
    REHANDLED = "rehandled"
    POOR = "poor"
    EMERGENCY = "emergency"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Both days are included; `days` are working days after the answer."""

    group: str
    share: int
    days: int
    attempts: int
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def group_of(*, is_rehandled: bool, is_poor: bool, is_emergency: bool) -> Group:
    """What was done again after a poor rating first: there somebody must ask whether it is better now."""
    if is_rehandled:
        return Group.REHANDLED
    if is_poor:
        return Group.POOR
    return Group.EMERGENCY if is_emergency else Group.REST


def words_of(case_id: int, round_: int) -> str:
    """What the keyed hash is taken of."""
    return f"case {case_id} round {round_}"


def lot_of(digest: str) -> int:
    """The lot of a keyed hash in hex digits: 0 to 9,999, each as likely as any other to within one part in twenty thousand million."""
    return int(digest[:12], 16) % LOTS


def is_drawn(share: int, lot: int) -> bool:
    """`share` in percent. Who is drawn at one share is drawn at every larger one."""
    return lot < share * LOTS // 100


def rule_for(rules: Iterable[ShareRow], group: str, on: date) -> ShareRow | None:
    """The row that holds for a group on a day; of two the later decision. None where nobody is called."""
    held = [row for row in rules if row.group == group and row.holds_on(on)]
    return max(held, key=lambda row: row.valid_from, default=None)
