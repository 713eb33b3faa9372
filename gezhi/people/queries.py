"""Which desks there are and who sits at them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.people.access import valid_on
from gezhi.people.models import Desk, DeskKind, Post
from gezhi.people.roles import Role

# The kinds of desk from the land, by the length of their area's code; and one level up is three digits less (six is the district).
KIND_OF_LENGTH = {15: DeskKind.GRID, 12: DeskKind.COMMUNITY, 9: DeskKind.STREET, 6: DeskKind.DISTRICT}


@dataclass(frozen=True, slots=True)
class DeskInfo:
    """A desk as routing and lists need it."""

    id: int
    kind: str
    area_code: str
    department_id: int | None
    name: str
    is_open: bool


class Directory:
    """All desks of the district in memory. Only `get` knows closed desks; every other question is answered with open ones."""

    def __init__(self, desks: Iterable[DeskInfo]) -> None:
        every = sorted(desks, key=lambda desk: (desk.area_code, desk.department_id or 0))
        self.desks = {desk.id: desk for desk in every}
        self.opened = [desk for desk in every if desk.is_open]
        self.by_area = {(desk.kind, desk.area_code): desk for desk in self.opened if desk.department_id is None}
        # Should a department keep desks in streets as well, the one for the whole district comes first in the order of codes.
        self.by_department: dict[int, DeskInfo] = {}
        for desk in self.opened:
            if desk.department_id is not None:
                self.by_department.setdefault(desk.department_id, desk)

    def get(self, desk_id: int) -> DeskInfo:
        """Raises KeyError for a desk that does not exist."""
        return self.desks[desk_id]

    def at(self, kind: str, area_code: str) -> DeskInfo | None:
        """The desk of this kind for exactly this area."""
        return self.by_area.get((kind, area_code))

    def of_department(self, department_id: int) -> DeskInfo | None:
        return self.by_department.get(department_id)

    def above(self, desk_id: int) -> DeskInfo | None:
        """The next open desk upwards: grid, community, street, district; a department's is the district's. None above the district."""
        desk = self.get(desk_id)
        if desk.kind == DeskKind.DISTRICT:
            return None
        code = desk.area_code if desk.kind == DeskKind.DEPARTMENT else desk.area_code[:-3]
        return self.upwards(code[:6] if desk.kind == DeskKind.DEPARTMENT else code)

    def all_above(self, desk_id: int) -> list[DeskInfo]:
        """Every open desk upwards, the next one first."""
        found: list[DeskInfo] = []
        above = self.above(desk_id)
        while above is not None:
            found.append(above)
            above = self.above(above.id)
        return found

    def upwards(self, area_code: str) -> DeskInfo | None:
        """The open desk of this area, or of the nearest area around it that has one."""
        while len(area_code) >= 6:
            desk = self.by_area.get((KIND_OF_LENGTH[len(area_code)], area_code))
            if desk is not None:
                return desk
            area_code = area_code[:-3]
        return None

    def still(self, desk_id: int, area_code: str) -> DeskInfo:
        """This desk; where it has closed, the one of its level around `area_code`, or the next above.

        Raises `Refused` when no desk is open that far up.
        """
        desk = self.get(desk_id)
        return desk if desk.is_open else self.intake_for(area_code[: len(desk.area_code)], finest=15)

    def within(self, area_code: str) -> list[DeskInfo]:
        """Every desk inside an area, itself included, by code; departments' desks after the desk of their area."""
        return [desk for desk in self.opened if desk.area_code.startswith(area_code)]

    def intake_for(self, area_code: str, *, finest: int = 12) -> DeskInfo:
        """Where a new report from this area waits to be accepted: its community, else its street, else the district.

        Raises `Refused` when no desk is open that far up.
        """
        desk = self.upwards(area_code[:finest])
        if desk is None:
            raise Refused("no_desk", _("这个地方还没有开设受理的岗台，请先开设社区、街道或区指挥中心的岗台。"))
        return desk


def load_directory() -> Directory:
    rows = Desk.objects.values_list("id", "kind", "area__code", "department_id", "name", "is_open")
    return Directory(DeskInfo(*row) for row in rows)


directory_register = Cached("people", load_directory)


def directory() -> Directory:
    """The desks as they stand; no query while nothing changed."""
    return directory_register.get()


def seats_with(right: str, actor: Actor) -> list[int]:
    """The desks at which the actor sits in a role that gives `right` there, in order. A seat alone gives nothing: one may sit at one desk
    for the party and see cases from another."""
    desks = directory().desks
    return sorted(
        seat for seat in actor.desks if seat in desks and actor.may(right, area=desks[seat].area_code, desk_id=seat)
    )


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody on the roster of a desk."""

    post_id: int
    user_id: int
    name: str
    work_phone: str
    role: Role
    from_on: date
    until_on: date | None


def roster(desk_id: int, *, on: date) -> list[Seated]:
    """Who sits at a desk on a day, in the order of the roles' table, then by name. One query."""
    order = {role: position for position, role in enumerate(Role)}
    rows = Post.objects.filter(valid_on(on), desk_id=desk_id, user__is_active=True).values_list(
        "id", "user_id", "user__name", "user__work_phone", "role", "from_on", "until_on"
    )
    seated = [Seated(*row[:4], Role(row[4]), *row[5:]) for row in rows]
    return sorted(seated, key=lambda one: (order[one.role], one.name, one.user_id))
