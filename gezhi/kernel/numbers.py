"""Numbers that people read aloud and type: receipt codes of residents, numbers of cases. Pure.

A receipt code opens a report to whoever holds it, so it must not be guessed, and a slip of the finger must not open
another one. A case number is printed on paper and says nothing secret.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import date
from operator import mul
from typing import NamedTuple

# Without 0 and O, 1 and I and l: 31 characters, a prime number, which is what makes the check below complete.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12

WEIGHTS = range(1, LENGTH)
TWELFTH = -pow(LENGTH, -1, len(ALPHABET))

DISTRICT = re.compile(r"[1-9][0-9]{5}", re.ASCII)
CASE_NUMBER = re.compile(r"([1-9][0-9]{5})-([0-9]{6})-([0-9]{7,18})", re.ASCII)


def receipt_code(draw: Callable[[int], int] = secrets.randbelow) -> str:
    """A new receipt code, `7KQM-2XWD-9HTA`: eleven random characters and one that checks them.

    Entropy: 11 x log2(31) = 54.5 bits, drawn in one go. At a million live codes and a thousand guesses a second, one hit
    takes about nine months on average; the portal allows far fewer. `draw(n)` gives a whole number below n; a simulation
    passes its own seeded one.
    """
    drawn, values = draw(len(ALPHABET) ** (LENGTH - 1)), []
    for _ in range(LENGTH - 1):
        drawn, value = divmod(drawn, len(ALPHABET))
        values.append(value)
    code = "".join(ALPHABET[value] for value in [*values, checking(values)])
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def parse_receipt_code(text: str) -> str | None:
    """The code in its written form, however it was typed (small letters, full width, no hyphens); None if it can't be
    one.

    Any one wrong character and any two exchanged characters are found.
    """
    code = re.sub(r"[\s\-－–—]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    values = [ALPHABET.index(character) for character in code]
    if values[-1] != checking(values[:-1]):
        return None
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def checking(values: list[int]) -> int:
    """The value of the twelfth character, which makes the sum of weight x value divisible by 31.

    The weights 1..12 are different and 31 is prime: one changed value, or two exchanged ones, always change the sum.
    """
    total: int = sum(map(mul, WEIGHTS, values))
    return total * TWELFTH % len(ALPHABET)


class CaseNumber(NamedTuple):
    """What a case number says: the district, the day of the report, and the primary key."""

    district: str
    on: date
    id: int


def case_number(district: str, on: date, id: int) -> str:
    """`370103-261123-0001234`: derived from what the row has anyway, so it costs no statement and no counter.

    `district` is six digits. Beyond 9,999,999 the last part grows longer. ValueError outside 2000-2099 or for other
    codes.
    """
    if not (DISTRICT.fullmatch(district) and 2000 <= on.year <= 2099 and 0 <= id < 10**18):
        raise ValueError(f"no case number can be made of {district!r}, {on} and {id}")
    return f"{district}-{on:%y%m%d}-{id:07d}"


def parse_case_number(text: str) -> CaseNumber | None:
    """The parts of a case number, also typed in full width or with spaces around; None if it isn't one."""
    folded = re.sub(r"[－–—]", "-", unicodedata.normalize("NFKC", text)).strip()
    match = CASE_NUMBER.fullmatch(folded)
    if match is None:
        return None
    district, day, number = match.groups()
    try:
        on = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return None
    return CaseNumber(district, on, int(number))
