"""One operation a step, made from the table: its inputs are what the row needs and offers, and nothing else."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, cast

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field, create_model

from gezhi.cases.api.steps import IF_MATCH, StepIn, seen_of, words_of
from gezhi.disputes.actions import take
from gezhi.disputes.api.reading import Key, dispute_of
from gezhi.disputes.api.shapes import WIRE_NAMES, DisputeShape, shape_of
from gezhi.disputes.roles import LABELS
from gezhi.disputes.workflow import STEPS, Kept, Referral, Step
from gezhi.kernel.http.inputs import ApiRequest, Id, Text, about
from gezhi.kernel.http.repeats import reply_once
from gezhi.kernel.texts import LONGEST_TEXT

Prose = Annotated[Text, Field(max_length=LONGEST_TEXT)]
Word = Annotated[Text, Field(max_length=20)]
# Name on the wire -> type, description, and what stands where it is only offered and not given.
INPUTS: dict[str, tuple[Any, Any, Any]] = {
    "mediator_id": (Id, _("调解员的用户 id。"), None),
    "desk_id": (Id, _("去向岗台的 id。"), None),
    "on": (Annotated[date, Field(strict=False)], _("哪一天。"), None),
    "present": (Annotated[list[Word], Field(max_length=len(LABELS))], _("到场的各方，写代码：side1 为甲方。"), []),
    "account": (Prose, _("经过和结果；不能写身份证号码。"), ""),
    "agreement": (Prose, _("协议内容；不能写身份证号码。"), ""),
    "reason": (Prose, _("理由。"), ""),
    "referral": (Annotated[Referral, Field(strict=False)], _("引导去处。"), None),
    "kept": (Annotated[Kept, Field(strict=False)], _("履行情况。"), None),
}


def inputs_of(step: Step) -> type[BaseModel]:
    """The model of a step's body."""
    fields: dict[str, Any] = {}
    for name in (*step.needs, *step.offers):
        wire = WIRE_NAMES.get(name, name)
        kind, words, nothing = INPUTS[wire]
        fields[wire] = (Annotated[kind, about(words)], ... if name in step.needs else nothing)
    return create_model(f"Dispute{step.name.title()}In", __base__=StepIn, **fields)


def view_of(step: Step) -> Callable[..., HttpResponse]:
    model = inputs_of(step)

    def take_step(request: ApiRequest, key: Key, inputs: Any) -> HttpResponse:
        actor, at = request.auth, request.at
        seen = seen_of(request, inputs.seen)
        given = inputs.model_dump(exclude={"seen"})

        def do() -> tuple[int, BaseModel]:
            return 200, shape_of(take(step.name, dispute_of(actor, key), actor=actor, at=at, seen=seen, **given), at)

        content = inputs.model_dump(mode="json") | {"seen": seen}
        return reply_once(request, f"user:{actor.user_id}", content, do, at=at)

    take_step.__name__ = f"dispute_{step.name}"
    take_step.__annotations__["inputs"] = model
    if not step.needs:
        # Nothing has to be said, so nothing need be sent.
        take_step.__defaults__ = (model(),)
    return take_step


def add_to(router: Router) -> None:
    for step in STEPS.values():
        if step.creates:
            continue
        router.post(
            f"/disputes/{{key}}/steps/{step.name}",
            response=DisputeShape,
            operation_id=f"dispute_{step.name}",
            summary=step.label,
            # A row of our table has what a row of the loop's has.
            description=words_of(cast(Any, step)),
            openapi_extra={"parameters": [IF_MATCH]},
        )(view_of(step))
