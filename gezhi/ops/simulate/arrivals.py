"""What comes in: how many reports an hour, from whom, about what, where."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Literal

from django.utils import timezone

from gezhi.cases.actions import Draft
from gezhi.cases.models import Kind, Source
from gezhi.kernel.worktime import WorkCalendar
from gezhi.matters.queries import catalogue
from gezhi.ops import names
from gezhi.ops.points import GridPoints
from gezhi.ops.simulate import habits
from gezhi.ops.simulate.texts import TOPICS, Topic, report_text

Door = Literal["portal", "counter", "worker", "spot"]
HOUR = timedelta(hours=1)
# A degree of latitude is 111 km: about fifty metres around the middle of a compound.
SCATTER = 50 / 111_000
COMPOUNDS_A_GRID = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody comes with something: through which door, when, about what, where. `problem` is one of the topic's, `code` the grid."""

    at: datetime
    door: Door
    topic: Topic
    problem: int
    code: str


@dataclass(frozen=True, slots=True)
class Compound:
    name: str
    lng: float
    lat: float


class Arrivals:
    """Draws reports for the grids of the district; crowded grids have more."""

    def __init__(self, points: GridPoints, reports_a_day: float, seed: int, random: Random) -> None:
        self.points = points
        self.reports_a_day = reports_a_day
        self.seed = seed
        self.random = random
        # Whatever happens in the simulation, the same grid has the same compounds.
        crowd = Random(f"{seed}:grids")  # noqa: S311 - meant to be repeatable
        self.grid_weights = list(accumulate(math.exp(crowd.gauss(0.0, 0.7)) for _code in points.codes))
        known = {matter.code for matter in catalogue().codes.values() if matter.valid_until is None}
        self.topics = [topic for topic in TOPICS if topic.matter in known]
        self.topic_weights = list(accumulate(topic.weight for topic in self.topics))
        self.spot_topics = [topic for topic in self.topics if topic.spot]
        self.spot_weights = list(accumulate(topic.weight * topic.spot for topic in self.spot_topics))
        self.compounds: dict[str, list[Compound]] = {}

    def of_hour(self, start: datetime, calendar: WorkCalendar) -> Iterator[Arrival]:
        """All arrivals of the hour that begins at `start`, in no order."""
        local = timezone.localtime(start, timezone.get_default_timezone())
        by_staff = (habits.SHARE_ON_THE_SPOT, habits.SHARE_BY_WORKER, habits.SHARE_AT_COUNTER)
        weekend = habits.WEEKEND if local.weekday() >= 5 else 1.0
        rate = habits.RESIDENTS_BY_HOUR[local.hour] / sum(habits.RESIDENTS_BY_HOUR) * weekend
        rates: list[tuple[Door, float]] = [("portal", (1 - sum(by_staff)) * rate)]
        if calendar.is_open(start):
            # Five days of seven hours carry the week of those who work by the clock.
            doors: tuple[Door, ...] = ("spot", "worker", "counter")
            rates += [(door, share * 7 / 5 / 7) for door, share in zip(doors, by_staff, strict=True)]
        for door, share in rates:
            for _report in range(poisson(share * self.reports_a_day, self.random)):
                at = start + timedelta(seconds=self.random.randrange(3600))
                topic = self.topic(door)
                yield Arrival(at, door, topic, self.random.randrange(len(topic.problems)), self.grid())

    def topic(self, door: Door) -> Topic:
        if door == "spot":
            return self.random.choices(self.spot_topics, cum_weights=self.spot_weights)[0]
        return self.random.choices(self.topics, cum_weights=self.topic_weights)[0]

    def grid(self) -> str:
        return self.random.choices(self.points.codes, cum_weights=self.grid_weights)[0]

    def compound(self, code: str) -> Compound:
        if code not in self.compounds:
            own = Random(f"{self.seed}:{code}")  # noqa: S311 - meant to be repeatable
            self.compounds[code] = [
                Compound(names.compound(own), *self.points.draw(code, own)) for _one in range(COMPOUNDS_A_GRID)
            ]
        return habits.pick(self.compounds[code], self.random)

    def draft(self, arrival: Arrival) -> Draft:
        """The arrival as a report."""
        random, topic, door = self.random, arrival.topic, arrival.door
        compound = self.compound(arrival.code)
        by_worker = door in ("worker", "spot")
        month = timezone.localtime(arrival.at, timezone.get_default_timezone()).month
        building = f"{random.randint(1, 18)}号楼"
        facts = {
            "text": report_text(
                topic.problems[arrival.problem], compound.name, random, month=month, by_worker=by_worker
            ),
            "kind": Kind(topic.kind),
            "address": f"{compound.name}{building}" + (f"{random.randint(1, 5)}单元" if random.random() < 0.5 else ""),
            "is_emergency": topic.matter in URGENT and random.random() < habits.SHARE_EMERGENCY / URGENT_SHARE,
        }
        if not by_worker and random.random() < habits.SHARE_WITHOUT_POINT:
            place: dict[str, object] = {"area_code": arrival.code[:12]}
        else:
            lng, lat = compound.lng + random.gauss(0, SCATTER), compound.lat + random.gauss(0, SCATTER)
            if not self.points.holds(arrival.code, lng, lat):
                lng, lat = compound.lng, compound.lat
            place = {"lng": round(lng, 6), "lat": round(lat, 6)}
        if by_worker:
            matter = catalogue().by_code(topic.matter)
            return Draft(source=Source.WORKER, matter_id=matter.id if matter else None, **facts, **place)  # type: ignore[arg-type]
        return Draft(
            source=Source.COUNTER if door == "counter" else Source.PORTAL,
            reporter_name=names.person(random) if random.random() < 0.8 else "",
            reporter_phone=names.phone(random) if random.random() < 0.75 else "",
            said_at=arrival.at,
            **facts,  # type: ignore[arg-type]
            **place,  # type: ignore[arg-type]
        )


URGENT = ("0605", "0703", "0801", "0706", "0807")
URGENT_SHARE = sum(topic.weight for topic in TOPICS if topic.matter in URGENT) / sum(topic.weight for topic in TOPICS)


def poisson(mean: float, random: Random) -> int:
    """How often something happens that happens `mean` times on average."""
    if mean > 50:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count
