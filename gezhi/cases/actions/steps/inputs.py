"""The inputs of a step, made fit to be used: what its row neither needs nor offers stays empty, texts are trimmed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.report import LONGEST_TEXT, MOST_FILES
from gezhi.cases.models import Card
from gezhi.cases.workflow import INPUTS, Input, Step
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed

MOST_PARTS = 10
POINT = ("lng", "lat", "crs", "area_code")


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by their `wire` names, all of them present. Raises `Refused` with the field that is wrong."""
    asked = {*step.needs, *step.offers}
    given: dict[str, Any] = {"files": []}
    for name, one in INPUTS.items():
        value = inputs.get(one.wire) if one.kind != "place" else {key: inputs.get(key) for key in POINT}
        given[one.wire] = READERS[one.kind](one, value if name in asked else None, name in step.needs)
    return given


def empty(one: Input) -> Refused:
    words = _("请填写%(what)s。") if one.kind in ("text", "days", "date") else _("请选择%(what)s。")
    return Refused("empty", words % {"what": one.label}, field=one.wire)


def text(one: Input, value: Any, is_needed: bool) -> str:
    missing = _("请填写%(what)s。") % {"what": one.label} if is_needed else None
    return typed(str(value or ""), field=one.wire, longest=LONGEST_TEXT, empty=missing)


def key(one: Input, value: Any, is_needed: bool) -> Any:
    if value in (None, "") and is_needed:
        raise empty(one)
    return None if value == "" else value


def level(one: Input, value: Any, is_needed: bool) -> int | None:
    if value is None and not is_needed:
        return None
    if type(value) is not int or not 1 <= value <= 5:
        raise Refused("empty", _("请选一个等级。"), field=one.wire)
    return value


def card(one: Input, value: Any, is_needed: bool) -> str:
    if not value and not is_needed:
        return ""
    if value not in Card.values:
        raise empty(one)
    return str(value)


def days(one: Input, value: Any, is_needed: bool) -> int | None:
    if value is None and not is_needed:
        return None
    if type(value) is not int or value < 1:
        raise empty(one)
    return value


def day(one: Input, value: Any, is_needed: bool) -> date | None:
    if value is None and not is_needed:
        return None
    if not isinstance(value, date) or not 1949 <= value.year < 2100:
        raise empty(one)
    return value


def flag(one: Input, value: Any, is_needed: bool) -> bool | None:
    if value is None and not is_needed:
        return None
    if not isinstance(value, bool):
        raise empty(one)
    return value


def files(one: Input, value: Any, is_needed: bool) -> list[StoredFile]:
    several = list(value or ())
    if len(several) > MOST_FILES or not all(isinstance(file, StoredFile) for file in several):
        raise Refused("too_many_files", _("最多附 %(most)s 个文件。") % {"most": MOST_FILES}, field=one.wire)
    return several


def parts(one: Input, value: Any, is_needed: bool) -> list[dict[str, Any]]:
    """`[{"desk_id": ..., "text": ...}]`: who is to do what."""
    several = list(value or ())
    if not several and is_needed:
        raise Refused("empty", _("请写明分给谁、办什么。"), field=one.wire)
    if len(several) > MOST_PARTS:
        raise Refused("too_many_parts", _("一次最多分 %(most)s 件。") % {"most": MOST_PARTS}, field=one.wire)
    told = _("请写明这一件要办什么。")
    return [
        {
            "desk_id": key(one, part.get("desk_id"), True),
            "text": typed(str(part.get("text") or ""), field=one.wire, longest=LONGEST_TEXT, empty=told),
        }
        for part in several
    ]


def place(one: Input, value: Any, is_needed: bool) -> dict[str, Any]:
    """A point or the code of an area; what is wrong with either the effect finds out."""
    value = value or {}
    if is_needed and value.get("lng") is None and value.get("lat") is None and not value.get("area_code"):
        raise Refused("empty", _("请在地图上选点，或者选择区域。"), field="area_code")
    return {
        "lng": value.get("lng"),
        "lat": value.get("lat"),
        "crs": value.get("crs") or "wgs84",
        "area_code": str(value.get("area_code") or ""),
    }


READERS: dict[str, Callable[[Input, Any, bool], Any]] = {
    "text": text,
    "matter": key,
    "desk": key,
    "person": key,
    "case": key,
    "level": level,
    "card": card,
    "days": days,
    "date": day,
    "flag": flag,
    "files": files,
    "parts": parts,
    "place": place,
}
