"""The rooms 组织 and 队伍: who sees what, what the forms do, and every register as a file."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.accounts.models import User
from gezhi.people.actions import Decision, enter_contact, hold_meeting, issue_policy, open_pilot, publish, seat
from gezhi.people.features import Feature
from gezhi.people.models import (
    BudgetLine,
    Force,
    Meeting,
    MeetingTask,
    Pilot,
    Plate,
    Policy,
    Post,
    Publication,
    Recommendation,
    Source,
    SourceRule,
    StaffImport,
    TaskForce,
)
from gezhi.people.roles import Role
from gezhi.people.staff_files import StaffRow, template
from gezhi.territory.models import Area
from gezhi.testing import FOUNDED, SYSTEM, Town
from gezhi.web.tests.resident import words

LONG_AGO = date(2020, 1, 1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def keeper(town: Town, client_as: Callable[[str], Client]) -> Client:
    """The support clerk of the district."""
    seat(town.user("nobody"), town.desk(town.district), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    return client_as("nobody")


@pytest.fixture
def street(town: Town, client_as: Callable[[str], Client]) -> Client:
    """The support clerk of the western street."""
    seat(town.user("assessor"), town.desk(town.street), Role.SUPPORT_CLERK, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    return client_as("assessor")


def url(name: str, *args: Any) -> str:
    return reverse(f"support:people:{name}", args=args)


def sent(client: Client, address: str, **data: Any) -> str:
    """Send a form and follow to the page that comes of it; its words."""
    answer = client.post(address, data, follow=True)
    assert answer.status_code == 200, words(answer)
    return words(answer)


REGISTERS = {
    "structure": "组织体系",
    "firsts": "第一负责人",
    "policies": "政策文件",
    "meetings": "会议和任务",
    "gaps": "配备和缺口",
    "staff": "人员",
    "standards": "标准和规则",
    "recommendations": "兼职网格员推荐",
    "forces": "专业力量",
    "publications": "公示和管家牌",
    "budget": "经费台账",
}


@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_opens_and_is_an_excel_file(keeper: Client, name: str) -> None:
    page = keeper.get(url(name))
    assert page.status_code == 200
    assert REGISTERS[name] in words(page)
    assert page["Cache-Control"].startswith("max-age=0")
    book = keeper.get(url(f"{name}-workbook"))
    assert book.status_code == 200
    sheet = load_workbook(BytesIO(book.content)).worksheets[0]
    assert sheet.max_column > 1
    assert url(f"{name}-workbook") in page.content.decode()


@pytest.mark.parametrize("name", [*REGISTERS, "pilots", "rules", "import", "appoint", "recommend"])
def test_who_has_no_right_here_sees_none_of_it(town: Town, client_as: Callable[[str], Client], name: str) -> None:
    for key in ("worker", "inspector", "officer_system"):
        answer = client_as(key).get(url(name))
        # Who has other rooms here is told so; who has none is led to the own desk.
        assert answer.status_code == 403 or (answer.status_code, answer["Location"]) == (302, "/desk/"), key


def test_a_street_sees_its_own_people_alone(town: Town, street: Client) -> None:
    page = words(street.get(url("staff")))
    assert "王专职" in page
    assert "秦东关" not in page
    assert "秦东关" not in words(street.get(url("staff") + f"?area={town.other_street}"))
    other = Post.objects.filter(desk=town.desk(town.other_grid))[0]
    assert street.get(url("post", other.pk)).status_code == 404


def test_a_leader_sees_the_own_grid_and_changes_nothing(town: Town, client_as: Callable[[str], Client]) -> None:
    leader = client_as("leader")
    page = words(leader.get(url("staff")))
    assert "王专职" in page
    assert "郑专职" not in page
    post = town.user("worker").posts.get()
    assert leader.get(url("post", post.pk)).status_code == 200
    assert leader.post(url("post-end", post.pk), {"until_on": "2026-12-31"}).status_code == 403


def test_the_list_of_people_costs_the_same_however_many_there_are(town: Town, keeper: Client) -> None:
    keeper.get(url("staff"))
    with CaptureQueriesContext(connection) as queries:
        keeper.get(url("staff"))
    assert len(queries) <= 8, [one["sql"][:90] for one in queries]


def appointment(town: Town, **over: Any) -> dict[str, Any]:
    return {
        "name": "何新人",
        "work_phone": "0531-8000001",
        "desk_id": town.desk(town.grid).pk,
        "role": "part_time_worker",
        "source": Source.objects.get(code="volunteer").pk,
        "channel": "selected",
        "from_on": today().isoformat(),
    } | over


def test_appointing_somebody_opens_an_account_and_shows_the_post(town: Town, street: Client) -> None:
    page = sent(street, url("appoint"), **appointment(town))
    assert "何新人任" in page
    post = Post.objects.get(user__name="何新人")
    assert post.appointment.channel == "selected"
    assert not User.objects.get(name="何新人").has_usable_password()


def test_an_exception_asks_for_its_reason_and_keeps_what_was_typed(town: Town, street: Client) -> None:
    source = Source.objects.get(code="community_worker").pk
    answer = street.post(url("appoint"), appointment(town, source=source))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写明例外的理由" in page
    assert "何新人" in page
    assert not User.objects.filter(name="何新人").exists()
    assert "何新人任" in sent(street, url("appoint"), **appointment(town, source=source, reason="暂无人选"))


def test_a_form_sent_twice_is_done_once(town: Town, street: Client) -> None:
    data = appointment(town, seal="a" * 32)
    street.post(url("appoint"), data)
    street.post(url("appoint"), data)
    assert Post.objects.filter(user__name="何新人").count() == 1


def test_a_street_appoints_at_its_own_grids_alone(town: Town, street: Client) -> None:
    data = appointment(town, desk_id=town.desk(town.other_grid).pk)
    assert street.post(url("appoint"), data).status_code == 422
    assert not Post.objects.filter(user__name="何新人").exists()


def test_ending_a_post_and_a_deputy(town: Town, street: Client) -> None:
    chief = town.user("leader").posts.get()
    page = sent(
        street, url("post-deputy", chief.pk), name="副手", work_phone="0531-8000002", from_on=today().isoformat()
    )
    assert "副手" in page
    last = today() + timedelta(days=10)
    assert last.isoformat() in sent(street, url("post-end", chief.pk), until_on=last.isoformat())
    assert Post.objects.get(user__name="副手").until_on == last


def test_consent_plate_and_withdrawal_by_support(town: Town, street: Client) -> None:
    open_pilot(Feature.PLATES, Area.objects.get(code=town.street), actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    post = town.user("worker").posts.get()
    assert "本人还没有同意公示" in sent(street, url("plate-new", post.pk))
    sent(street, url("post-publish", post.pk), services="代办、巡查")
    assert "已经制作" in sent(street, url("plate-new", post.pk))
    plate = Plate.objects.get()
    paper = street.get(url("plate", plate.pk))
    assert "王专职" in words(paper)
    assert "<svg" in paper.content.decode()
    sent(street, url("post-withdraw", post.pk))
    assert "已撤回公示" in words(street.get(url("plate", plate.pk)))
    assert plate.number in words(street.get(url("publications")))


def test_everybody_decides_on_the_own_publication(town: Town, client_as: Callable[[str], Client]) -> None:
    worker = client_as("worker")
    assert "没有公示" in words(worker.get(url("mine")))
    assert "正在公示" in sent(worker, url("mine"), services="代办")
    assert Publication.objects.get().user == town.user("worker")
    assert "没有公示" in sent(worker, url("mine"), withdraw="1")
    assert "没有要公示的" in words(client_as("clerk").get(url("mine")))


def test_the_board_of_a_grid_shows_whom_the_public_sees(town: Town, street: Client) -> None:
    publish(town.user("worker"), "代办", actor=SYSTEM, at=FOUNDED)
    for size in ("a3", "a4"):
        page = street.get(url("grid-board", town.grid) + f"?size={size}")
        assert "王专职" in words(page)
        assert "李专职" not in words(page)
        assert f"web/support/{size}" in page.content.decode()
    assert street.get(url("grid-board", town.other_grid)).status_code == 404


def test_a_list_is_tried_and_then_read_in(town: Town, street: Client) -> None:
    rows = [
        StaffRow(2, "何志愿", "13500000001", town.grid, source="志愿者"),
        StaffRow(3, "何志愿", "13500000002", town.other_grid, source="志愿者"),
    ]

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("list.xlsx", template(rows, sources=[]))

    page = words(street.post(url("import"), {"file": file(), "is_dry": "on"}))
    assert "试算结果" in page
    assert "没有编码为" in page
    assert not Post.objects.filter(user__name="何志愿").exists()
    street.post(url("import"), {"file": file()})
    # The notes below the template's rows are lines without a name: they are listed and never kept.
    assert Post.objects.filter(user__name="何志愿").count() == 1
    assert StaffImport.objects.get().entered == 1
    assert street.get(url("import-template")).status_code == 200
    assert street.post(url("import"), {"file": SimpleUploadedFile("x.xlsx", b"no")}).status_code == 422


def test_recommending_and_deciding(town: Town, street: Client, client_as: Callable[[str], Client]) -> None:
    clerk = client_as("clerk")
    page = sent(
        clerk,
        url("recommend"),
        unit="商务大厦",
        name="何联络",
        work_phone="0531-8000003",
        desk_id=town.desk(town.grid).pk,
        source_id=Source.objects.get(code="unit_liaison").pk,
    )
    assert "何联络" in page
    row = Recommendation.objects.get()
    assert "同意" in words(street.get(url("recommendation", row.pk)))
    assert (
        clerk.post(url("recommendation-step", row.pk, "approve"), {"from_on": today().isoformat()}).status_code == 403
    )
    sent(street, url("recommendation-step", row.pk, "approve"), seen=row.version, from_on=today().isoformat())
    row.refresh_from_db()
    assert row.stage == "approved"
    assert street.get(url("recommendation-step", row.pk, "approve")).status_code == 405


def test_money_is_entered_in_yuan_and_corrected(town: Town, keeper: Client) -> None:
    area = town.street
    page = sent(keeper, url("budget-new"), year=today().year, area=area, purpose="pay", yuan="62,500.05", words="一人")
    assert "62,500.05" in page
    row = BudgetLine.objects.get()
    assert row.fen == 6_250_005
    assert (
        keeper.post(url("budget-new"), {"year": 2026, "area": area, "purpose": "pay", "yuan": "1.005"}).status_code
        == 422
    )
    assert "-0.05" in sent(keeper, url("budget-correct", row.pk), yuan="62500", words="多了五分")
    book = load_workbook(BytesIO(keeper.get(url("budget-workbook")).content))
    assert [line[3] for line in book.worksheets[2].iter_rows(min_row=2, values_only=True)] == [-5, 6_250_005]


def test_a_street_reads_no_other_ledger(town: Town, keeper: Client, street: Client) -> None:
    sent(keeper, url("budget-new"), year=today().year, area=town.other_street, purpose="pay", yuan="777.77", words="东")
    row = BudgetLine.objects.get()
    assert "777.77" not in words(street.get(url("budget")))
    assert street.get(url("budget-correct", row.pk)).status_code == 404
    assert (
        street.post(url("budget-new"), {"year": 2026, "area": town.district, "purpose": "pay", "yuan": "1"}).status_code
        == 422
    )


def test_professional_forces_are_placed_by_community(town: Town, street: Client, keeper: Client) -> None:
    force = Force.objects.get(code="police")
    page = sent(
        street,
        url("force-new"),
        force=force.pk,
        name="吴警官",
        work_phone="0531-8000110",
        unit="柳巷派出所",
        area=town.community,
        from_on=today().isoformat(),
        consents="on",
    )
    assert "吴警官负责 3 个网格" in page
    assert "吴警官" in words(street.get(url("forces") + f"?area={town.community}"))
    contact = force.contacts.get()
    assert "柳巷派出所" in words(street.get(url("force-contact", contact.pk)))
    assert "3 个网格空出" in sent(street, url("force-end", contact.pk))
    assert "第四类" in words(keeper.get(url("forces")))
    four = Force.objects.get(code="force_4")
    sent(keeper, url("force", four.pk), name="城管队员", is_confirmed="on")
    assert "城管队员" in words(keeper.get(url("forces")))
    assert street.post(url("force", four.pk), {"name": "别的"}).status_code == 403


def test_a_contact_of_another_street_is_not_there(town: Town, street: Client) -> None:
    grids = list(Area.objects.filter(code=town.other_grid))
    contact = enter_contact(
        Force.objects.get(code="police"), "东警官", areas=grids, actor=SYSTEM, at=FOUNDED, on=LONG_AGO
    )
    assert street.get(url("force-contact", contact.pk)).status_code == 404


def test_rules_change_from_a_day_on(town: Town, keeper: Client, street: Client) -> None:
    later = (today() + timedelta(days=1)).isoformat()
    sent(
        keeper,
        url("standards") + "?of=staffing",
        kind="residential",
        role="part_time_worker",
        symbol="N",
        fewest="3",
        valid_from=later,
    )
    page = sent(
        keeper,
        url("standards") + "?of=source",
        role="part_time_worker",
        source=Source.objects.get(code="open_recruitment").pk,
        strength="usual",
        valid_from=later,
    )
    assert later in page
    assert SourceRule.objects.filter(source__code="open_recruitment", role="part_time_worker").exists()
    answer = street.post(url("standards") + "?of=staffing", {
        "kind": "residential", "role": "adviser", "symbol": "X", "fewest": "2", "valid_from": later,
    })  # fmt: skip
    assert answer.status_code == 403


def test_committee_task_forces_and_pilots(town: Town, keeper: Client) -> None:
    first = today().isoformat()
    assert "沈区长" in sent(keeper, url("structure"), name="沈区长", title="区长", function="lead", from_on=first)
    assert "试点专班" in sent(keeper, url("pilots") + "?of=force", name="试点专班", from_on=first)
    force = TaskForce.objects.get()
    worker = town.user("worker")
    page = sent(keeper, url("task-force", force.pk), name=worker.name, work_phone=worker.work_phone, from_on=first)
    assert worker.name in page
    assert "没有姓名和工作电话都相符的账号" in words(
        keeper.post(url("task-force", force.pk), {"name": "没人", "work_phone": "1234567", "from_on": first})
    )
    sent(keeper, url("pilots") + "?of=pilot", feature="team_page", area=town.street, from_on=first)
    pilot = Pilot.objects.get()
    assert keeper.get(url("pilot", pilot.pk)).status_code == 200
    sent(keeper, url("pilot", pilot.pk))
    pilot.refresh_from_db()
    assert pilot.until_on == today()


def test_a_policy_comes_in_with_its_text_and_rules_rest_on_it(town: Town, keeper: Client) -> None:
    first = today().isoformat()
    file = SimpleUploadedFile("policy.pdf", PDF, content_type="application/pdf")
    sent(
        keeper,
        url("policy-new"),
        kind="measure",
        title="网格员队伍建设办法",
        number="1号",
        issued_on=first,
        effective_from=first,
        file=file,
    )
    policy = Policy.objects.get()
    download = keeper.get(url("policy-file", policy.pk))
    assert download["Content-Disposition"].startswith("attachment")
    sent(keeper, url("policy-article", policy.pk), label="第五条", gist="配备")
    article = policy.articles.get()
    here = url("rule") + "?kind=staffing&key=residential:adviser"
    assert "没有依据" in words(keeper.get(url("rules") + "?kind=staffing&without=1"))
    sent(keeper, here, article=article.pk)
    assert "《网格员队伍建设办法》第五条" in words(keeper.get(url("standards")))
    assert "居民区网格每格网格指导员" not in words(keeper.get(url("rules") + "?kind=staffing&without=1"))
    last = (today() + timedelta(days=30)).isoformat()
    sent(keeper, url("policy-end", policy.pk), until_on=last)
    policy.refresh_from_db()
    assert policy.effective_until == date.fromisoformat(last)
    assert keeper.get(url("rule") + "?kind=staffing&key=nothing").status_code == 404


def test_what_expired_is_listed_only_when_asked_for(town: Town, keeper: Client) -> None:
    issue_policy(
        "measure", "旧办法", actor=SYSTEM, at=FOUNDED, effective_from=LONG_AGO, effective_until=date(2021, 1, 1)
    )
    assert "旧办法" not in words(keeper.get(url("policies")))
    assert "旧办法" in words(keeper.get(url("policies") + "?all=1"))


def test_a_meeting_its_tasks_and_its_paper(town: Town, keeper: Client, client_as: Callable[[str], Client]) -> None:
    sent(keeper, url("meeting-new"), title="专题会议", held_on=today().isoformat(), minutes="通报情况。")
    meeting = Meeting.objects.get()
    sent(
        keeper,
        url("meeting", meeting.pk),
        decision="配齐网格长",
        desk_id=town.desk(town.street).pk,
        due_on=today().isoformat(),
    )
    task = MeetingTask.objects.get()
    clerk = client_as("street_clerk")
    assert "配齐网格长" in words(clerk.get(url("meetings")))
    assert "专题会议" in words(clerk.get(url("task", task.pk)))
    assert clerk.get(url("meeting", meeting.pk)).status_code == 403
    sent(clerk, url("task-step", task.pk, "report"), result="已配齐")
    sent(keeper, url("task-step", task.pk, "confirm"))
    task.refresh_from_db()
    assert task.stage == "done"
    paper = keeper.get(url("meeting-document", meeting.pk))
    assert paper.content[:2] == b"PK"


def test_a_late_task_waits_on_the_landing_page(town: Town, keeper: Client) -> None:
    held = today() - timedelta(days=20)
    hold_meeting(
        "会议",
        held,
        [Decision("办", town.desk(town.street), today() - timedelta(days=1))],
        actor=SYSTEM,
        at=timezone.now(),
    )
    page = keeper.get("/support/")
    cards = {str(card.label): card.number for block in page.context["blocks"] for card in block["cards"]}
    assert cards["超期的会议任务"] == "1"
    assert cards["专职网格员还缺"] == "8"
    assert cards["第一负责人空缺"] == "7"
    assert "超期 1 天" in words(keeper.get(url("meetings") + "?which=late"))


def test_a_vacancy_is_filled_from_the_list(town: Town, keeper: Client, street: Client) -> None:
    page = keeper.get(url("firsts") + "?vacant=1")
    assert url("first-new", town.street) in page.content.decode()
    sent(keeper, url("first-new", town.street), name="周书记", work_phone="0531-8000009", from_on=today().isoformat())
    assert "周书记" in words(keeper.get(url("firsts")))
    again = keeper.post(
        url("first-new", town.street), {"name": "吴书记", "work_phone": "0531-8000008", "from_on": today().isoformat()}
    )
    assert "一级只有一位" in words(again)
    assert street.get(url("first-new", town.district)).status_code == 403


def test_the_board_of_a_level_is_for_who_answers_for_it(town: Town, client_as: Callable[[str], Client]) -> None:
    seat(town.user("nobody"), town.desk(town.street), Role.FIRST_PERSON, actor=SYSTEM, at=FOUNDED, from_on=LONG_AGO)
    first = client_as("nobody")
    page = words(first.get(url("board", town.street)))
    assert "尤无岗" in page
    assert "本年度队伍经费" in page
    assert first.get(url("board", town.community)).status_code == 200
    assert first.get(url("board", town.other_street)).status_code == 403
    assert first.get(url("board", town.district)).status_code == 403
    assert first.get(url("board-workbook", town.street)).status_code == 200


def test_pages_are_in_english_too(keeper: Client) -> None:
    keeper.cookies["django_language"] = "en"
    assert keeper.get("/support/").status_code == 200
