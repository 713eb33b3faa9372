"""Writes to posts: who sits where, in which role, from when until when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.desks import REGISTER, RIGHT
from gezhi.people.models import Desk, Post
from gezhi.people.roles import ALONE, ROLE_DESKS, STAFFED, Role

STAFF_RIGHT = "staff.edit"


@dataclass(frozen=True)
class Seat:
    """A post to be given: `user` at `desk` in `role`, both days included; no `until_on` means until further notice.

    `deputy_for` is the post beside which this one stands in.
    """

    user: User
    desk: Desk
    role: Role
    from_on: date
    until_on: date | None = None
    deputy_for: Post | None = None

    @property
    def is_deputy(self) -> bool:
        return self.deputy_for is not None

    def overlaps(self, from_on: date, until_on: date | None) -> bool:
        return (until_on is None or self.from_on <= until_on) and (self.until_on is None or from_on <= self.until_on)


def seat(
    user: User,
    desk: Desk,
    role: Role,
    *,
    actor: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    deputy_for: Post | None = None,
) -> Post:
    """Give a post. Needs `people.edit` over the desk's area, at grids `staff.edit` will do; refused as `refusal_of` says."""
    return seat_many([Seat(user, desk, role, from_on, until_on, deputy_for)], actor=actor, at=at)[0]


def require_seating(actor: Actor, desk: Desk, role: str) -> None:
    """Who staffs the grids may seat in the roles of grids; any other role gives rights over cases and needs `people.edit`."""
    if Role(role) in STAFFED and actor.may(STAFF_RIGHT, area=desk.area.code):
        return
    actor.require(RIGHT, area=desk.area.code)


def seat_many(
    seats: Sequence[Seat], *, actor: Actor, at: datetime, told: "Callable[[int, Post], Fact] | None" = None
) -> list[Post]:
    """Give many posts, all or none, with five statements a thousand. The refusal is about the first that can't be given.

    `told(number, post)` is what the log says of the post in this place of the list, where more is known than that somebody was seated.
    """
    for one in seats:
        require_seating(actor, one.desk, one.role)
    desk_ids = sorted({one.desk.pk for one in seats})
    with unit():
        # Whoever seats at these desks at the same time waits here, so two leaders can't slip in side by side; in one order, so that
        # two who seat at the same two desks don't wait for each other for ever.
        open_desks = set(
            Desk.objects.select_for_update()
            .filter(pk__in=desk_ids, is_open=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        at_desk: dict[int, list[Seat | Post]] = defaultdict(list)
        for post in Post.objects.filter(desk_id__in=desk_ids):
            at_desk[post.desk_id].append(post)
        posts = []
        for one in seats:
            refused = refusal_of(one, at_desk[one.desk.pk], is_open=one.desk.pk in open_desks)
            if refused:
                raise refused
            at_desk[one.desk.pk].append(one)
            posts.append(
                Post(
                    user=one.user,
                    desk=one.desk,
                    role=one.role,
                    from_on=one.from_on,
                    until_on=one.until_on,
                    deputy_for=one.deputy_for,
                    version=1,
                )
            )
        with first_come("seated_meanwhile", _("这个岗位刚刚有人安排过，请看过最新情况再决定。")):
            Post.objects.bulk_create(posts, batch_size=1000)
        numbers = {id(post): number for number, post in enumerate(posts)}
        found_many(posts, lambda post: (told(numbers[id(post)], post) if told else seated(post),), actor=actor, at=at)
        touch(REGISTER)
    return posts


def seated(post: Post) -> Fact:
    return Fact(
        "post.seated",
        {
            "user": post.user_id,
            "desk": post.desk_id,
            "role": post.role,
            "from": post.from_on.isoformat(),
            "until": post.until_on.isoformat() if post.until_on else None,
            **({"deputy_for": post.deputy_for_id} if post.deputy_for_id else {}),
        },
    )


def refusal_of(wanted: Seat, others: Iterable[Seat | Post], *, is_open: bool) -> Refused | None:
    """Why this post can't be given beside the `others` at its desk, or None."""
    named = {"desk": wanted.desk.name, "role": Role(wanted.role).label}
    ends_early = wanted.until_on is not None and wanted.until_on < wanted.from_on
    for is_wrong, code, field, message in (
        (not wanted.user.is_active, "retired", "user", _("账号已停用，不能安排岗位。")),
        (wanted.user.officer, "officer", "user", _("系统、安全、审计管理员不办理事件，不能安排岗位。")),
        (not is_open, "desk_closed", "desk", _("%(desk)s已经关闭，不能安排岗位。")),
        (
            wanted.desk.kind not in ROLE_DESKS[Role(wanted.role)],
            "wrong_desk",
            "role",
            _("%(role)s不能安排在%(desk)s。"),
        ),
        (ends_early, "ends_before_start", "until_on", _("结束日期不能早于开始日期。")),
    ):
        if is_wrong:
            return Refused(code, message % named, field=field)
    rivals = [one for one in others if one.role == wanted.role and wanted.overlaps(one.from_on, one.until_on)]
    if any(user_id_of(rival) == wanted.user.pk for rival in rivals):
        return Refused("already_seated", _("这个人这段时间在%(desk)s已经是%(role)s。") % named, field="user")
    if wanted.deputy_for is not None:
        return deputy_refusal(wanted, wanted.deputy_for, named)
    if wanted.role in ALONE and any(not rival.is_deputy for rival in rivals):
        taken = TAKEN[Role(wanted.role)]
        return Refused(taken[0], taken[1] % named, field="role")
    return None


TAKEN = {
    Role.GRID_LEADER: ("leader_taken", _("%(desk)s这段时间已经有网格长，一个网格只有一位。")),
    Role.FIRST_PERSON: ("first_person_taken", _("%(desk)s这段时间已经有第一负责人，一级只有一位。")),
}


def deputy_refusal(wanted: Seat, chief: Post, named: dict[str, Any]) -> Refused | None:
    """A deputy stands beside somebody who holds the place alone, at the same desk, and not longer than that."""
    if wanted.role not in ALONE or chief.is_deputy or (chief.role, chief.desk_id) != (wanted.role, wanted.desk.pk):
        return Refused("no_chief", _("%(role)s的副职要跟在本岗台现任的%(role)s后面。") % named, field="deputy_for")
    if chief.until_on is not None and (wanted.until_on is None or wanted.until_on > chief.until_on):
        return Refused("outlasts_chief", _("副职的任期不能超过正职的任期。"), field="until_on")
    return None


def user_id_of(one: Seat | Post) -> int:
    return one.user.pk if isinstance(one, Seat) else one.user_id


def unseat(post: Post, *, actor: Actor, at: datetime, until_on: date) -> None:
    """Let a post end with the day `until_on`, its last. A post that ends earlier anyway can't be made longer this way: seat anew."""
    require_seating(actor, post.desk, post.role)
    if until_on < post.from_on:
        raise Refused(
            "ends_before_start",
            _("这个岗位从 %(day)s 开始，结束日期不能更早。") % {"day": post.from_on.isoformat()},
            field="until_on",
        )
    if post.until_on is not None and post.until_on <= until_on:
        raise Refused(
            "ends_before",
            _("这个岗位到 %(day)s 已经结束；要延长请重新安排。") % {"day": post.until_on.isoformat()},
            field="until_on",
        )
    with unit():
        fact = Fact("post.ended", {"until": until_on.isoformat(), "role": post.role, "desk": post.desk_id})
        advance(post, fact, actor=actor, at=at, changes={"until_on": until_on})
        # Whoever stood in beside goes with the one he stood in for.
        for deputy in Post.objects.filter(deputy_for=post).select_related("desk__area"):
            if deputy.until_on is None or deputy.until_on > until_on:
                unseat(deputy, actor=actor, at=at, until_on=max(until_on, deputy.from_on))
        touch(REGISTER)
