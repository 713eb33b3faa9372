"""Members: as little of them as possible, all of them allocated, nothing left of who has left."""

from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from openpyxl import Workbook

from gezhi.kernel.access import Denied
from gezhi.kernel.events import faults, timeline
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.party.access import get_member
from gezhi.party.actions import (
    RollReport,
    allocate,
    allocate_where_clear,
    change_branch,
    enter_member,
    import_roll,
    let_go,
    link_account,
)
from gezhi.party.models import Member
from gezhi.party.queries import allocation, members_for
from gezhi.party.roll_files import UnreadableRoll, read_roll
from gezhi.party.tests.story import TODAY, Story
from gezhi.territory.models import Area
from gezhi.testing import CAST, NOON

pytestmark = pytest.mark.django_db
HEADINGS = ("编号", "姓名", "党支部", "网格编码")


def workbook(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def invented(story: Story, count: int = 200, without_grid: int = 3) -> list[tuple[Any, ...]]:
    """Members of both branches; the last few say no grid."""
    rows = []
    for number in range(count):
        branch = story.branch if number % 3 else story.other_branch
        grid = story.town.grid if branch is story.branch else f"{story.town.community}003"
        rows.append(
            (f"Z{number:04d}", f"党员{number:03d}", branch.name, "" if number >= count - without_grid else grid)
        )
    return rows


def take_in(story: Story, data: bytes, *, is_trial: bool = False, who: str = "keeper") -> RollReport:
    area = Area.objects.get(code=story.town.community)
    return import_roll(read_roll(data), area, actor=story.actor(who), at=NOON, is_trial=is_trial)


def test_two_hundred_come_in_and_the_three_without_a_grid_are_listed(story: Story) -> None:
    report = take_in(story, workbook(*invented(story)))
    assert (report.created, report.without_grid, report.errors) == (200, 3, [])
    seen = members_for(story.actor("keeper"), on=TODAY)
    assert (allocation(seen).members, allocation(seen).waiting) == (200, 3)
    for branch in (story.branch, story.other_branch):
        waiting = list(seen.filter(branch=branch, grid__isnull=True))
        allocate(waiting, story.town.grid if branch is story.branch else f"{story.town.community}003",
                 actor=story.actor("keeper"), at=NOON)  # fmt: skip
    assert allocation(members_for(story.actor("keeper"), on=TODAY)).waiting == 0


def test_a_trial_says_the_same_and_writes_nothing(story: Story) -> None:
    data = workbook(*invented(story, 20))
    before = Event.objects.count()
    trial = take_in(story, data, is_trial=True)
    assert (Member.objects.count(), Event.objects.count()) == (0, before)
    real = take_in(story, data)
    assert (trial.created, trial.without_grid) == (real.created, real.without_grid) == (20, 3)


def test_a_second_time_changes_nothing_and_a_corrected_row_changes_one(story: Story) -> None:
    rows = invented(story, 20, 0)
    take_in(story, workbook(*rows))
    again = take_in(story, workbook(*rows))
    assert (again.created, again.changed, again.unchanged) == (0, 0, 20)
    rows[0] = (rows[0][0], "改了名", *rows[0][2:])
    again = take_in(story, workbook(*rows))
    assert (again.created, again.changed, again.unchanged) == (0, 1, 19)
    member = Member.objects.get(number=rows[0][0])
    assert (member.name, faults(timeline(member), version=member.version)) == ("改了名", [])
    assert "改了名" not in str([event.data for event in timeline(member)])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("", "党员", "柳巷第一网格党支部", ""), "empty"),
        (("A1", "", "柳巷第一网格党支部", ""), "empty"),
        (("A1", "党" * 41, "柳巷第一网格党支部", ""), "too_long"),
        (("A1", "党员", "没有的党支部", ""), "no_branch"),
        (("A1", "党员", "柳巷一号院党小组", ""), "no_branch"),
        (("A1", "党员", "柳巷第一网格党支部", "370103001001003"), "grid_elsewhere"),
        (("A1", "党员", "柳巷第一网格党支部", "370103002001001"), "grid_elsewhere"),
        (("370103199001011234", "党员", "柳巷第一网格党支部", ""), "identity_number"),
        (("13812345678", "党员", "柳巷第一网格党支部", ""), "phone_number"),
        (("A1", "党员 138 1234 5678", "柳巷第一网格党支部", ""), "phone_number"),
        (("B1", "党员", "柳巷第一网格党支部", ""), "number_twice"),
    ],
)
def test_a_row_in_error_says_why_and_holds_up_no_other(story: Story, row: tuple[str, ...], code: str) -> None:
    good = ("B1", "好党员", "柳巷第一网格党支部", "")
    report = take_in(story, workbook(row, ("B2", "好党员二", "柳巷第一网格党支部", ""), good))
    assert (report.errors[0].line, report.errors[0].code) == (2, code)
    assert report.created == (1 if code == "number_twice" else 2)


@pytest.mark.parametrize("heading", ["身份证号", "手机号码", "家庭住址", "出生日期", "健康状况", "备注"])
def test_a_file_with_a_column_that_nobody_needs_is_refused_as_a_whole(story: Story, heading: str) -> None:
    data = workbook(("A1", "党员", "柳巷第一网格党支部", "", "x"), headings=(*HEADINGS, heading))
    with pytest.raises(UnreadableRoll) as wrong:
        read_roll(data)
    assert (wrong.value.reason, wrong.value.headings) == ("too_many", (heading,))


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "workbook"), (b"PK\x03\x04x", "workbook"), (workbook(headings=("编号", "姓名")), "missing")],
)
def test_what_is_no_roll_says_so(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableRoll) as wrong:
        read_roll(data)
    assert wrong.value.reason == reason


def test_numbers_that_excel_keeps_as_numbers_are_read_as_typed(story: Story) -> None:
    report = take_in(story, workbook((1001.0, "党员", "柳巷第一网格党支部", 370103001001001)))
    assert (report.created, Member.objects.get().number) == (1, "1001")


def test_the_table_of_members_has_no_room_for_more() -> None:
    """The whole of what is kept of a member. A column more is a decision about people and not a detail."""
    names = {field.name for field in apps.get_model("party.Member")._meta.local_fields}
    assert names == {"id", "version", "number", "name", "branch", "grid", "is_settled", "user", "left_on"}


def test_members_are_seen_by_those_who_keep_them_and_nobody_else(story: Story) -> None:
    """By everybody of the house: the party's people above, the secretary of the branch, and no one else."""
    story.appointed(story.branch, "leader")
    story.appointed(story.other_branch, "clerk")
    ours, other = story.member(), story.member("D-002", "花二民", branch=story.other_branch, grid="")
    both, mine = {ours.pk, other.pk}, {ours.pk}
    expected = {"keeper": both, "party_affairs": both, "top_keeper": both, "leader": mine, "clerk": {other.pk}}
    for key in [*CAST, "keeper", "next_keeper", "east_keeper", "top_keeper"]:
        actor = story.actor(key)
        seen = set(members_for(actor, on=TODAY).values_list("pk", flat=True))
        assert seen == expected.get(key, set()), key
        for one in (ours, other):
            try:
                assert get_member(actor, one.pk, on=TODAY) == one
                assert one.pk in seen, key
            except Missing:
                assert one.pk not in seen, key


def test_a_term_that_is_over_opens_nothing(story: Story) -> None:
    story.appointed(story.branch, "leader", from_on=TODAY, until_on=TODAY)
    member = story.member()
    assert get_member(story.actor("leader"), member.pk, on=TODAY) == member
    with pytest.raises(Missing):
        get_member(story.actor("leader"), member.pk, on=TODAY.replace(day=TODAY.day + 1))


def test_without_a_post_that_may_serve_a_term_opens_nothing(story: Story) -> None:
    """Whoever left their post is no longer let in by a term that somebody forgot to end."""
    story.appointed(story.branch, "nobody")
    member = story.member()
    with pytest.raises(Missing):
        get_member(story.actor("nobody"), member.pk, on=TODAY)


def test_strangers_enter_and_allocate_nobody(story: Story) -> None:
    member = story.member()
    for key in ("clerk", "leader", "east_keeper", "next_keeper", "district_clerk"):
        with pytest.raises(Denied):
            enter_member(story.branch, number="X", name="某某", actor=story.actor(key), at=NOON)
        with pytest.raises(Denied):
            allocate([member], story.town.next_grid, actor=story.actor(key), at=NOON)


def test_where_a_branch_has_one_grid_nobody_has_to_choose(story: Story) -> None:
    for number in range(3):
        story.member(f"E{number}", "某某", branch=story.other_branch, grid="")
    assert allocate_where_clear(story.other_branch, actor=story.actor("keeper"), at=NOON) == 3
    with pytest.raises(Refused) as refusal:
        allocate_where_clear(story.branch, actor=story.actor("keeper"), at=NOON)
    assert refusal.value.code == "several_grids"


def test_who_goes_to_another_branch_waits_for_a_grid_there(story: Story) -> None:
    member = story.member()
    change_branch(member, story.other_branch, actor=story.actor("keeper"), at=NOON)
    after = Member.objects.get(pk=member.pk)
    assert (after.branch_id, after.grid_id) == (story.other_branch.pk, None)


def test_nothing_is_left_of_who_has_left(story: Story) -> None:
    member = story.member("D-9", "鲁一民")
    link_account(member, story.town.user("worker"), actor=story.actor("keeper"), at=NOON)
    let_go(member, actor=story.actor("keeper"), at=NOON)
    after = Member.objects.get(pk=member.pk)
    assert (after.number, after.name, after.user_id, after.grid_id, after.left_on) == ("", "", None, None, TODAY)
    assert "鲁一民" not in str(list(Event.objects.filter(subject_kind="party_member").values()))
    assert faults(timeline(after), version=after.version) == []
    with pytest.raises(Missing):
        get_member(story.actor("keeper"), member.pk, on=TODAY)
    story.member("D-9", "另一人")
