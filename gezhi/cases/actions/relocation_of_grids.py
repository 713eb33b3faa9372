"""Open cases follow the land: to the area that their place lies in now, and to its desk when theirs has closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gezhi.cases.actions.steps import take
from gezhi.cases.actions.steps.orders import order_follows, passed_on
from gezhi.cases.models import Case
from gezhi.cases.timing import not_before, with_alarm
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.people.access import valid_on
from gezhi.people.models import Desk, Post
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


class CasesFollow:
    """Ended cases stay where they were: their history is of the land of their time."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {
            "open_cases": sum(
                1 for case in affected(relocation) if new_place(case, relocation) or sits_there(case, relocation)
            )
        }

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        move = Moving.prepared(relocation)
        return {"open_cases": sum(move.case(case, actor=actor, at=at) for case in affected(relocation, to_move=True))}


def affected(relocation: Relocation, *, to_move: bool = False) -> list[Case]:
    """Open cases in areas that end or are redrawn, or on desks of areas that end, or sent from there.

    Those that are to be moved are held until the transaction ends: a step taken meanwhile waits, and is told that the page is stale.
    """
    ending = list(relocation.heirs)
    places = Q(grid_code__in=[*ending, *relocation.redrawn]) | Q(community_code__in=[*ending, *relocation.redrawn])
    places |= Q(street_code__in=[*ending, *relocation.redrawn])
    desks = Q(desk__area__code__in=ending, desk__department__isnull=True)
    senders = Q(sent_by__area__code__in=ending, sent_by__department__isnull=True)
    cases = Case.objects.open().filter(places | desks | senders).select_related("desk__area", "sent_by__area")
    if to_move:
        cases = cases.select_for_update(of=("self",))
    return list(cases.order_by("pk"))


def new_place(case: Case, relocation: Relocation) -> str:
    """The code of the area in which the case lies now; "" if that is where it lay."""
    old = case.place_code
    found = relocation.heir(old) if old else ""
    if case.lng is not None and case.lat is not None and old:
        located = relocation.locate(case.lng, case.lat)
        # As fine as it was known, or finer: a case of a community isn't pushed back to its street by a missing outline.
        if located is not None and len(located) >= len(found):
            found = located
    return found if found != old else ""


def sits_there(case: Case, relocation: Relocation) -> bool:
    """Does it lie on a desk that closes, or come from one?"""
    desks = [desk for desk in (case.desk, case.sent_by) if desk is not None and desk.department_id is None]
    return any(desk.area.code in relocation.heirs for desk in desks)


@dataclass(frozen=True)
class Moving:
    """What is asked for every case, read once."""

    relocation: Relocation
    areas: dict[str, int]
    desks: dict[str, Desk]
    seated: set[tuple[int, int]]

    @classmethod
    def prepared(cls, relocation: Relocation) -> "Moving":
        desks = Desk.objects.filter(department__isnull=True, is_open=True).select_related("area")
        by_code = {desk.area.code: desk for desk in desks}
        posts = Post.objects.filter(valid_on(relocation.day), desk__in=by_code.values())
        areas = dict(Area.objects.filter(is_active=True).values_list("code", "pk"))
        return cls(relocation, areas, by_code, set(posts.values_list("desk_id", "user_id")))

    def case(self, case: Case, *, actor: Actor, at: datetime) -> bool:
        """Move one case; was there anything to move?"""
        changes = self.to_place(case)
        data: dict[str, Any] = {"plan": self.relocation.plan_id, "from": case.desk_id, "to": case.desk_id}
        place = changes.pop("place", "")
        if place:
            data |= {"was": case.place_code, "area": place}
        desk = self.new_desk(case, place)
        if desk is not None:
            data |= {"to": desk.pk}
            changes |= {"desk_id": desk.pk, "arrived_at": at}
            if case.holder_id is not None and (desk.pk, case.holder_id) not in self.seated:
                # Who holds it goes on if they sit at the new desk too; else it waits there to be claimed.
                take("vacate", case, actor=actor, at=at)
        if (sender := self.new_sender(case)) is not None:
            changes["sent_by_id"] = sender
        if not changes:
            return False
        at = not_before(case, at)
        passed = passed_on(case, changes)
        advance(case, Fact("case.regridded", data), *passed, actor=actor, at=at, changes=with_alarm(case, changes))
        if passed:
            order_follows(case)
        return True

    def to_place(self, case: Case) -> dict[str, Any]:
        code = new_place(case, self.relocation)
        if not code:
            return {}
        return {
            "place": code,
            "area_id": self.areas[code],
            "street_code": code[:9] if len(code) >= 9 else "",
            "community_code": code[:12] if len(code) >= 12 else "",
            "grid_code": code if len(code) == 15 else "",
        }

    def new_desk(self, case: Case, place: str) -> Desk | None:
        """The desk of the same level around the new place; None where the case stays on its desk.

        A case moves off a desk that closes, and off the desk of a grid in which it no longer lies.
        """
        if case.desk.department_id is not None:
            return None
        old = case.desk.area.code
        left_its_grid = bool(place) and old == case.grid_code
        if old not in self.relocation.heirs and not left_its_grid:
            return None
        wanted = (
            place[: len(old)] if len(place) >= len(old) and self.took_over(old, place) else self.relocation.heir(old)
        )
        return self.desk_at(wanted, old)

    def took_over(self, old: str, place: str) -> bool:
        """Is the new place in an area that inherited from the desk's, or has the case left an area that goes on?"""
        return old not in self.relocation.heirs or place[: len(old)] in self.relocation.heirs[old]

    def desk_at(self, code: str, old: str) -> Desk | None:
        while len(code) >= 6:
            if code in self.desks:
                return self.desks[code] if code != old else None
            code = code[:-3]
        return None

    def new_sender(self, case: Case) -> int | None:
        sender = case.sent_by
        if sender is None or sender.department_id is not None or sender.area.code not in self.relocation.heirs:
            return None
        desk = self.desk_at(self.relocation.heir(sender.area.code), sender.area.code)
        return desk.pk if desk is not None else None
