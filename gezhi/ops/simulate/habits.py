"""How often things happen and how long people take. Pure: numbers that look like a district on an ordinary week, none of them measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from gezhi.kernel.worktime import WorkCalendar

T = TypeVar("T")
MINUTES_A_DAY = 7 * 60

# Out of all reports. The rest comes from residents by the portal.
SHARE_ON_THE_SPOT = 0.20
SHARE_BY_WORKER = 0.15
SHARE_AT_COUNTER = 0.10
SHARE_EMERGENCY = 0.012
SHARE_WITHOUT_POINT = 0.03

DECLINED = 0.03
MISROUTED = 0.03
ESCALATED_WAITING = 0.05
ESCALATED_HANDLING = 0.16
RETURNED = 0.05
RETURNED_AGAIN = 0.4
CARDED = 0.5
RELEASED = 0.03
FORGOTTEN = 0.015
NOTED = 0.06
REJECTED = 0.05
ANSWERED_AT_ONCE = 0.7
RATED = 0.38
RATED_BADLY = 0.05
REOPENED_AFTER_BAD = 0.7
# Somebody reported the same thing in the same community before, and the clerk sees it.
DUPLICATE_SEEN = 0.5
SPLIT = 0.02
EXTENSION_ASKED, EXTENSION_GRANTED = 0.5, 0.85
SUSPENSION_ASKED = 0.004
# Reports that leave out what matters; who says more when asked; who objects to a decline, and is right.
REPORTER_ASKED, SUPPLEMENTED = 0.02, 0.75
APPEALED, ADMITTED = 0.3, 0.4
URGED_BY_REPORTER = 0.3
# Of what a street has in hand, what it calls departments for; and what departments and streets then do.
CALLED = 0.12
PART_DECLINED, INSISTED = 0.04, 0.6
ARRIVAL_CONFIRMED = 0.7
SENT_BACK = 0.12
SCORED = 0.9
OBJECTED, VOIDED = 0.3, 0.3
LATE_AGAIN = 0.08
# Of those whom the lot has drawn.
FOLLOWED_UP = 0.9
# One in so many takes much longer than the others: a part on order, an owner who can't be found.
SLOW, SLOWNESS = 0.024, 5.0

# When residents write, by hour of the day.
RESIDENTS_BY_HOUR = (2, 1, 1, 0, 0, 1, 4, 10, 18, 24, 22, 16, 10, 9, 14, 18, 18, 14, 13, 16, 18, 15, 9, 4)
WEEKEND = 0.7


@dataclass(frozen=True, slots=True)
class Wait:
    """A span of time that is usually about `median` minutes and sometimes much longer (log-normal)."""

    median: float
    spread: float = 0.8

    def minutes(self, random: Random) -> float:
        return math.exp(random.gauss(math.log(self.median), self.spread))


ACCEPT = Wait(35)
CLAIM = Wait(45)
SIGN = Wait(80)
FINISH_AT = {
    "grid": Wait(140),
    "community": Wait(280),
    "street": Wait(420),
    "district": Wait(420),
    "department": Wait(600, 0.7),
}
VERIFY = Wait(90)
ANSWER = Wait(40)
EMERGENCY = Wait(12, 0.5)
RATE = Wait(600, 1.1)
REOPEN = Wait(200)
DECIDE = Wait(120)
REPLY = Wait(90)
LOOK_INTO = Wait(500)
FOLLOW_UP = Wait(700)
DISPATCH = Wait(45)
PART_SIGN = Wait(90, 1.0)
ARRIVE = Wait(100)
PART_FILE = Wait(600)
SUM_UP = Wait(120)
STRIKE_OFF = Wait(240)
SCORE = Wait(300)


def after_working(calendar: WorkCalendar, at: datetime, wait: Wait, random: Random, *, factor: float = 1.0) -> datetime:
    """When somebody with office hours gets to it: `wait` counts working minutes; never at the very moment the doors open."""
    minutes = max(1, round(wait.minutes(random) * factor))
    return calendar.add(at, minutes).at + timedelta(seconds=random.randrange(1, 59))


def after(at: datetime, wait: Wait, random: Random) -> datetime:
    """When somebody who answers at any hour gets to it."""
    return at + timedelta(minutes=wait.minutes(random), seconds=random.randrange(1, 59))


def pick(options: Sequence[T], random: Random) -> T:
    return options[int(random.random() * len(options))]
