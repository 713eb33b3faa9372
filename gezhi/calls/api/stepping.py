"""Raising a call, and one operation a step, made from the table: its inputs are what the row needs and offers, and nothing else."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field, create_model

from gezhi.calls.access import get_call, get_part, missing
from gezhi.calls.actions import raise_call, take
from gezhi.calls.actions.inputs import MOST_SHARES
from gezhi.calls.api.reading import CallId
from gezhi.calls.api.shapes import CallShape, shape_of
from gezhi.calls.queries import open_call_of
from gezhi.calls.workflow import INPUTS, STEPS, Step
from gezhi.cases.access import get_case
from gezhi.cases.api.files import FileWord
from gezhi.cases.api.reading import Key, case_of
from gezhi.cases.api.reporting import Prose
from gezhi.cases.api.steps import IF_MATCH, Level, StepIn, seen_of, with_files
from gezhi.cases.api.steps import KINDS as CASE_KINDS
from gezhi.kernel.http.inputs import LARGEST_ID, ApiRequest, Body, Id, Text, about, in_path, said
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.texts import LONGEST_TITLE

PartId = Annotated[int, Field(ge=1, le=LARGEST_ID), in_path(_("部门参加的那一份的 id。"))]


class ShareIn(Body):
    desk_id: Annotated[Id, about(_("部门的岗台 id。"))]
    task: Annotated[Prose, about(_("办什么。"))]
    is_on_site: Annotated[bool, about(_("要不要到现场。"))] = True


class CallIn(Body):
    """What a street calls about."""

    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE), about(_("标题。"))]
    text: Annotated[Prose, about(_("需要部门做什么。"))]
    is_urgent: bool = False
    files: Annotated[list[FileWord], Field(max_length=MOST_FILES), about(_("上传后得到的 id。"))] = []


class FreeCallIn(CallIn):
    """Without a case."""

    desk_id: Annotated[Id | None, about(_("由哪个街道呼叫：岗台的 id；只在一个街道任职的不用填。"))] = None


class CaseCallIn(CallIn, StepIn):
    """About a case."""


# What a kind of input is on the wire, and what stands where it is only offered and not given.
KINDS: dict[str, tuple[Any, Any]] = {
    "title": (Text, ""),
    "text": (Prose, ""),
    "desk": (Id, None),
    "flag": (bool, None),
    "level": (Level, None),
    "shares": (Annotated[list[ShareIn], Field(min_length=1, max_length=MOST_SHARES)], []),
    "parts": (Annotated[list[Id], Field(min_length=1, max_length=MOST_SHARES)], []),
    "files": CASE_KINDS["files"],
}


def inputs_of(step: Step) -> type[BaseModel]:
    """The model of a step's body."""
    fields: dict[str, Any] = {}
    for name in (*step.needs, *step.offers):
        kind, nothing = KINDS[INPUTS[name].kind]
        is_needed = name in step.needs
        if not is_needed and nothing is None:
            kind = kind | None
        fields[name] = (Annotated[kind, about(INPUTS[name].label)], ... if is_needed else nothing)
    words = "".join(word.title() for word in step.name.split("_"))
    return create_model(f"Call{words}In", __base__=StepIn, **fields)


def raise_free(request: ApiRequest, call: FreeCallIn) -> HttpResponse:
    """A call without a case."""
    actor, at = request.auth, request.at
    given = call.model_dump()

    def do() -> tuple[int, BaseModel]:
        raised = raise_call(actor=actor, at=at, **with_files(given, actor, at))
        return 201, shape_of(get_call(actor, raised.pk), actor, at)

    return reply_once(request, f"user:{actor.user_id}", given, do, at=at)


def raise_about(request: ApiRequest, key: Key, call: CaseCallIn) -> HttpResponse:
    """The step `call` of a case: it can be taken by this door alone."""
    actor, at = request.auth, request.at
    seen = seen_of(request, call.seen)
    given = call.model_dump(exclude={"seen"})

    def do() -> tuple[int, BaseModel]:
        raised = raise_call(actor=actor, at=at, case=case_of(actor, key), seen=seen, **with_files(given, actor, at))
        return 201, shape_of(get_call(actor, raised.pk), actor, at)

    return reply_once(request, f"user:{actor.user_id}", given | {"seen": seen}, do, at=at)


def strike_off_case(request: ApiRequest, key: Key, inputs: Any) -> HttpResponse:
    """The step `strike_off` of a case: that of its open call."""
    case = get_case(request.auth, case_of(request.auth, key).pk)
    call = open_call_of(case)
    if call is None:
        raise missing()
    return stepped(request, STEPS["strike_off"], call.pk, None, inputs)


def stepped(request: ApiRequest, step: Step, call_id: int, part_id: int | None, inputs: Any) -> HttpResponse:
    actor, at = request.auth, request.at
    seen = seen_of(request, inputs.seen)
    given = inputs.model_dump(exclude={"seen"})

    def do() -> tuple[int, BaseModel]:
        subject = subject_of(request, step, call_id, part_id)
        take(step.name, subject, actor=actor, at=at, seen=seen, **with_files(given, actor, at))
        return 200, shape_of(get_call(actor, call_id), actor, at)

    return reply_once(request, f"user:{actor.user_id}", given | {"seen": seen}, do, at=at)


def subject_of(request: ApiRequest, step: Step, call_id: int, part_id: int | None) -> Any:
    """The call, the part or its score, as the step has it."""
    if part_id is None:
        return get_call(request.auth, call_id).call
    joint, part = get_part(request.auth, call_id, part_id)
    if step.on == "part":
        return part
    score = joint.scores.get(part.pk)
    if score is None:
        raise missing()
    return score


def view_of(step: Step) -> Callable[..., HttpResponse]:
    model = inputs_of(step)

    def on_call(request: ApiRequest, call_id: CallId, inputs: Any) -> HttpResponse:
        return stepped(request, step, call_id, None, inputs)

    def on_part(request: ApiRequest, call_id: CallId, part_id: PartId, inputs: Any) -> HttpResponse:
        return stepped(request, step, call_id, part_id, inputs)

    return typed(on_call if step.on == "call" else on_part, step, model)


def typed(view: Callable[..., HttpResponse], step: Step, model: type[BaseModel]) -> Callable[..., HttpResponse]:
    view.__name__ = f"call_{step.name}"
    view.__annotations__["inputs"] = model
    if not step.needs:
        # Nothing has to be said, so nothing need be sent.
        view.__defaults__ = (model(),)
    return view


def words_of(step: Step) -> Any:
    """What must hold."""
    words: Any = step.label
    for condition in step.conditions:
        words = format_lazy("{}\n{}: {}", words, condition.code, condition.otherwise)
    return words


def add_to(router: Router) -> None:
    stepping: dict[str, Any] = {"openapi_extra": {"parameters": [IF_MATCH]}}
    router.post(
        "/calls",
        response={201: CallShape},
        operation_id="raise_call",
        **said(_("呼叫（没有事件）"), _("街道请区直部门联动；已有事件的，用事件的 call 步骤。")),
    )(raise_free)
    router.post(
        "/cases/{key}/steps/call",
        response={201: CallShape},
        operation_id="take_call",
        **said(_("呼叫区直部门"), _("事件在街道岗台、由自己办理时，请区直部门联动。")),
        **stepping,
    )(raise_about)
    router.post(
        "/cases/{key}/steps/strike_off",
        response=CallShape,
        operation_id="take_strike_off",
        **said(_("销号"), _("给这一件没有销号的呼叫销号。")),
        **stepping,
    )(typed(strike_off_case, STEPS["strike_off"], inputs_of(STEPS["strike_off"])))
    for step in STEPS.values():
        if step.creates:
            continue
        where = "" if step.on == "call" else "/parts/{part_id}"
        router.post(
            f"/calls/{{call_id}}{where}/steps/{step.name}",
            response=CallShape,
            operation_id=f"call_{step.name}",
            **said(format_lazy("{}{}", _("街呼区应："), step.label), words_of(step)),
            **stepping,
        )(view_of(step))
