"""What the API shows of a dispute: codes, roles and instants. Texts and contacts are for the page, where reading them is recorded."""

from datetime import date, datetime
from typing import Annotated, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from gezhi.cases.api.shapes import DeskName, Person, PlaceName, desk_named
from gezhi.disputes.models import Dispute
from gezhi.disputes.queries import types
from gezhi.disputes.workflow import DisputeStage, Step
from gezhi.kernel.http.inputs import Moment, about
from gezhi.kernel.http.pages import Page
from gezhi.kernel.models import Event
from gezhi.territory.queries import name_path

WIRE_NAMES = {"mediator": "mediator_id", "desk": "desk_id"}


class TypeShape(BaseModel):
    id: int
    code: str
    label: str
    is_confirmed: Annotated[bool, about(_("false 为待确认。"))]
    is_active: Annotated[bool, about(_("登记新的纠纷时可以选用。"))]


class TypeList(BaseModel):
    items: list[TypeShape]


class DisputeShape(BaseModel):
    """Where a dispute stands."""

    id: int
    number: str
    type: str
    stage: DisputeStage
    stage_label: str
    version: Annotated[int, about(_("给 If-Match 用：你看到的是第几版。"))]
    round: int
    desk: DeskName
    area: PlaceName
    mediator: Annotated[Person | None, about(_("在这里任职的调解员。"))]
    mediator_kind: str
    case_id: Annotated[int | None, about(_("由哪个事件引出；没有则为 null。"))]
    reported_at: Moment
    registered_at: Moment
    accepted_at: Moment | None
    due_at: Annotated[Moment, about(_("达成协议前为调解期限，之后为下次回访的期限。"))]
    is_overdue: bool
    extension_asked_at: Moment | None
    extended_at: Moment | None
    meetings_held: int
    last_visit: str
    settled_at: Moment | None
    outcome: str
    referral: str
    closed_at: Moment | None


class DisputePage(Page[DisputeShape]):
    pass


class SideShape(BaseModel):
    role: str
    label: str
    kind: str
    has_contact: Annotated[bool, about(_("留了联系方式；只能在页面上写明理由后查看。"))]


class MeetingShape(BaseModel):
    held_on: date
    present: list[str]


class ReturnVisitShape(BaseModel):
    visited_on: date
    kept: str


class DisputeWhole(DisputeShape):
    sides: list[SideShape]
    meetings: list[MeetingShape]
    visits: list[ReturnVisitShape]


class DisputeEvent(BaseModel):
    seq: int
    name: str
    at: Moment
    actor_kind: str
    actor_id: int | None
    data: dict[str, Any]


class DisputeEventPage(Page[DisputeEvent]):
    pass


def members_of(dispute: Dispute, at: datetime) -> dict[str, Any]:
    code = dispute.place_code or settings.DISTRICT
    plain = (
        "version", "round", "mediator_kind", "case_id", "reported_at", "registered_at", "accepted_at", "due_at", "extension_asked_at",
        "extended_at", "meetings_held", "last_visit", "settled_at", "outcome", "referral", "closed_at",
    )  # fmt: skip
    mediator = dispute.mediator
    return {name: getattr(dispute, name) for name in plain} | {
        "id": dispute.pk,
        "number": dispute.number,
        "type": types()[dispute.type_id].code,
        "stage": DisputeStage(dispute.stage),
        "stage_label": str(DisputeStage(dispute.stage).label),
        "desk": desk_named(dispute.desk_id),
        "area": PlaceName(code=code, name=name_path(code)),
        "mediator": Person(id=mediator.pk, name=mediator.name) if mediator is not None else None,
        "is_overdue": dispute.is_open and at >= dispute.due_at,
    }


def shape_of(dispute: Dispute, at: datetime) -> DisputeShape:
    return DisputeShape(**members_of(dispute, at))


def event_of(event: Event) -> DisputeEvent:
    names = ("seq", "name", "at", "actor_kind", "actor_id", "data")
    return DisputeEvent(**{name: getattr(event, name) for name in names})


def inputs_named(step: Step) -> tuple[list[str], list[str]]:
    """What a step needs and offers, by their names on the wire."""
    return [WIRE_NAMES.get(name, name) for name in step.needs], [WIRE_NAMES.get(name, name) for name in step.offers]
