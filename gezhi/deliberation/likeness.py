"""Pure. How like two titles are, by the pairs of characters that they share (Dice): for "is this already being talked about?"."""

from collections.abc import Iterable

LIKE = 0.35
MOST = 5


def pairs(text: str) -> set[str]:
    plain = "".join(letter for letter in text.lower() if letter.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or ({plain} if plain else set())


def likeness(one: str, other: str) -> float:
    """0 for nothing in common, 1 for the same pairs."""
    left, right = pairs(one), pairs(other)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def similar(title: str, known: Iterable[tuple[int, str]]) -> list[int]:
    """The keys of the titles that are like it, the most alike first, at most `MOST`."""
    found = [(likeness(title, other), key) for key, other in known]
    return [key for score, key in sorted(found, key=lambda one: (-one[0], one[1])) if score >= LIKE][:MOST]
