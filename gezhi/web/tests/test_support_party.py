"""The room 党建 of the support workspace, page by page: who is let in, what stands there, what a form does."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from gezhi.kernel.events import timeline
from gezhi.party.actions import (
    decide_points,
    define_point_rule,
    enter_cultivation,
    link_account,
    plan_activity,
    recommend,
)
from gezhi.party.models import Activity, Cultivation, Member, PartyOrg, PointEntry, ReserveTalent, Term
from gezhi.party.tests.story import TODAY, Story
from gezhi.party.tests.test_members import invented, workbook
from gezhi.territory.models import Area
from gezhi.testing import CAST, NOON, SYSTEM, Town
from gezhi.web.tests.desk import seal_in, words

pytestmark = pytest.mark.django_db
BASE = "/support/party/"
EVERYBODY = [*CAST, "keeper", "next_keeper", "east_keeper", "top_keeper"]
PARTY_PEOPLE = {"keeper", "party_affairs", "top_keeper", "next_keeper", "east_keeper"}
SERVING = {"leader", "clerk", "other_clerk", "stranger"}
NAME = "鲁一民"


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


class Browsers:
    """`browsers("keeper")` is a browser in which that person is signed in."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def __call__(self, key: str) -> Client:
        client = Client()
        user = self.story.users.get(key) or self.story.town.user(key)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client


@pytest.fixture
def browsers(story: Story) -> Browsers:
    return Browsers(story)


def send(client: Client, path: str, **data: Any) -> Any:
    """Open a form and send it, as a browser does."""
    page = client.get(path).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    return client.post(path, {"seal": seal_in(page), "seen": seen[1] if seen else "", **data}, follow=True)


# --- who ----------------------------------------------------------------------------------------------------------------

PAGES = {
    "orgs/": PARTY_PEOPLE | SERVING,
    "orgs/orgs.xlsx": PARTY_PEOPLE | SERVING,
    "coverage/": PARTY_PEOPLE,
    "coverage/coverage.xlsx": PARTY_PEOPLE,
    "vacancies/": PARTY_PEOPLE,
    "lagging/": PARTY_PEOPLE | SERVING,
    "members/": PARTY_PEOPLE | SERVING,
    "members/members.xlsx": PARTY_PEOPLE | SERVING,
    "members/roll/": PARTY_PEOPLE | SERVING,
    "activities/": PARTY_PEOPLE | SERVING,
    "points/": PARTY_PEOPLE | SERVING,
    "cultivation/": PARTY_PEOPLE,
    "reserve/": PARTY_PEOPLE,
    "rules/": PARTY_PEOPLE,
}


@pytest.mark.parametrize("path", PAGES)
def test_who_opens_which_page(browsers: Browsers, path: str) -> None:
    """Everybody of the house at every page; the others are told which right they lack, or have nothing here at all."""
    for key in EVERYBODY:
        status = browsers(key).get(BASE + path).status_code
        assert (status == 200) is (key in PAGES[path]), (key, status)
        assert status in (200, 302, 403), key


def test_who_is_not_signed_in_is_sent_to_sign_in(story: Story) -> None:
    for path in (*PAGES, "points/mine/"):
        answer = Client().get(BASE + path)
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_no_page_shows_a_member_to_who_serves_no_branch(story: Story, browsers: Browsers) -> None:
    """A grid leader or clerk without a term sees the room and nobody in it; with a term, their own branch."""
    member = story.member("D-77", NAME)
    for key in ("leader", "clerk", "stranger", "next_keeper", "east_keeper"):
        for path in ("members/", "members/members.xlsx", "orgs/", f"members/{member.pk}/", f"orgs/{story.branch.pk}/"):
            answer = browsers(key).get(BASE + path)
            assert NAME not in answer.content.decode(errors="ignore"), (key, path)
        assert browsers(key).get(f"{BASE}members/{member.pk}/").status_code == 404
    story.appointed(story.branch, "leader")
    assert NAME in words(browsers("leader").get(BASE + "members/"))


# --- the tree -----------------------------------------------------------------------------------------------------------


def test_the_tree_of_a_community_and_one_organisation(story: Story, browsers: Browsers) -> None:
    story.appointed(story.branch)
    page = words(browsers("keeper").get(BASE + "orgs/"))
    for name in ("柳巷社区综合党委", "柳巷第一网格党支部", "柳巷一号院党小组", "柳巷一号院中心户", "孙网格", "空缺"):
        assert name in page
    one = words(browsers("keeper").get(f"{BASE}orgs/{story.branch.pk}/"))
    assert "孙网格" in one
    assert "书记" in one
    district = words(browsers("top_keeper").get(BASE + "orgs/"))
    assert "西关街道党工委" in district
    assert "柳巷第一网格党支部" not in district, "a level at a time"


def test_founding_a_group_and_what_is_wrong_stands_beside_the_field(story: Story, browsers: Browsers) -> None:
    path = f"{BASE}orgs/new/group/?area={story.town.community}"
    data = {
        "name": "柳巷二号院党小组",
        "parent": str(story.branch.pk),
        "grids": [story.town.next_grid],
        "on": "2026-03-02",
    }
    wrong = send(browsers("keeper"), path, **data | {"grids": [f"{story.town.community}003"]})
    assert wrong.status_code == 422
    assert "所选网格不在上级党组织的网格内。" in words(wrong)
    assert "柳巷二号院党小组" in wrong.content.decode(), "what was typed is still there"
    assert "已设立柳巷二号院党小组" in words(send(browsers("keeper"), path, **data))
    assert browsers("clerk").get(path).status_code == 403


def test_every_deed_by_its_form(story: Story, browsers: Browsers) -> None:
    client, base = browsers("keeper"), f"{BASE}orgs/{story.branch.pk}/"
    leader = str(story.town.user("leader").pk)
    send(client, base + "appoint/", office="secretary", user=leader, from_on="2026-03-02", until_on="")
    term = Term.objects.get()
    assert term.user_id == int(leader)
    send(client, f"{base}terms/{term.pk}/end/", until_on=str(timezone.localdate() - timedelta(days=1)))
    assert "书记空缺" in words(client.get(base))
    assert "柳巷第一网格党支部" in words(client.get(BASE + "vacancies/"))
    send(client, base + "rename/", name="柳巷新支部")
    send(client, base + "places/", grids=[story.town.grid])
    send(client, base + "merge/", other=str(story.other_branch.pk), reason="合署")
    assert story.again(story.branch).merged_into_id == story.other_branch.pk
    page = words(client.get(base))
    assert "并入柳巷第三网格党支部" in page
    assert client.get(base + "rename/").status_code == 404, "nothing more can be done with it"


def test_a_double_click_founds_once(story: Story, browsers: Browsers) -> None:
    client, path = browsers("keeper"), f"{BASE}orgs/new/group/?area={story.town.community}"
    seal = seal_in(client.get(path).content.decode())
    data = {
        "seal": seal,
        "name": "双击党小组",
        "parent": story.branch.pk,
        "grids": [story.town.grid],
        "on": "2026-03-02",
    }
    answers = [client.post(path, data, follow=True).status_code for _twice in range(2)]
    assert (answers, PartyOrg.objects.filter(name="双击党小组").count()) == ([200, 200], 1)


def test_coverage_leads_from_the_district_to_the_grids(story: Story, browsers: Browsers) -> None:
    page = words(browsers("top_keeper").get(BASE + "coverage/"))
    assert "12 个网格，3 个有党支部（25.0%），1 个有党小组。" in page
    gap = words(browsers("keeper").get(f"{BASE}coverage/?gap=group"))
    assert f"{story.town.next_grid}" in gap
    assert f"{story.town.grid} " not in gap
    sheets = load_workbook(io.BytesIO(browsers("top_keeper").get(BASE + "coverage/coverage.xlsx").content))
    lacking = [row[1] for row in sheets.worksheets[1].values][1:]
    assert len(lacking) == 11
    assert story.town.grid not in lacking, "the one grid that has everything"


# --- members ------------------------------------------------------------------------------------------------------------


def test_the_roll_is_tried_and_taken_in_and_the_rest_allocated(story: Story, browsers: Browsers) -> None:
    client = browsers("keeper")
    data = workbook(*invented(story, 20, 2), ("", "缺编号", "柳巷第一网格党支部", ""))

    def upload(**more: str) -> str:
        return words(client.post(BASE + "members/roll/", {"file": SimpleUploadedFile("a.xlsx", data), **more}))

    trial = upload()
    assert "什么都没有写入" in trial
    assert "没有编号。" in trial
    assert not Member.objects.exists()
    assert "新增 20 名" in upload(is_real="on")
    assert "没有变化 20 名" in upload(is_real="on")
    waiting = client.get(f"{BASE}members/?branch={story.branch.pk}&state=waiting")
    keys = re.findall(r'name="member" value="(\d+)"', waiting.content.decode())
    for branch, grid in ((story.branch, story.town.grid), (story.other_branch, f"{story.town.community}003")):
        page = client.get(f"{BASE}members/?branch={branch.pk}&state=waiting").content.decode()
        keys = re.findall(r'name="member" value="(\d+)"', page)
        client.post(BASE + "members/allocate/", {"member": keys, "grid": grid, "back": branch.pk})
    assert "全部党员都已分配到网格" in words(client.get(BASE + "members/"))


def test_a_file_with_too_much_in_it_is_refused_in_words(story: Story, browsers: Browsers) -> None:
    data = workbook(
        ("1", "甲", "柳巷第一网格党支部", "", "x"), headings=("编号", "姓名", "党支部", "网格编码", "身份证号")
    )
    answer = browsers("keeper").post(
        BASE + "members/roll/", {"file": SimpleUploadedFile("a.xlsx", data), "is_real": "on"}
    )
    assert answer.status_code == 422
    assert "多了这些列：身份证号" in words(answer)
    assert not Member.objects.exists()


def test_the_export_carries_five_columns_and_comes_in_again(story: Story, browsers: Browsers) -> None:
    member = story.member("D-01", NAME)
    link_account(member, story.town.user("worker"), actor=story.actor("keeper"), at=NOON)
    sheet = load_workbook(io.BytesIO(browsers("keeper").get(BASE + "members/members.xlsx").content)).active
    rows = list(sheet.values)
    assert rows[0] == ("编号", "姓名", "党支部", "网格编码", "网格")
    assert rows[1][:4] == ("D-01", NAME, "柳巷第一网格党支部", story.town.grid)
    everything = " ".join(str(cell) for row in rows for cell in row)
    for secret in (story.town.user("worker").name, story.town.user("worker").work_phone):
        assert secret not in everything


def test_leaving_by_the_form_forgets_the_member(story: Story, browsers: Browsers) -> None:
    member = story.member("D-01", NAME)
    answer = send(browsers("keeper"), f"{BASE}members/{member.pk}/leave/")
    assert "已转出" in words(answer)
    assert Member.objects.get().name == ""


# --- activities ---------------------------------------------------------------------------------------------------------


def test_an_activity_from_plan_to_record(story: Story, browsers: Browsers) -> None:
    member = story.member("D-01", NAME)
    client, today = browsers("keeper"), timezone.localdate()
    send(
        client, BASE + "activities/new/", org=str(story.branch.pk), kind="theme_day", title="清扫楼道",
        on=str(today), time="14:30", place="一号院",
    )  # fmt: skip
    row = Activity.objects.get()
    base = f"{BASE}activities/{row.pk}/"
    send(client, base + "steps/notice/")
    paper = words(client.get(base + "notice/"))
    assert "清扫楼道" in paper
    assert "14:30" in paper
    assert NAME not in paper, "no list of people on the board"
    png = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(png, "PNG")
    send(
        client, base + "steps/record/", on=str(today), minutes="清扫了三个楼道。", present=[str(member.pk)],
        files=SimpleUploadedFile("a.png", png.getvalue()),
    )  # fmt: skip
    page = client.get(base)
    assert "应到 1，到会 1，请假 0" in words(page)
    assert "清扫了三个楼道。" in words(page)
    href = re.search(r'href="([^"]*/files/\d+/)"', page.content.decode())
    assert href is not None
    assert client.get(href[1]).status_code == 200
    for key in ("clerk", "next_keeper", "stranger"):
        for path in (base, base + "notice/", href[1]):
            assert browsers(key).get(path).status_code == 404, (key, path)
    assert "到会" in words(client.get(BASE + "activities/?stage=held"))


def test_a_stale_form_is_not_taken(story: Story, browsers: Browsers) -> None:
    row = plan_activity(
        story.branch, kind="lecture", title="党课", on=timezone.localdate(), actor=SYSTEM, at=timezone.now()
    )
    client, path = browsers("keeper"), f"{BASE}activities/{row.pk}/steps/cancel/"
    seal = seal_in(client.get(path).content.decode())
    send(browsers("party_affairs"), f"{BASE}activities/{row.pk}/steps/notice/")
    answer = client.post(path, {"seal": seal, "seen": "1", "reason": "不开了"})
    assert answer.status_code == 409
    assert "不开了" in answer.content.decode()


# --- points -------------------------------------------------------------------------------------------------------------


def with_points(story: Story) -> Member:
    area = Area.objects.get(code=story.town.street)
    decide_points(area, basis="街道会议", from_on=date(2026, 1, 1), actor=SYSTEM, at=NOON)
    define_point_rule(
        area, code="V1", title="志愿服务", points=5, evidence="记录", from_on=date(2026, 1, 1), actor=SYSTEM, at=NOON
    )
    story.appointed(story.branch, "leader")
    member = story.member("D-01", NAME)
    link_account(member, story.town.user("worker"), actor=story.actor("keeper"), at=NOON)
    return member


def test_points_go_from_one_person_to_another_and_the_member_sees_them(story: Story, browsers: Browsers) -> None:
    member = with_points(story)
    rule = re.search(
        r'<option value="(\d+)">志愿服务',
        browsers("leader").get(f"{BASE}points/members/{member.pk}/propose/").content.decode(),
    )
    assert rule is not None
    today = str(timezone.localdate())
    send(browsers("leader"), f"{BASE}points/members/{member.pk}/propose/", rule=rule[1], on=today, evidence="清扫记录")
    waiting = browsers("keeper").get(BASE + "points/").content.decode()
    claim = re.search(r'href="([^"]*/points/claims/\d+/)"', waiting)
    assert claim is not None
    assert "提出的人不能自己审核" in words(browsers("leader").get(claim[1]))
    send(browsers("keeper"), claim[1])
    assert PointEntry.objects.get().points == 5
    own = words(browsers("worker").get(BASE + "points/mine/"))
    assert f"{NAME}的积分" in own
    assert "清扫记录" in own
    assert "更正" not in own
    for key in EVERYBODY:
        status = browsers(key).get(f"{BASE}points/members/{member.pk}/").status_code
        assert (status == 200) is (key in {"leader", "keeper"}), (key, status)


def test_an_exemption_begins_and_ends_by_its_forms(story: Story, browsers: Browsers) -> None:
    member = with_points(story)
    client, path = browsers("leader"), f"{BASE}points/members/{member.pk}/"
    send(client, path + "exempt/", kind="mobile", from_on="2026-03-02", until_on="")
    page = words(client.get(path))
    assert "免于积分：流动在外" in page
    assert "提出积分" not in page
    send(client, path + "resume/", until_on=str(timezone.localdate() - timedelta(days=1)))
    assert "提出积分" in words(client.get(path))


def test_an_account_of_no_member_has_no_points(story: Story, browsers: Browsers) -> None:
    for key in ("clerk", "keeper", "nobody", "officer_audit"):
        assert browsers(key).get(BASE + "points/mine/").status_code == 404


def test_the_list_of_a_branch_shows_no_points_beside_a_name(story: Story, browsers: Browsers) -> None:
    member = with_points(story)
    assert member.name == NAME
    page = words(browsers("leader").get(f"{BASE}points/branches/{story.branch.pk}/"))
    assert NAME in page
    assert "合计" not in page
    assert browsers("party_affairs").get(f"{BASE}points/branches/{story.branch.pk}/").status_code == 404


def test_switching_points_on_is_a_decision_with_a_basis(story: Story, browsers: Browsers) -> None:
    today = str(timezone.localdate())
    send(
        browsers("party_affairs"),
        BASE + "rules/new/decision/",
        area=story.town.street,
        basis="党工委会议",
        from_on=today,
    )
    assert "党工委会议" in words(browsers("party_affairs").get(BASE + "rules/"))
    page = browsers("keeper").get(BASE + "rules/new/decision/").content.decode()
    assert story.town.street + '"' not in page, "a community has nothing to decide"


# --- the guarded lists --------------------------------------------------------------------------------------------------


def guarded(story: Story) -> list[tuple[str, Cultivation | ReserveTalent]]:
    keeper: dict[str, Any] = {"actor": story.actor("keeper"), "at": NOON}
    one = enter_cultivation(story.branch, name=NAME, on=TODAY, text="一直带头", **keeper)
    area = Area.objects.get(code=story.town.community)
    other = recommend(area, name=NAME, text="群众信任", consented_on=TODAY, **keeper)
    return [("cultivation", one), ("reserve", other)]


def test_a_name_is_read_with_a_reason_and_only_then(story: Story, browsers: Browsers) -> None:
    for room, row in guarded(story):
        path, client = f"{BASE}{room}/{row.pk}/", browsers("keeper")
        for shown in (client.get(f"{BASE}{room}/"), client.get(path), client.post(path, {"reason": " "})):
            assert NAME not in shown.content.decode()
        before = len(timeline(type(row).objects.get(pk=row.pk)))
        read = client.post(path, {"reason": "支部研究"})
        assert NAME in words(read)
        assert "no-store" in read["Cache-Control"]
        events = timeline(type(row).objects.get(pk=row.pk))
        assert (len(events), events[-1].note, events[-1].actor_name) == (before + 1, "支部研究", "岳党务")
        assert "支部研究" in words(client.get(path)), "who read it stands in the history"


def test_everybody_else_finds_nothing(story: Story, browsers: Browsers) -> None:
    for room, row in guarded(story):
        for key in EVERYBODY:
            client, path = browsers(key), f"{BASE}{room}/{row.pk}/"
            may = key in {"keeper", "party_affairs", "top_keeper"}
            for answer in (client.get(path), client.post(path, {"reason": "看看"})):
                assert (answer.status_code == 200) is may, (room, key, answer.status_code)
                assert answer.status_code in (200, 302, 403, 404)
                assert may or NAME not in answer.content.decode()


def test_steps_of_both_lists_by_their_forms(story: Story, browsers: Browsers) -> None:
    (_room, one), (_other_room, other) = guarded(story)
    send(browsers("keeper"), f"{BASE}cultivation/{one.pk}/choose/", text="支部大会通过")
    assert Cultivation.objects.get().stage == "activist"
    assert "不能进入下一阶段" not in words(browsers("keeper").get(f"{BASE}cultivation/{one.pk}/"))
    send(browsers("party_affairs"), f"{BASE}reserve/{other.pk}/list/", reason="研究同意")
    assert ReserveTalent.objects.get().stage == "listed"
    answer = send(browsers("keeper"), f"{BASE}reserve/{other.pk}/withdraw/")
    assert answer.status_code == 200
    assert browsers("keeper").get(f"{BASE}reserve/{other.pk}/").status_code == 404


def test_new_entries_by_their_forms(story: Story, browsers: Browsers) -> None:
    client = browsers("keeper")
    send(client, BASE + "cultivation/new/", name="花二民", org=str(story.branch.pk), on="2026-03-02", text="")
    send(
        client, BASE + "reserve/new/", name="花二民", area=story.town.community, text="合适", consented_on="2026-03-02"
    )
    assert (Cultivation.objects.count(), ReserveTalent.objects.count()) == (1, 1)
    for room in ("cultivation", "reserve"):
        assert "花二民" not in client.get(f"{BASE}{room}/").content.decode()


# --- the landing page ---------------------------------------------------------------------------------------------------


def test_the_landing_page_counts_what_waits(story: Story, browsers: Browsers) -> None:
    story.member("D-01", NAME, grid="")
    page = words(browsers("keeper").get("/support/"))
    assert "书记空缺" in page
    assert "党员待分配" in page
    assert NAME not in page
    for key in ("leader", "clerk"):
        assert "党员待分配" not in words(browsers(key).get("/support/")), "nothing waits for who serves nobody"
