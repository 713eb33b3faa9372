"""On which desk a case lies and who holds it: accept, claim, sign, rule, assign, escalate, return, reclassify, relocate, release, hand over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.place import place_of, place_of_case
from gezhi.cases.actions.route import chosen_matter, explained_route
from gezhi.cases.actions.steps.door import effect
from gezhi.cases.models import Appeal, Case, Request, Ruling
from gezhi.cases.timing import after_standstill, deadline, promise
from gezhi.cases.workflow import Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Move
from gezhi.kernel.events import Fact
from gezhi.kernel.refusals import Refused
from gezhi.matters.queries import catalogue
from gezhi.people.queries import DeskInfo, directory, roster
from gezhi.people.roles import ROLE_RIGHTS

# From the second return on a higher desk must say whose it is.
RETURNS_BEFORE_RULING = 2


def onto(case: Case, desk: DeskInfo, at: datetime, *, sent_by: int | None) -> dict[str, Any]:
    """The columns of a case that comes to lie on another desk, held by nobody."""
    return {"desk_id": desk.id, "sent_by_id": sent_by, "holder_id": None, "hold_until": None, "arrived_at": at}


def promised(case: Case, level: str, *, matter_id: int | None, since: datetime) -> dict[str, Any]:
    """The promise for a level of desk. It never moves nearer than it was: a case that climbs is given the higher desk's time."""
    timing = promise("handle", since=since, matter_id=matter_id, level=level, is_emergency=case.is_emergency)
    return timing if case.accepted_at is None or timing["due_at"] > case.due_at else {}


def held_by(user_id: int | None, case: Case, at: datetime) -> dict[str, Any]:
    """The columns of a case that somebody holds; in a grid only for as long as the limit of its matter allows."""
    level = directory().get(case.desk_id).kind
    if level != "grid":
        return {"holder_id": user_id, "hold_until": None}
    hold = deadline("hold", since=at, matter_id=case.matter_id, level=level, is_emergency=case.is_emergency)
    return {"holder_id": user_id, "hold_until": hold.at}


def reachable(desk_id: int, actor: Actor, right: str = "case.assign") -> DeskInfo:
    """A desk to which the actor may send a case: open, and within the reach of the right."""
    desk = directory().desks.get(desk_id)
    if desk is None or not desk.is_open or not actor.may(right, area=desk.area_code, desk_id=desk.id):
        raise Refused("no_such_desk", _("不能派到这个岗台：它不在您的范围内，或者已经撤销。"), field="desk_id")
    return desk


def routed(
    case: Case, matter_id: int, given: dict[str, Any], actor: Actor, at: datetime
) -> tuple[DeskInfo, dict[str, Any]]:
    """The desk for a matter at the case's place, or the one that the clerk chose instead, and why."""
    target, explanation = explained_route(
        chosen_matter(matter_id, at, case.street_code), place_of_case(case), is_emergency=case.is_emergency
    )
    if given.get("desk_id") and given["desk_id"] != target.id:
        explanation = {**explanation, "rule": "clerk_chose", "instead_of": target.id}
        target = reachable(given["desk_id"], actor)
    return target, explanation


@effect("accept")
def accept(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return accepted(case, actor, at, given)


@effect("admit")
def admit(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The appeal was right: it is taken up like any other report, and the reporter is told so."""
    move = accepted(case, actor, at, given)
    answered = Fact("case.appeal_answered", {}, given["answer"])
    return replace(move, changes={**move.changes, "appeal": Appeal.ADMITTED}, also=(answered,))


def accepted(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    matter = chosen_matter(given["matter_id"], at, case.street_code)
    target, explanation = routed(case, matter.id, given, actor, at)
    return Move(
        {
            **onto(case, target, at, sent_by=case.desk_id if case.desk_id != target.id else None),
            **promised(case, target.kind, matter_id=matter.id, since=at),
            "matter_id": matter.id,
            "accepted_at": at,
            "is_confidential": case.is_confidential or matter.is_confidential,
        },
        {"from": case.desk_id, "to": target.id, "matter": matter.id, "route": explanation},
        given["note"],
    )


@effect("claim")
def claim(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(held_by(actor.user_id, case, at), {"desk": case.desk_id})


@effect("sign")
def sign(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": actor.user_id, "hold_until": None}, {"desk": case.desk_id})


@effect("assign")
def assign(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    target = reachable(given["desk_id"], actor)
    if target.id == case.desk_id:
        raise Refused("same_desk", _("这一件已经在这个岗台上。"), field="desk_id")
    return sent_on(case, target, at, given["note"])


@effect("escalate")
def escalate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """One level, or for an emergency as many as its desk says."""
    above = directory().all_above(case.desk_id)
    assert above, "the condition level_above looked before"
    chosen = above[0] if given["desk_id"] is None else next((one for one in above if one.id == given["desk_id"]), None)
    if chosen is None:
        raise Refused("no_such_desk", _("这个岗台不在上面，不能上报到那里。"), field="desk_id")
    if chosen is not above[0] and not case.is_emergency:
        raise Refused("one_level", _("一次只能上报一级，只有紧急事件可以越级。"), field="desk_id")
    return sent_on(case, chosen, at, given["reason"])


def sent_on(case: Case, target: DeskInfo, at: datetime, words: str) -> Move:
    return Move(
        {
            **onto(case, target, at, sent_by=case.desk_id),
            **promised(case, target.kind, matter_id=case.matter_id, since=case.accepted_at or at),
        },
        {"from": case.desk_id, "to": target.id},
        words,
    )


# --- returned and ruled on ------------------------------------------------------------------------------------------


@effect("return")
def send_back(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """To the sender; the second time in a round to a desk above both, which rules."""
    assert case.sent_by_id is not None, "the condition sent_here looked before"
    returns = case.returns + 1
    if returns >= RETURNS_BEFORE_RULING:
        ruler = ruler_over(case.sent_by_id, case.desk_id)
        changes = {**onto(case, ruler, at, sent_by=None), "returns": returns, "ruling": Ruling.PENDING}
        return Move(changes, {"from": case.desk_id, "to": ruler.id, "returns": returns}, given["reason"])
    sender = directory().get(case.sent_by_id)
    if not sender.is_open:
        raise Refused("sender_gone", _("派来的岗台已经撤销，请上报上一级。"))
    # Nobody sent it to the sender just now, so it can't be played back and forth.
    changes = {**onto(case, sender, at, sent_by=None), "returns": returns}
    return Move(changes, {"from": case.desk_id, "to": sender.id, "returns": returns}, given["reason"])


def ruler_over(one_id: int, other_id: int) -> DeskInfo:
    """The lowest open desk above both; where one of them is the district, the district rules itself."""
    desks = directory()
    one, other = desks.get(one_id), desks.get(other_id)
    shared = max(
        (size for size in (6, 9, 12) if one.area_code[:size] == other.area_code[:size] and len(one.area_code) >= size),
        default=6,
    )
    ruler = desks.upwards(one.area_code[:shared])
    if ruler is not None and ruler.id in (one_id, other_id):
        ruler = desks.above(ruler.id) or ruler
    return ruler or desks.intake_for(one.area_code)


@effect("rule")
def rule(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The ruling binds: the desk that it names can't return the case any more."""
    target = reachable(given["desk_id"], actor, "case.rule")
    move = sent_on(case, target, at, given["reason"])
    return Move({**move.changes, "sent_by_id": None, "ruling": Ruling.BOUND}, move.data, move.note)


# --- routed anew ----------------------------------------------------------------------------------------------------


@effect("reclassify")
def reclassify(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Another matter. A case that stays on its desk stays in its hands."""
    matter = chosen_matter(given["matter_id"], at, case.street_code)
    target, explanation = routed(case, matter.id, given, actor, at)
    if matter.id == case.matter_id and target.id == case.desk_id:
        raise Refused("same_matter", _("这一件已经是这个事项。"), field="matter_id")
    changes = {
        **moved_to(case, target, at),
        **promised(case, target.kind, matter_id=matter.id, since=case.accepted_at or at),
        "matter_id": matter.id,
        "is_confidential": case.is_confidential or matter.is_confidential,
        **ruled_anew(case, target, actor),
    }
    data = {"from": case.desk_id, "to": target.id, "was": case.matter_id, "matter": matter.id, "route": explanation}
    return Move(changes, data, given["reason"])


@effect("leave_matter")
def leave_matter(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Its matter has left the catalogue: to the desk of the matter that takes over; where none does here, to the department whose matter it was,
    and it keeps its matter. Nobody's matter goes back to intake, where somebody finds it another."""
    assert case.matter_id is not None, "only what has a matter can leave it"
    known = catalogue()
    matter, successor = known.get(case.matter_id), known.matters.get(given["matter_id"] or 0)
    place = place_of_case(case)
    data: dict[str, Any] = {"from": case.desk_id, "was": matter.id}
    changes: dict[str, Any] = {"returns": 0, "ruling": ""}
    if successor is not None and successor.is_offered(local_day(at), case.street_code):
        target, data["route"] = explained_route(successor, place, is_emergency=case.is_emergency)
        changes |= {"matter_id": successor.id, "is_confidential": case.is_confidential or successor.is_confidential}
    else:
        desks = directory()
        owner = desks.of_department(matter.owner_id) if matter.owner_id is not None else None
        target = owner or desks.intake_for(place.code)
    data |= {"to": target.id, "matter": changes.get("matter_id", matter.id)}
    since = case.accepted_at or at
    changes |= moved_to(case, target, at) | promised(case, target.kind, matter_id=data["matter"], since=since)
    if case.suspended_at is None or target.id == case.desk_id:
        return Move(changes, data)
    return Move(changes | after_standstill(case, target.kind, at) | STANDS_NO_MORE, data, then=(resumed(case, at),))


@effect("relocate")
def relocate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Another place: not yet accepted it goes to the intake there, later to the desk that handles its matter there."""
    place = place_of(**given["place"])
    if place.code == place_of_case(case).code and place.lng is None:
        raise Refused("same_place", _("这一件已经在这个位置。"), field="area_code")
    changes = {
        **place.columns,
        "lng": place.lng,
        "lat": place.lat,
        "crs_in": place.crs_in,
    }
    data: dict[str, Any] = {"was": case.place_code, "area": place.code}
    if case.stage == Stage.RECEIVED or case.matter_id is None:
        target = directory().intake_for(place.code)
    else:
        # Nobody chooses it now: one that has left the list since stays with the cases that have it.
        matter = catalogue().get(case.matter_id)
        target, data["route"] = explained_route(matter, place, is_emergency=case.is_emergency)
        changes |= promised(case, target.kind, matter_id=matter.id, since=case.accepted_at or at)
    changes |= moved_to(case, target, at) | ruled_anew(case, target, actor)
    return Move(changes, data | {"from": case.desk_id, "to": target.id}, given["reason"])


def moved_to(case: Case, target: DeskInfo, at: datetime) -> dict[str, Any]:
    """Onto the desk to which the route leads; nothing changes hands where that is the same one."""
    if target.id == case.desk_id:
        return {"stage": case.stage}
    stage = Stage.RECEIVED if case.stage == Stage.RECEIVED else Stage.WAITING
    return {**onto(case, target, at, sent_by=case.desk_id), "stage": stage}


def ruled_anew(case: Case, target: DeskInfo, actor: Actor) -> dict[str, Any]:
    """Routed anew, a case may be returned anew. What has been ruled on stays bound: on its desk, or where somebody who rules above sends it."""
    if case.ruling != Ruling.BOUND:
        return {"returns": 0, "ruling": ""}
    if target.id == case.desk_id:
        return {}
    decider = directory().above(case.desk_id) or directory().get(case.desk_id)
    if not actor.may("case.rule", area=decider.area_code, desk_id=decider.id):
        raise Refused("bound", _("这一件已经裁定由这里办理；这样一改会换岗台，要由上一级裁定的人来改。"))
    return {"sent_by_id": None}


# --- in whose hands -------------------------------------------------------------------------------------------------


@effect("release")
def release(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": None, "hold_until": None}, {"desk": case.desk_id}, given["reason"])


@effect("expire")
def expire(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move({"holder_id": None, "hold_until": None}, {"desk": case.desk_id, "held_by": case.holder_id})


@effect("vacate")
def vacate(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """The holder sits here no more. A standstill ends with it: whoever takes it up next may ask anew."""
    changes: dict[str, Any] = {"holder_id": None, "hold_until": None, "arrived_at": at}
    then: tuple[Callable[[], object], ...] = ()
    if case.suspended_at is not None:
        changes |= after_standstill(case, directory().get(case.desk_id).kind, at) | STANDS_NO_MORE
        then = (resumed(case, at),)
    return Move(changes, {"desk": case.desk_id, "held_by": case.holder_id}, then=then)


STANDS_NO_MORE: dict[str, Any] = {"suspended_at": None, "review_at": None, "awaits_reporter": False}


def resumed(case: Case, at: datetime) -> Callable[[], object]:
    """The suspension ends because the case changed hands."""
    return lambda: Request.objects.filter(case=case, kind="suspension", resumed_at=None).update(resumed_at=at)


@effect("hand_over")
def hand_over(case: Case, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """To a colleague who works at the same desk that day."""
    seated = {
        one.user_id: one for one in roster(case.desk_id, on=local_day(at)) if "case.work" in ROLE_RIGHTS[one.role]
    }
    colleague = seated.get(given["colleague_id"])
    if colleague is None:
        raise Refused("not_here", _("这位同事今天不在这个岗台，不能转交。"), field="colleague_id")
    if colleague.user_id == case.holder_id:
        raise Refused("same_holder", _("这一件已经由这位同事办理。"), field="colleague_id")
    held = {"holder_id": colleague.user_id} if case.suspended_at else held_by(colleague.user_id, case, at)
    return Move(held, {"desk": case.desk_id, "held_by": case.holder_id, "holder": colleague.user_id}, given["note"])
