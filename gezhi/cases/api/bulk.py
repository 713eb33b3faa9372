"""One step with many cases: each answered by itself."""

import json
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.errors import ValidationError as Unreadable
from pydantic import BaseModel, Field, ValidationError

from gezhi.cases.access import key_in
from gezhi.cases.actions import take_many
from gezhi.cases.actions.bulk import MOST_AT_ONCE
from gezhi.cases.api.shapes import CaseState, state_of
from gezhi.cases.api.steps import inputs_of, with_files
from gezhi.cases.workflow import STEPS, Step, Who
from gezhi.kernel.http.inputs import ApiRequest, Body, Text, about, said
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.refusals import Missing


class BulkIn(Body):
    step: Annotated[str, Field(max_length=40), about(_("步骤的名字，如 sign。"))]
    cases: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=40)]],
        Field(min_length=1, max_length=MOST_AT_ONCE),
        about(_("事件的 id 或编号，最多 200 件。")),
    ]
    inputs: Annotated[dict[str, Any], about(_("这一步要填的，每一件都一样；与单独做这一步时相同。"))] = {}


class BulkAnswer(BaseModel):
    key: Annotated[str, about(_("请求里写的 id 或编号。"))]
    case: CaseState | None = None
    why: Annotated[str, about(_("没有做成的原因；做成的为空。"))] = ""


class BulkDone(BaseModel):
    taken: int
    refused: int
    answers: Annotated[list[BulkAnswer], about(_("与 cases 的顺序相同，重复的只算一次。"))]


def step_of(name: str) -> Step:
    """A step that staff take with a case that exists. Raises `Missing`."""
    step = STEPS.get(name)
    if step is None or step.creates or step.door or Who.STAFF not in step.by:
        raise Missing("no_such_step", _("没有这一步。"), field="step")
    return step


def read_inputs(step: Step, inputs: dict[str, Any]) -> dict[str, Any]:
    """By the same model as for one case. Raises `ninja.errors.ValidationError`."""
    try:
        return inputs_of(step).model_validate_json(json.dumps(inputs)).model_dump(exclude={"seen"})
    except ValidationError as error:
        raise Unreadable(
            [{**one, "loc": ("body", "inputs", "inputs", *one["loc"])} for one in error.errors()]
        ) from None


def take_bulk(request: ApiRequest, bulk: BulkIn) -> HttpResponse:
    """Take one step with up to 200 cases."""
    actor, at = request.auth, request.at
    step = step_of(bulk.step)
    given = read_inputs(step, bulk.inputs)
    keys = {key: key_in(key) for key in bulk.cases}

    def do() -> tuple[int, BaseModel]:
        outcomes = take_many(step.name, list(keys.values()), actor=actor, at=at, **with_files(given, actor, at))
        by_key = {one.key: one for one in outcomes}
        answers = [
            BulkAnswer(
                key=key,
                case=state_of(one.case, actor, at) if one.case is not None else None,
                why=str(one.refusal or ""),
            )
            for key, one in ((key, by_key[keys[key]]) for key in keys)
        ]
        taken = sum(one.case is not None for one in answers)
        return 200, BulkDone(taken=taken, refused=len(answers) - taken, answers=answers)

    return reply_once(request, f"user:{actor.user_id}", bulk.model_dump(mode="json"), do, at=at)


def add_to(router: Router) -> None:
    router.post(
        "/cases/steps",
        response=BulkDone,
        operation_id="take_step_with_many",
        **said(_("成批办理"), _("对选中的每一件做同一步；每一件单独成败，答复里逐件写明。")),
        tags=["steps"],
    )(take_bulk)
