"""Which matters a new one resembles, by the words of its name and its content.

The house's own way of cutting Chinese (`gezhi.kernel.search.tokens`): overlapping pairs of characters. Two texts are alike by the share of
pairs that they have in common, measured at the shorter one; a name says more than a paragraph.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gezhi.kernel.search import tokens

# From here on the two names, or the whole texts, are worth a look by a person.
LEAST = 0.45
NAME_WEIGHT = 0.7
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Described:
    """A matter or an application as it is compared. `key` is the caller's."""

    key: str
    name: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Like:
    """`score` from `LEAST` to 1; `shared` are the pairs of the two names that are the same, in their order."""

    key: str
    score: float
    shared: tuple[str, ...]


def pairs(text: str) -> dict[str, None]:
    return dict.fromkeys(token for token in tokens(text) if len(token) > 1)


def share(one: dict[str, None], other: dict[str, None]) -> float:
    return len(one.keys() & other.keys()) / min(len(one), len(other)) if one and other else 0.0


def likeness(one: Described, other: Described) -> Like:
    """How alike two are: by their names, or by their names and what has to be done together, whichever says more."""
    mine, theirs = pairs(one.name), pairs(other.name)
    by_name = share(mine, theirs)
    by_text = share(pairs(one.content), pairs(other.content))
    score = max(by_name * NAME_WEIGHT + by_text * (1 - NAME_WEIGHT), by_name * 0.9, by_text * 0.8)
    return Like(other.key, round(score, 3), tuple(token for token in mine if token in theirs))


def similar(one: Described, among: Iterable[Described], *, limit: int = SHOWN) -> list[Like]:
    """The likest first; none that is below `LEAST`."""
    found = (likeness(one, other) for other in among)
    return sorted((like for like in found if like.score >= LEAST), key=lambda like: (-like.score, like.key))[:limit]
