"""What follows when the land or an account changes, and which desks are told of a vacancy, a reminder, a notice."""

from datetime import datetime, timedelta

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import subscribe
from gezhi.kernel.models import Event
from gezhi.party.actions import end_terms_of
from gezhi.party.actions.first_persons import seat_first_person, unseat_first_person
from gezhi.party.actions.following import PartyFollows
from gezhi.party.models import PartyOrg, Term
from gezhi.people.actions import tell
from gezhi.people.queries import directory
from gezhi.territory.followers import register

register("party", PartyFollows())


@subscribe("user.retired", "user.officer_set", key="party.end_terms")
def end_terms(event: Event, at: datetime) -> None:
    """Who has left or become an officer is nobody's secretary any more."""
    if event.name == "user.officer_set" and not event.data["officer"]:
        return
    last = local_day(event.at) - timedelta(days=1)
    end_terms_of(event.subject_id, actor=Actor.system("posts"), at=at, last=last)


@subscribe("party_term.began", "party_term.ended", key="party.first_persons")
def first_persons(event: Event, at: datetime) -> None:
    """Secretaries are first responsible persons as long as their terms last."""
    term = Term.objects.select_related("org__area", "user").get(pk=event.subject_id)
    if event.name == "party_term.began":
        seat_first_person(term, at=at)
    else:
        unseat_first_person(term, at=at)


@subscribe("party_org.vacant", "party_org.reminded", "party_activity.noticed", key="party.tell_desks")
def tell_desks(event: Event, at: datetime) -> None:
    """The desk of the organisation's area; of a vacancy also the one above, which has to see that it is filled."""
    org_id = event.data.get("org", event.subject_id)
    code = PartyOrg.objects.values_list("area__code", flat=True).get(pk=org_id)
    desk = directory().upwards(code)
    if desk is None:
        return
    told = [desk.id]
    above = directory().above(desk.id)
    if event.name == "party_org.vacant" and above is not None:
        told.append(above.id)
    tell(told, event, at=at)
