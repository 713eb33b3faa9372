"""Lists of 督办单: what an inspector watches, what a desk owes a reply to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.cases.access import covers
from gezhi.cases.models import Card, Supervision
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Missing
from gezhi.people.queries import seats_with

MOST_SHOWN = 200


class SupervisionState(TextChoices):
    OPEN = "open", _("待回复")
    LATE = "late", _("超期未回复")
    REPLIED = "replied", _("已回复，待解除")
    LIFTED = "lifted", _("已解除")


class Side(TextChoices):
    WATCHED = "watched", _("辖区的督办")
    OWED = "owed", _("本岗台要回复的")
    ISSUED = "issued", _("本岗台发出的")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of the list says. `state` "" is everything not lifted."""

    side: str = ""
    state: str = ""
    card: str = ""
    street: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        street = query.get("street", "")
        return cls(
            side=query.get("side", "") if query.get("side") in Side.values else "",
            state=query.get("state", "") if query.get("state") in SupervisionState.values else "",
            card=query.get("card", "") if query.get("card") in Card.values else "",
            street=street if street.isascii() and street.isdigit() and len(street) == 9 else "",
        )

    def as_query(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def sides_of(actor: Actor) -> list[Side]:
    """The usual one first: who watches begins with what is watched, who works with what is owed."""
    sides = [Side.WATCHED] if actor.areas("case.see") else []
    if seats_with("case.reply", actor):
        sides = [Side.OWED, *sides]
    if seats_with("case.supervise", actor):
        sides = [*sides, Side.ISSUED]
    return sides or [Side.OWED]


def of_state(state: str, at: datetime) -> Q:
    match state:
        case SupervisionState.OPEN:
            return Q(lifted_at__isnull=True, replied_at__isnull=True)
        case SupervisionState.LATE:
            return Q(lifted_at__isnull=True, replied_at__isnull=True, reply_by__lt=at)
        case SupervisionState.REPLIED:
            return Q(lifted_at__isnull=True, replied_at__isnull=False)
        case SupervisionState.LIFTED:
            return Q(lifted_at__isnull=False)
        case _:
            return Q(lifted_at__isnull=True)


def state_of(one: Supervision, at: datetime) -> SupervisionState:
    if one.lifted_at is not None:
        return SupervisionState.LIFTED
    if one.replied_at is not None:
        return SupervisionState.REPLIED
    return SupervisionState.LATE if at > one.reply_by else SupervisionState.OPEN


def scoped(chosen: Chosen, actor: Actor) -> Any:
    """The 督办单 of a side, without regard to their state. Each begins with a column that an index has."""
    rows = Supervision.objects.all()
    side = Side(chosen.side or sides_of(actor)[0])
    if side == Side.OWED:
        rows = rows.filter(
            of_desk_id__in=seats_with("case.reply", actor), case__desk_id__in=seats_with("case.reply", actor)
        )
    elif side == Side.ISSUED:
        rows = rows.filter(in_sight(actor), desk_id__in=seats_with("case.supervise", actor))
    else:
        rows = rows.filter(inside(actor))
    if chosen.card:
        rows = rows.filter(card=chosen.card)
    return rows.filter(case__street_code=chosen.street) if chosen.street else rows


def inside(actor: Actor) -> Q:
    """Of cases whose place the actor sees."""
    codes = actor.areas("case.see")
    if any(len(code) <= 6 for code in codes):
        return Q()
    column = {9: "street_code", 12: "community_code", 15: "grid_code"}
    found = Q(pk__in=[])
    for code in codes:
        found |= Q(**{f"case__{column[len(code)]}": code})
    return found


def in_sight(actor: Actor) -> Q:
    """Of cases that the actor sees: a case may have gone elsewhere since somebody here supervised it."""
    placed = inside(actor)
    # An empty condition is everything, and stays so only alone.
    return placed | Q(case__desk_id__in=seats_with("case.see", actor)) if placed else placed


def listed(chosen: Chosen, actor: Actor, at: datetime) -> list[Supervision]:
    """The first two hundred, those owed soonest first; lifted ones the newest first. One statement."""
    rows = scoped(chosen, actor).filter(of_state(chosen.state, at)).select_related("case", "issued_by", "replied_by")
    order = ("-pk",) if chosen.state == SupervisionState.LIFTED else ("reply_by", "pk")
    return list(rows.order_by(*order)[:MOST_SHOWN])


def counts(chosen: Chosen, actor: Actor, at: datetime) -> dict[str, int]:
    """How many stand open, late and replied on this side. One statement over what is not lifted."""
    rows = scoped(chosen, actor).filter(lifted_at__isnull=True)
    found: dict[str, int] = rows.aggregate(
        **{
            state.value: Count("pk", filter=of_state(state, at))
            for state in SupervisionState
            if state != SupervisionState.LIFTED
        }
    )
    return found


def get_supervision(actor: Actor, pk: int) -> Supervision:
    """One, for who may see its case. Raises `Missing`."""
    found = Supervision.objects.filter(pk=pk).select_related("case", "issued_by", "replied_by", "lifted_by").first()
    if found is None or not covers(actor, "case.see", found.case):
        raise Missing("no_such_supervision", _("没有找到这张督办单，或者它不在您的范围内。"))
    return found
