"""Duty rosters: what clashes, and rosters that turn by themselves. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

# What a roster is refused for, in the order in which it is looked for.
TWICE, NO_POST, AWAY = "twice", "no_post", "away"


@dataclass(frozen=True, slots=True)
class Duty:
    """One person on duty, `[starts_at, ends_at)`."""

    user_id: int
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Duty") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def days(self) -> tuple[date, date]:
        """The first and the last local day that it touches; midnight belongs to the day before."""
        return self.starts_at.date(), (self.ends_at - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True)
class Days:
    """Days of one person, both included: of a post, or of a leave. No end means until further notice."""

    user_id: int
    from_on: date
    until_on: date | None = None

    def covers(self, first: date, last: date) -> bool:
        return self.from_on <= first and (self.until_on is None or last <= self.until_on)

    def touches(self, first: date, last: date) -> bool:
        return self.from_on <= last and (self.until_on is None or first <= self.until_on)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why one duty can't stand."""

    reason: str
    duty: Duty


def clash_of(duty: Duty, others: Iterable[Duty], posts: Iterable[Days], leaves: Iterable[Days]) -> Clash | None:
    """The first thing in the way: the same person elsewhere at the time, no post on one of the days, or away.

    Days of one post must cover the whole duty, or those of two that follow each other without a gap.
    """
    if any(other.user_id == duty.user_id and duty.overlaps(other) for other in others):
        return Clash(TWICE, duty)
    first, last = duty.days()
    own = [days for days in posts if days.user_id == duty.user_id]
    day = first
    while day <= last:
        if not any(days.covers(day, day) for days in own):
            return Clash(NO_POST, duty)
        day += timedelta(days=1)
    if any(leave.user_id == duty.user_id and leave.touches(first, last) for leave in leaves):
        return Clash(AWAY, duty)
    return None


def first_clash(
    duties: Sequence[Duty], standing: Iterable[Duty], posts: Sequence[Days], leaves: Sequence[Days]
) -> Clash | None:
    """The first clash of new duties with what stands and with each other; None when all of them may stand together."""
    placed = list(standing)
    for duty in duties:
        clash = clash_of(duty, placed, posts, leaves)
        if clash is not None:
            return clash
        placed.append(duty)
    return None


def turns(
    people: Sequence[int], first: date, last: date, *, opens: time, closes: time, zone: tzinfo
) -> Iterator[tuple[int, datetime, datetime]]:
    """One person after the other, a day each, in local time; a shift that closes at or before it opens ends on the next day."""
    day, turn = first, 0
    while day <= last and people:
        end = day if closes > opens else day + timedelta(days=1)
        yield people[turn % len(people)], datetime.combine(day, opens, zone), datetime.combine(end, closes, zone)
        day += timedelta(days=1)
        turn += 1
