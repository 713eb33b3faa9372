"""Which desk is told of what. One table; the worker's subscriber in `reactions` does the telling."""

from collections.abc import Callable, Iterator

from gezhi.cases.models import Case, Supervision
from gezhi.cases.specialties import register, seats_of_specialists
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Event
from gezhi.matters.queries import catalogue
from gezhi.people.queries import directory
from gezhi.workforce.queries import duty_desks

Told = Callable[[Event], Iterator[int]]


def named(place: str) -> Told:
    """The desk that the event names."""

    def desks(event: Event) -> Iterator[int]:
        desk_id = event.data.get(place)
        if isinstance(desk_id, int):
            yield desk_id

    return desks


def above(event: Event) -> Iterator[int]:
    """The desk that decides: the one above, or the district's own."""
    desk_id = event.data["desk"]
    decider = directory().above(desk_id)
    yield decider.id if decider is not None else desk_id


def where_it_lies(event: Event) -> Iterator[int]:
    yield Case.objects.values_list("desk_id", flat=True).get(pk=event.subject_id)


def watching(event: Event) -> Iterator[int]:
    """The desk that demanded the account."""
    yield from Supervision.objects.filter(case_id=event.subject_id, lifted_at=None).values_list("desk_id", flat=True)


def everybody_around(event: Event) -> Iterator[int]:
    """An emergency: the desk on which it lies, all desks from the grid up to the district, those on duty, and the department whose matter it is."""
    case = Case.objects.get(pk=event.subject_id)
    if not case.is_emergency:
        return
    desks = directory()
    yield case.desk_id
    here = case.place_code or desks.get(case.desk_id).area_code
    for size in (15, 12, 9, 6):
        desk = desks.upwards(here[:size]) if len(here) >= size else None
        if desk is not None:
            yield desk.id
    # Whoever is on duty for this place, at whatever desk.
    yield from duty_desks(here, at=event.at)
    matter = catalogue().matters.get(case.matter_id) if case.matter_id is not None else None
    owner = desks.of_department(matter.owner_id) if matter is not None and matter.owner_id is not None else None
    if owner is not None:
        yield owner.id


def specialists(event: Event) -> Iterator[int]:
    """The desks of those whose kind of matter it is. Nothing is asked where the district has no such people."""
    case = Case.objects.get(pk=event.subject_id) if register.get() else None
    if case is not None:
        yield from seats_of_specialists(case.matter_id, case.place_code, on=local_day(event.at))


NOTICES: dict[str, Told] = {
    "case.accepted": specialists,
    "case.admitted": specialists,
    "case.reclassified": specialists,
    "case.urged": named("desk"),
    "case.supervised": named("desk"),
    "case.supervision_raised": named("desk"),
    "case.supervision_passed": named("desk"),
    "case.supervision_replied": watching,
    "case.extension_asked": above,
    "case.suspension_asked": above,
    "case.extended": named("desk"),
    "case.extension_refused": named("desk"),
    "case.suspended": named("desk"),
    "case.suspension_refused": named("desk"),
    "case.resumed": named("desk"),
    "case.returned": named("to"),
    "case.appealed": named("desk"),
    "case.supplemented": named("desk"),
    "case.carried_on": named("desk"),
    "case.ruled": named("to"),
    "case.rejected": named("desk"),
    "case.vacated": named("desk"),
    "case.left_matter": named("to"),
    "case.part_done": where_it_lies,
    "case.reopened": named("desk"),
    "case.rehandled": named("desk"),
}
# Told at once to all around, and in sight until somebody at the desk has seen it.
BROADCAST: dict[str, Told] = {"case.reported": everybody_around, "case.alerted": everybody_around}
