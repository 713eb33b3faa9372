"""Numbers on a map in a few classes that can be told apart, each said in words. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 5


@dataclass(frozen=True, slots=True)
class Span:
    """Whole numbers from `first` to `last`, both included; `many` areas have one of them. `shade` 0 is the palest."""

    shade: int
    first: int
    last: int
    many: int


def spans(values: Iterable[int]) -> list[Span]:
    """At most five classes. Nought is a class of its own; the others hold about as many areas each, and equal numbers are never parted."""
    numbers = sorted(values)
    if not numbers:
        return []
    different = sorted(set(numbers))
    begins = different if len(different) <= MOST else quantiles(numbers)
    ends = [*(begin - 1 for begin in begins[1:]), numbers[-1]]
    # A class that nothing stands between is told by its own numbers: 3 to 5, not 3 to 8.
    found: list[Span] = []
    for begin, end in zip(begins, ends, strict=True):
        inside = [number for number in numbers if begin <= number <= end]
        found.append(Span(len(found), inside[0], inside[-1], len(inside)))
    return found


def quantiles(numbers: Sequence[int]) -> list[int]:
    """Where classes of about the same size begin."""
    rest = [number for number in numbers if number > 0]
    begins = [numbers[0]] if numbers[0] <= 0 else []
    parts = MOST - len(begins)
    begins += [rest[len(rest) * part // parts] for part in range(parts)]
    return sorted(set(begins))


def shade_of(value: int, classes: Sequence[Span]) -> int:
    """Which class a number belongs to."""
    return max(bisect_right([one.first for one in classes], value) - 1, 0)
