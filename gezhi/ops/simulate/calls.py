"""Streets call departments: each call and each department's part has its next deed planned, by the state in which it is."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction

from gezhi.calls.actions import raise_call, sound_alarms, take
from gezhi.calls.joint import Joint, with_parts
from gezhi.calls.models import Account, Call, CallPart
from gezhi.calls.workflow import ENDED, STEPS, PartState, Phase, Standing
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.refusals import Refused
from gezhi.matters.queries import catalogue
from gezhi.ops.simulate import habits, texts
from gezhi.ops.simulate.cast import Cast
from gezhi.ops.simulate.habits import Wait, pick
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory


@dataclass(frozen=True, slots=True)
class CallTurn:
    """It is a call's turn at some instant: of one part, or (None) of the call as a whole. An alarm is a turn, too."""

    call: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A step to be taken at an instant by somebody at a desk."""

    at: datetime
    step: str
    desk_id: int
    inputs: dict[str, Any] = field(default_factory=dict)


class Calls:
    """All calls that are not over, nor scored yet."""

    def __init__(
        self,
        cast: Cast,
        random: Random,
        push: Callable[[datetime, CallTurn], None],
        steps: "Counter[str]",
        refuse: Callable[[str, Refused | Denied], None],
    ) -> None:
        self.cast, self.random, self.push, self.steps, self.refuse = cast, random, push, steps, refuse
        self.planned: dict[CallTurn, Deed] = {}
        # How the rows stood when they were last planned for.
        self.seen: dict[CallTurn, tuple[int, ...]] = {}
        self.alarms: list[datetime] = []

    def take_up(self, at: datetime) -> None:
        """Calls that are there already live on."""
        for joint in with_parts(Call.objects.open().order_by("pk")):
            self.plan(joint, at)

    def raise_about(self, case: Case, actor: Actor, at: datetime) -> None:
        call = raise_call(
            actor=actor,
            at=at,
            title=case.title,
            text=pick(texts.CALL_TEXTS, self.random),
            is_urgent=case.is_emergency,
            case=case,
        )
        self.plan(Joint(call, []), at)

    def turn(self, turn: CallTurn, at: datetime) -> int | None:
        """Ring what is due, take the step that is planned for this instant; the key of the case whose call has just ended."""
        if self.alarms and self.alarms[0] <= at:
            while self.alarms and self.alarms[0] <= at:
                heapq.heappop(self.alarms)
            while sound_alarms(at=at):
                self.steps["call: late"] += 1
        deed = self.planned.get(turn)
        joint = with_parts(Call.objects.filter(pk=turn.call))[0]
        was_open = joint.call.phase not in ENDED
        if deed is not None and deed.at <= at:
            del self.planned[turn]
            self.act(joint, turn, deed, at)
            joint = with_parts(Call.objects.filter(pk=turn.call))[0]
        self.plan(joint, at)
        return joint.call.case_id if was_open and joint.call.phase in ENDED else None

    def act(self, joint: Joint, turn: CallTurn, deed: Deed, at: datetime) -> None:
        part = joint.part(turn.part) if turn.part is not None else None
        step = STEPS[deed.step]
        subject: Any = joint.scores.get(part.pk) if part is not None and step.on == "score" else part or joint.call
        by = joint.scores[part.pk].scored_by_id if part is not None and deed.step == "confirm_score" else None
        actor = self.somebody(deed.desk_id, step.right, at, but=by)
        if subject is None or actor is None:
            return
        try:
            with transaction.atomic():
                take(deed.step, subject, actor=actor, at=at, **deed.inputs)
        except (Refused, Denied) as refusal:
            self.refuse(f"call {deed.step}", refusal)
            return
        self.steps[f"call: {deed.step}"] += 1

    def somebody(self, desk_id: int, right: str, at: datetime, *, but: int | None = None) -> Actor | None:
        """Somebody at a desk who may do it there."""
        area = directory().get(desk_id).area_code
        seats = [user_id for _role, user_id in self.cast.seats[desk_id] if user_id != but]
        able = [
            actor for user_id in seats if (actor := self.cast.actor(user_id, at)).may(right, area=area, desk_id=desk_id)
        ]
        return pick(able, self.random) if able else None

    # --- what comes next

    def plan(self, joint: Joint, at: datetime) -> None:
        """Plan a deed for every row that has moved since its last one was planned, and mind the alarms."""
        rows: list[tuple[CallTurn, Call | CallPart]] = [(CallTurn(joint.call.pk), joint.call)]
        rows += [(CallTurn(joint.call.pk, part.pk), part) for part in joint.parts]
        for turn, row in rows:
            # What a call has come to concerns every part of it.
            seen = (row.version, joint.call.version, sum(score.version for score in joint.scores.values()))
            if self.seen.get(turn) == seen:
                continue
            self.seen[turn] = seen
            if row.alarm_at is not None:
                heapq.heappush(self.alarms, row.alarm_at)
                self.push(row.alarm_at, turn)
            made = self.next_of_call(joint, at) if isinstance(row, Call) else self.next_of_part(joint, row, at)
            if made is None:
                self.planned.pop(turn, None)
                continue
            self.planned[turn] = made
            self.push(made.at, turn)

    def when(self, joint: Joint, at: datetime, wait: Wait, *, factor: float = 1.0) -> datetime:
        if joint.call.is_urgent:
            return habits.after(at, Wait(wait.median * factor / 5, wait.spread), self.random)
        return habits.after_working(work_calendar(), at, wait, self.random, factor=factor)

    def district(self) -> int | None:
        desk = next((desk for desk in directory().opened if desk.kind == DeskKind.DISTRICT), None)
        return desk.id if desk is not None else None

    def next_of_call(self, joint: Joint, at: datetime) -> Deed | None:
        call, district = joint.call, self.district()
        if call.phase == Phase.CALLED and district is not None and (shares := self.shares(call)):
            return Deed(self.when(joint, at, habits.DISPATCH), "dispatch", district, {"shares": shares})
        if call.phase != Phase.SUMMED:
            return None
        when = self.when(joint, at, habits.STRIKE_OFF)
        if self.random.random() < habits.SENT_BACK and call.round == 1:
            returned = [pick(joint.taking_part, self.random).pk]
            words = pick(texts.CALL_BACKS, self.random)
            return Deed(when, "send_back", call.desk_id, {"returned": returned, "reason": words})
        return Deed(when, "strike_off", call.desk_id)

    def shares(self, call: Call) -> list[dict[str, Any]]:
        """The department whose matter it is leads, one or two others assist."""
        desks = [
            desk for desk in directory().opened if desk.kind == DeskKind.DEPARTMENT and self.cast.seats.get(desk.id)
        ]
        if not desks:
            return []
        case = call.case
        matter = catalogue().matters.get(case.matter_id) if case is not None and case.matter_id else None
        owner = directory().of_department(matter.owner_id) if matter is not None and matter.owner_id else None
        lead = owner if owner in desks else pick(desks, self.random)
        others = [desk for desk in desks if desk != lead]
        chosen = [lead, *self.random.sample(others, min(len(others), self.random.randint(1, 2)))]
        return [
            {"desk_id": desk.id, "task": pick(texts.CALL_TASKS, self.random), "is_on_site": self.random.random() < 0.8}
            for desk in chosen
            if desk is not None
        ]

    def next_of_part(self, joint: Joint, part: CallPart, at: datetime) -> Deed | None:
        call, district = joint.call, self.district()
        if part.account == Account.OWED and part.state in (PartState.WAITING, PartState.ACTING, PartState.FILED):
            words = {"account": pick(texts.CALL_ACCOUNTS, self.random)}
            return Deed(self.when(joint, at, habits.REPLY), "account", part.desk_id, words)
        if call.phase == Phase.STRUCK_OFF:
            return self.next_of_score(joint, part, at) if part.state == PartState.FILED else None
        if part.state == PartState.DECLINED and district is not None:
            is_theirs = part.is_lead or self.random.random() < habits.INSISTED
            step, words = ("insist" if is_theirs else "excuse"), {"reason": texts.CALL_RULINGS[not is_theirs]}
            return Deed(self.when(joint, at, habits.DECIDE), step, district, words)
        return self.next_at_work(joint, part, at) if call.phase == Phase.JOINT else None

    def next_at_work(self, joint: Joint, part: CallPart, at: datetime) -> Deed | None:
        random, slow = self.random, self.slowness(part.desk_id)

        def own(wait: Wait, step: str, **inputs: Any) -> Deed:
            return Deed(self.when(joint, at, wait, factor=slow), step, part.desk_id, inputs)

        if part.state == PartState.WAITING:
            if not part.is_bound and random.random() < habits.PART_DECLINED:
                declined = own(Wait(60), "decline", reason=pick(texts.CALL_DECLINES, random))
                if declined.at <= part.sign_due_at:
                    return declined
            return own(habits.PART_SIGN, "sign")
        if part.state == PartState.ACTING and part.is_on_site:
            if part.arrived_at is None:
                return own(habits.ARRIVE, "arrive")
            if part.arrival_confirmed_at is None and random.random() < habits.ARRIVAL_CONFIRMED:
                return Deed(self.when(joint, at, Wait(30)), "confirm_arrival", joint.call.desk_id)
        if part.state == PartState.ACTING:
            return own(habits.PART_FILE, "file", result=pick(texts.CALL_RESULTS, random))
        is_to_sum_up = part.state == PartState.FILED and part.sum_due_at is not None
        return own(habits.SUM_UP, "sum_up", summary=pick(texts.CALL_SUMMARIES, random)) if is_to_sum_up else None

    def slowness(self, desk_id: int) -> float:
        """Departments differ, and each has its bad days."""
        usual = 0.5 + desk_id % 7 / 4
        return usual * (8 if self.random.random() < habits.LATE_AGAIN else 1)

    def next_of_score(self, joint: Joint, part: CallPart, at: datetime) -> Deed | None:
        call, score, random, district = joint.call, joint.scores.get(part.pk), self.random, self.district()
        if score is None:
            deed = Deed(self.when(joint, at, habits.SCORE), "score", call.desk_id, self.levels(part))
            return deed if random.random() < habits.SCORED and is_within(deed, call.score_until) else None
        if score.standing == Standing.TO_CONFIRM:
            return Deed(self.when(joint, at, habits.DECIDE), "confirm_score", call.desk_id)
        if score.standing == Standing.COUNTED and score.effect <= 2 and random.random() < habits.OBJECTED:
            words = {"reason": pick(texts.CALL_OBJECTIONS, random)}
            deed = Deed(self.when(joint, at, habits.DECIDE), "object", part.desk_id, words)
            return deed if is_within(deed, score.object_until) else None
        if score.standing == Standing.OBJECTED and district is not None:
            step, number = ("void", 0) if random.random() < habits.VOIDED else ("uphold", 1)
            words = {"reason": texts.CALL_JUDGEMENTS[number]}
            return Deed(self.when(joint, at, habits.LOOK_INTO), step, district, words)
        return None

    def levels(self, part: CallPart) -> dict[str, Any]:
        """Who was late or had to do it again is thought less of."""
        was_late = part.sign_late_at is not None or part.arrive_late_at is not None or part.act_late_at is not None
        best = 5 - 2 * was_late - (part.rounds > 1) - (part.desk_id % 3 == 0)
        drawn = {
            question: max(1, min(5, best + pick((-1, 0, 0, 0, 1), self.random)))
            for question in ("response", "manner", "effect")
        }
        words = texts.CALL_COMPLAINTS if min(drawn.values()) <= 2 else texts.CALL_PRAISE
        return {**drawn, "words": pick(words, self.random)}


def is_within(deed: Deed, until: datetime | None) -> bool:
    return until is not None and deed.at <= until
