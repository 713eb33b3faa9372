"""Fetching a call is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.calls.joint import Joint, with_parts
from gezhi.calls.models import Call, CallAttachment, CallPart
from gezhi.calls.workflow import Side, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.people.models import DeskKind
from gezhi.people.queries import DeskInfo, directory


def missing() -> Missing:
    return Missing("no_such_call", _("没有找到这次呼叫，或者它不在您的范围内。"))


def may_at(actor: Actor, right: str, desk_id: int) -> bool:
    return actor.may(right, area=directory().get(desk_id).area_code, desk_id=desk_id)


def sees(actor: Actor, joint: Joint) -> bool:
    """The calling street, the departments that take part, and the district. No query."""
    desks = [joint.call.desk_id, *(part.desk_id for part in joint.taking_part)]
    return any(may_at(actor, "call.see", desk_id) for desk_id in desks)


def district_desk() -> DeskInfo | None:
    return directory().at(DeskKind.DISTRICT, settings.DISTRICT)


def covers(actor: Actor, step: Step, joint: Joint, part: CallPart | None) -> bool:
    """Does the actor hold the right of a step at the desk where it counts? No query."""
    desk_id = desk_of(step.side, joint, part)
    if step.side == "any":
        return sees(actor, joint)
    if desk_id is None:
        return actor.may(step.right, area=settings.DISTRICT)
    return may_at(actor, step.right, desk_id)


def desk_of(side: Side, joint: Joint, part: CallPart | None) -> int | None:
    """The desk of a side; None where the district has no desk of its own yet."""
    if side == "department":
        return part.desk_id if part is not None else None
    if side == "district":
        desk = district_desk()
        return desk.id if desk is not None else None
    return joint.call.desk_id


def get_call(actor: Actor, pk: int) -> Joint:
    """The call with its parts: two or three queries. Raises `Missing` if absent or not the actor's."""
    call = None
    # A key beyond what the column holds is one that no call has.
    with suppress(Call.DoesNotExist, OverflowError):
        call = Call.objects.select_related("called_by", "case").get(pk=pk)
    if call is None:
        raise missing()
    joint = with_parts([call])[0]
    if not sees(actor, joint):
        raise missing()
    return joint


def get_part(actor: Actor, call_pk: int, part_pk: int) -> tuple[Joint, CallPart]:
    """A part of a call that the actor sees. A department that was excused sees neither any more."""
    joint = get_call(actor, call_pk)
    part = joint.part(part_pk)
    if part is None:
        raise missing()
    return joint, part


def get_file(actor: Actor, call_pk: int, pk: int) -> CallAttachment:
    """A file at a call that the actor sees. Raises `Missing`."""
    joint = get_call(actor, call_pk)
    found = None
    with suppress(CallAttachment.DoesNotExist, OverflowError):
        found = CallAttachment.objects.select_related("file").get(pk=pk, call=joint.call)
    if found is None:
        raise Missing("no_such_file", _("没有找到这个文件，或者它不在您的范围内。"))
    return found


__all__ = ["covers", "desk_of", "district_desk", "get_call", "get_file", "get_part", "sees"]
