"""The party by the API: organisations and numbers for those who see them, and never a member."""

import json
from collections.abc import Callable

import pytest

from gezhi.party.actions import plan_activity, take_activity_step
from gezhi.party.models import Activity
from gezhi.party.tests.story import A_DAY, TODAY, Story
from gezhi.testing import CAST, NOON, SYSTEM, Town
from gezhi.web.api import api
from gezhi.web.tests.conftest import Caller

pytestmark = pytest.mark.django_db
Call = Callable[[str], Caller]
NAME = "鲁一民"


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


def test_organisations_are_given_to_those_who_see_them(story: Story, caller: Call) -> None:
    """By everybody of the cast: the street's party affairs see the west, a branch's secretary the branch and what is below."""
    story.appointed(story.branch, "leader")
    expected = {
        "party_affairs": {story.street.pk, story.committee.pk, story.branch.pk, story.other_branch.pk, story.group.pk, story.household.pk},
        "leader": {story.branch.pk, story.group.pk, story.household.pk},
    }  # fmt: skip
    for key in [key for key in CAST if not key.startswith("officer")]:
        answer = caller(key).get("/party/orgs")
        seen = {one["id"] for one in answer.body["items"]} if answer.status == 200 else set()
        assert seen == expected.get(key, set()), key
        assert answer.status in (200, 403), key


def test_an_organisation_by_its_kind_and_area(story: Story, caller: Call) -> None:
    story.appointed(story.branch, "leader")
    found = caller("party_affairs").get("/party/orgs", kind="branch", area=story.town.community).body["items"]
    assert [(one["name"], one["grids"]) for one in found] == [
        ("柳巷第一网格党支部", [story.town.grid, story.town.next_grid]),
        ("柳巷第三网格党支部", [f"{story.town.community}003"]),
    ]
    assert [one["secretary"] for one in found] == [story.town.user("leader").pk, None]
    assert caller("party_affairs").get("/party/orgs", colour="red").status == 400


def test_coverage_and_vacancies(story: Story, caller: Call) -> None:
    party = caller("party_affairs")
    seen = party.get("/party/coverage", area=story.town.street).body
    assert (seen["grids"], seen["with_branch"], seen["with_group"]) == (6, 3, 1)
    assert story.town.grid not in [one["code"] for one in seen["lacking"]]
    assert party.get("/party/coverage", area=story.town.district).status == 403, "the district is not theirs"
    assert {one["name"] for one in party.get("/party/vacancies").body["items"]} >= {"柳巷社区综合党委"}
    for path in ("/party/vacancies", f"/party/coverage?area={story.town.community}"):
        for key in ("clerk", "leader", "district_clerk", "stranger", "inspector"):
            assert caller(key).get(path).status == 403, (key, path)


def test_activities_are_numbers(story: Story, caller: Call) -> None:
    member = story.member("D-01", NAME)
    row = plan_activity(story.branch, kind="lecture", title="党课", on=TODAY, actor=SYSTEM, at=NOON)
    take_activity_step(
        "record", row, on=TODAY, minutes="鲁一民发言。", present=[member.pk], actor=SYSTEM, at=NOON + A_DAY
    )
    answer = caller("party_affairs").get("/party/activities", stage="held")
    assert [(one["title"], one["expected"], one["present"]) for one in answer.body["items"]] == [("党课", 1, 1)]
    assert NAME not in json.dumps(answer.body, ensure_ascii=False)
    assert caller("clerk").get("/party/activities").body["items"] == []
    assert Activity.objects.get().minutes == "鲁一民发言。"


def test_members_points_and_lists_have_no_address() -> None:
    """What is a person's is asked for on the pages, where it is checked who asks and why."""
    described = json.dumps(api.get_openapi_schema(), ensure_ascii=False, default=str)
    paths = [path for path in json.loads(described)["paths"] if "/party/" in path]
    assert sorted(path.rpartition("/")[2] for path in paths) == ["activities", "coverage", "orgs", "vacancies"]
    ours = json.loads(described)["components"]["schemas"]
    assert not [name for name in ours if "minutes" in ours[name].get("properties", {}) and "Party" in name]
    for word in ("point_entry", "PointEntry", "cultivation", "reserve_talent", "D-01"):
        assert f'"{word}"' not in described, word
