"""Area codes. Pure.

A code has 6 digits (district), 9 (street), 12 (community) or 15 (grid); each level's code begins with its parent's.
So a subtree is a range of codes, and "is it inside" needs no table. Official lists pad short codes with zeros
("370103002000" is the street 370103002); `parse_code` takes the padding off.
"""

import unicodedata
from collections.abc import Iterable
from typing import Literal

Level = Literal["district", "street", "community", "grid"]

LENGTHS: dict[Level, int] = {"district": 6, "street": 9, "community": 12, "grid": 15}
LEVELS: dict[int, Level] = {length: level for level, length in LENGTHS.items()}
# Digits that each level below the district adds.
STEP = 3
NOTHING = "0" * STEP
LAST_GRID = 999


class BadCode(ValueError):
    """Not a code of an area. `reason` is one of "digits", "length", "city" (a city's or province's code), "gap" (a level is missing)."""

    def __init__(self, reason: Literal["digits", "length", "city", "gap"], text: str) -> None:
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


class CodesExhausted(ValueError):
    """The community has used all its 999 grid numbers."""


def parse_code(text: str | int) -> str:
    """The shortest form of an official code: spaces, full-width digits and padding zeros removed. Raises `BadCode`."""
    code = unicodedata.normalize("NFKC", str(text)).strip()
    if not (code.isascii() and code.isdigit()):
        raise BadCode("digits", code)
    if len(code) not in LEVELS:
        raise BadCode("length", code)
    while len(code) > LENGTHS["district"] and code.endswith(NOTHING):
        code = code[:-STEP]
    if code[4:6] == "00":
        raise BadCode("city", code)
    if any(code[at : at + STEP] == NOTHING for at in range(LENGTHS["district"], len(code), STEP)):
        raise BadCode("gap", code)
    return code


def level_of(code: str) -> Level:
    """The level of a parsed code. Raises `BadCode` for a length that no level has."""
    try:
        return LEVELS[len(code)]
    except KeyError:
        raise BadCode("length", code) from None


def parent_of(code: str) -> str:
    """The code one level up; "" for a district."""
    return "" if level_of(code) == "district" else code[:-STEP]


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above, the district first, without the code itself."""
    return tuple(code[:length] for length in LEVELS if length < len(code))


def is_inside(code: str, area: str) -> bool:
    """Does `code` lie in the subtree of `area` (itself included)? The empty area is everywhere."""
    return code.startswith(area)


def subtree(area: str) -> tuple[str, str]:
    """The half-open range of codes of a subtree, `first <= code < end`, itself included; an index serves it on any database."""
    return area, str(int(area) + 1).zfill(len(area))


def grid_number(code: str) -> int:
    """The running number of a grid inside its community, from its last three digits."""
    if level_of(code) != "grid":
        raise BadCode("length", code)
    return int(code[-STEP:])


def grid_code(community: str, number: int) -> str:
    """The code of a grid by its number (1-999) inside the community."""
    if level_of(community) != "community":
        raise BadCode("length", community)
    if not 1 <= number <= LAST_GRID:
        raise CodesExhausted(community)
    return f"{community}{number:03d}"


def next_grid_code(community: str, taken: Iterable[str]) -> str:
    """The code after the highest one in use. Numbers of retired grids, if `taken` names them, are never given again."""
    highest = max((grid_number(code) for code in taken if is_inside(code, community)), default=0)
    return grid_code(community, highest + 1)
