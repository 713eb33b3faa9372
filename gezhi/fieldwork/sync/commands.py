"""What a phone may send: each command a name, the shape of its data, and the action that carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field, create_model

from gezhi.cases.access import get_case
from gezhi.cases.actions import report, solve, take
from gezhi.cases.api.reporting import FindingIn, Prose
from gezhi.cases.api.steps import inputs_of
from gezhi.cases.models import Case, Kind, Source
from gezhi.cases.workflow import STEPS, Step, Who
from gezhi.fieldwork.access import get_address_point, get_spot, get_target
from gezhi.fieldwork.actions import (
    Finding,
    add_address_point,
    answer_target,
    record_look,
    record_visit,
    send_suggestion,
)
from gezhi.fieldwork.device_time import device_time
from gezhi.kernel.access import Actor
from gezhi.kernel.http.inputs import Body, Id, Text
from gezhi.kernel.inputs import MOST_FILES
from gezhi.kernel.models import Chained, StoredFile
from gezhi.kernel.refusals import Missing
from gezhi.people.actions import acknowledge

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Photos = Annotated[list[Digest], Field(max_length=MOST_FILES)]
# What was said longer ago than any phone is offline was said by a clock that is wrong.
LONGEST_OFFLINE = timedelta(days=14)


@dataclass(frozen=True)
class Order:
    """One command as it is carried out: who gave it, what it is about, the photos by their digests, and what the phone's clock said."""

    key: UUID
    data: Any
    actor: Actor
    at: datetime
    subject: int | None
    seen: int | None
    photos: dict[str, StoredFile]
    done_at: datetime | None

    @property
    def said_at(self) -> datetime | None:
        """When a report was made, where the phone's clock can be right: its age is shown, no deadline runs from it."""
        said = device_time(self.done_at)
        return said if said is not None and self.at - LONGEST_OFFLINE <= said < self.at else None

    def files(self, digests: list[str]) -> list[StoredFile]:
        return [self.photos[digest] for digest in digests]


Do = Callable[[Order], Chained | None]


@dataclass(frozen=True)
class Command:
    """`data` is the shape of what comes with it; `about` what its subject is, "" for none. `do` gives the row that it made or moved."""

    name: str
    data: type[BaseModel]
    do: Do
    about: str = ""

    def photos_in(self, data: BaseModel) -> list[str]:
        """The digests that the data name, wherever they stand."""
        return [digest for name, value in data for digest in named(name, value)]


def named(name: str, value: Any) -> list[str]:
    if name == "photos":
        return [digest for digests in value.values() for digest in digests] if isinstance(value, dict) else list(value)
    return [digest for inner, one in value for digest in named(inner, one)] if isinstance(value, BaseModel) else []


COMMANDS: dict[str, Command] = {}


def command(name: str, data: type[BaseModel], *, about: str = "") -> Callable[[Do], Do]:
    def enter(do: Do) -> Do:
        assert name not in COMMANDS, f"two commands {name}"
        COMMANDS[name] = Command(name, data, do, about)
        return do

    return enter


# --- reports --------------------------------------------------------------------------------------------------------


class ReportIn(FindingIn):
    """A worker's report. With its matter it goes straight to the desk that handles it."""

    matter_id: Id | None = None
    is_emergency: bool = False
    photos: Photos = []


class SolvedIn(ReportIn):
    """即查即办: found and solved on the spot."""

    matter_id: Id
    result: Annotated[Text, Field(min_length=1, max_length=4000)]
    answer: Prose = ""


def facts_of(order: Order) -> dict[str, Any]:
    facts = dict(order.data)
    facts["files"] = order.files(facts.pop("photos"))
    # In the case's own key, so that a phone that was in a drawer for a year can't report twice.
    return facts | {"external_key": f"field:{order.key}"}


@command("case.report", ReportIn)
def report_case(order: Order) -> Case:
    facts = facts_of(order) | {"source": Source.WORKER, "said_at": order.said_at}
    return report(actor=order.actor, at=order.at, **facts)


@command("case.solve", SolvedIn)
def solve_case(order: Order) -> Case:
    return solve(actor=order.actor, at=order.at, **facts_of(order), said_at=order.said_at)


# --- steps ----------------------------------------------------------------------------------------------------------


def enter_step(step: Step) -> None:
    """Every step that staff may take by themselves is a command, with the inputs of its row; files go by digest."""
    has_files = "files" in (*step.needs, *step.offers)
    shape = step_data(step, has_files=has_files)

    def do(order: Order) -> Case:
        given = order.data.model_dump()
        if has_files:
            given["files"] = order.files(given.pop("photos"))
        case = get_case(order.actor, order.subject or 0)
        return take(step.name, case, actor=order.actor, at=order.at, seen=order.seen, **given)

    COMMANDS[f"case.{step.name}"] = Command(f"case.{step.name}", shape, do, "case")


def step_data(step: Step, *, has_files: bool) -> type[BaseModel]:
    """The body of the step in the API without what stands beside the data here: the version seen, and words for files."""
    whole = inputs_of(step).model_fields
    fields: dict[str, Any] = {
        name: (one.annotation, one) for name, one in whole.items() if name not in ("seen", "files")
    }
    if has_files:
        fields["photos"] = (Photos, [])
    return create_model(f"Sync{step.name.title().replace('_', '')}", __base__=Body, **fields)


for one in STEPS.values():
    if not one.creates and not one.door and Who.STAFF in one.by:
        enter_step(one)


# --- field work -----------------------------------------------------------------------------------------------------


class NeedIn(Body):
    """What somebody needs, found at a door or a spot: it becomes a case. Name and phone only with consent."""

    text: Annotated[Text, Field(min_length=1, max_length=10_000)]
    kind: Annotated[Kind, Field(strict=False)] = Kind.PROBLEM
    title: Annotated[Text, Field(max_length=80)] = ""
    matter_id: Id | None = None
    result: Prose = ""
    answer: Prose = ""
    reporter_name: Annotated[Text, Field(max_length=40)] = ""
    reporter_phone: Annotated[Text, Field(max_length=30)] = ""
    may_be_contacted: bool = False
    is_emergency: bool = False
    photos: Photos = []


def finding_of(order: Order, need: NeedIn | None) -> Finding | None:
    if need is None:
        return None
    facts = dict(need)
    return Finding(files=order.files(facts.pop("photos")), **facts)


class DoorIn(Body):
    """An address point that nobody had written down yet."""

    lng: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    crs: Annotated[Text, Field(max_length=40)] = "wgs84"
    area_code: Annotated[Text, Field(max_length=20)] = ""
    building: Annotated[Text, Field(min_length=1, max_length=40)]
    unit: Annotated[Text, Field(max_length=20)] = ""
    door: Annotated[Text, Field(max_length=20)] = ""


class VisitIn(Body):
    trigger: Annotated[Text, Field(max_length=40)]
    ticked: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=60)] = []
    need: NeedIn | None = None


class LookIn(Body):
    need: NeedIn | None = None


class AnswerIn(Body):
    form_number: Annotated[int, Field(ge=1, le=10_000)]
    values: dict[Annotated[str, Field(max_length=40)], Any]
    photos: dict[Annotated[str, Field(max_length=40)], Photos] = {}
    need: NeedIn | None = None


class SuggestionIn(Body):
    kind: Annotated[Text, Field(max_length=20)]
    text: Annotated[Text, Field(min_length=1, max_length=4000)]
    addressee: Annotated[Text, Field(max_length=20)] = "street"


class SeenIn(Body):
    notices: Annotated[list[Id], Field(min_length=1, max_length=200)]


@command("door.add", DoorIn)
def add_door(order: Order) -> Chained:
    facts = dict(order.data)
    facts["unit_name"] = facts.pop("unit")
    return add_address_point(actor=order.actor, at=order.at, key=order.key, **facts)


@command("visit.record", VisitIn, about="address_point")
def visit(order: Order) -> Chained:
    given = order.data
    door = get_address_point(order.actor, order.subject or 0)
    return record_visit(
        door,
        actor=order.actor,
        at=order.at,
        key=order.key,
        trigger=given.trigger,
        ticked=given.ticked,
        finding=finding_of(order, given.need),
        done_at=order.done_at,
    )


@command("patrol.look", LookIn, about="spot")
def look(order: Order) -> Chained:
    spot = get_spot(order.actor, order.subject or 0)
    finding = finding_of(order, order.data.need)
    return record_look(spot, actor=order.actor, at=order.at, key=order.key, finding=finding, done_at=order.done_at)


@command("campaign.answer", AnswerIn, about="campaign_target")
def answer(order: Order) -> Chained:
    given = order.data
    return answer_target(
        get_target(order.actor, order.subject or 0),
        actor=order.actor,
        at=order.at,
        key=order.key,
        values=given.values,
        photos={code: order.files(digests) for code, digests in given.photos.items()},
        finding=finding_of(order, given.need),
        form_number=given.form_number,
        done_at=order.done_at,
    )


@command("suggestion.send", SuggestionIn)
def suggest(order: Order) -> Chained:
    facts = dict(order.data)
    return send_suggestion(actor=order.actor, at=order.at, key=order.key, done_at=order.done_at, **facts)


@command("notices.seen", SeenIn)
def notices_seen(order: Order) -> None:
    """Those that have gone meanwhile, or were for a desk that one has left, are nobody's trouble."""
    for notice in order.data.notices:
        try:
            acknowledge([notice], actor=order.actor, at=order.at)
        except Missing:
            continue


NO_SUCH_COMMAND = _("这个版本的服务器不认识这条操作，请更新后再试。")
