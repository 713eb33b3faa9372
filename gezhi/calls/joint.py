"""One call with everything that belongs to it in hand: its parts, and their scores once it is struck off."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gezhi.calls.models import Call, CallPart, CallScore
from gezhi.calls.workflow import TAKING_PART, PartState, Phase


@dataclass
class Joint:
    """Parts in the order in which they were asked, the lead first; scores by their part."""

    call: Call
    parts: list[CallPart]
    scores: dict[int, CallScore] = field(default_factory=dict)

    @property
    def taking_part(self) -> list[CallPart]:
        return [part for part in self.parts if part.state in TAKING_PART]

    @property
    def lead(self) -> CallPart | None:
        return next((part for part in self.taking_part if part.is_lead), None)

    @property
    def are_all_filed(self) -> bool:
        return bool(self.taking_part) and all(part.state == PartState.FILED for part in self.taking_part)

    def part(self, pk: int) -> CallPart | None:
        return next((part for part in self.parts if part.pk == pk), None)


def in_order(parts: Iterable[CallPart]) -> list[CallPart]:
    return sorted(parts, key=lambda part: (part.state not in TAKING_PART, not part.is_lead, part.pk))


def hold(call_id: int) -> Joint:
    """For writing: the row of the call is locked first, so that whoever files, signs and sends back at once go one after the other."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call_id)
    return with_parts([call])[0]


def with_parts(calls: Iterable[Call]) -> list[Joint]:
    """Two statements for any number of calls, one where none is struck off."""
    joints = {call.pk: Joint(call, []) for call in calls}
    for part in CallPart.objects.filter(call_id__in=joints):
        part.call = joints[part.call_id].call
        joints[part.call_id].parts.append(part)
    for joint in joints.values():
        joint.parts = in_order(joint.parts)
    over = [call_id for call_id, joint in joints.items() if joint.call.phase == Phase.STRUCK_OFF]
    if over:
        for score in CallScore.objects.filter(part__call_id__in=over).select_related("part"):
            joints[score.part.call_id].scores[score.part_id] = score
    return list(joints.values())
