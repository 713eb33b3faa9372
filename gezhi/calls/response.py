"""The departments' response table for the yearly assessment. Pure: plain values in, rows out, no clock, no database.

Every figure stands beside the number of parts that it was made from. Who took part too seldom is marked and not ranked.

- A part counts in the period in which the department was first asked. Where the district excused it in time, or the street
  withdrew the call before it had signed and in time, it doesn't count at all.
- Signed in time: of those that have been signed or whose time to sign is over. One that still has time is not judged yet.
- Spans are in minutes of the time in which the limits count: around the clock for urgent calls, working time for the others.
- The 90th percentile is the smallest span that nine tenths of all don't exceed; the median of an even number lies between the middle two.
- Scores are weighted by the rule of their day, in hundredths of a level, and given here on a scale to 100.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Record:
    """One part of one department, as far as the table looks at it. Spans in minutes; None where there is none (yet)."""

    department_id: int
    is_signed_in_time: bool | None
    response: int | None
    is_arrival_in_time: bool | None
    arrival: int | None
    handling: int | None
    rounds: int
    score: int | None
    is_score_objected: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and a 90th percentile with the number they were made from; None where there is nothing."""

    count: int
    middle: float | None
    ninth: int | None

    @classmethod
    def of(cls, spans: Sequence[int]) -> "Spread":
        if not spans:
            return cls(0, None, None)
        ordered = sorted(spans)
        return cls(len(ordered), float(median(ordered)), ordered[math.ceil(len(ordered) * 9 / 10) - 1])


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many."""

    count: int
    of: int

    @property
    def ratio(self) -> float | None:
        return self.count / self.of if self.of else None

    @classmethod
    def among(cls, answers: Iterable[bool | None]) -> "Share":
        """Of those that are judged."""
        known = [answer for answer in answers if answer is not None]
        return cls(sum(known), len(known))


@dataclass(frozen=True, slots=True)
class Line:
    """A department's row. `rank` is None where it was called too seldom, or nobody scored it."""

    department_id: int
    calls: int
    signed_in_time: Share
    response: Spread
    arrived_in_time: Share
    arrival: Spread
    handling: Spread
    sent_back: int
    score: float | None
    scored: int
    objected: int
    is_too_few: bool
    rank: int | None = None


def line_of(department_id: int, records: Sequence[Record], fewest: int) -> Line:
    scores = [record.score for record in records if record.score is not None]
    return Line(
        department_id=department_id,
        calls=len(records),
        signed_in_time=Share.among(record.is_signed_in_time for record in records),
        response=Spread.of([record.response for record in records if record.response is not None]),
        arrived_in_time=Share.among(record.is_arrival_in_time for record in records),
        arrival=Spread.of([record.arrival for record in records if record.arrival is not None]),
        handling=Spread.of([record.handling for record in records if record.handling is not None]),
        sent_back=sum(record.rounds > 1 for record in records),
        # A level of 5 is 100.
        score=sum(scores) / len(scores) / 5 if scores else None,
        scored=len(scores),
        objected=sum(record.is_score_objected for record in records),
        is_too_few=len(records) < fewest,
    )


def table_of(records: Iterable[Record], *, fewest: int) -> list[Line]:
    """The ranked departments, best score first (equals share a rank, the more punctual stands first); then those that are not ranked."""
    by_department: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        by_department[record.department_id].append(record)
    lines = [line_of(department_id, several, fewest) for department_id, several in by_department.items()]
    ranked = [line for line in lines if not line.is_too_few and line.score is not None]
    ranked.sort(key=lambda line: (-(line.score or 0), -(line.signed_in_time.ratio or 0), line.department_id))
    rest = sorted((line for line in lines if line not in ranked), key=lambda line: line.department_id)
    return [*with_ranks(ranked), *rest]


def with_ranks(lines: Sequence[Line]) -> list[Line]:
    """1, 2, 2, 4: who has the same score has the same rank."""
    placed: list[Line] = []
    for number, line in enumerate(lines, start=1):
        rank = placed[-1].rank if placed and placed[-1].score == line.score else number
        placed.append(replace(line, rank=rank))
    return placed
