"""The inputs of a step, made fit to be used: what its row neither needs nor offers stays empty, texts are trimmed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.workflow import INPUTS, Input, Step
from gezhi.kernel.inputs import READERS, Reader, choice, key
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import LONGEST_TEXT, typed

MOST_PARTS = 10
POINT = ("lng", "lat", "crs", "area_code")


def tidy(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by their `wire` names, all of them present. Raises `Refused` with the field that is wrong."""
    # A place is four names of the wire in one input.
    spread = {**inputs, "place": {key: inputs.get(key) for key in POINT}}
    return {"files": [], **inputs_of(step, spread, INPUTS, OURS)}


def parts(wire: str, one: Input, value: Any, is_needed: bool) -> list[dict[str, Any]]:
    """`[{"desk_id": ..., "text": ...}]`: who is to do what."""
    several = list(value or ())
    if not several and is_needed:
        raise Refused("empty", _("请写明分给谁、办什么。"), field=wire)
    if len(several) > MOST_PARTS:
        raise Refused("too_many_parts", _("一次最多分 %(most)s 件。") % {"most": MOST_PARTS}, field=wire)
    told = _("请写明这一件要办什么。")
    return [
        {
            "desk_id": key(wire, one, part.get("desk_id"), True),
            "text": typed(str(part.get("text") or ""), field=wire, longest=LONGEST_TEXT, empty=told),
        }
        for part in several
    ]


def place(wire: str, one: Input, value: Any, is_needed: bool) -> dict[str, Any]:
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


OURS: dict[str, Reader] = {
    **READERS,
    **dict.fromkeys(("matter", "desk", "person", "case"), key),
    "card": choice,
    "parts": parts,
    "place": place,
}
