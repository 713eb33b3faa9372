"""A street that ends hands its batches on: the matter stays offered on the land, and not a fen of its funds is lost."""

from datetime import timedelta

import pytest

from gezhi.kernel.events import timeline
from gezhi.matters.actions import take
from gezhi.matters.actions.regridding import MattersFollow
from gezhi.matters.models import Application
from gezhi.matters.queries import catalogue
from gezhi.matters.tests.story import FIRST, approved, batch, colleague, examine, submitted
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area
from gezhi.testing import DISTRICT, NOON, SYSTEM, Town

pytestmark = pytest.mark.django_db
NEW, OTHER_NEW = f"{DISTRICT}003", f"{DISTRICT}004"


def relocation(town: Town, *heirs: str, made: bool = True) -> Relocation:
    """The west ends; `heirs` take it over."""
    for code in heirs:
        Area.objects.get_or_create(
            code=code,
            defaults={
                "level": "street",
                "name": code,
                "short_name": code,
                "parent": Area.objects.get(code=DISTRICT),
                "version": 1,
            },
        )
    return Relocation(
        plan_id=1,
        day=FIRST,
        heirs={town.street: heirs},
        made=frozenset(heirs) if made else frozenset(),
        redrawn=frozenset(),
        locate=lambda lng, lat: None,
    )


def test_an_heir_has_it_from_the_same_day(town: Town) -> None:
    application = approved(town)
    moving = relocation(town, NEW)
    assert MattersFollow().foresee(moving) == {"batches": 1}
    assert MattersFollow().follow(moving, actor=SYSTEM, at=NOON) == {"batches": 1}
    matter = catalogue().get(application.matter_id or 0)
    assert matter.starts == ((NEW, FIRST),)
    fresh = Application.objects.get(pk=application.pk)
    assert timeline(fresh)[-1].data == {"plan": 1, "street": town.street, "heirs": [NEW]}


def test_several_heirs_share_the_funds_to_the_fen(town: Town) -> None:
    application = approved(town, batches=(batch(town.street, fen=1_000_001),))
    MattersFollow().follow(relocation(town, NEW, OTHER_NEW), actor=SYSTEM, at=NOON)
    shares = dict(application.batches.values_list("street__code", "yearly_fen"))
    assert shares == {NEW: 500_001, OTHER_NEW: 500_000}


def test_who_has_the_matter_already_keeps_the_own_day(town: Town) -> None:
    second = FIRST + timedelta(days=9)
    application = submitted(town, batches=(batch(town.street, fen=5), batch(town.other_street, on=second, fen=7)))
    examine(application, town.actor("district_clerk"))
    take("approve", application, actor=colleague(town), at=NOON)
    MattersFollow().follow(relocation(town, town.other_street, made=False), actor=SYSTEM, at=NOON)
    (left,) = application.batches.all()
    assert (left.street.code, left.starts_on, left.yearly_fen) == (town.other_street, second, 12)


def test_what_waits_for_the_street_is_examined_by_its_heir_or_the_district(town: Town) -> None:
    application = submitted(town)
    MattersFollow().follow(relocation(town, town.other_street, made=False), actor=SYSTEM, at=NOON)
    fresh = Application.objects.get(pk=application.pk)
    assert fresh.review_desk_id == town.desk(town.other_street).pk
    examine(fresh, town.actor("stranger"))
    assert fresh.stage == "reviewed"


def test_what_was_refused_stays_where_it_was(town: Town) -> None:
    application = submitted(town)
    take("withdraw", application, actor=town.actor("handler"), at=NOON, comment="不要了")
    assert MattersFollow().foresee(relocation(town, NEW)) == {"batches": 0}
