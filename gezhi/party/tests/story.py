"""A small party over the testing town: its tree, who keeps its books, a few members. Made by the real actions.

The western community 001 has a branch on its first two grids and one on the third; below the first stand a group and a household.
"""

from datetime import date, datetime, timedelta
from typing import Any

from gezhi.accounts.actions import NewUser, enter_users
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.party.actions import appoint, enter_member, found_org
from gezhi.party.models import Member, PartyOrg, Term
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, seat_many
from gezhi.people.models import Desk
from gezhi.people.roles import Role
from gezhi.territory.models import Area
from gezhi.testing import DISTRICT, EAST, FOUNDED, NOON, SYSTEM, WEST, Town

# Who does the party's affairs, besides the street's `party_affairs` of the cast; and one who is nobody anywhere.
KEEPERS = {"keeper": f"{WEST}001", "next_keeper": f"{WEST}002", "east_keeper": EAST, "top_keeper": DISTRICT}
TODAY = local_day(NOON)
A_DAY = timedelta(days=1)


class Story:
    """The town with its party. `actor("keeper")` reaches its own people and the cast."""

    def __init__(self, town: Town) -> None:
        self.town = town
        news = [NewUser(key, name) for key, name in zip(KEEPERS, ("岳党务", "龙党务", "万党务", "段党务"), strict=True)]
        self.users = dict(zip(KEEPERS, enter_users(news, actor=SYSTEM, at=FOUNDED), strict=True))
        desks = {desk.area.code: desk for desk in Desk.objects.filter(department=None).select_related("area")}
        seats = [
            Seat(self.users[key], desks[code], Role.PARTY_AFFAIRS, date(2020, 1, 1)) for key, code in KEEPERS.items()
        ]
        seat_many(seats, actor=SYSTEM, at=FOUNDED)
        self.district = self.found("district", "中共城中区委员会", DISTRICT, None)
        self.street = self.found("street", "西关街道党工委", WEST, self.district)
        self.committee = self.found("committee", "柳巷社区综合党委", town.community, self.street)
        self.branch = self.found(
            "branch", "柳巷第一网格党支部", town.community, self.committee, town.grid, town.next_grid
        )
        self.other_branch = self.found(
            "branch", "柳巷第三网格党支部", town.community, self.committee, f"{town.community}003"
        )
        self.group = self.found("group", "柳巷一号院党小组", town.community, self.branch, town.grid)
        self.household = self.found("household", "柳巷一号院中心户", town.community, self.group, town.grid)

    def found(self, kind: str, name: str, code: str, parent: PartyOrg | None, *grids: str, **over: Any) -> PartyOrg:
        facts: dict[str, Any] = {"actor": SYSTEM, "at": FOUNDED} | over
        return found_org(kind=kind, name=name, area=Area.objects.get(code=code), parent=parent, grids=grids, **facts)

    def actor(self, key: str, *, at: datetime = NOON) -> Actor:
        return actor_for(self.users[key], at=at) if key in self.users else self.town.actor(key, at=at)

    def appointed(self, org: PartyOrg, key: str = "leader", office: str = "secretary", **over: Any) -> Term:
        user = self.users.get(key) or self.town.user(key)
        facts: dict[str, Any] = {"actor": SYSTEM, "at": NOON, "from_on": TODAY} | over
        return appoint(self.again(org), office, user=user, **facts)

    def member(
        self, number: str = "D-001", name: str = "鲁一民", *, branch: PartyOrg | None = None, **over: Any
    ) -> Member:
        facts: dict[str, Any] = {"actor": self.actor("keeper"), "at": NOON, "grid": self.town.grid} | over
        return enter_member(branch or self.branch, number=number, name=name, **facts)

    @staticmethod
    def again(org: PartyOrg) -> PartyOrg:
        """The row as it stands."""
        return PartyOrg.objects.select_related("area", "parent__parent__parent__parent").get(pk=org.pk)
