"""Which matter a report may be about, from the words of the catalogue. Pure.

The first teacher, before a district has cases of its own to learn from. It shows the words that led to each suggestion, so that whoever
reads it can judge it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# What a report is about stands at its beginning; the rest of a very long text only costs time.
LONGEST = 2_000
SHORTEST_WORD = 2
# The very first word counts three times as much as one far down; half of the advantage is gone after 15 characters, about a heading.
EARLY, EARLY_REACH = 2, 15


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A matter, how strongly its words speak for it (above 0, below 1), and these words in the order of the text."""

    matter_id: int
    score: float
    words: tuple[str, ...]


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def is_too_short(word: str) -> bool:
    """One character suggests everything. Counted as it is looked for: folding may make one of two."""
    return len(folded(word).strip()) < SHORTEST_WORD


class Suggester:
    """The words of all matters, found by their first two characters: one look-up a character of the text, however many words there are.

    A longer word swallows a shorter one inside it (消防通道 is not also 消防). A word is worth the more the longer it is and the fewer
    matters share it; words that stand early count more, because people say first what it is about.
    """

    def __init__(self, words: Mapping[int, Iterable[str]]) -> None:
        owners: dict[str, list[int]] = defaultdict(list)
        for matter_id, listed in words.items():
            for word in dict.fromkeys(folded(word).strip() for word in listed):
                if is_too_short(word):
                    raise ValueError(f"a word of one character suggests everything: {word!r}")
                owners[word].append(matter_id)
        self.owners = dict(owners)
        self.worth = {word: (len(word) - 1) / len(ids) for word, ids in owners.items()}
        by_start: dict[str, list[str]] = defaultdict(list)
        for word in owners:
            by_start[word[:SHORTEST_WORD]].append(word)
        self.by_start = {start: sorted(same, key=len, reverse=True) for start, same in by_start.items()}

    def found(self, text: str) -> dict[str, int]:
        """The words in the text and where each first stands."""
        places: dict[str, int] = {}
        covered = 0
        by_start = self.by_start
        for place in range(len(text) - 1):
            candidates = by_start.get(text[place : place + SHORTEST_WORD])
            if candidates is None:
                continue
            for word in candidates:
                if text.startswith(word, place):
                    if place + len(word) > covered:
                        covered = place + len(word)
                        places.setdefault(word, place)
                    break
        return places

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest matters, best first; empty when no word of the catalogue stands in the text."""
        text = folded(text[:LONGEST])
        evidence: dict[int, float] = defaultdict(float)
        spoken: dict[int, list[str]] = defaultdict(list)
        for word, place in self.found(text).items():
            worth = self.worth[word] * (1 + EARLY / (1 + place / EARLY_REACH))
            for matter_id in self.owners[word]:
                evidence[matter_id] += worth
                spoken[matter_id].append(word)
        best = sorted(evidence.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [
            Suggestion(matter_id, round(total / (total + 3), 3), tuple(spoken[matter_id])) for matter_id, total in best
        ]
