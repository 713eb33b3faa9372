"""What the API shows of a case. Names of desks, matters and areas come from the registers in memory, so a page of rows asks for none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from gezhi.cases.models import Case, Source
from gezhi.cases.workflow import INPUTS, PROMISED, Stage, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import Moment, about
from gezhi.kernel.http.pages import Page
from gezhi.kernel.models import Event
from gezhi.matters.queries import catalogue
from gezhi.people.queries import directory
from gezhi.territory.queries import name_path

# A place is given as a point, or as the code of an area where there is none.
PLACE = ("lng", "lat", "crs", "area_code")


def wire_names(names: Iterable[str]) -> list[str]:
    """Under which names the inputs of a step travel."""
    return [wire for name in names for wire in (PLACE if name == "place" else (INPUTS[name].wire,))]


class DeskName(BaseModel):
    id: int
    name: str
    kind: str


class MatterName(BaseModel):
    id: int
    code: str
    name: str


class Person(BaseModel):
    """Somebody who works here; residents are never named."""

    id: int
    name: str


class PlaceName(BaseModel):
    code: str
    name: str


class CaseState(BaseModel):
    """Where a case stands. No word of the reporter is in it, because answers are kept for replays."""

    id: int
    number: str
    stage: Stage
    stage_label: str
    version: Annotated[int, about(_("给 If-Match 用：你看到的是第几版。"))]
    round: int
    desk: DeskName
    holder: Person | None
    matter: MatterName | None
    due_at: Moment
    due_is_provisional: Annotated[bool, about(_("期限跨过了节假日尚未公布的年份。"))]
    is_overdue: bool
    hold_until: Moment | None
    is_emergency: bool
    is_confidential: bool
    is_suspended: Annotated[bool, about(_("挂账：时钟停走，到 review_at 为止。"))]
    awaits_reporter: Annotated[bool, about(_("等诉求人补充：时钟停走，到 review_at 为止。"))]
    review_at: Moment | None
    is_long_standing: Annotated[bool, about(_("挂过账：办结要附证据。"))]
    meeting: Annotated[str, about(_("议过这件事的会议：名称或网址。"))]
    appeal: Annotated[str, about(_("对不予受理的申诉：open 复核中，admitted 成立，dismissed 维持，或空。"))]
    asked: Annotated[str, about(_("等上一级批准的申请：extension、suspension，或空。"))]
    ruling: Annotated[str, about(_("pending 待裁定，bound 已裁定，或空。"))]
    supervision: Annotated[str, about(_("督办：open 待回复，replied 已回复，或空。"))]
    card: Annotated[str, about(_("yellow 或 red：督办的牌，没有督办时是时钟的牌，或空。"))]
    is_called: bool
    open_parts: int
    followers: Annotated[int, about(_("并到这一件的件数。"))]
    merged_into: Annotated[int | None, about(_("并到哪一件的 id。"))]
    part_of: Annotated[int | None, about(_("这是哪一件的分单。"))]


class CaseTaken(CaseState):
    """A case just taken in. A worker's own finding has no receipt code: there is no resident to follow and rate it."""

    receipt_code: Annotated[str | None, about(_("交给诉求人：凭它查询进展和评价。"))]


class CaseRow(CaseState):
    kind: str
    source: str
    title: str
    area: PlaceName
    reported_at: Moment


class CasePage(Page[CaseRow]):
    pass


class AttachmentShape(BaseModel):
    id: int
    kind: str
    size: int
    width: int | None
    height: int | None
    step: str
    added_at: Moment
    href: str


class RatingShape(BaseModel):
    round: int
    service: int
    outcome: int
    text: str
    rated_at: Moment


class CaseWhole(CaseRow):
    text: str
    address: str
    lng: Annotated[float | None, about(_("CGCS2000，度。"))]
    lat: Annotated[float | None, about(_("CGCS2000，度。"))]
    external_key: str | None
    arrived_at: Moment
    accepted_at: Moment | None
    overdue_at: Moment | None
    finished_at: Moment | None
    verified_at: Moment | None
    answered_at: Moment | None
    rate_until: Moment | None
    closed_at: Moment | None
    reopen_until: Moment | None
    is_on_the_spot: bool
    result: str
    answer: str
    has_reporter: Annotated[bool, about(_("留了姓名或电话；查看要写明理由，见 reporter。"))]
    attachments: list[AttachmentShape]
    ratings: list[RatingShape]


class EventShape(BaseModel):
    seq: int
    name: str
    at: Moment
    actor_kind: str
    actor_id: int | None
    actor_name: str
    note: str
    data: dict[str, Any]


class EventPage(Page[EventShape]):
    pass


class StepShape(BaseModel):
    """One row of the table of steps."""

    name: str
    label: str
    sources: list[Stage]
    target: Annotated[Stage | None, about(_("null 表示阶段不变。"))]
    right: str
    by: list[str]
    needs: list[str]
    offers: list[str]
    conditions: list[dict[str, str]]
    event: str


class PossibleStep(BaseModel):
    """A step that the actor may take with this case now."""

    name: str
    label: str
    needs: list[str]
    offers: list[str]
    href: str
    is_forward: Annotated[bool, about(_("推动这一件往前走的主要一步。"))]


def desk_named(desk_id: int) -> DeskName:
    desk = directory().desks[desk_id]
    return DeskName(id=desk.id, name=desk.name, kind=desk.kind)


def matter_named(matter_id: int | None) -> MatterName | None:
    if matter_id is None:
        return None
    matter = catalogue().matters[matter_id]
    return MatterName(id=matter.id, code=matter.code, name=matter.name)


def holder_named(case: Case, actor: Actor) -> Person | None:
    if case.holder_id is None:
        return None
    # Mostly it is the actor, who need not be looked up.
    name = actor.name if case.holder_id == actor.user_id else case.holder.name if case.holder else ""
    return Person(id=case.holder_id, name=name)


def state_members(case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    stage = Stage(case.stage)
    return {
        "id": case.pk,
        "number": case.number,
        "stage": stage,
        "stage_label": str(stage.label),
        "version": case.version,
        "round": case.round,
        "desk": desk_named(case.desk_id),
        "holder": holder_named(case, actor),
        "matter": matter_named(case.matter_id),
        "due_at": case.due_at,
        "due_is_provisional": case.due_is_provisional,
        "is_overdue": stage in PROMISED and case.suspended_at is None and at >= case.due_at,
        "hold_until": case.hold_until,
        "is_emergency": case.is_emergency,
        "is_confidential": case.is_confidential,
        "is_suspended": case.suspended_at is not None and not case.awaits_reporter,
        "awaits_reporter": case.awaits_reporter,
        "appeal": case.appeal,
        "is_long_standing": case.is_long_standing,
        "meeting": case.meeting,
        "review_at": case.review_at,
        "asked": case.asked,
        "ruling": case.ruling,
        "supervision": case.supervision,
        "card": case.card_shown,
        "is_called": case.is_called,
        "open_parts": case.open_parts,
        "followers": case.followers,
        "merged_into": case.merged_into_id,
        "part_of": case.part_of_id,
    }


def state_of(case: Case, actor: Actor, at: datetime) -> CaseState:
    return CaseState(**state_members(case, actor, at))


def taken_of(case: Case, actor: Actor, at: datetime) -> CaseTaken:
    code = case.receipt_code if case.source != Source.WORKER else None
    return CaseTaken(**state_members(case, actor, at), receipt_code=code)


def row_members(case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    code = case.place_code or settings.DISTRICT
    return state_members(case, actor, at) | {
        "kind": case.kind,
        "source": case.source,
        "title": case.title,
        "area": PlaceName(code=code, name=name_path(code)),
        "reported_at": case.reported_at,
    }


def row_of(case: Case, actor: Actor, at: datetime) -> CaseRow:
    return CaseRow(**row_members(case, actor, at))


PLAIN = (
    "text", "address", "lng", "lat", "external_key", "arrived_at", "accepted_at", "overdue_at", "finished_at", "verified_at",
    "answered_at", "rate_until", "closed_at", "reopen_until", "is_on_the_spot", "result", "answer",
)  # fmt: skip


def whole_of(case: Case, actor: Actor, at: datetime, **beside: Any) -> CaseWhole:
    """`beside`: attachments, ratings, has_reporter."""
    return CaseWhole(**row_members(case, actor, at), **{name: getattr(case, name) for name in PLAIN}, **beside)


def event_of(event: Event) -> EventShape:
    return EventShape(
        seq=event.seq,
        name=event.name,
        at=event.at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_name=event.actor_name,
        note=event.note,
        data=event.data,
    )


def step_of(step: Step) -> StepShape:
    return StepShape(
        name=step.name,
        label=str(step.label),
        sources=list(step.sources),
        target=step.target,
        right=step.right,
        by=[who.value for who in step.by],
        needs=wire_names(step.needs),
        offers=wire_names(step.offers),
        conditions=[{"code": one.code, "otherwise": str(one.otherwise)} for one in step.conditions],
        event=step.event,
    )
