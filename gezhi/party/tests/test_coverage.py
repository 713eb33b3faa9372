"""Which grids the party's organisations cover, over a real tree and over one made at random."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.party.actions import dissolve_org
from gezhi.party.coverage import coverage, covered
from gezhi.party.tests.story import Story
from gezhi.testing import NOON, SYSTEM


@pytest.mark.django_db
def test_every_level_counts_its_own_grids_and_names_the_gaps(story: Story) -> None:
    town = story.town
    district = coverage(town.district)
    assert [(line.code, line.grids, line.with_branch, line.with_group) for line in district.lines] == [
        (town.street, 6, 3, 1),
        (town.other_street, 6, 0, 0),
    ]
    assert (district.total.grids, district.total.with_branch, district.total.with_household) == (12, 3, 1)
    assert district.total.share == 0.25
    community = coverage(town.community)
    assert community.lines == []
    assert [one.code for one in community.lacking("branch")] == []
    assert [one.code for one in community.lacking("group")] == [town.next_grid, f"{town.community}003"]
    assert community.grids[0].branches == ((story.branch.pk, story.branch.name),)


@pytest.mark.django_db
def test_what_has_ended_covers_nothing(story: Story) -> None:
    dissolve_org(story.again(story.other_branch), actor=SYSTEM, at=NOON, reason="撤销")
    assert [one.code for one in coverage(story.town.community).lacking("branch")] == [f"{story.town.community}003"]


@pytest.mark.django_db
def test_a_general_branch_is_no_rival_of_its_branches(story: Story) -> None:
    story.found("general_branch", "总支", story.town.community, story.committee, story.town.grid)
    assert coverage(story.town.community).lacking("rivals") == []


KINDS = ("general_branch", "branch", "group", "household")


@given(st.lists(st.lists(st.sampled_from(KINDS), max_size=5), max_size=20))
def test_a_gap_is_named_exactly_where_something_is_missing(grids: list[list[str]]) -> None:
    rows = [
        covered(f"3701030010010{number:02d}", "residential", [(key, str(key), kind) for key, kind in enumerate(kinds)])
        for number, kinds in enumerate(grids)
    ]
    gaps = [one.lacks for one in rows]
    for kinds, gap in zip(grids, gaps, strict=True):
        assert ("branch" in gap) is not bool({"branch", "general_branch"} & set(kinds))
        assert ("group" in gap) is ("group" not in kinds)
        assert ("household" in gap) is ("household" not in kinds)
        assert ("rivals" in gap) is (
            kinds.count("branch") > 1 or ("branch" not in kinds and kinds.count("general_branch") > 1)
        )
