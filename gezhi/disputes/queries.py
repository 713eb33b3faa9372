"""Reads that pages and the API share."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from gezhi.cases.models import Case
from gezhi.disputes.access import covers
from gezhi.disputes.models import Dispute, DisputeType, Remark
from gezhi.disputes.situation import situation_of
from gezhi.disputes.workflow import Step, refusal, steps_from
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.kernel.registers import Cached
from gezhi.people.queries import DeskInfo, directory


@dataclass(frozen=True, slots=True)
class TypeInfo:
    id: int
    code: str
    name: str
    is_confirmed: bool
    is_active: bool


def load_types() -> dict[int, TypeInfo]:
    rows = DisputeType.objects.order_by("pk").values_list("pk", "code", "name", "is_confirmed", "is_active")
    return {row[0]: TypeInfo(*row) for row in rows}


types_register = Cached("disputes", load_types)


def types() -> dict[int, TypeInfo]:
    """The dictionary of types by id, in the order in which they were entered; no query while nothing changed."""
    return types_register.get()


def steps_for(dispute: Dispute, actor: Actor, at: datetime) -> list[Step]:
    """The steps this actor may take with this dispute now: the buttons of the page, the links of the API."""
    situation = situation_of(dispute, actor, at)
    return [
        step
        for step in steps_from(dispute.stage)
        if covers(actor, step.right, dispute) and refusal(step, situation) is None
    ]


def desks_for(dispute: Dispute) -> list[DeskInfo]:
    """Where a dispute may be handed over to: the other open desks of its place, from the grid upwards."""
    place = dispute.place_code or settings.DISTRICT
    ladder = [directory().upwards(place[:length]) for length in (15, 12, 9, 6) if len(place) >= length]
    return [desk for desk in dict.fromkeys(ladder) if desk is not None and desk.id != dispute.desk_id]


def of_case(case: Case, actor: Actor) -> list[Dispute]:
    """The disputes that were opened from a case, as far as the actor may see them; none, and no query, for who may see none at all."""
    if not (actor.has("dispute.see") or actor.has("dispute.mediate")):
        return []
    rows = Dispute.objects.visible_to(actor).filter(case=case)
    return list(rows.select_related("mediator").defer("account", "agreement").order_by("-pk"))


def story(dispute: Dispute) -> list[tuple[Event, str]]:
    """Everything that happened, first to last, each with the sealed words that belong to it ("" for none): two statements."""
    said = dict(Remark.objects.filter(dispute=dispute).values_list("seq", "text"))
    return [(event, said.get(event.seq, "")) for event in timeline(dispute)]
