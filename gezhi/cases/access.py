"""Fetching a case is checking: what an actor may not see looks like what is not there."""

import re
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DataError
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.numbers import parse_case_number, parse_receipt_code
from gezhi.kernel.refusals import Missing
from gezhi.kernel.rows import fetch
from gezhi.people.queries import directory

# Rights that hold by the place of a case as well; all others are checked at the desk on which it lies.
BY_PLACE = frozenset({"case.see", "case.note"})
# Digits of ASCII alone: other scripts have digits too, and Python takes some of them for numbers and some not.
ID = re.compile(r"[0-9]{1,18}", re.ASCII)


def covers(actor: Actor, right: str, case: Case) -> bool:
    """Does the actor hold `right` for this case? No query."""
    if actor.may(right, area=directory().get(case.desk_id).area_code, desk_id=case.desk_id):
        return True
    return right in BY_PLACE and actor.may(right, area=case.place_code or settings.DISTRICT)


def missing() -> Missing:
    return Missing("no_such_case", _("没有找到这一件，或者它不在您的范围内。"))


def key_in(text: str) -> int | str:
    """What somebody typed or sent, as `get_case` takes it: an id, or else a number."""
    return int(text) if ID.fullmatch(text) else text


def get_case(actor: Actor, key: int | str, right: str = "case.see") -> Case:
    """The case by id or number, alone: one query. Raises `Missing` if absent or not the actor's.

    Names of its desk, place and matter come from the registers in memory; joining their tables would cost more than all the rest of a step.
    """
    number = parse_case_number(key) if isinstance(key, str) else None
    pk = number.id if number is not None else key if isinstance(key, int) else None
    case = only(pk=pk) if pk is not None else None
    if case is None or not covers(actor, "case.see", case) or not covers(actor, right, case):
        raise missing()
    if number is not None and number != parse_case_number(case.number):
        raise missing()
    return case


def case_by_receipt(code: str) -> Case:
    """The case whose receipt code this is: the code is the key, so nothing else is asked. Raises `Missing`."""
    tidy = parse_receipt_code(code)
    case = only(receipt_code=tidy) if tidy else None
    if case is None:
        raise Missing("no_such_receipt", _("没有找到这个回执码。请核对后再试，字母不分大小写。"))
    return case


def only(**unique: Any) -> Case | None:
    # An id beyond what the column holds is one that no case has.
    with suppress(OverflowError, DataError):
        return fetch(Case, **unique)
    return None
