"""Desks and posts follow the land: when codes end, everybody who sat there sits at the desks of those that took over."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from gezhi.kernel.access import Actor
from gezhi.people.actions import Seat, open_desks_for, seat_many, set_desk_open, unseat
from gezhi.people.actions.regridding import carry_origins
from gezhi.people.models import Desk, Post
from gezhi.people.roles import ALONE, Role
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


@dataclass(frozen=True)
class Transfer:
    """A post of a desk that closes, and the codes at whose desks it goes on; none for a leader whose place another takes."""

    post: Post
    codes: tuple[str, ...]


class PostsFollow:
    """A split seats everybody at each part, a merger everybody at the one desk; of several leaders the one of the largest grid stays.

    Nobody is left out in silence: who can't go on is counted as ending. The street puts people right afterwards, by hand.
    """

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        desks = closing(relocation)
        return counted(desks, transfers(desks, relocation), relocation)

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        desks = closing(relocation)
        moved = transfers(desks, relocation)
        made = Area.objects.filter(code__in=relocation.made).select_related("parent").order_by("code")
        open_desks_for(made, actor=actor, at=at)
        new_desks = {desk.area.code: desk for desk in land_desks({code for one in moved for code in one.codes})}
        goes_on = [(transfer.post, new_desks[code]) for transfer in moved for code in transfer.codes]
        seats = [
            Seat(post.user, desk, Role(post.role), max(relocation.day, post.from_on), post.until_on)
            for post, desk in goes_on
        ]
        last = relocation.day - timedelta(days=1)
        for transfer in moved:
            end(transfer.post, last, actor=actor, at=at)
        carry_origins([post for post, _desk in goes_on], seat_many(seats, actor=actor, at=at))
        for desk in desks:
            set_desk_open(desk, False, actor=actor, at=at)
        return counted(desks, moved, relocation)


def counted(desks: list[Desk], moved: list[Transfer], relocation: Relocation) -> dict[str, int]:
    return {
        "desks_closing": len(desks),
        "desks_opening": len(relocation.made),
        "posts_moving": sum(bool(transfer.codes) for transfer in moved),
        "posts_ending": sum(not transfer.codes for transfer in moved),
    }


def land_desks(codes: set[str]) -> list[Desk]:
    found = Desk.objects.filter(department__isnull=True, is_open=True, area__code__in=codes)
    return list(found.select_related("area").order_by("area__code"))


def closing(relocation: Relocation) -> list[Desk]:
    return land_desks(set(relocation.heirs))


def lasting(desks: list[Desk], day: date) -> list[Post]:
    """The posts at these desks that would hold on the day or later."""
    still = Q(until_on__isnull=True) | Q(until_on__gte=day)
    found = Post.objects.filter(still, desk__in=desks).select_related("user", "desk__area", "deputy_for")
    return list(found.order_by("desk__area__code", "pk"))


def transfers(desks: list[Desk], relocation: Relocation) -> list[Transfer]:
    """Where each post goes on. Grids with more households first, so that theirs is the leader who stays."""
    posts = lasting(desks, relocation.day)
    posts.sort(key=lambda post: -relocation.households.get(post.desk.area.code, 0))
    targets = {code: relocation.successors(code) for code in relocation.heirs}
    taken: dict[str, list[Seat]] = defaultdict(list)
    standing = land_desks({code for codes in targets.values() for code in codes})
    for post in lasting(standing, relocation.day):
        taken[post.desk.area.code].append(seat_of(post))
    moved = []
    for post in posts:
        seat = seat_of(post)
        # A deputy stands in for one person at one desk; beside whom he goes on, people say.
        goes_on = post.user.is_active and not post.user.officer and not post.is_deputy
        codes = [code for code in targets[post.desk.area.code] if goes_on and not is_rival(seat, taken[code])]
        for code in codes:
            taken[code].append(seat)
        moved.append(Transfer(post, tuple(codes)))
    return moved


def seat_of(post: Post) -> Seat:
    return Seat(post.user, post.desk, Role(post.role), post.from_on, post.until_on, post.deputy_for)


def is_rival(seat: Seat, others: list[Seat]) -> bool:
    """Does somebody of these keep this one from the place: the same person in the same role, or another who holds it alone?"""
    return any(
        other.role == seat.role
        and other.overlaps(seat.from_on, seat.until_on)
        and (other.user.pk == seat.user.pk or (seat.role in ALONE and not other.is_deputy))
        for other in others
    )


def end(post: Post, last: date, *, actor: Actor, at: datetime) -> None:
    """The day before is the last. A post that had not begun before keeps its first day."""
    last = max(last, post.from_on)
    if post.until_on is None or post.until_on > last:
        unseat(post, actor=actor, at=at, until_on=last)
