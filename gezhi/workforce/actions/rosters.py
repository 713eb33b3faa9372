"""Who is on duty when: planned, exchanged, called off; and days on which somebody is away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.people.models import Desk, Post
from gezhi.workforce.models import Leave, Shift, Swap
from gezhi.workforce.models.rosters import ShiftKind, SwapState
from gezhi.workforce.places import is_in_charge
from gezhi.workforce.shifts import AWAY, NO_POST, TWICE, Clash, Days, Duty, first_clash, turns

RIGHT = "roster.edit"
LONGEST_SHIFT, MOST_SHIFTS = timedelta(hours=24), 400
CLASHES = {
    TWICE: _("%(name)s 在 %(when)s 已经排了班。"),
    NO_POST: _("%(name)s 在 %(when)s 在这里没有岗位。"),
    AWAY: _("%(name)s 在 %(when)s 离岗。"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift to be planned."""

    user_id: int
    starts_at: datetime
    ends_at: datetime
    kind: str = ShiftKind.DUTY


def plan_shifts(desk: Desk, several: Sequence[Turn], *, actor: Actor, at: datetime) -> list[Shift]:
    """Put shifts into the roster of a desk, all or none. Needs `roster.edit` there.

    Refused for what clashes: the same person twice at a time anywhere, a day without a post at this desk or below it, a leave.
    """
    require_here(desk, actor)
    if not several or len(several) > MOST_SHIFTS:
        raise Refused("no_number", _("一次排 1 至 %(most)s 班。") % {"most": MOST_SHIFTS})
    for one in several:
        check(one)
    with unit():
        lock({one.user_id for one in several})
        require_no_clash(desk, several, but=())
        shifts = [
            Shift(
                desk=desk, user_id=one.user_id, kind=one.kind, starts_at=one.starts_at, ends_at=one.ends_at, version=1
            )
            for one in several
        ]
        Shift.objects.bulk_create(shifts)
        found_many(shifts, lambda shift: (planned(shift),), actor=actor, at=at)
    return shifts


def plan_turns(
    desk: Desk, people: Sequence[int], *, actor: Actor, at: datetime, first: date, last: date, opens: time, closes: time,
    kind: str = ShiftKind.DUTY,
) -> list[Shift]:  # fmt: skip
    """A roster that turns: one person after the other, a day each."""
    zone = timezone.get_default_timezone()
    planned_turns = turns(people, first, last, opens=opens, closes=closes, zone=zone)
    several = [Turn(user_id, starts, ends, kind) for user_id, starts, ends in planned_turns]
    return plan_shifts(desk, several, actor=actor, at=at)


def planned(shift: Shift) -> Fact:
    data = {"desk": shift.desk_id, "user": shift.user_id, "kind": shift.kind}
    return Fact("shift.planned", {**data, "from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()})


def check(one: Turn) -> None:
    if one.kind not in ShiftKind.values:
        raise Refused("no_such_kind", _("请选择带班、值班或备勤。"), field="kind")
    if not timedelta() < one.ends_at - one.starts_at <= LONGEST_SHIFT:
        raise Refused("no_such_time", _("一班要在 24 小时以内，结束晚于开始。"), field="ends_at")


def lock(user_ids: Iterable[int]) -> None:
    """Two who plan for the same person at once stand in line here; in one order, so that they don't wait for each other for ever."""
    list(User.objects.select_for_update().filter(pk__in=set(user_ids)).order_by("pk").values_list("pk", flat=True))


def require_no_clash(desk: Desk, several: Sequence[Turn], *, but: Sequence[int]) -> None:
    clash = clash_with(desk, several, but=but)
    if clash is not None:
        name = User.objects.get(pk=clash.duty.user_id).name
        when = timezone.localtime(clash.duty.starts_at)
        words = CLASHES[clash.reason] % {"name": name, "when": f"{when:%m-%d %H:%M}"}
        raise Refused(f"clash_{clash.reason}", words, field="user")


def clash_with(desk: Desk, several: Sequence[Turn], *, but: Sequence[int] = ()) -> Clash | None:
    """What keeps these shifts from standing beside all others but those with the keys `but`. Three statements."""
    zone = timezone.get_default_timezone()

    def local(one: Turn | Shift) -> Duty:
        return Duty(one.user_id, one.starts_at.astimezone(zone), one.ends_at.astimezone(zone))

    users = {one.user_id for one in several}
    first, last = min(one.starts_at for one in several), max(one.ends_at for one in several)
    standing = Shift.objects.filter(user_id__in=users, is_cancelled=False, starts_at__lt=last, ends_at__gt=first)
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=local_day(first))
    posts = Post.objects.filter(lasting, seats_of(desk), user_id__in=users, user__is_active=True)
    leaves = Leave.objects.filter(user_id__in=users, is_cancelled=False, until_on__gte=local_day(first))
    return first_clash(
        [local(one) for one in several],
        [local(one) for one in standing.exclude(pk__in=but)],
        [Days(*row) for row in posts.values_list("user_id", "from_on", "until_on")],
        [Days(*row) for row in leaves.values_list("user_id", "from_on", "until_on")],
    )


def seats_of(desk: Desk) -> Q:
    """Posts from which somebody may be put on duty at this desk: its own, and those of the desks in its land."""
    if desk.department_id is not None:
        return Q(desk=desk)
    return Q(desk=desk) | Q(desk__area__code__startswith=desk.area.code, desk__department__isnull=True)


def cancel_shift(shift: Shift, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Call a shift off that is not over."""
    require_here(shift.desk, actor)
    if shift.is_cancelled or shift.ends_at <= at:
        raise Refused("wrong_stage", _("这一班已经取消或者已经结束。"))
    reason = typed(reason, field="reason", longest=200)
    with unit():
        fact = Fact("shift.cancelled", {"desk": shift.desk_id, "user": shift.user_id}, reason)
        advance(shift, fact, actor=actor, at=at, changes={"is_cancelled": True})
        for swap in Swap.objects.filter(Q(shift=shift) | Q(in_return=shift), state=SwapState.ASKED):
            end_swap(swap, SwapState.WITHDRAWN, actor=actor, at=at)


def require_here(desk: Desk, actor: Actor) -> None:
    actor.require(RIGHT, area=desk.area.code, desk_id=desk.pk)


# --- exchanging -----------------------------------------------------------------------------------------------------


def ask_swap(
    shift: Shift, colleague: User, *, actor: Actor, at: datetime, in_return: Shift | None = None, reason: str = ""
) -> Swap:
    """Ask a colleague to take over one's own shift, for one of the colleague's in return or for none."""
    if shift.user_id != actor.user_id:
        raise Denied("swap")
    if colleague.pk == actor.user_id:
        raise Refused("self", _("请选择另一位同事。"), field="colleague")
    require_ahead(shift, at)
    if in_return is not None:
        if in_return.user_id != colleague.pk or in_return.desk_id != shift.desk_id:
            raise Refused("no_such_shift", _("请选择这位同事在同一个岗台的班。"), field="in_return")
        require_ahead(in_return, at)
    reason = typed(reason, field="reason", longest=200)
    with unit():
        require_swappable(shift, colleague.pk, in_return)
        with first_come("asked", _("这一班已经在请人换班，正在等答复。")):
            swap = Swap.objects.create(
                shift=shift, colleague=colleague, in_return=in_return, reason=reason, asked_by_id=actor.user_id,
                asked_at=at, version=1,
            )  # fmt: skip
        data = {"shift": shift.pk, "colleague": colleague.pk, "desk": shift.desk_id}
        found(swap, Fact("swap.asked", data), actor=actor, at=at)
    return swap


def require_ahead(shift: Shift, at: datetime) -> None:
    if shift.is_cancelled or shift.starts_at <= at:
        raise Refused("wrong_stage", _("这一班已经开始或者取消，不能换。"))


def require_swappable(shift: Shift, colleague_id: int, in_return: Shift | None) -> None:
    """Would both stand after the exchange?"""
    but = [shift.pk] + ([in_return.pk] if in_return is not None else [])
    several = [Turn(colleague_id, shift.starts_at, shift.ends_at, shift.kind)]
    if in_return is not None:
        several.append(Turn(shift.user_id, in_return.starts_at, in_return.ends_at, in_return.kind))
    require_no_clash(shift.desk, several, but=but)


def answer_swap(swap: Swap, agrees: bool, *, actor: Actor, at: datetime) -> None:
    """The colleague agrees, and the shifts change hands at once; or doesn't."""
    if swap.colleague_id != actor.user_id:
        raise Denied("swap")
    if swap.state != SwapState.ASKED:
        raise Refused("answered", _("这次换班已经答复或者撤回。"))
    with unit():
        if not agrees:
            end_swap(swap, SwapState.REFUSED, actor=actor, at=at)
            return
        shift, in_return = swap.shift, swap.in_return
        lock({shift.user_id, swap.colleague_id})
        for one in (shift, in_return):
            if one is not None:
                one.refresh_from_db()
                require_ahead(one, at)
        if shift.user_id != swap.asked_by_id or (in_return is not None and in_return.user_id != swap.colleague_id):
            raise Refused("moved_on", _("班次已经换了人，请重新商量。"))
        require_swappable(shift, swap.colleague_id, in_return)
        end_swap(swap, SwapState.AGREED, actor=actor, at=at)
        give(shift, swap.colleague_id, swap, actor=actor, at=at)
        if in_return is not None:
            give(in_return, swap.asked_by_id, swap, actor=actor, at=at)


def give(shift: Shift, user_id: int, swap: Swap, *, actor: Actor, at: datetime) -> None:
    data = {"from": shift.user_id, "to": user_id, "swap": swap.pk, "desk": shift.desk_id}
    advance(shift, Fact("shift.swapped", data), actor=actor, at=at, changes={"user_id": user_id})
    shift._state.fields_cache.pop("user", None)


def withdraw_swap(swap: Swap, *, actor: Actor, at: datetime) -> None:
    """Whoever asked takes it back."""
    if swap.asked_by_id != actor.user_id:
        raise Denied("swap")
    if swap.state != SwapState.ASKED:
        raise Refused("answered", _("这次换班已经答复或者撤回。"))
    with unit():
        end_swap(swap, SwapState.WITHDRAWN, actor=actor, at=at)


def end_swap(swap: Swap, state: SwapState, *, actor: Actor, at: datetime) -> None:
    changes: dict[str, Any] = {"state": state, "answered_at": at}
    data = {"shift": swap.shift_id, "desk": swap.shift.desk_id}
    advance(swap, Fact(f"swap.{state.value}", data), actor=actor, at=at, changes=changes)


# --- away -----------------------------------------------------------------------------------------------------------


def enter_leave(user: User, *, actor: Actor, at: datetime, from_on: date, until_on: date) -> Leave:
    """Write down days on which somebody is away; why is not asked. Needs `roster.edit` where the person has a post.

    Refused while a shift is planned on one of them: first somebody else takes it.
    """
    require_in_charge(user, actor, at)
    if not timedelta() <= until_on - from_on <= timedelta(days=366):
        raise Refused("no_such_day", _("离岗应在一年以内，结束不早于开始。"), field="until_on")
    zone = timezone.get_default_timezone()
    begins = datetime.combine(from_on, time(), zone)
    ends = datetime.combine(until_on + timedelta(days=1), time(), zone)
    with unit():
        lock({user.pk})
        taken = Shift.objects.filter(user=user, is_cancelled=False, starts_at__lt=ends, ends_at__gt=begins)
        shift = taken.filter(ends_at__gt=at).order_by("starts_at").first()
        if shift is not None:
            when = timezone.localtime(shift.starts_at)
            message = _("%(when)s 还排着班，请先换班或取消。") % {"when": f"{when:%m-%d %H:%M}"}
            raise Refused("on_duty", message, field="from_on")
        leave = Leave.objects.create(user=user, from_on=from_on, until_on=until_on, version=1)
        data = {"user": user.pk, "from": from_on.isoformat(), "until": until_on.isoformat()}
        found(leave, Fact("leave.entered", data), actor=actor, at=at)
    return leave


def cancel_leave(leave: Leave, *, actor: Actor, at: datetime) -> None:
    """It was a mistake, or did not come to it."""
    require_in_charge(leave.user, actor, at)
    if leave.is_cancelled:
        raise Refused("wrong_stage", _("这段离岗已经取消。"))
    with unit():
        advance(leave, Fact("leave.cancelled"), actor=actor, at=at, changes={"is_cancelled": True})


def require_in_charge(user: User, actor: Actor, at: datetime) -> None:
    if not is_in_charge(actor, user, RIGHT, on=local_day(at)):
        raise Denied(RIGHT)
