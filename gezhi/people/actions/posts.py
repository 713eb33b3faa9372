"""Writes to posts: who sits where, in which role, from when until when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.actions.desks import REGISTER, RIGHT
from gezhi.people.models import Desk, Post
from gezhi.people.roles import ROLE_DESKS, Role


@dataclass(frozen=True)
class Seat:
    """A post to be given: `user` at `desk` in `role`, both days included; no `until_on` means until further notice."""

    user: User
    desk: Desk
    role: Role
    from_on: date
    until_on: date | None = None

    def overlaps(self, from_on: date, until_on: date | None) -> bool:
        return (until_on is None or self.from_on <= until_on) and (self.until_on is None or from_on <= self.until_on)


def seat(
    user: User, desk: Desk, role: Role, *, actor: Actor, at: datetime, from_on: date, until_on: date | None = None
) -> Post:
    """Give a post. Needs `people.edit` over the desk's area; refused as `refusal_of` says."""
    return seat_many([Seat(user, desk, role, from_on, until_on)], actor=actor, at=at)[0]


def seat_many(seats: Sequence[Seat], *, actor: Actor, at: datetime) -> list[Post]:
    """Give many posts, all or none, with five statements a thousand. The refusal is about the first that can't be given."""
    for one in seats:
        actor.require(RIGHT, area=one.desk.area.code)
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
                Post(user=one.user, desk=one.desk, role=one.role, from_on=one.from_on, until_on=one.until_on, version=1)
            )
        with first_come("seated_meanwhile", _("这个岗位刚刚有人安排过，请看过最新情况再决定。")):
            Post.objects.bulk_create(posts, batch_size=1000)
        found_many(posts, lambda post: (seated(post),), actor=actor, at=at)
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
    if rivals and wanted.role == Role.GRID_LEADER:
        return Refused("leader_taken", _("%(desk)s这段时间已经有网格长，一个网格只有一位。") % named, field="role")
    return None


def user_id_of(one: Seat | Post) -> int:
    return one.user.pk if isinstance(one, Seat) else one.user_id


def unseat(post: Post, *, actor: Actor, at: datetime, until_on: date) -> None:
    """Let a post end with the day `until_on`, its last. A post that ends earlier anyway can't be made longer this way: seat anew."""
    actor.require(RIGHT, area=post.desk.area.code)
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
        fact = Fact("post.ended", {"until": until_on.isoformat()})
        advance(post, fact, actor=actor, at=at, changes={"until_on": until_on})
        touch(REGISTER)
