"""What a step is given, made fit to be used: what its row neither needs nor offers stays empty, texts are trimmed, kinds are checked.

A table of `Input`s says what may be given, by the names in `needs` and `offers` of the steps; a reader a kind makes a value of it. An app
adds readers for its own kinds to `READERS`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.texts import LONGEST_TEXT, LONGEST_TITLE, typed

MOST_FILES = 6


Reader = Callable[[str, Input, Any, bool], Any]


def tidy(
    step: Step[Any], inputs: Mapping[str, Any], table: Mapping[str, Input], readers: Mapping[str, Reader]
) -> dict[str, Any]:
    """The inputs of a step by their wire names, all of them present. Raises `Refused` with the field that is wrong."""
    asked = {*step.needs, *step.offers}
    given: dict[str, Any] = {}
    for name, one in table.items():
        wire = one.wire or name
        given[wire] = readers[one.kind](wire, one, inputs.get(wire) if name in asked else None, name in step.needs)
    return given


WRITTEN = ("text", "title", "days", "date", "fen")


def empty(wire: str, one: Input) -> Refused:
    words = _("请填写%(what)s。") if one.kind in WRITTEN else _("请选择%(what)s。")
    return Refused("empty", words % {"what": one.label}, field=wire)


def text(wire: str, one: Input, value: Any, is_needed: bool) -> str:
    missing = _("请填写%(what)s。") % {"what": one.label} if is_needed else None
    usual = LONGEST_TITLE if one.kind == "title" else LONGEST_TEXT
    return typed(str(value or ""), field=wire, longest=one.longest or usual, empty=missing)


def key(wire: str, one: Input, value: Any, is_needed: bool) -> Any:
    """The id of a row that the effect looks up."""
    if value in (None, "") and is_needed:
        raise empty(wire, one)
    return None if value == "" else value


def choice(wire: str, one: Input, value: Any, is_needed: bool) -> str:
    if not value and not is_needed:
        return ""
    if value not in one.choices:
        raise empty(wire, one)
    return str(value)


def level(wire: str, one: Input, value: Any, is_needed: bool) -> int | None:
    """One of five."""
    if value is None and not is_needed:
        return None
    if type(value) is not int or not 1 <= value <= 5:
        raise Refused("empty", _("请给%(what)s选一个等级。") % {"what": one.label}, field=wire)
    return value


def whole(wire: str, one: Input, value: Any, is_needed: bool) -> int | None:
    """A number of things, or of fen; at least one."""
    if value is None and not is_needed:
        return None
    if type(value) is not int or not 1 <= value < 2**53:
        raise empty(wire, one)
    return value


def day(wire: str, one: Input, value: Any, is_needed: bool) -> date | None:
    if value is None and not is_needed:
        return None
    if not isinstance(value, date) or not 1949 <= value.year < 2100:
        raise empty(wire, one)
    return value


def flag(wire: str, one: Input, value: Any, is_needed: bool) -> bool | None:
    if value is None and not is_needed:
        return None
    if not isinstance(value, bool):
        raise empty(wire, one)
    return value


def files(wire: str, one: Input, value: Any, is_needed: bool) -> list[StoredFile]:
    several = list(value or ())
    if not several and is_needed:
        raise Refused("empty", _("请附上%(what)s。") % {"what": one.label}, field=wire)
    if len(several) > MOST_FILES or not all(isinstance(file, StoredFile) for file in several):
        raise Refused("too_many_files", _("最多附 %(most)s 个文件。") % {"most": MOST_FILES}, field=wire)
    return several


READERS: dict[str, Reader] = {
    "text": text,
    "title": text,
    "key": key,
    "choice": choice,
    "level": level,
    "days": whole,
    "fen": whole,
    "date": day,
    "flag": flag,
    "files": files,
}
