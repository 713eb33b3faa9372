"""Seven kinds of professional forces over the grids: one contact a grid a kind, coverage and gaps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.kernel.access import Denied
from gezhi.people.actions import enter_contact, name_force, place_contact, retire_contact, set_consent
from gezhi.people.coverage import matrix
from gezhi.people.models import Force, ForcePlacement
from gezhi.people.public import public_team
from gezhi.people.tests.teams import TODAY, refused, support
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, Town

DAY = timedelta(days=1)


def force(code: str = "police") -> Force:
    return Force.objects.get(code=code)


def grids(*codes: str) -> list[Area]:
    return list(Area.objects.filter(code__in=codes).order_by("code"))


def test_seven_kinds_three_of_them_confirmed(town: Town) -> None:
    kinds = Force.objects.all()
    assert len(kinds) == 7
    assert [kind.name for kind in kinds if kind.is_confirmed] == ["民警", "交警", "司法调解对接员"]
    name_force(force("force_4"), "城管队员", is_confirmed=True, actor=support(town, town.district), at=NOON)
    assert force("force_4").is_confirmed


def test_the_matrix_counts_every_cell(town: Town) -> None:
    enter_contact(force(), "吴警官", areas=grids(town.grid, town.next_grid), actor=SYSTEM, at=NOON, on=TODAY)
    found = matrix([town.district], on=TODAY)
    assert (len(found.rows), len(found.forces), found.cells, found.gaps) == (12, 7, 84, 82)
    west, east = found.parts()
    assert (west.covered[0], east.covered[0], west.gaps, east.gaps) == (2, 0, 40, 42)
    assert round(west.percents[0], 1) == 33.3


def test_the_matrix_is_read_with_four_statements(town: Town) -> None:
    enter_contact(force(), "吴警官", areas=grids(town.grid, town.next_grid), actor=SYSTEM, at=NOON, on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        matrix([town.district], on=TODAY)
    assert len(queries) == 4


def test_a_grid_has_one_contact_a_kind(town: Town) -> None:
    [grid] = grids(town.grid)
    enter_contact(force(), "吴警官", areas=[grid], actor=SYSTEM, at=NOON, on=TODAY - 10 * DAY)
    enter_contact(force(), "郑警官", areas=[grid], actor=SYSTEM, at=NOON, on=TODAY)
    running = ForcePlacement.objects.get(area=grid, until_on__isnull=True)
    assert running.contact.name == "郑警官"
    assert matrix([town.grid], on=TODAY - DAY).rows[0].contacts[0] is not None
    refused(
        "starts_too_early",
        lambda: enter_contact(force(), "赵警官", areas=[grid], actor=SYSTEM, at=NOON, on=TODAY),
    )


def test_forces_answer_for_grids_alone(town: Town) -> None:
    [community] = grids(town.community)
    refused("not_a_grid", lambda: enter_contact(force(), "吴", areas=[community], actor=SYSTEM, at=NOON, on=TODAY))
    refused(
        "bad_phone",
        lambda: enter_contact(force(), "吴", areas=[], actor=SYSTEM, at=NOON, on=TODAY, phone="请打派出所"),
    )


def test_who_leaves_leaves_gaps_and_no_phone(town: Town) -> None:
    contact = enter_contact(
        force(), "吴警官", areas=grids(town.grid, town.next_grid), actor=SYSTEM, at=NOON, on=TODAY, phone="0531-110"
    )
    assert retire_contact(contact, TODAY, actor=SYSTEM, at=NOON) == 2
    contact.refresh_from_db()
    assert (contact.is_active, contact.work_phone) == (False, "")
    assert matrix([town.district], on=TODAY + DAY).gaps == 84
    refused(
        "contact_gone",
        lambda: place_contact(contact, grids(town.grid), actor=SYSTEM, at=NOON, from_on=TODAY + DAY),
    )


def test_a_street_places_at_its_own_grids(town: Town) -> None:
    actor = support(town)
    enter_contact(force(), "吴警官", areas=grids(town.grid), actor=actor, at=NOON, on=TODAY)
    with pytest.raises(Denied):
        enter_contact(force(), "郑警官", areas=grids(town.other_grid), actor=actor, at=NOON, on=TODAY)


def test_a_contact_is_shown_once_he_consents(town: Town) -> None:
    contact = enter_contact(
        force(),
        "吴警官",
        areas=grids(town.grid),
        actor=SYSTEM,
        at=NOON,
        on=TODAY,
        phone="0531-110",
        office="柳巷派出所",
    )
    assert public_team(town.grid, on=TODAY) == []
    set_consent(contact, True, actor=SYSTEM, at=NOON)
    [group] = public_team(town.grid, on=TODAY)
    assert (group.label, group.people[0].name, group.people[0].work_phone) == ("民警", "吴警官", "0531-110")
    set_consent(contact, False, actor=SYSTEM, at=NOON)
    assert public_team(town.grid, on=TODAY) == []
