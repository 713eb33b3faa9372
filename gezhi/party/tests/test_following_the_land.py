"""A re-division takes the organisations and the allocation of members along, in its own transaction."""

import pytest

from gezhi.kernel.events import faults, timeline
from gezhi.party.actions import allocate
from gezhi.party.coverage import coverage
from gezhi.party.models import Member, OrgPlace
from gezhi.party.queries import allocation, members_for
from gezhi.party.tests.story import Story
from gezhi.territory.actions import effect_due_plans
from gezhi.territory.plans import preview
from gezhi.territory.tests.planning import DAY, ON_THE_DAY, approve, draft, merging, splitting

pytestmark = pytest.mark.django_db


def grids_of(story: Story, org: object) -> list[str]:
    rows = OrgPlace.objects.filter(org=org, until_on__isnull=True)
    return sorted(rows.values_list("area__code", flat=True))


def test_a_merger_takes_branch_and_members_to_the_new_grid(story: Story) -> None:
    member = story.member()
    town = story.town
    plan = approve(town, draft(town, merging(town.grid, town.next_grid)))
    assert preview(plan).moves["party"] == {"party_orgs": 3, "party_members": 1}
    assert effect_due_plans(at=ON_THE_DAY) == 1
    new = f"{town.community}004"
    for org in (story.branch, story.group, story.household):
        assert grids_of(story, org) == [new]
        after = story.again(org)
        assert faults(timeline(after), version=after.version) == []
    after = Member.objects.select_related("grid").get(pk=member.pk)
    assert (after.grid.code if after.grid else None, after.is_settled) == (new, True)
    assert coverage(town.community).lacking("branch") == []


def test_after_a_split_the_branch_stands_on_both_parts_and_somebody_looks_at_its_members(story: Story) -> None:
    member, town = story.member(), story.town
    approve(town, draft(town, splitting(town.grid)))
    effect_due_plans(at=ON_THE_DAY)
    parts = [f"{town.community}004", f"{town.community}005"]
    assert grids_of(story, story.branch) == sorted([town.next_grid, *parts])
    after = Member.objects.select_related("branch__area", "grid").get(pk=member.pk)
    assert after.grid is not None
    assert after.grid.code in parts
    keeper = story.actor("keeper", at=ON_THE_DAY)
    counts = allocation(members_for(keeper, on=DAY))
    assert (counts.waiting, counts.in_doubt) == (0, 1), "in doubt, and never unallocated"
    allocate([after], parts[1], actor=keeper, at=ON_THE_DAY)
    assert allocation(members_for(keeper, on=DAY)).in_doubt == 0


def test_two_branches_that_meet_on_a_grid_are_told(story: Story) -> None:
    town = story.town
    approve(town, draft(town, merging(town.next_grid, f"{town.community}003")))
    effect_due_plans(at=ON_THE_DAY)
    rivals = coverage(town.community).lacking("rivals")
    assert [one.code for one in rivals] == [f"{town.community}004"]
    assert {name for _key, name in rivals[0].branches} == {story.branch.name, story.other_branch.name}


def test_what_is_not_touched_stays_as_it_was(story: Story) -> None:
    other = story.again(story.other_branch)
    town = story.town
    approve(town, draft(town, merging(town.grid, town.next_grid)))
    effect_due_plans(at=ON_THE_DAY)
    assert story.again(story.other_branch).version == other.version
