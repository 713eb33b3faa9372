"""Who works at which desk, with their actors ready: one query for all posts instead of one a deed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from random import Random

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.access import actor_for
from gezhi.people.models import Desk, Post
from gezhi.people.queries import DeskInfo, directory


class Cast:
    """Seats as they stand. Actors are computed by `people.access.actor_for`, once a day and person, and once for all where no post is dated."""

    def __init__(self) -> None:
        self.desks = {desk.pk: desk for desk in Desk.objects.select_related("area")}
        self.seats: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self.dated: set[int] = set()
        rows = Post.objects.filter(user__is_active=True).order_by("desk_id", "user_id")
        for desk_id, user_id, role, until_on in rows.values_list("desk_id", "user_id", "role", "until_on"):
            self.seats[desk_id].append((role, user_id))
            if until_on is not None:
                self.dated.add(user_id)
        self.users = User.objects.in_bulk()
        self.known: dict[tuple[int, date | None], Actor] = {}

    def actor(self, user_id: int, at: datetime) -> Actor:
        key = (user_id, local_day(at) if user_id in self.dated else None)
        actor = self.known.get(key)
        if actor is None:
            actor = self.known[key] = actor_for(self.users[user_id], at=at)
        return actor

    def dress(self, case: Case) -> None:
        """Give the case the objects that every step looks at, so that no step has to ask for them."""
        desk = self.desks[case.desk_id]
        case.desk = desk

    def someone(
        self,
        desks: Iterable[int],
        right: str,
        case: Case,
        at: datetime,
        random: Random | None = None,
        *,
        but: int | None = None,
    ) -> Actor | None:
        """Somebody at one of these desks, in this order, who may do it with this case; never the person `but`. Drawn at random if given."""
        desk = self.desks[case.desk_id]
        for desk_id in desks:
            seats = [user_id for _role, user_id in self.seats[desk_id] if user_id != but]
            if random is not None:
                random.shuffle(seats)
            for user_id in seats:
                actor = self.actor(user_id, at)
                if actor.may(right, area=desk.area.code, desk_id=desk.pk):
                    return actor
        return None

    def hand(self, case: Case, right: str, at: datetime, random: Random) -> Actor | None:
        """Somebody who works at the desk on which the case lies."""
        return self.someone([case.desk_id], right, case, at, random)

    def overseer(self, case: Case, right: str, at: datetime, random: Random, *, but: int | None = None) -> Actor | None:
        """Somebody at the desk or above it who may accept, verify, answer or reopen; those nearest first."""
        return self.someone(self.upwards(case.desk_id), right, case, at, random, but=but)

    def upwards(self, desk_id: int) -> list[int]:
        line: list[int] = []
        desk: DeskInfo | None = directory().get(desk_id)
        while desk is not None:
            line.append(desk.id)
            desk = directory().above(desk.id)
        return line
