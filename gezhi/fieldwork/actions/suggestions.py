"""投诉建议: a worker says something, the service support answers. Words are sealed and stand in no event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.access import answers
from gezhi.fieldwork.device_time import device_time
from gezhi.fieldwork.models import Addressee, Suggestion, SuggestionKind
from gezhi.fieldwork.replays import once, uuid_of
from gezhi.fieldwork.workflow import SUGGESTION_STEPS, SuggestionStage, SuggestionStep
from gezhi.kernel.access import Actor
from gezhi.kernel.door import Door, Move
from gezhi.kernel.events import Fact, found
from gezhi.kernel.inputs import READERS
from gezhi.kernel.inputs import tidy as inputs_of
from gezhi.kernel.refusals import Refused
from gezhi.kernel.rows import insert
from gezhi.kernel.steps import Input
from gezhi.kernel.texts import typed
from gezhi.people.queries import directory, seats_with
from gezhi.territory.queries import area_name

RIGHT = "suggestion.send"
LONGEST = 2_000
INPUTS: dict[str, Input] = {"answer": Input("text", _("答复"), longest=LONGEST)}


def send_suggestion(
    *,
    actor: Actor,
    at: datetime,
    key: UUID | str,
    kind: str,
    text: str,
    addressee: str = Addressee.STREET,
    done_at: datetime | None = None,
) -> Suggestion:
    """A complaint or a suggestion of somebody who sits at a grid. The same key gives the same one. Raises `Refused`."""
    key = uuid_of(key)

    def make() -> Suggestion:
        seats = seats_with(RIGHT, actor)
        actor.require(RIGHT, desk_id=seats[0] if seats else None)
        if kind not in SuggestionKind.values or addressee not in Addressee.values:
            raise Refused("no_such_kind", _("请选投诉还是建议，和由谁答复。"), field="kind")
        words = typed(text, field="text", longest=LONGEST, empty=_("请写下您的意见。"))
        code = directory().get(seats[0]).area_code
        area = area_name(code)
        assert area is not None, "a desk stands on an area"
        suggestion = Suggestion(
            key=key,
            kind=kind,
            addressee=addressee,
            text=words,
            author_id=actor.user_id,
            stage=SuggestionStage.OPEN,
            sent_at=at,
            done_at=device_time(done_at),
            area_id=area.id,
            # The street and nothing finer: who answers need not know which grid it comes from.
            street_code=code[:9] if len(code) >= 9 else "",
            version=1,
        )
        insert([suggestion])
        data = {"kind": kind, "addressee": addressee, "street": suggestion.street_code}
        found(suggestion, Fact("suggestion.sent", data), actor=actor, at=at)
        return suggestion

    return once(Suggestion, key, make, is_same=lambda row: row.author_id in (actor.user_id, None))


def covers(actor: Actor, step: SuggestionStep, suggestion: Suggestion) -> bool:
    if step.name == "withdraw":
        return suggestion.author_id is not None and suggestion.author_id == actor.user_id
    return answers(actor, suggestion) and suggestion.author_id != actor.user_id


def tidy(step: SuggestionStep, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return inputs_of(step, inputs, INPUTS, READERS)


SUGGESTION_DOOR: Door[Suggestion] = Door(
    SUGGESTION_STEPS, covers=covers, situation=lambda suggestion, actor, at: None, tidy=tidy
)
effect = SUGGESTION_DOOR.effect


def take_suggestion(
    name: str, suggestion: Suggestion, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Suggestion:
    """`answer` (with the words as `answer`) by the support desk, `withdraw` by the author. The same object comes back, moved on."""
    return SUGGESTION_DOOR.take(name, suggestion, actor=actor, at=at, seen=seen, inputs=inputs)


@effect("answer")
def answer(suggestion: Suggestion, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The words go into the sealed column, and the event says only that it was answered."""
    return Move({"answer": given["answer"], "answered_at": at, "ended_at": at})


@effect("withdraw")
def withdraw(suggestion: Suggestion, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Taken back: the words go at once, nobody needs them any more."""
    return Move({"ended_at": at, "text": ""})
