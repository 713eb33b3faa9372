"""One step with many cases: each stands or falls alone, and the answer says which stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import get_case
from gezhi.cases.actions.steps import take
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

    They are taken in the order of their ids: the locks are held until the whole selection is through, and two colleagues with the same
    cases in another order would wait for each other for ever.
    """
    if len(keys) > MOST_AT_ONCE:
        raise Refused("too_many", _("一次最多处理 %(most)s 件。") % {"most": MOST_AT_ONCE}, field="keys")
    outcomes = {}
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


def id_in(key: int | str) -> int:
    """The id that a key stands for; 0 for one that stands for none."""
    number = parse_case_number(key) if isinstance(key, str) else None
    return number.id if number is not None else key if isinstance(key, int) else 0
