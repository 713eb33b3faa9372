"""One secretary at a time, and a vacancy that nobody overlooks."""

from datetime import date, timedelta

import pytest

from gezhi.accounts.actions import retire_user
from gezhi.kernel.events import dispatch, faults, timeline
from gezhi.kernel.refusals import Refused
from gezhi.party.actions import appoint, end_term, mark_vacancies
from gezhi.party.models import PartyOrg, Term
from gezhi.party.queries import first_responsible, vacancies
from gezhi.party.tests.story import A_DAY, TODAY, Story
from gezhi.people.actions import seat
from gezhi.people.models import Notice, Post
from gezhi.people.roles import Role
from gezhi.testing import NOON, SYSTEM, at_once

pytestmark = pytest.mark.django_db


def told(story: Story, org: PartyOrg) -> set[str]:
    """The codes of the areas whose desks were told of a vacancy of this organisation."""
    while dispatch(at=NOON):
        pass
    rows = Notice.objects.filter(subject_kind="party_org", subject_id=org.pk, event__name="party_org.vacant")
    return set(rows.values_list("desk__area__code", flat=True))


def test_removing_the_secretary_raises_the_alert_at_once(story: Story) -> None:
    term = story.appointed(story.branch, from_on=TODAY - 30 * A_DAY)
    mark_vacancies(actor=SYSTEM, at=NOON)
    assert told(story, story.branch) == set()
    assert first_responsible(story.town.grid, on=TODAY) == term
    end_term(Term.objects.get(pk=term.pk), actor=story.actor("keeper"), at=NOON, until_on=TODAY - A_DAY)
    assert story.again(story.branch).vacant_since == TODAY
    assert told(story, story.branch) == {story.town.community, story.town.street}
    assert first_responsible(story.town.grid, on=TODAY) is None
    assert story.branch in vacancies(PartyOrg.objects.all(), on=TODAY)


def test_a_secretary_answers_for_the_level_as_long_as_the_term_lasts(story: Story) -> None:
    term = story.appointed(story.branch, from_on=TODAY - 30 * A_DAY)
    while dispatch(at=NOON):
        pass
    post = Post.objects.get(role=Role.FIRST_PERSON, desk=story.town.desk(story.town.grid))
    assert (post.user, post.from_on, post.until_on) == (term.user, term.from_on, None)
    end_term(Term.objects.get(pk=term.pk), actor=story.actor("keeper"), at=NOON, until_on=TODAY - A_DAY)
    while dispatch(at=NOON):
        pass
    post.refresh_from_db()
    assert post.until_on == TODAY - A_DAY
    # The desk of the vacant post and the one above hear of it.
    assert Notice.objects.filter(event__name="post.ended", desk=story.town.desk(story.town.grid)).exists()


def test_whoever_holds_the_post_already_keeps_it(story: Story) -> None:
    desk = story.town.desk(story.town.grid)
    before = seat(story.town.user("leader"), desk, Role.FIRST_PERSON, actor=SYSTEM, at=NOON, from_on=TODAY - 90 * A_DAY)
    story.appointed(story.branch, from_on=TODAY - 30 * A_DAY)
    while dispatch(at=NOON):
        pass
    assert Post.objects.get(role=Role.FIRST_PERSON, desk=desk) == before


def test_a_term_that_runs_out_is_found_by_the_job_of_the_day_and_told_once(story: Story) -> None:
    story.appointed(story.branch, until_on=TODAY + 2 * A_DAY)
    mark_vacancies(actor=SYSTEM, at=NOON + 2 * A_DAY)
    assert story.again(story.branch).vacant_since is None
    for day in (3, 4):
        mark_vacancies(actor=SYSTEM, at=NOON + day * A_DAY)
    assert story.again(story.branch).vacant_since == TODAY + 3 * A_DAY
    names = [event.name for event in timeline(story.again(story.branch))]
    assert names.count("party_org.vacant") == 1
    story.appointed(story.branch, "clerk", at=NOON + 5 * A_DAY, from_on=TODAY + 5 * A_DAY)
    branch = story.again(story.branch)
    assert (branch.vacant_since, timeline(branch)[-1].name) == (None, "party_org.filled")
    assert faults(timeline(branch), version=branch.version) == []


def test_only_levels_with_a_secretary_can_lack_one(story: Story) -> None:
    mark_vacancies(actor=SYSTEM, at=NOON)
    marked = set(PartyOrg.objects.filter(vacant_since__isnull=False).values_list("kind", flat=True))
    assert marked == {"district", "street", "committee", "branch"}


@pytest.mark.parametrize(
    ("from_days", "until_days", "is_taken"),
    [(0, None, True), (-5, 0, True), (10, 20, True), (11, None, True), (-5, -1, False)],
)
def test_one_at_a_time(story: Story, from_days: int, until_days: int | None, is_taken: bool) -> None:
    story.appointed(story.branch)
    until_on = TODAY + until_days * A_DAY if until_days is not None else None
    try:
        story.appointed(story.branch, "clerk", from_on=TODAY + from_days * A_DAY, until_on=until_on)
        assert not is_taken
    except Refused as refusal:
        assert is_taken
        assert refusal.code == "office_taken"


def test_the_next_one_follows_on_the_day_after(story: Story) -> None:
    term = story.appointed(story.branch)
    end_term(term, actor=SYSTEM, at=NOON, until_on=TODAY + 9 * A_DAY)
    story.appointed(story.branch, "clerk", from_on=TODAY + 10 * A_DAY)
    names = [first_responsible(story.town.grid, on=TODAY + day * A_DAY).holder_name for day in (9, 10)]  # type: ignore[union-attr]
    assert names == ["孙网格", "钱坐席"]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_appoint_at_once_one_succeeds(story: Story) -> None:
    users = [story.town.user(key) for key in ("leader", "clerk", "worker", "adviser")]
    branch = story.again(story.branch)

    def do(number: int) -> object:
        return appoint(branch, "secretary", user=users[number], from_on=TODAY, actor=SYSTEM, at=NOON)

    outcomes = at_once(4, do)
    assert sum(isinstance(one, Term) for one in outcomes) == 1, outcomes
    assert Term.objects.filter(org=branch, until_on__isnull=True).count() == 1


def test_who_leaves_the_house_is_secretary_no_more(story: Story) -> None:
    story.appointed(story.branch, from_on=date(2020, 1, 6))
    retire_user(story.town.user("leader"), actor=SYSTEM, at=NOON)
    while dispatch(at=NOON):
        pass
    assert Term.objects.get().until_on == TODAY - timedelta(days=1)
    assert story.again(story.branch).vacant_since == TODAY


def test_an_officer_is_nobody_s_secretary_and_a_group_has_a_head(story: Story) -> None:
    for org, office, key, code in (
        (story.branch, "secretary", "officer_audit", "no_such_user"),
        (story.group, "secretary", "leader", "no_such_office"),
        (story.branch, "head", "leader", "no_such_office"),
    ):
        with pytest.raises(Refused) as refusal:
            story.appointed(org, key, office)
        assert refusal.value.code == code


def test_the_head_of_a_household_is_a_member_of_the_branch_above(story: Story) -> None:
    ours, other = story.member(), story.member("D-002", "花二民", branch=story.other_branch, grid="")
    appoint(story.again(story.household), "head", member=ours, from_on=TODAY, actor=SYSTEM, at=NOON)
    with pytest.raises(Refused) as refusal:
        appoint(story.again(story.group), "head", member=other, from_on=TODAY, actor=SYSTEM, at=NOON)
    assert refusal.value.code == "member_elsewhere"
