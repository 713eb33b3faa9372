"""The four-level tree: what may stand below what, where, and how an organisation ends without leaving anybody behind."""

import pytest

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.party.actions import dissolve_org, found_org, merge_org, move_org, rename_org, set_places
from gezhi.party.models import Member, OrgPlace, PartyOrg, Term
from gezhi.party.rules import PARENTS, OrgKind, fits_below
from gezhi.party.tests.story import TODAY, Story
from gezhi.territory.models import Area
from gezhi.testing import NOON, SYSTEM, at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", OrgKind.values)
@pytest.mark.parametrize("above", [None, *OrgKind.values])
def test_only_the_kinds_of_the_table_stand_above(story: Story, kind: str, above: str | None) -> None:
    """Every pair of kinds, tried on the real rows: a wrong parent is rejected whatever else would fit."""
    rows = {
        "district": story.district,
        "street": story.street,
        "committee": story.committee,
        "general_branch": story.found("general_branch", "总支", story.town.community, story.committee, story.town.grid),
        "branch": story.branch,
        "group": story.group,
        "household": story.household,
    }
    area = {"district": story.town.district, "street": story.town.other_street, "committee": story.town.next_community}
    grids = [story.town.grid] if kind not in area else []
    try:
        found_org(
            kind=kind, name="新的", area=Area.objects.get(code=area.get(kind, story.town.community)),
            parent=rows[above] if above else None, grids=grids, actor=SYSTEM, at=NOON,
        )  # fmt: skip
        outcome = "done"
    except Refused as refusal:
        outcome = refusal.code
    may = (above in PARENTS[OrgKind(kind)]) if PARENTS[OrgKind(kind)] else above is None
    assert fits_below(kind, above) is may
    # A second one at the top of the same district is refused for another reason.
    assert (outcome == "wrong_parent") is not may, outcome


@pytest.mark.parametrize(
    ("kind", "code", "grids", "refused"),
    [
        ("branch", "370103001002", ["370103001002001"], "area_elsewhere"),
        ("branch", "370103001001", ["370103001002001"], "grid_elsewhere"),
        ("branch", "370103001001", [], "empty"),
        ("branch", "370103001", ["370103001001001"], "wrong_area"),
    ],
)
def test_an_organisation_stays_inside_its_parents_land(
    story: Story, kind: str, code: str, grids: list[str], refused: str
) -> None:
    with pytest.raises(Refused) as refusal:
        story.found(kind, "新的", code, story.committee, *grids)
    assert refusal.value.code == refused


def test_a_group_stands_on_a_grid_of_its_branch(story: Story) -> None:
    with pytest.raises(Refused) as refusal:
        story.found("group", "三号院党小组", story.town.community, story.branch, f"{story.town.community}003")
    assert refusal.value.code == "grid_not_of_parent"


def test_a_community_has_one_committee(story: Story) -> None:
    with pytest.raises(Refused) as refusal:
        story.found("committee", "第二个综合党委", story.town.community, story.street)
    assert refusal.value.code == "one_an_area"


def test_who_does_the_party_s_affairs_founds_only_in_their_own_land(story: Story) -> None:
    """The community's keeper in the community, the street's in the street, nobody else anywhere."""
    for key, may in {"keeper": True, "party_affairs": True, "top_keeper": True, "next_keeper": False, "east_keeper": False,
                     "clerk": False, "district_clerk": False, "leader": False, "officer_system": False}.items():  # fmt: skip
        try:
            story.found("group", f"{key}的党小组", story.town.community, story.branch, story.town.grid, actor=story.actor(key), at=NOON)  # fmt: skip
            assert may, key
        except Denied:
            assert not may, key


def test_the_history_says_what_it_was_called_and_where_it_stood(story: Story) -> None:
    branch = story.again(story.branch)
    rename_org(branch, "柳巷新党支部", actor=SYSTEM, at=NOON)
    set_places(branch, [story.town.grid], actor=SYSTEM, at=NOON)
    assert [event.name for event in timeline(branch)] == ["party_org.founded", "party_org.renamed", "party_org.placed"]
    places = OrgPlace.objects.filter(org=branch).order_by("area__code").values_list("area__code", "until_on")
    assert list(places) == [(story.town.grid, None), (story.town.next_grid, TODAY)]
    assert faults(timeline(branch), version=branch.version) == []


def test_no_grid_is_taken_from_under_a_group_or_a_member(story: Story) -> None:
    story.member(grid=story.town.next_grid)
    with pytest.raises(Refused) as refusal:
        set_places(story.again(story.branch), [story.town.next_grid], actor=SYSTEM, at=NOON)
    assert refusal.value.code == "children_there"
    with pytest.raises(Refused) as refusal:
        set_places(story.again(story.branch), [story.town.grid], actor=SYSTEM, at=NOON)
    assert refusal.value.code == "members_there"


def test_dissolving_waits_until_nobody_is_left_below(story: Story) -> None:
    member = story.member()
    for org, code in ((story.branch, "children_there"), (story.group, "children_there")):
        with pytest.raises(Refused) as refusal:
            dissolve_org(story.again(org), actor=SYSTEM, at=NOON, reason="调整")
        assert refusal.value.code == code
    dissolve_org(story.again(story.household), actor=SYSTEM, at=NOON, reason="搬走了")
    dissolve_org(story.again(story.group), actor=SYSTEM, at=NOON, reason="人太少")
    with pytest.raises(Refused) as refusal:
        dissolve_org(story.again(story.branch), actor=SYSTEM, at=NOON, reason="调整")
    assert refusal.value.code == "members_there"
    assert Member.objects.get(pk=member.pk).branch_id == story.branch.pk
    group = story.again(story.group)
    assert (group.ended_on, group.ending, timeline(group)[-1].note) == (TODAY, "dissolved", "人太少")
    assert not OrgPlace.objects.filter(org=group, until_on__isnull=True).exists()


def test_merging_takes_grids_groups_members_along_and_ends_the_terms(story: Story) -> None:
    story.appointed(story.branch)
    member = story.member()
    org, into = story.again(story.branch), story.again(story.other_branch)
    merge_org(org, into, actor=SYSTEM, at=NOON, reason="两个支部合署")
    org, into = story.again(org), story.again(into)
    assert (org.ending, org.merged_into_id, org.ended_on) == ("merged", into.pk, TODAY)
    assert set(OrgPlace.objects.filter(org=into, until_on__isnull=True).values_list("area__code", flat=True)) == {
        story.town.grid, story.town.next_grid, f"{story.town.community}003",
    }  # fmt: skip
    assert Member.objects.get(pk=member.pk).branch_id == into.pk
    assert story.again(story.group).parent_id == into.pk
    assert not Term.objects.filter(org=org, until_on__isnull=True).exists()
    for one in (org, into, story.again(story.group)):
        assert faults(timeline(one), version=one.version) == []


def test_only_like_goes_into_like(story: Story) -> None:
    with pytest.raises(Refused) as refusal:
        merge_org(story.again(story.group), story.again(story.branch), actor=SYSTEM, at=NOON, reason="合并")
    assert refusal.value.code == "cannot_merge"


def test_a_branch_moves_below_a_general_branch(story: Story) -> None:
    general = story.found(
        "general_branch", "柳巷网格党总支", story.town.community, story.committee, story.town.grid, story.town.next_grid
    )
    move_org(story.again(story.branch), general, actor=SYSTEM, at=NOON)
    assert story.again(story.branch).parent_id == general.pk
    with pytest.raises(Refused) as refusal:
        move_org(story.again(story.other_branch), general, actor=SYSTEM, at=NOON)
    assert refusal.value.code == "grid_not_of_parent"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_found_the_same_at_once_one_succeeds(story: Story) -> None:
    """Neither two committees of one community nor two organisations of one name come about."""
    area = Area.objects.get(code=story.town.next_community)

    def do(number: int) -> object:
        return found_org(
            kind="committee", name=f"槐树综合党委{number}", area=area, parent=story.street, actor=SYSTEM, at=NOON
        )

    outcomes = at_once(4, do)
    done = [one for one in outcomes if isinstance(one, PartyOrg)]
    refused = [one for one in outcomes if isinstance(one, Refused | Conflict)]
    assert (len(done), len(refused)) == (1, 3), outcomes
    assert PartyOrg.objects.standing().filter(kind="committee", area=area).count() == 1
