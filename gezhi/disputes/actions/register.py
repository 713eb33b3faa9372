"""A dispute comes in: one at a time, or a register of them from before. Put on a desk, its limit set, its chain begun."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import get_case
from gezhi.cases.actions.place import Place, place_of
from gezhi.disputes.actions.timing import timing, with_alarm
from gezhi.disputes.actions.words import LONGEST_NAME, LONGEST_PHONE, spoken
from gezhi.disputes.mediators import Mediator, mediators_for
from gezhi.disputes.models import Dispute, Side, SideKind
from gezhi.disputes.queries import types
from gezhi.disputes.roles import FEWEST_SIDES, MOST_SIDES
from gezhi.disputes.workflow import STEPS, DisputeStage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import look
from gezhi.kernel.rows import insert
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.kernel.transactions import unit
from gezhi.matters.models import LimitKind
from gezhi.people.queries import DeskInfo, directory, seats_with

STEP = STEPS["register"]
NO_MEDIATOR = _("这个人不能在这里担任调解员：要在当地网格、社区或街道任职，岗位能担任调解员。")


@dataclass(frozen=True)
class SideDraft:
    """One side as it is taken down; whom to call may stay empty."""

    kind: str = SideKind.PERSON
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Draft:
    """What is taken down of a dispute. `reported_at` where the parties came earlier than today; `case_id` where a case led to it."""

    type_id: int
    account: str
    area_code: str = ""
    sides: Sequence[SideDraft] = field(default_factory=lambda: (SideDraft(), SideDraft()))
    mediator_id: int | None = None
    case_id: int | None = None
    reported_at: datetime | None = None


def register(draft: Draft, *, actor: Actor, at: datetime) -> Dispute:
    """Take in one dispute. Needs `dispute.work` for the place, and for a case that led to it the sight of that case.

    Raises `Refused`: no or unknown type, empty account, an identity number anywhere, a place that is not the actor's, a mediator who may
    not mediate there. Then nothing was kept.
    """
    return register_many([draft], actor=actor, at=at)[0]


def register_many(drafts: Sequence[Draft], *, actor: Actor, at: datetime) -> list[Dispute]:
    """Take in many, all or none, with a statement a hundred rows and table."""
    with unit():
        look(no_older_than=1.0)
        able: dict[str, list[Mediator]] = {}
        pairs = [(compose(draft, actor=actor, at=at, able=able), draft) for draft in drafts]
        insert([dispute for dispute, _draft in pairs])
        sides = {dispute.pk: len(draft.sides) for dispute, draft in pairs}
        found_many((dispute for dispute, _draft in pairs), lambda one: [opened(one, sides[one.pk])], actor=actor, at=at)
        insert([side for dispute, draft in pairs for side in sides_of(dispute, draft)])
    return [dispute for dispute, _draft in pairs]


def compose(draft: Draft, *, actor: Actor, at: datetime, able: dict[str, list[Mediator]]) -> Dispute:
    """An unsaved dispute, checked. `able` remembers who may mediate where, from one draft to the next."""
    type_ = types().get(draft.type_id)
    if type_ is None or not type_.is_active:
        raise Refused("no_such_type", _("请选择纠纷类型。"), field="type_id")
    account = spoken(draft.account, field="account", longest=LONGEST_TEXT, empty=_("请写下因为什么起了纠纷。"))
    check_sides(draft.sides)
    reported_at = draft.reported_at or at
    if reported_at > at or reported_at.year < 2000:
        raise Refused("no_such_time", _("登记的时间不对：不能晚于现在，也不能早于 2000 年。"), field="reported_at")
    place = place_for(draft, actor)
    desk = desk_for(actor, place.code)
    mediator = None
    if draft.mediator_id is not None:
        mediator = chosen_mediator(draft.mediator_id, able.setdefault(place.code, mediators_for(place.code, at)))
    dispute = Dispute(
        type_id=type_.id,
        case_id=draft.case_id,
        account=account,
        area_id=place.area_id,
        street_code=place.street_code,
        community_code=place.community_code,
        grid_code=place.grid_code,
        stage=DisputeStage.OPEN,
        desk_id=desk.id,
        mediator_id=mediator.user_id if mediator else None,
        mediator_kind=mediator.kind if mediator else "",
        reported_at=reported_at,
        registered_at=at,
        version=1,
        **timing(LimitKind.MEDIATE, since=reported_at, level=desk.kind),
    )
    dispute.alarm_at = with_alarm(dispute, {})["alarm_at"]
    return dispute


def place_for(draft: Draft, actor: Actor) -> Place:
    # Looked at in any case: what one may not see leads to nothing.
    there = get_case(actor, draft.case_id).place_code if draft.case_id is not None else ""
    place = place_of(lng=None, lat=None, area_code=draft.area_code or there)
    if not actor.may(STEP.right, area=place.code):
        raise Refused("not_your_area", _("这个地方不在您的范围内，请转告当地登记。"), field="area_code")
    return place


def desk_for(actor: Actor, code: str) -> DeskInfo:
    """The desk nearest to the place at which the actor works on disputes, else the one that takes in reports there."""
    desks = [directory().get(desk_id) for desk_id in seats_with(STEP.right, actor)]
    around = [desk for desk in desks if desk.department_id is None and code.startswith(desk.area_code)]
    return max(around, key=lambda desk: len(desk.area_code), default=None) or directory().intake_for(code)


def chosen_mediator(user_id: int, able: Sequence[Mediator]) -> Mediator:
    found = next((one for one in able if one.user_id == user_id), None)
    if found is None:
        raise Refused("no_such_mediator", NO_MEDIATOR, field="mediator_id")
    return found


def check_sides(sides: Sequence[SideDraft]) -> None:
    if not FEWEST_SIDES <= len(sides) <= MOST_SIDES:
        message = _("当事方至少 %(fewest)s 方，最多 %(most)s 方。")
        raise Refused("how_many_sides", message % {"fewest": FEWEST_SIDES, "most": MOST_SIDES}, field="sides")
    for number, side in enumerate(sides, start=1):
        if side.kind not in SideKind.values:
            raise Refused("no_such_kind", _("没有这种当事方。"), field=f"side{number}_kind")
        spoken(side.name, field=f"side{number}_name", longest=LONGEST_NAME)
        spoken(side.phone, field=f"side{number}_phone", longest=LONGEST_PHONE)


def sides_of(dispute: Dispute, draft: Draft) -> list[Side]:
    return [
        Side(dispute=dispute, position=number, kind=side.kind, name=side.name.strip(), phone=side.phone.strip())
        for number, side in enumerate(draft.sides, start=1)
    ]


def opened(dispute: Dispute, sides: int) -> Fact:
    """The first event: codes and numbers, no word of anybody."""
    return Fact(
        STEP.event,
        {
            "case": dispute.case_id,
            "type": types()[dispute.type_id].code,
            "area": dispute.place_code,
            "desk": dispute.desk_id,
            "sides": sides,
            "mediator": dispute.mediator_id,
            "due": dispute.due_at.isoformat(),
        },
    )
