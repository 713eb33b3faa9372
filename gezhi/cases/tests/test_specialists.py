"""专业力量: joined to the cases of their kind, told of them, and shown them first in their day."""

from datetime import timedelta

import pytest

from gezhi.cases.access import get_case
from gezhi.cases.actions import end_specialty, join_specialty, take
from gezhi.cases.models import Specialty
from gezhi.cases.tasks import MINE, QUESTIONS
from gezhi.cases.tests.story import Story
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import dispatch
from gezhi.kernel.refusals import Refused
from gezhi.matters.models import Category
from gezhi.people.models import Notice
from gezhi.testing import NOON, Town

pytestmark = pytest.mark.django_db
TODAY = local_day(NOON)


def joined(town: Town, code: str = "07", who: str = "specialist", by: str = "district_clerk") -> Specialty:
    category = Category.objects.get(code=code)
    user_id = town.user(who).pk
    return join_specialty(actor=town.actor(by), at=NOON, user_id=user_id, category_id=category.pk, valid_from=TODAY)


def mine(town: Town, story: Story) -> list[int]:
    rows = QUESTIONS["kind"].rows(town.actor("specialist", at=story.at), story.at)
    return list(rows.values_list("pk", flat=True))


def test_the_desk_is_told_and_the_case_stands_first_in_their_day(town: Town) -> None:
    joined(town)
    story, other, away = Story(town), Story(town), Story(town, grid=town.other_grid)
    story.accepted("lamp")
    other.accepted("rubbish")
    take("accept", away.case, actor=town.actor("stranger"), at=story.at, matter_id=town.matter("lamp").id)
    while dispatch(at=story.at):
        pass
    told = Notice.objects.filter(event__name="case.accepted")
    assert [(one.desk_id, one.subject_id) for one in told] == [(town.desk(town.community).pk, story.pk)]
    assert mine(town, story) == [story.pk]
    assert next(iter(MINE)) == "kind", "first of all"


def test_they_may_say_something_and_nothing_else(town: Town) -> None:
    joined(town)
    story = Story(town).accepted("lamp")
    specialist = town.actor("specialist", at=story.at)
    assert get_case(specialist, story.pk)
    story.take("note", "specialist", note="灯杆归供电公司。")
    with pytest.raises(Denied):
        story.take("claim", "specialist")
    story.take("claim", "worker")
    story.take("finish", "worker", result="好了")
    story.take("verify", "clerk", answer="好了")
    assert mine(town, story) == [], "over"


def test_from_a_day_until_a_day(town: Town) -> None:
    row = joined(town)
    story = Story(town).accepted("lamp")
    end_specialty(row, actor=town.actor("district_clerk"), at=NOON, valid_until=TODAY)
    assert mine(town, story) == [story.pk]
    story.at += timedelta(days=1)
    assert mine(town, story) == []


def test_who_may_join_whom(town: Town) -> None:
    joined(town)
    for who, by, error, code in (
        ("specialist", "district_clerk", Refused, "joined_already"),
        ("worker", "district_clerk", Refused, "no_specialist"),
        ("specialist", "street_clerk", Denied, ""),
    ):
        with pytest.raises(error) as refusal:
            joined(town, who=who, by=by)
        assert not code or refusal.value.code == code
