"""The days of a district, played by the real actions: a heap of planned deeds, each carried out at its own simulated instant.

Nothing is written past the actions: residents report, clerks accept, workers claim and finish, the clock rings, events are dispatched. The same
seed on the same town gives the same story; only receipt codes and the salts of notes differ, because they must not be guessed.
"""

import heapq
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from gezhi.cases.actions import report, report_many, solve, sound_alarms, take
from gezhi.cases.models import Case
from gezhi.cases.workflow import ENDED, Stage
from gezhi.kernel import events, registers
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.refusals import Refused
from gezhi.kernel.transactions import unit
from gezhi.matters.queries import catalogue
from gezhi.ops.points import GridPoints
from gezhi.ops.simulate.arrivals import HOUR, Arrival, Arrivals
from gezhi.ops.simulate.calls import Calls, CallTurn
from gezhi.ops.simulate.cast import Cast
from gezhi.ops.simulate.habits import SLOW, pick
from gezhi.ops.simulate.plans import Plan, Story, next_plan, result_of
from gezhi.ops.simulate.texts import TOPICS, Topic
from gezhi.people.queries import directory

logger = logging.getLogger(__name__)
RESIDENT = Actor.resident()
# Residents' reports come in by tens of minutes, as a connector would bring them; each keeps the moment at which it was said.
PORTAL_EVERY = timedelta(minutes=10)
# A transaction holds what happened in an hour, or so many deeds: one write to disk instead of hundreds.
DEEDS_A_TRANSACTION = 400
RIGHTS = {
    **dict.fromkeys(("accept", "decline", "admit", "dismiss"), "case.accept"),
    "assign": "case.assign", "reopen": "case.reopen", "merge": "case.merge", "rule": "case.rule", "lift": "case.supervise",
    "supervise": "case.supervise", "follow_up": "case.follow_up",
}  # fmt: skip
OVERTAKEN = (
    "merge",
    "supervise",
    "reply",
    "lift",
    "urge",
    "ask_extension",
    "ask_suspension",
    "ask_reporter",
    "supplement",
)
FROM_ABOVE = ("grant_extension", "refuse_extension", "suspend")
BY_REPORTER = ("rate", "urge", "appeal", "supplement")
BY_HANDS = {
    "claim": "case.claim", "sign": "case.sign", "escalate": "case.escalate", "return": "case.return", "reply": "case.reply",
}  # fmt: skip
BY_HOLDER = (
    "finish",
    "release",
    "note",
    "escalate",
    "ask_extension",
    "ask_suspension",
    "ask_reporter",
    "split",
    "reply",
    "call",
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much life: reports a day over the whole town, and the seed of everything that is drawn."""

    reports_a_day: float
    seed: int = 1


@dataclass
class Tally:
    """What was done: steps by name, and how many refusals there were (a sign that a habit doesn't fit the rules)."""

    steps: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        return self.steps["report"] + self.steps["solve"]


class Life:
    """From `start` to `end`. Open cases that are there already are taken up and lived on."""

    def __init__(self, pace: Pace, *, start: datetime, end: datetime) -> None:
        registers.look()
        self.random = Random(pace.seed)  # noqa: S311 - meant to be repeatable
        self.now, self.end = start, end
        self.cast = Cast()
        self.arrivals = Arrivals(GridPoints.load(), pace.reports_a_day, pace.seed, self.random)
        self.cases: dict[int, Case] = {}
        self.stories: dict[int, Story] = {}
        self.plans: dict[int, Plan] = {}
        self.due: list[tuple[datetime, int, int | Arrival | CallTurn | None]] = []
        self.alarms: list[tuple[datetime, int]] = []
        self.portal: list[Arrival] = []
        # Cases that will move by what happens to another, or by a subscriber: looked at again after every round of events.
        self.awaiting: set[int] = set()
        self.latest: dict[tuple[str, str], int] = {}
        self.order = 0
        self.tally = Tally()
        self.calls = Calls(self.cast, self.random, self.push, self.tally.steps, self.refuse)

    def run(self, on_progress: Callable[[datetime], None] = lambda at: None) -> Tally:
        """Live until the end; `on_progress` hears the simulated instant after every transaction."""
        for case in Case.objects.open().order_by("pk"):
            self.adopt(case, Story(self.topic_of(case)))
        self.calls.take_up(self.now)
        self.push(self.now, None)
        while self.next_at() < self.end:
            with unit():
                self.live_an_hour()
            on_progress(self.now)
        with unit():
            self.ring(self.end)
        while events.dispatch(at=self.end, limit=1000):
            pass
        return self.tally

    def next_at(self) -> datetime:
        heads = [heap[0][0] for heap in (self.due, self.alarms) if heap]
        return min(heads) if heads else self.end

    def live_an_hour(self) -> None:
        until = min(self.next_at() + HOUR, self.end)
        for _deed in range(DEEDS_A_TRANSACTION):
            at = self.next_at()
            if at >= until:
                break
            self.now = max(self.now, at)
            if self.alarms and self.alarms[0][0] <= at:
                self.ring(at)
            else:
                self.carry_out(heapq.heappop(self.due)[2])
        while events.dispatch(at=self.now, limit=1000):
            pass
        self.look_again()

    def look_again(self) -> None:
        """What events did to cases: a poor rating opened one again, a main case's answer reached those merged into it."""
        for case in Case.objects.filter(pk__in=self.awaiting).exclude(stage=Stage.MERGED).order_by("pk"):
            self.awaiting.discard(case.pk)
            self.cases[case.pk] = case
            self.go_on(case)

    def carry_out(self, what: int | Arrival | CallTurn | None) -> None:
        if what is None:
            self.begin_hour()
        elif isinstance(what, Arrival):
            self.arrive(what)
        elif isinstance(what, CallTurn):
            self.call_goes_on(what)
        elif (plan := self.plans.get(what)) is not None and plan.at == self.now:
            del self.plans[what]
            self.act(self.cases[what], plan)

    def push(self, at: datetime, what: int | Arrival | CallTurn | None) -> None:
        # Equal instants go in the order in which they were planned.
        self.order += 1
        heapq.heappush(self.due, (at, self.order, what))

    # --- reports come in

    def begin_hour(self) -> None:
        """Draw the reports of this hour, and be called again for the next."""
        start = self.now
        for arrival in self.arrivals.of_hour(start, work_calendar()):
            if arrival.door == "portal":
                self.portal.append(arrival)
            elif arrival.at < self.end:
                self.push(arrival.at, arrival)
        self.portal.sort(key=lambda arrival: arrival.at)
        for window in range(1, HOUR // PORTAL_EVERY + 1):
            arrived = [one for one in self.portal if one.at < start + window * PORTAL_EVERY]
            if arrived:
                self.push(start + window * PORTAL_EVERY, arrived[-1])
        self.push(start + HOUR, None)

    def arrive(self, arrival: Arrival) -> None:
        if arrival.door == "portal":
            self.arrive_together()
            return
        draft = self.arrivals.draft(arrival)
        actor = self.reporting(arrival)
        if actor is None:
            return
        facts = {column.name: getattr(draft, column.name) for column in fields(draft)}
        try:
            with transaction.atomic():
                if arrival.door == "spot":
                    story = Story(arrival.topic, arrival.problem)
                    case = solve(actor=actor, at=self.now, result=result_of(story), **facts)
                else:
                    case = report(actor=actor, at=self.now, **facts)
        except (Refused, Denied) as refusal:
            self.refuse(arrival.door, refusal)
            return
        self.tally.steps["solve" if arrival.door == "spot" else "report"] += 1
        self.adopt(case, Story(arrival.topic, arrival.problem, is_slow=self.random.random() < SLOW))

    def arrive_together(self) -> None:
        """All of the portal's reports that were written by now, in one go."""
        ready = [one for one in self.portal if one.at < self.now]
        self.portal = [one for one in self.portal if one.at >= self.now]
        if not ready:
            return
        answers = report_many([self.arrivals.draft(one) for one in ready], actor=RESIDENT, at=self.now)
        for arrival, answer in zip(ready, answers, strict=True):
            if isinstance(answer, Refused):
                self.refuse("report", answer)
                continue
            self.tally.steps["report"] += 1
            self.adopt(answer, Story(arrival.topic, arrival.problem, is_slow=self.random.random() < SLOW))

    def reporting(self, arrival: Arrival) -> Actor | None:
        """Somebody of the grid's team, or of the community's counter."""
        kind, code = ("community", arrival.code[:12]) if arrival.door == "counter" else ("grid", arrival.code)
        desk = directory().at(kind, code)
        seats = self.cast.seats.get(desk.id, []) if desk is not None else []
        right = "case.solve" if arrival.door == "spot" else "case.report"
        able = [
            actor for _role, user in seats if (actor := self.cast.actor(user, self.now)).may(right, area=arrival.code)
        ]
        return pick(able, self.random) if able else None

    # --- people act

    def adopt(self, case: Case, story: Story) -> None:
        key = (story.topic.matter, case.community_code)
        before = self.latest.get(key)
        story.twin = before if before in self.cases and case.community_code and case.part_of_id is None else None
        self.latest[key] = case.pk
        self.cases[case.pk] = case
        self.stories[case.pk] = story
        self.go_on(case)

    def go_on(self, case: Case) -> None:
        """Plan what comes next for a case that has just moved, and mind its alarm."""
        plan = next_plan(case, self.stories[case.pk], self.now, self.random)
        if plan is not None:
            self.plans[case.pk] = plan
            self.push(plan.at, case.pk)
        else:
            self.plans.pop(case.pk, None)
            if case.stage in ENDED:
                del self.cases[case.pk], self.stories[case.pk]
                return
        if case.alarm_at is not None:
            heapq.heappush(self.alarms, (case.alarm_at, case.pk))

    def act(self, case: Case, plan: Plan) -> None:
        self.cast.dress(case)
        step, inputs = plan.step, plan.inputs
        actor = self.actor_of(step, case)
        if actor is None and step in BY_HANDS and step != "reply":
            # Nobody sits there: whoever is above takes it up.
            actor, step = self.cast.overseer(case, "case.assign", self.now, self.random), "assign"
            line = self.cast.upwards(case.desk_id)
            inputs = {"desk_id": line[1]} if len(line) > 1 else {}
        if actor is None:
            self.tally.refused[f"{step}: nobody"] += 1
            return
        try:
            with transaction.atomic():
                if step == "call":
                    self.calls.raise_about(case, actor, self.now)
                else:
                    take(step, case, actor=actor, at=self.now, **inputs)
        except (Refused, Denied) as refusal:
            case.refresh_from_db()
            if step in OVERTAKEN and isinstance(refusal, Refused):
                # Between the plan and the deed the clock or somebody else moved: the twin was answered, the card was shown.
                self.stories[case.pk].twin = None
                self.go_on(case)
                return
            self.refuse(step, refusal)
            if case.alarm_at is not None:
                heapq.heappush(self.alarms, (case.alarm_at, case.pk))
            return
        self.tally.steps[step] += 1
        self.after(step, case)

    def after(self, step: str, case: Case) -> None:
        """A step may have moved other cases as well."""
        if step == "merge":
            self.awaiting.add(case.pk)
            self.reread(case.merged_into_id)
        elif step == "split":
            for part in Case.objects.filter(part_of=case).order_by("pk"):
                if part.pk not in self.cases:
                    self.adopt(part, Story(self.stories[case.pk].topic, self.stories[case.pk].problem))
        elif step == "rate" and self.stories[case.pk].is_rated_badly and not case.is_rehandled:
            self.awaiting.add(case.pk)
            return
        elif (
            case.part_of_id is not None and case.stage in ENDED and (whole := self.reread(case.part_of_id)) is not None
        ):
            self.go_on(whole)
        self.go_on(case)

    def reread(self, pk: int | None) -> Case | None:
        """A case that somebody else's step has moved on."""
        case = self.cases.get(pk) if pk is not None else None
        if case is not None:
            case.refresh_from_db()
        return case

    def call_goes_on(self, turn: CallTurn) -> None:
        """A case goes on when its call is struck off."""
        if (pk := self.calls.turn(turn, self.now)) is not None and (case := self.reread(pk)) is not None:
            self.go_on(case)

    def actor_of(self, step: str, case: Case) -> Actor | None:
        if step in BY_REPORTER:
            return RESIDENT
        if case.holder_id and step in BY_HOLDER:
            actor = self.cast.actor(case.holder_id, self.now)
            # Who solved on the spot does not always sit at the desk to which the check sends it back.
            desk = directory().get(case.desk_id)
            return actor if actor.may("case.work", area=desk.area_code, desk_id=desk.id) else None
        if step in BY_HANDS:
            return self.cast.hand(case, BY_HANDS[step], self.now, self.random)
        if step in FROM_ABOVE:
            line = self.cast.upwards(case.desk_id)
            return self.cast.someone(line[1:] or line, "case.approve", case, self.now, self.random, but=case.holder_id)
        # Checking, answering and following up: whoever may do both, and did not do the work.
        but = case.finished_by_id if step not in RIGHTS or step == "follow_up" else None
        if step in ("admit", "dismiss"):
            # An appeal is decided by somebody else than who declined.
            but = case.declined_by_id
        return self.cast.overseer(case, RIGHTS.get(step, "case.answer"), self.now, self.random, but=but)

    # --- the clock

    def ring(self, at: datetime) -> None:
        """Sound every alarm that has come, and see what it did to the cases."""
        ringing = []
        while self.alarms and self.alarms[0][0] <= at:
            when, pk = heapq.heappop(self.alarms)
            case = self.cases.get(pk)
            # A case that moved on since has set its alarm anew.
            if case is not None and case.alarm_at == when:
                ringing.append(pk)
        if not ringing:
            return
        while sound_alarms(at=at, limit=500):
            pass
        for case in Case.objects.filter(pk__in=ringing).order_by("pk"):
            before = self.cases[case.pk]
            self.cases[case.pk] = case
            if case.stage != before.stage:
                self.tally.steps["by the clock"] += 1
                self.go_on(case)
            elif case.alarm_at is not None:
                heapq.heappush(self.alarms, (case.alarm_at, case.pk))

    def refuse(self, step: str, refusal: Refused | Denied) -> None:
        code = refusal.code if isinstance(refusal, Refused) else f"denied {refusal.right}"
        self.tally.refused[f"{step}: {code}"] += 1
        logger.debug("simulation: %s was refused: %s", step, code)

    def topic_of(self, case: Case) -> Topic:
        """For a case that was there before us: by its matter, else something of no great consequence."""
        matter = catalogue().matters.get(case.matter_id) if case.matter_id else None
        return next((topic for topic in TOPICS if matter and topic.matter == matter.code), TOPICS[-1])
