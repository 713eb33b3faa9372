"""One operation a step, made from the table: its inputs are what the row needs and offers, and nothing else."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field, create_model

from gezhi.cases.actions import take
from gezhi.cases.actions.steps.inputs import MOST_PARTS
from gezhi.cases.api.files import FileWord, files_of
from gezhi.cases.api.reading import Key, case_of
from gezhi.cases.api.reporting import Prose
from gezhi.cases.api.shapes import CaseState, state_of
from gezhi.cases.workflow import INPUTS, STEPS, Step, Who
from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import ApiRequest, Body, Day, Id, about
from gezhi.kernel.http.problems import Malformed
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.inputs import MOST_FILES

VERSION = re.compile(r'(?:W/)?"([0-9]{1,9})"', re.ASCII)
Level = Annotated[int, Field(ge=1, le=5)]


class PartIn(Body):
    desk_id: Annotated[Id, about(_("谁来办：岗台的 id。"))]
    text: Annotated[Prose, about(_("办什么。"))]


# What a kind of input is on the wire, and what stands where it is only offered and not given. A place is four fields.
KINDS: dict[str, tuple[Any, Any]] = {
    "text": (Prose, ""),
    "title": (Annotated[str, Field(max_length=300)], ""),
    "matter": (Id, None),
    "desk": (Id, None),
    "person": (Id, None),
    "case": (Annotated[str, Field(min_length=1, max_length=40)], None),
    "level": (Level, None),
    "card": (Literal["yellow", "red"], None),
    "days": (Annotated[int, Field(ge=1, le=1000)], None),
    "date": (Day, None),
    "flag": (bool, None),
    "files": (Annotated[list[FileWord], Field(max_length=MOST_FILES)], []),
    "parts": (Annotated[list[PartIn], Field(min_length=1, max_length=MOST_PARTS)], []),
}
PLACE: dict[str, tuple[Any, Any, Any]] = {
    "lng": (Annotated[float, Field(ge=-180, le=180)] | None, _("经度，度。"), None),
    "lat": (Annotated[float, Field(ge=-90, le=90)] | None, _("纬度，度。"), None),
    "crs": (Annotated[str, Field(max_length=12)], _("坐标系，如 gcj02。"), "wgs84"),
    "area_code": (Annotated[str, Field(max_length=15)], _("没有坐标时，区域的代码。"), ""),
}
# What the label alone does not say.
WORDS: dict[str, Any] = {
    "answer": _("给诉求人的答复，原样给诉求人看。"),
    "note": _("说明，只在内部看。"),
    "service": _("对服务的评价，1 至 5，5 最好。"),
    "outcome": _("对结果的评价，1 至 5，5 最好。"),
    "files": _("上传后得到的 id。"),
    "main": _("并到哪一件：编号或 id。"),
    "colleague": _("同一岗台的同事：账号的 id。"),
    "parts": _("分给谁、办什么。"),
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": _('你看到的版本，如 "3"。之后有人办过就是 409，不会盖掉别人的一步；也可以写在 seen 里。'),
}


class StepIn(Body):
    seen: Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, about(_("你看到的版本；不填则不核对。"))] = None


def inputs_of(step: Step) -> type[BaseModel]:
    """The model of a step's body."""
    fields: dict[str, Any] = {}
    for name in (*step.needs, *step.offers):
        one = INPUTS[name]
        if one.kind == "place":
            fields |= {key: (Annotated[kind, about(words)], nothing) for key, (kind, words, nothing) in PLACE.items()}
            continue
        kind, nothing = KINDS[one.kind]
        is_needed = name in step.needs
        if not is_needed and nothing is None:
            kind = kind | None
        fields[one.wire] = (Annotated[kind, about(WORDS.get(name, one.label))], ... if is_needed else nothing)
    return create_model(f"{''.join(word.title() for word in step.name.split('_'))}In", __base__=StepIn, **fields)


def seen_of(request: HttpRequest, seen: int | None) -> int | None:
    """The version that the sender looked at, from `If-Match` or the body."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return seen
    match = VERSION.fullmatch(header)
    if match is None or (seen is not None and seen != int(match[1])):
        message = _('If-Match 应为双引号里的版本号，如 "3"，并且与 seen 一致。')
        raise Malformed("bad_if_match", message, field="If-Match")
    return int(match[1])


def with_files(given: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """The inputs of a step with the files that its words stand for."""
    return given | ({"files": files_of(given["files"], actor, at=at.timestamp())} if "files" in given else {})


def view_of(step: Step) -> Callable[..., HttpResponse]:
    model = inputs_of(step)

    def take_step(request: ApiRequest, key: Key, inputs: Any) -> HttpResponse:
        actor, at = request.auth, request.at
        seen = seen_of(request, inputs.seen)
        given = inputs.model_dump(exclude={"seen"})

        def do() -> tuple[int, BaseModel]:
            case = take(step.name, case_of(actor, key), actor=actor, at=at, seen=seen, **with_files(given, actor, at))
            return 200, state_of(case, actor, at)

        return reply_once(request, f"user:{actor.user_id}", given | {"seen": seen}, do, at=at)

    take_step.__name__ = f"take_{step.name}"
    take_step.__annotations__["inputs"] = model
    if not step.needs:
        # Nothing has to be said, so nothing need be sent.
        take_step.__defaults__ = (model(),)
    return take_step


def words_of(step: Step) -> Any:
    """From which stages, to which, and what must hold."""
    sources = format_lazy("、".join(["{}"] * len(step.sources)), *(stage.label for stage in step.sources))
    words = format_lazy("{} → {}", sources, step.target.label if step.target is not None else _("阶段不变"))
    for condition in step.conditions:
        words = format_lazy("{}\n{}: {}", words, condition.code, condition.otherwise)
    return words


def add_to(router: Router) -> None:
    for step in STEPS.values():
        if step.creates or step.door or Who.STAFF not in step.by:
            continue
        router.post(
            f"/cases/{{key}}/steps/{step.name}",
            response=CaseState,
            operation_id=f"take_{step.name}",
            summary=step.label,
            description=words_of(step),
            tags=["steps"],
            openapi_extra={"parameters": [IF_MATCH]},
        )(view_of(step))
