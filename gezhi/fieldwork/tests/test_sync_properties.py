"""Whatever a network does to what a phone sends, the house ends as if it had been sent once and in order."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gezhi.cases.models import Case
from gezhi.fieldwork.models import AddressPoint, Look, SyncedCommand, Visit
from gezhi.fieldwork.sync.applying import Kept, Outcome, Round
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import faults, timeline
from gezhi.testing import NOON, Town, found_town

DONE = ("done", "already")
# What somebody does on a phone: a new report, the next step of one's last report, a door, a visit at the last door, a look.
DEEDS = st.lists(
    st.sampled_from(["report", "claim", "finish", "note", "door", "visit", "look"]), min_size=1, max_size=12
)
# What the network does with a call: it arrives; its answer is lost; it is cut after some commands; it never arrives.
WAYS = st.lists(st.tuples(st.sampled_from(["arrives", "answer_lost", "cut", "lost"]), st.integers(0, 6)), max_size=12)


@dataclass
class OnPhone:
    """Keeps what was done, as the app does, and takes from the queue what the server has settled."""

    town: Town
    spot: int
    queue: list[Kept] = field(default_factory=list)
    given: list[Kept] = field(default_factory=list)
    last_report: UUID | None = None
    last_step: UUID | None = None
    last_door: UUID | None = None

    def keep(
        self, name: str, data: dict[str, Any], subject: int | UUID | None = None, after: UUID | None = None
    ) -> UUID:
        kept = Kept(uuid4(), name, data, subject, None, after, NOON)
        self.queue.append(kept)
        self.given.append(kept)
        return kept.key

    def do(self, deed: str) -> None:
        lng, lat = self.town.point_in()
        if deed == "report":
            lamp = {"text": "路灯不亮", "matter_id": self.town.matter("lamp").id, "lng": lng, "lat": lat}
            self.last_report = self.last_step = self.keep("case.report", lamp)
        elif deed == "door":
            number = len(self.given)
            self.last_door = self.keep("door.add", {"building": f"{number}号楼", "area_code": self.town.grid})
        elif deed == "visit" and self.last_door is not None:
            self.keep("visit.record", {"trigger": "visit_1"}, self.last_door)
        elif deed == "look":
            self.keep("patrol.look", {}, self.spot)
        elif deed in ("claim", "finish", "note") and self.last_report is not None:
            data = {"claim": {}, "finish": {"result": "修好了"}, "note": {"note": "看过"}}[deed]
            self.last_step = self.keep(f"case.{deed}", data, self.last_report, self.last_step)

    def settle(self, outcomes: list[Outcome]) -> None:
        settled = {one.key for one in outcomes if one.state not in ("waiting", "skipped")}
        self.queue = [kept for kept in self.queue if kept.key not in settled]


def facts(outcomes: dict[UUID, Outcome], given: list[Kept]) -> list[bool]:
    """Of every command in its order: was it carried out in the end?"""
    return [kept.key in outcomes and outcomes[kept.key].state in DONE for kept in given]


class AnyNetwork(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.town = found_town()
        cls.spot = Rounds(cls.town).spot().pk

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deeds=DEEDS, ways=WAYS)
    def test_every_way_of_sending_ends_like_sending_once_in_order(
        self, deeds: list[str], ways: list[tuple[str, int]]
    ) -> None:
        actor = self.town.actor("worker")
        phone = OnPhone(self.town, self.spot)
        for deed in deeds:
            phone.do(deed)
        outcomes: dict[UUID, Outcome] = {}
        at = NOON
        for way, number in [*ways, ("arrives", 0)]:
            at += timedelta(minutes=1)
            sending = phone.queue[:number] if way == "cut" else list(phone.queue)
            if way == "lost":
                continue
            answers = Round(actor, at).apply(sending)
            for one in answers:
                before = outcomes.get(one.key)
                # What was carried out once is never answered otherwise.
                assert before is None or before.state not in DONE or one.state == "already"
                outcomes[one.key] = one
            if way != "answer_lost":
                phone.settle(answers)
        carried = facts(outcomes, phone.given)
        # The same commands once, in order, by a colleague on an undisturbed network.
        straight = {one.key: one for one in Round(self.town.actor("worker2"), at).apply(again(phone.given))}
        assert carried == facts(straight, again(phone.given))
        assert SyncedCommand.objects.filter(user=self.town.user("worker")).count() == sum(carried)
        for model, name in (
            (Case, "case.report"),
            (AddressPoint, "door.add"),
            (Visit, "visit.record"),
            (Look, "patrol.look"),
        ):
            made = sum(done for kept, done in zip(phone.given, carried, strict=True) if kept.name == name)
            assert model.objects.count() == 2 * made, name
        for case in Case.objects.all():
            assert not faults(timeline(case), version=case.version)


def again(given: list[Kept]) -> list[Kept]:
    """The same deeds of somebody else: keys, and what names them, are others."""
    other = {kept.key: UUID(int=kept.key.int ^ 1) for kept in given}
    return [
        Kept(
            other[kept.key], kept.name, kept.data | ({"building": kept.data["building"] + "乙"} if "building" in kept.data else {}),
            other.get(kept.subject, kept.subject) if isinstance(kept.subject, UUID) else kept.subject, None,
            other.get(kept.after) if kept.after else None, NOON,
        )
        for kept in given
    ]  # fmt: skip
