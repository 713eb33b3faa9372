"""The inputs of a step, made fit to be used: what its row neither needs nor offers stays empty, texts are trimmed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.calls.workflow import INPUTS, Input, Step
from gezhi.cases.actions.report import LONGEST_TEXT, LONGEST_TITLE
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed

MOST_SHARES = 12


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by their names, all of them present. Raises `Refused` with the field that is wrong."""
    asked = {*step.needs, *step.offers}
    return {
        name: READERS[one.kind](name, one, inputs.get(name) if name in asked else None, name in step.needs)
        for name, one in INPUTS.items()
    }


def empty(name: str, one: Input) -> Refused:
    words = _("请填写%(what)s。") if one.kind in ("text", "title") else _("请选择%(what)s。")
    return Refused("empty", words % {"what": one.label}, field=name)


def text(name: str, one: Input, value: Any, is_needed: bool) -> str:
    missing = _("请填写%(what)s。") % {"what": one.label} if is_needed else None
    longest = LONGEST_TITLE if one.kind == "title" else LONGEST_TEXT
    return typed(str(value or ""), field=name, longest=longest, empty=missing)


def desk(name: str, one: Input, value: Any, is_needed: bool) -> int | None:
    if value in (None, "") and is_needed:
        raise empty(name, one)
    return None if value in (None, "") else int(value)


def flag(name: str, one: Input, value: Any, is_needed: bool) -> bool:
    """What is not said is so for a department that is asked to come, and is not so for a call that is urgent."""
    return bool(value) if value is not None else name == "is_on_site"


def level(name: str, one: Input, value: Any, is_needed: bool) -> int | None:
    if value is None and not is_needed:
        return None
    if type(value) is not int or not 1 <= value <= 5:
        raise Refused("empty", _("请给%(what)s选一个等级。") % {"what": one.label}, field=name)
    return value


def shares(name: str, one: Input, value: Any, is_needed: bool) -> list[dict[str, Any]]:
    """`[{"desk_id": ..., "task": ..., "is_on_site": ...}]`: who is to do what; the first one leads."""
    several = list(value or ())
    if not several and is_needed:
        raise Refused("empty", _("请写明由哪个部门牵头、办什么。"), field=name)
    if len(several) > MOST_SHARES:
        raise Refused("too_many_shares", _("一次最多分给 %(most)s 个部门。") % {"most": MOST_SHARES}, field=name)
    told = _("请写明每个部门要办什么。")
    return [
        {
            "desk_id": desk(name, one, share.get("desk_id"), True),
            "task": typed(str(share.get("task") or ""), field=name, longest=LONGEST_TEXT, empty=told),
            "is_on_site": bool(share.get("is_on_site", True)),
        }
        for share in several
    ]


def parts(name: str, one: Input, value: Any, is_needed: bool) -> list[int]:
    several = list(dict.fromkeys(int(key) for key in value or ()))
    if not several and is_needed:
        raise empty(name, one)
    return several


READERS: dict[str, Callable[[str, Input, Any, bool], Any]] = {
    "text": text,
    "title": text,
    "desk": desk,
    "flag": flag,
    "level": level,
    "shares": shares,
    "parts": parts,
}
