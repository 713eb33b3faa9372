"""A selection as tests play it: by the real actions, step after step."""

from datetime import datetime, timedelta
from typing import Any

from gezhi.accounts.models import User
from gezhi.people.roles import Role
from gezhi.testing import CAST, Town
from gezhi.workforce.access import get_candidate, get_round
from gezhi.workforce.actions import mark, propose, take_candidate, take_round
from gezhi.workforce.models import Candidate, Round

DAY = timedelta(days=1)
# The cast without those of service support, who hold everything and have a test of their own.
EVERYBODY = [who for who, (_name, seats) in CAST.items() if all(role != Role.SUPPORT_CLERK for _place, role in seats)]


class Selection:
    """One selection of the west street; `runner` is the street's clerk, `below` the community's."""

    def __init__(self, town: Town, pk: int, at: datetime) -> None:
        self.town, self.pk, self.at = town, pk, at

    @property
    def round(self) -> Round:
        return get_round(self.town.actor("street_clerk"), self.pk)

    def step(self, name: str, who: str = "street_clerk", at: datetime | None = None, **inputs: Any) -> Round:
        return take_round(name, self.round, actor=self.town.actor(who), at=at or self.at, **inputs)

    def opened(self) -> "Selection":
        self.step("open")
        return self

    def propose(self, name: str = "王小兼", who: str = "clerk", **over: Any) -> Candidate:
        opening = self.round.openings.select_related("round__area", "desk__area").get()
        inputs = {"name": name, "origin": "community", "unit_name": "柳巷社区"} | over
        return propose(opening, actor=self.town.actor(who), at=self.at, **inputs)

    def move(self, candidate: Candidate, name: str, who: str = "street_clerk", **inputs: Any) -> Candidate:
        actor = self.town.actor(who)
        return take_candidate(name, get_candidate(actor, candidate.pk), actor=actor, at=self.at, **inputs)

    def mark(self, candidate: Candidate, *values: int, who: str = "street_clerk") -> None:
        for criterion, value in zip(self.round.criteria.order_by("position"), values, strict=True):
            mark(
                get_candidate(self.town.actor(who), candidate.pk),
                criterion,
                value,
                actor=self.town.actor(who),
                at=self.at,
            )

    def assessed(self, *several: tuple[int, int, int]) -> list[Candidate]:
        """As many candidates as rows of marks, approved and marked."""
        self.opened()
        candidates = [self.propose(f"人选{number}") for number in range(1, len(several) + 1)]
        for candidate in candidates:
            self.move(candidate, "approve")
        self.step("assess")
        for candidate, values in zip(candidates, several, strict=True):
            self.mark(candidate, *values)
        return candidates

    def noticed(self, *several: tuple[int, int, int]) -> list[Candidate]:
        candidates = self.assessed(*several)
        self.step("publish")
        return candidates

    def decided(self, *several: tuple[int, int, int]) -> list[Candidate]:
        candidates = self.noticed(*several)
        self.at += 14 * DAY
        self.step("decide")
        return candidates


def user(username: str) -> User:
    return User.objects.get(username=username)
