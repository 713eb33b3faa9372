"""The same entry from several doors at one instant: one is kept, the others are told in words and never see a fault of the database."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gezhi.accounts.actions import enter_user
from gezhi.accounts.models import User
from gezhi.kernel.actions import publish_year, set_work_hours
from gezhi.kernel.calendar import NamedDay
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import define_category, define_matter, set_limit, take
from gezhi.matters.models import Application, Category, FundEntry, Matter, TimeLimit
from gezhi.matters.tests.story import batch, colleague, examine, submitted
from gezhi.people.access import actor_for
from gezhi.people.actions import Seat, found_department, open_desk, open_desks_for, seat_many
from gezhi.people.models import Department, Desk
from gezhi.people.roles import Role
from gezhi.territory.actions import define_area, import_areas
from gezhi.territory.area_rows import AreaRow
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, WEST, Town, at_once, standing_town

pytestmark = [pytest.mark.django_db(transaction=True)]
BY = {"actor": SYSTEM, "at": NOON}
NEW = f"{WEST}003"


@pytest.fixture
def living_town(transactional_db: None) -> Town:
    return standing_town()


def compete(do: Callable[[int], Any]) -> None:
    """Everybody gets an answer; whoever does not succeed is refused."""
    answers = at_once(6, do)
    faults = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)]
    assert not faults
    assert not all(isinstance(answer, Refused) for answer in answers)


def test_areas(living_town: Town) -> None:
    compete(lambda number: define_area(NEW, "榆树社区居民委员会", **BY))
    compete(lambda number: import_areas([AreaRow(2, f"{WEST}004", "桑园社区居民委员会")], **BY))
    assert Area.objects.filter(code__in=(NEW, f"{WEST}004")).count() == 2


def test_departments_and_desks(living_town: Town) -> None:
    district = Area.objects.get(code=living_town.district)
    compete(lambda number: found_department(code="parks", name="园林局", area=district, **BY))
    assert Department.objects.filter(code="parks").count() == 1
    area = define_area(NEW, "榆树社区居民委员会", **BY)
    compete(lambda number: open_desk(area=area, **BY) if number % 2 else open_desks_for([area], **BY))
    assert Desk.objects.filter(area=area).count() == 1


def test_users(living_town: Town) -> None:
    compete(lambda number: enter_user(username="newcomer", name="新来的", **BY))
    assert User.objects.filter(username="newcomer").count() == 1


def test_the_catalogue(living_town: Town) -> None:
    compete(lambda number: define_category(code="11", name="其他", is_confirmed=False, **BY))
    category = Category.objects.get(code="11")
    compete(lambda number: define_matter(code="1101", name="新事项", category=category, default_desk="street", **BY))
    assert Matter.objects.filter(code="1101").count() == 1
    day = date(2030, 1, 1)
    limit = {"kind": "handle", "amount": 3, "unit_of_time": "working_days", "valid_from": day}
    compete(lambda number: set_limit(**limit, **BY))
    assert TimeLimit.objects.filter(kind="handle", valid_from=day).count() == 1


def test_two_approve_at_once(living_town: Town) -> None:
    """The matter enters the catalogue once, and what was promised is promised once."""
    application = submitted(living_town, batches=(batch(living_town.street), batch(living_town.other_street)))
    seat_many(
        [
            Seat(
                living_town.user("nobody"),
                living_town.desk(living_town.district),
                Role.DISTRICT_CLERK,
                date(2020, 1, 1),
            )
        ],
        **BY,
    )
    reviewer = actor_for(living_town.user("nobody"), at=NOON)
    examine(application, reviewer)
    approvers = [living_town.actor("district_clerk"), colleague(living_town)]

    def approve(number: int) -> Any:
        fresh = Application.objects.get(pk=application.pk)
        return take("approve", fresh, actor=approvers[number % 2], at=NOON, comment="同意")

    compete(approve)
    assert Matter.objects.filter(name=application.name).count() == 1
    assert FundEntry.objects.filter(kind="promised").count() == 2


def test_the_calendar(living_town: Town) -> None:
    days = [NamedDay(date(2027, 1, 1), False, "元旦")]
    compete(lambda number: publish_year(2027, days, "某号通知", **BY))
    compete(lambda number: set_work_hours(date(2027, 1, 1), [["08:30", "12:00"]], **BY))
