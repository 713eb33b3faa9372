"""Fetching is checking: what an actor may not see looks like what is not there."""

from contextlib import suppress
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Missing
from gezhi.workforce.models import Candidate, Round
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
