"""One step with many cases: each stands or falls alone, and the answer says which stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import get_case, key_in
from gezhi.cases.actions.steps import take
from gezhi.cases.actions.steps.locks import lock_with_kin
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.numbers import parse_case_number
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of the selection: the case as it stands now, or why it was left as it was."""

    key: int | str
    case: Case | None
    refusal: Any = None


def take_many(name: str, keys: Sequence[int | str], *, actor: Actor, at: datetime, **inputs: Any) -> list[Outcome]:
    """`take` for each of the cases, each standing or falling alone; the answer stands in the order of `keys`. Raises `Refused` for too many.

    The locks are held until the whole selection is through, and two colleagues with some of the same cases in another order would wait for
    each other for ever. So all that they touch is locked at the beginning, in the order of its ids.
    """
    if len(keys) > MOST_AT_ONCE:
        raise Refused("too_many", _("一次最多处理 %(most)s 件。") % {"most": MOST_AT_ONCE}, field="keys")
    outcomes = {}
    with unit():
        lock_with_kin(filter(None, map(id_in, [*keys, inputs.get("main_id")])))
        for key in sorted(dict.fromkeys(keys), key=id_in):
            try:
                with unit(alone=True):
                    case = take(name, get_case(actor, key), actor=actor, at=at, **inputs)
                outcomes[key] = Outcome(key, case)
            except Refused as refusal:
                outcomes[key] = Outcome(key, None, refusal.message)
            except Denied:
                outcomes[key] = Outcome(key, None, _("您的岗位现在不能做这一步。"))
    return [outcomes[key] for key in dict.fromkeys(keys)]


def id_in(key: int | str | None) -> int:
    """The id that a key stands for; 0 for one that stands for none."""
    given = key_in(key) if isinstance(key, str) else key
    number = parse_case_number(given) if isinstance(given, str) else None
    return number.id if number is not None else given if isinstance(given, int) else 0
