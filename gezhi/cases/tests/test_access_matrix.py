"""Role x step x scope, made from the tables: whoever may take a step somewhere may take it nowhere else, and nobody else may take it at all."""

from collections.abc import Iterator

import pytest

from gezhi.cases.access import covers, get_case
from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.cases.workflow import STEPS, Step, Who
from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Missing, Refused
from gezhi.people.models import Desk
from gezhi.people.roles import ROLE_RIGHTS, Reach, Role
from gezhi.testing import CAST, NOON, Town

pytestmark = pytest.mark.django_db
PLACES = (
    "grid",
    "next_grid",
    "community",
    "next_community",
    "street",
    "district",
    "other_grid",
    "other_community",
    "other_street",
)
DEPARTMENTS = ("human_resources", "market_regulation")
STAFF_STEPS = [step for step in STEPS.values() if not step.creates and Who.STAFF in step.by]


def expected(town: Town, who: str, step: Step, desk: Desk, place: str) -> bool:
    """Said once more in plain words, from the seats of the cast: the right at this very desk, or over its area."""
    for seat, role in CAST[who][1]:
        reach = ROLE_RIGHTS[Role(role)].get(step.right)
        if reach is None:
            continue
        sits = town.desk(seat)
        if sits.pk == desk.pk:
            return True
        if reach is Reach.BELOW and sits.department is None:
            if desk.area.code.startswith(sits.area.code):
                return True
            if step.right in ("case.see", "case.note") and place.startswith(sits.area.code):
                return True
    return False


def lying_on(town: Town) -> Iterator[tuple[Case, Desk]]:
    """A case on every desk of the town, all about the first grid of the west but those in the east."""
    for key in (*(getattr(town, name) for name in PLACES), *DEPARTMENTS):
        desk = town.desk(key)
        case = town.report(grid=town.other_grid if key.startswith(town.other_street) else town.grid)
        Case.objects.filter(pk=case.pk).update(desk=desk)
        yield Case.objects.get(pk=case.pk), desk


@pytest.mark.parametrize("who", [who for who in CAST if not who.startswith("officer")])
def test_every_step_is_allowed_exactly_where_the_table_of_roles_says(town: Town, who: str) -> None:
    actor = town.actor(who)
    allowed = 0
    for case, desk in lying_on(town):
        for step in STAFF_STEPS:
            wanted = expected(town, who, step, desk, case.place_code)
            assert covers(actor, step.right, case) is wanted, (who, step.name, desk.name)
            allowed += wanted
            if not wanted:
                with pytest.raises(Denied):
                    take(step.name, case, actor=actor, at=NOON)
        if not expected(town, who, STEPS["note"], desk, case.place_code) and not covers(actor, "case.see", case):
            with pytest.raises(Missing):
                get_case(actor, case.pk)
    assert allowed or who in ("party_affairs", "nobody", "assessor")


@pytest.mark.parametrize("officer", ["officer_system", "officer_security", "officer_audit"])
def test_officers_handle_no_case(town: Town, officer: str) -> None:
    actor = town.actor(officer)
    for case, _desk in lying_on(town):
        for step in STAFF_STEPS:
            with pytest.raises((Denied, Refused)):
                take(step.name, case, actor=actor, at=NOON)


def test_a_stranger_takes_nothing_in_the_west(town: Town) -> None:
    stranger = town.actor("stranger")
    for case, desk in lying_on(town):
        in_the_east = desk.area.code.startswith(town.other_street)
        assert any(covers(stranger, step.right, case) for step in STAFF_STEPS) is in_the_east, desk.name
