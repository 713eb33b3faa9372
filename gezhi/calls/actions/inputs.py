"""The inputs of a step, made fit to be used: what its row neither needs nor offers stays empty, texts are trimmed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.calls.workflow import INPUTS, Input, Step
from gezhi.kernel.inputs import READERS, Reader, empty, key
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import LONGEST_TEXT, typed

MOST_SHARES = 12


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by their names, all of them present. Raises `Refused` with the field that is wrong."""
    return inputs_of(step, inputs, INPUTS, OURS)


def desk(wire: str, one: Input, value: Any, is_needed: bool) -> int | None:
    chosen = key(wire, one, value, is_needed)
    return None if chosen is None else int(chosen)


def flag(wire: str, one: Input, value: Any, is_needed: bool) -> bool:
    """What is not said is so for a department that is asked to come, and is not so for a call that is urgent."""
    return bool(value) if value is not None else wire == "is_on_site"


def shares(wire: str, one: Input, value: Any, is_needed: bool) -> list[dict[str, Any]]:
    """`[{"desk_id": ..., "task": ..., "is_on_site": ...}]`: who is to do what; the first one leads."""
    several = list(value or ())
    if not several and is_needed:
        raise Refused("empty", _("请写明由哪个部门牵头、办什么。"), field=wire)
    if len(several) > MOST_SHARES:
        raise Refused("too_many_shares", _("一次最多分给 %(most)s 个部门。") % {"most": MOST_SHARES}, field=wire)
    told = _("请写明每个部门要办什么。")
    return [
        {
            "desk_id": desk(wire, one, share.get("desk_id"), True),
            "task": typed(str(share.get("task") or ""), field=wire, longest=LONGEST_TEXT, empty=told),
            "is_on_site": bool(share.get("is_on_site", True)),
        }
        for share in several
    ]


def parts(wire: str, one: Input, value: Any, is_needed: bool) -> list[int]:
    several = list(dict.fromkeys(int(key) for key in value or ()))
    if not several and is_needed:
        raise empty(wire, one)
    return several


OURS: dict[str, Reader] = {**READERS, "desk": desk, "flag": flag, "shares": shares, "parts": parts}
