"""Fetching is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Missing
from gezhi.people.models import Post
from gezhi.workforce.models import (
    Candidate,
    Certification,
    Course,
    Device,
    Honour,
    Leave,
    Promotion,
    Round,
    Session,
    Shift,
    Stock,
    Swap,
    Tenure,
)
from gezhi.workforce.places import is_in_charge

Row = TypeVar("Row", bound=Chained)


def missing() -> Missing:
    return Missing("no_such_row", _("没有找到，或者它不在您的范围内。"))


def one_of(rows: QuerySet[Row], key: int) -> Row:
    """The row with this key among those that the actor may see. Raises `Missing`."""
    with suppress(rows.model.DoesNotExist, OverflowError):
        return rows.get(pk=key)
    raise missing()


def get_round(actor: Actor, key: int) -> Round:
    """A selection that the actor runs, watches or may recommend somebody for."""
    return one_of(Round.objects.visible_to(actor).select_related("area"), key)


def get_candidate(actor: Actor, key: int) -> Candidate:
    """Candidates are seen by those who run the selection, and by whoever recommended them."""
    rows = Candidate.objects.select_related("round__area", "opening__desk__area", "user")
    candidate = one_of(rows, key)
    if sees_candidate(actor, candidate):
        return candidate
    raise missing()


def sees_candidate(actor: Actor, candidate: Candidate) -> bool:
    desk = candidate.opening.desk
    return (
        (candidate.proposed_by_id is not None and candidate.proposed_by_id == actor.user_id)
        or actor.may("recruit.run", area=candidate.round.area.code)
        or actor.may("workforce.see", area=desk.area.code)
    )


def get_worker(actor: Actor, key: int, right: str = "workforce.see", *, on: date) -> User:
    """Somebody of the workforce: oneself, or a person at whose post the actor holds `right`."""
    found: User | None = None
    with suppress(User.DoesNotExist, OverflowError):
        found = User.objects.get(pk=key)
    if found is not None and (
        (right == "workforce.see" and found.pk == actor.user_id) or is_in_charge(actor, found, right, on=on)
    ):
        return found
    raise missing()


def course_for(actor: Actor, key: int, *, at: datetime) -> Course:
    """A course that is offered to the actor at one of his posts, also one that gives no right yet; or one of the land that the actor sees."""
    course = one_of(Course.objects.select_related("area"), key)
    code = course.area.code
    if any(code.startswith(own) or own.startswith(code) for own in actor.areas("workforce.see")):
        return course
    if actor.user_id is not None:
        lasting = Q(until_on__isnull=True) | Q(until_on__gte=local_day(at))
        mine = Post.objects.filter(lasting, user_id=actor.user_id).values_list("desk__area__code", flat=True)
        if any(own.startswith(code) for own in mine):
            return course
    raise missing()


def get_session(actor: Actor, key: int, right: str = "training.edit") -> Session:
    """A date of a course, for who keeps the training of its area."""
    session = one_of(Session.objects.select_related("course__area", "area"), key)
    if actor.may(right, area=session.area.code):
        return session
    raise missing()


def get_promotion(actor: Actor, key: int) -> Promotion:
    """An application: one's own, or one in whose land the actor reviews."""
    promotion = one_of(Promotion.objects.select_related("area", "user"), key)
    if promotion.user_id == actor.user_id or any(
        actor.may(right, area=promotion.area.code) for right in ("career.review", "workforce.see")
    ):
        return promotion
    raise missing()


def get_device(actor: Actor, key: int) -> Device:
    """A phone: one's own, or one of the land that the actor sees."""
    device = one_of(Device.objects.select_related("desk__area", "holder"), key)
    there = actor.may("workforce.see", area=device.desk.area.code, desk_id=device.desk_id)
    if there or (device.holder_id is not None and device.holder_id == actor.user_id):
        return device
    raise missing()


def get_certification(actor: Actor, key: int, *, on: date) -> Certification:
    """A certification of somebody whose training the actor keeps."""
    row = one_of(Certification.objects.select_related("user", "skill"), key)
    if is_in_charge(actor, row.user, "training.edit", on=on):
        return row
    raise missing()


def get_tenure(actor: Actor, key: int) -> Tenure:
    """Somebody's time at the grass roots in the land that the actor sees, or one's own."""
    tenure = one_of(Tenure.objects.select_related("desk__area", "user"), key)
    if tenure.user_id == actor.user_id or actor.may("workforce.see", area=tenure.desk.area.code):
        return tenure
    raise missing()


def get_honour(actor: Actor, key: int, *, on: date) -> Honour:
    """An honour of somebody or of a unit in the land that the actor sees, or one's own."""
    honour = one_of(Honour.objects.select_related("user", "desk__area", "certificate"), key)
    is_seen = honour.user_id is not None and honour.user_id == actor.user_id
    if honour.desk is not None:
        is_seen = actor.may("workforce.see", area=honour.desk.area.code, desk_id=honour.desk_id)
    elif honour.user is not None and not is_seen:
        is_seen = is_in_charge(actor, honour.user, "workforce.see", on=on)
    if is_seen:
        return honour
    raise missing()


def get_shift(actor: Actor, key: int) -> Shift:
    """A shift of one's own, or at a desk of the land that the actor sees."""
    shift = one_of(Shift.objects.select_related("desk__area", "user"), key)
    if shift.user_id == actor.user_id or actor.may("workforce.see", area=shift.desk.area.code, desk_id=shift.desk_id):
        return shift
    raise missing()


def get_swap(actor: Actor, key: int) -> Swap:
    """An exchange that the actor asked for or was asked for."""
    swap = one_of(
        Swap.objects.select_related("shift__desk__area", "in_return__desk__area", "colleague", "asked_by"), key
    )
    if actor.user_id is not None and actor.user_id in (swap.asked_by_id, swap.colleague_id):
        return swap
    raise missing()


def get_stock(actor: Actor, key: int) -> Stock:
    """The store of one item at a desk of the land that the actor sees."""
    stock = one_of(Stock.objects.select_related("item", "desk__area"), key)
    if actor.may("workforce.see", area=stock.desk.area.code, desk_id=stock.desk_id):
        return stock
    raise missing()


def get_leave(actor: Actor, key: int, *, on: date) -> Leave:
    """Days of somebody whose roster the actor makes."""
    leave = one_of(Leave.objects.select_related("user"), key)
    if is_in_charge(actor, leave.user, "roster.edit", on=on):
        return leave
    raise missing()
