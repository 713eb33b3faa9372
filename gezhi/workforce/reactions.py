"""What the workforce does when something happened: the desks whose turn it is are told. And the gate that it puts up before posts."""

from datetime import date, datetime

from django.conf import settings

from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.people.actions import tell
from gezhi.people.models import Post
from gezhi.people.queries import directory
from gezhi.workforce import training_gate
from gezhi.workforce.models import Candidate, Device, Promotion, Round, Shift

STREET = 9


def desks_at(*area_codes: str) -> list[int]:
    """The open desks of these areas, or of the nearest ones around them."""
    found = (directory().upwards(code) for code in area_codes)
    return [desk.id for desk in found if desk is not None]


@subscribe("candidate.proposed", key="workforce.tell_of_candidate")
def tell_of_candidate(event: Event, at: datetime) -> None:
    """Whoever runs the selection has somebody to approve."""
    round_ = Round.objects.select_related("area").get(pk=event.data["selection"])
    tell(desks_at(round_.area.code), event, at=at)


@subscribe("candidate.approved", "candidate.refused", "candidate.appointed", key="workforce.tell_of_decision")
def tell_of_decision(event: Event, at: datetime) -> None:
    """Where the post is, and above it where the name came from."""
    desk = Candidate.objects.select_related("opening__desk__area").get(pk=event.subject_id).opening.desk
    tell({desk.pk, *desks_at(desk.area.code[:12])}, event, at=at)


@subscribe("selection.noticed", "selection.revised", "selection.decided", key="workforce.tell_of_selection")
def tell_of_selection(event: Event, at: datetime) -> None:
    round_ = Round.objects.get(pk=event.subject_id)
    tell(round_.openings.values_list("desk_id", flat=True), event, at=at)


@subscribe("training_exemption.asked", key="workforce.tell_of_exemption")
def tell_of_exemption(event: Event, at: datetime) -> None:
    tell(desks_at(settings.DISTRICT), event, at=at)


@subscribe(
    "training_exemption.granted", "training_exemption.refused", "swap.asked", "swap.agreed", "swap.refused", "shift.cancelled",
    key="workforce.tell_desk",
)  # fmt: skip
def tell_desk(event: Event, at: datetime) -> None:
    """The desk that the event names."""
    tell([event.data["desk"]], event, at=at)


@subscribe(
    "promotion.asked", "promotion.reviewed", "promotion.granted", "promotion.refused", key="workforce.tell_of_promotion"
)
def tell_of_promotion(event: Event, at: datetime) -> None:
    """The street reviews, the district grants, and the applicant's own desk hears what became of it."""
    promotion = Promotion.objects.select_related("area").get(pk=event.subject_id)
    code = promotion.area.code
    whose = {"promotion.asked": code[:STREET], "promotion.reviewed": settings.DISTRICT}.get(event.name, code)
    tell(desks_at(whose), event, at=at)


@subscribe("tenure.reminded", key="workforce.tell_of_tenure")
def tell_of_tenure(event: Event, at: datetime) -> None:
    """The street writes down that the two years are over."""
    desk = directory().get(event.data["desk"])
    tell(desks_at(desk.area_code[:STREET]), event, at=at)


@subscribe("device.lost", key="workforce.tell_of_loss")
def tell_of_loss(event: Event, at: datetime) -> None:
    tell([Device.objects.get(pk=event.subject_id).desk_id], event, at=at)


@subscribe("post.ended", key="workforce.tell_of_gap")
def tell_of_gap(event: Event, at: datetime) -> None:
    """Somebody is still on the roster for days after the post ends: those desks find another."""
    post = Post.objects.get(pk=event.subject_id)
    until = date.fromisoformat(event.data["until"])
    rows = Shift.objects.filter(user_id=post.user_id, is_cancelled=False, ends_at__gt=at, starts_at__date__gt=until)
    tell(rows.values_list("desk_id", flat=True), event, at=at)


__all__ = ["training_gate"]
