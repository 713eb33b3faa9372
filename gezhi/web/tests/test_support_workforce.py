"""The room 选育管用 as its people use it: every page by every role, and the ways through it by forms."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from gezhi.accounts.actions import enter_user
from gezhi.kernel.calendar import local_day
from gezhi.people.actions import seat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import SYSTEM, Town
from gezhi.web.support.workforce.urls import urlpatterns
from gezhi.workforce.actions import (
    Turn,
    begin_tenure,
    load_items,
    load_skills,
    offer_course,
    plan_shifts,
    require_course,
)
from gezhi.workforce.models import (
    Candidate,
    Certification,
    Course,
    Device,
    Item,
    Movement,
    Pass,
    Round,
    Shift,
    Skill,
    Swap,
    Tenure,
)
from gezhi.workforce.tests.life import user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LISTS = [
    path.name for path in urlpatterns
    if path.name and not path.pattern.converters and not path.name.endswith("-new") and path.name not in ("move",)
]  # fmt: skip
IMEI = "490154203237518"


@pytest.fixture
def room(town: Town) -> Town:
    """The town with a second clerk at the street, so that two hands are there."""
    load_items(actor=SYSTEM, at=timezone.now())
    load_skills(actor=SYSTEM, at=timezone.now())
    enter_user(actor=SYSTEM, at=timezone.now(), username="support", name="石保障", work_phone="0531-1")
    for place in (town.street, town.district):
        seat(
            user("support"),
            town.desk(place),
            Role.SUPPORT_CLERK,
            actor=SYSTEM,
            at=timezone.now(),
            from_on=local_day(timezone.now()),
        )
    return town


@pytest.fixture
def support(room: Town) -> Client:
    client = Client()
    client.force_login(user("support"), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"support:workforce:{name}", args=args)


def send(client: Client, url: str, **given: Any) -> Any:
    """Send a form with its seal, as the page would; follow to the page after it."""
    response = client.post(url, {"seal": f"{url}-{sorted(given.items())}"[-60:], **given}, follow=True)
    assert response.status_code == 200, (url, response.status_code, response.content.decode()[:0], problems(response))
    return response


def problems(response: Any) -> list[str]:
    form = (response.context or {}).get("form")
    return [] if form is None else [*form.errors.items()]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_leaves_as_excel_and_word(support: Client, name: str) -> None:
    assert support.get(at(name)).status_code == 200
    if name == "me":
        return
    book = support.get(at(name) + "?as=xlsx")
    assert load_workbook(BytesIO(book.content)).worksheets[0].max_row >= 1
    paper = support.get(at(name) + "?as=docx")
    assert Document(BytesIO(paper.content)).tables


@pytest.mark.parametrize("who", ["worker", "inspector", "handler", "stranger", "nobody", "leader", "clerk"])
def test_who_may_open_which_list(room: Town, client_as: Callable[[str], Client], who: str) -> None:
    client = client_as(who)
    for name in LISTS:
        status = client.get(at(name)).status_code
        if name == "me":
            assert status == 200
        elif who in ("worker", "inspector", "handler", "nobody"):
            assert status in (302, 403), name
        elif name not in ("rounds", "advisers", "promotions"):
            assert status == 200, name


def test_officers_have_nothing_here(room: Town, client_as: Callable[[str], Client]) -> None:
    assert client_as("officer_system").get(at("me")).status_code == 302
    assert Client().get(at("me")).status_code == 302


# --- a selection ----------------------------------------------------------------------------------------------------


def test_a_selection_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    today = local_day(timezone.now())
    street, clerk = client_as("street_clerk"), client_as("clerk")
    area = room.desk(room.street).area
    send(support, at("round-new"), name="兼职选聘", area=area.pk, channel="selected", apply_until=today + 10 * DAY)
    round_ = Round.objects.get()
    send(support, at("opening-new", round_.pk), desk=room.desk(room.grid).pk, role="part_time_worker", count=1)
    send(support, at("criterion-new", round_.pk), name="群众基础", weight=100)
    assert round_.openings.count() == round_.criteria.count() == 1
    send(support, at("round-step", round_.pk, "open"))
    page = clerk.get(at("round", round_.pk)).content.decode()
    assert "推荐人选" in page
    opening = round_.openings.get()
    send(clerk, at("propose", opening.pk), name="甲人选", origin="community", unit_name="柳巷社区", phone="13812345678")
    send(clerk, at("propose", opening.pk), name="乙人选", origin="community", unit_name="柳巷社区")
    first, second = Candidate.objects.order_by("pk")
    refused = clerk.post(at("propose", opening.pk), {"name": "丙", "origin": "stationed", "seal": "x"})
    assert refused.status_code == 422
    assert "请写明推荐单位" in refused.content.decode()
    for one in (first, second):
        send(street, at("candidate-step", one.pk, "approve"))
    assert "13812345678" in support.get(at("candidate", first.pk)).content.decode()
    send(support, at("round-step", round_.pk, "assess"))
    key = f"criterion{round_.criteria.get().pk}"
    send(support, at("mark", first.pk), **{key: 90})
    send(support, at("mark", second.pk), **{key: 80})
    send(support, at("round-step", round_.pk, "publish"))
    assert [one.stage for one in Candidate.objects.order_by("pk")] == ["chosen", "passed_over"]
    paper = Document(BytesIO(support.get(at("round-notice", round_.pk)).content))
    names = [row.cells[1].text for row in paper.tables[0].rows]
    assert names == ["姓名", "甲人选"]
    assert "13812345678" not in str([cell.text for row in paper.tables[0].rows for cell in row.cells])
    early = support.post(at("round-step", round_.pk, "decide"), {"seal": "early"})
    assert early.status_code == 422
    assert "公示期还没有满" in early.content.decode()
    send(support, at("objection-new", round_.pk), text="听说分数不对。")
    assert "听说分数不对" in support.get(at("round", round_.pk)).content.decode()
    other = client_as("stranger")
    assert other.get(at("round", round_.pk)).status_code == 404
    assert other.get(at("candidate", first.pk)).status_code == 404


# --- training -------------------------------------------------------------------------------------------------------


def test_training_from_the_course_to_a_post_that_comes_alive(room: Town, support: Client) -> None:
    today = local_day(timezone.now())
    area = room.desk(room.district).area
    send(
        support,
        at("course-new"),
        name="岗前培训",
        code="start",
        kind="academy",
        area=area.pk,
        pass_mark=60,
        most_attempts=2,
    )
    course = Course.objects.get()
    send(support, at("material-new", course.pk), title="守则", text="看见就报。")
    send(support, at("question-new", course.pk), kind="single", text="先做什么？", options="上报\n不管", correct="a")
    send(support, at("question-new", course.pk), kind="yes_no", text="不用回复居民。", options="", correct="B")
    send(support, at("requirement-new"), role="grid_worker", course=course.pk, valid_from=today)
    newcomer = enter_user(actor=SYSTEM, at=timezone.now(), username="newcomer", name="新来的")
    seat(newcomer, room.desk(room.grid), Role.GRID_WORKER, actor=SYSTEM, at=timezone.now(), from_on=today)
    assert "新来的" in support.get(at("gate")).content.decode()

    client = Client()
    client.force_login(newcomer, backend="allauth.account.auth_backends.AuthenticationBackend")
    # Without any right there is still a way in, and it says what to do.
    assert client.get("/desk/", follow=True).resolver_match.view_name == "support:workforce:me"
    assert "岗前培训还没有通过" in client.get(at("me")).content.decode()
    assert client.get("/operation/").status_code == 302
    assert client.get(at("course", course.pk)).status_code == 200
    first, second = course.questions.order_by("position")
    assert (
        "有题目没有作答"
        in client.post(at("exam", course.pk), {"seal": "a", f"question{first.pk}": "0"}).content.decode()
    )
    done = client.post(
        at("exam", course.pk), {"seal": "b", f"question{first.pk}": "0", f"question{second.pk}": "1"}, follow=True
    )
    assert "100 分，通过了" in done.content.decode()
    assert Pass.objects.get().user == newcomer
    assert client.get("/operation/").status_code == 200


def test_an_exemption_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    now = timezone.now()
    area = room.desk(room.district).area
    course = offer_course(actor=SYSTEM, at=now, code="start", name="岗前培训", kind="academy", area=area)
    require_course("grid_worker", course, actor=SYSTEM, at=now, valid_from=local_day(now))
    newcomer = enter_user(actor=SYSTEM, at=now, username="newcomer", name="新来的")
    post = seat(newcomer, room.desk(room.grid), Role.GRID_WORKER, actor=SYSTEM, at=now, from_on=local_day(now))
    clerk = client_as("clerk")
    send(clerk, at("exemption-new", post.pk), reason="网格缺人", until_on=local_day(now) + 20 * DAY)
    assert "网格缺人" in support.get(at("gate")).content.decode()
    pk = post.exemptions.get().pk
    assert clerk.get(at("exemption", pk)).status_code == 403
    send(support, at("exemption", pk), is_granted="yes")
    assert post.exemptions.get().is_granted is True


def test_a_date_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    area = room.desk(room.street).area
    send(
        support,
        at("course-new"),
        name="调解沙龙",
        code="salon",
        kind="salon",
        area=area.pk,
        pass_mark=60,
        most_attempts=1,
    )
    course = Course.objects.get()
    start = timezone.localtime(timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")
    send(support, at("session-new", course.pk), starts_at=start, place="会议室", capacity=5, area=area.pk)
    session = course.sessions.get()
    worker = client_as("worker")
    assert "会议室" in worker.get(at("course", course.pk)).content.decode()
    send(worker, at("enrol", session.pk))
    assert session.enrolments.get().user == room.user("worker")
    assert "会议室" in worker.get(at("me")).content.decode()
    assert client_as("stranger").get(at("course", course.pk)).status_code == 404


# --- things and shifts ----------------------------------------------------------------------------------------------


def test_things_and_phones_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    kit, desk = Item.objects.get(code="kit"), room.desk(room.community)
    clerk, worker = client_as("clerk"), room.user("worker")
    move = at("move") + f"?desk={desk.pk}"
    send(clerk, move, item=kit.pk, kind="taken_in", count=5)
    send(clerk, move, item=kit.pk, kind="issued", count=2, user=worker.pk)
    over = clerk.post(move, {"item": kit.pk, "kind": "issued", "count": 9, "user": worker.pk, "seal": "over"})
    assert over.status_code == 422
    assert "库里只有 3 个" in over.content.decode()
    # Sent twice, done once.
    again = {"item": kit.pk, "kind": "issued", "count": 1, "user": worker.pk, "seal": "twice"}
    clerk.post(move, again)
    clerk.post(move, again)
    assert Movement.objects.count() == 3
    mine = client_as("worker")
    assert "管家包" in mine.get(at("me")).content.decode()

    send(clerk, at("device-new"), number="SZ-1", model="直板", imei=IMEI, sim="13800001111", desk=desk.pk)
    device = Device.objects.get()
    send(clerk, at("device-deed", device.pk, "hand-out"), user=worker.pk)
    page = mine.get(at("device", device.pk)).content.decode()
    assert "13800001111" not in page
    assert IMEI not in page
    assert mine.post(at("device-deed", device.pk, "lost"), {"seal": "lost", "note": "公交车上"}).status_code == 302
    device.refresh_from_db()
    assert device.state == "lost"
    assert mine.get(at("me")).status_code == 302
    assert client_as("neighbour").get(at("device", device.pk)).status_code == 404


def test_a_roster_and_a_swap_by_pages(room: Town, client_as: Callable[[str], Client]) -> None:
    now = timezone.localtime(timezone.now()).replace(second=0, microsecond=0)
    desk, leader = room.desk(room.grid), client_as("leader")
    url = at("shift-new") + f"?desk={desk.pk}"
    moment = "%Y-%m-%dT%H:%M"
    times = {"starts_at": (now + DAY).strftime(moment), "ends_at": (now + DAY + 8 * HOUR).strftime(moment)}
    send(leader, url, user=room.user("worker").pk, kind="duty", **times)
    clash = leader.post(url, {"user": room.user("worker").pk, "kind": "duty", "seal": "clash", **times})
    assert clash.status_code == 422
    assert "已经排了班" in clash.content.decode()
    shift = Shift.objects.get()
    worker, colleague = client_as("worker"), client_as("worker2")
    send(worker, at("swap-new", shift.pk), colleague=room.user("worker2").pk, reason="家里有事")
    assert "家里有事" in colleague.get(at("me")).content.decode()
    send(colleague, at("swap", Swap.objects.get().pk), agrees="yes")
    shift.refresh_from_db()
    assert shift.user == room.user("worker2")
    page = leader.get(at("roster") + f"?desk={desk.pk}&from={(now + DAY).date()}").content.decode()
    assert "李专职" in page
    first = local_day(now) + 30 * DAY
    people = [room.user("worker").pk, room.user("worker2").pk]
    send(
        leader,
        at("turns-new") + f"?desk={desk.pk}",
        people=people,
        kind="duty",
        first=first,
        last=first + 3 * DAY,
        opens="18:00",
        closes="08:00",
    )
    assert Shift.objects.count() == 5
    assert client_as("worker").get(at("swap", Swap.objects.get().pk)).status_code == 200
    assert client_as("stranger").get(at("swap", Swap.objects.get().pk)).status_code == 404


# --- people ---------------------------------------------------------------------------------------------------------


def test_what_is_done_for_one_person(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    worker, today = room.user("worker"), local_day(timezone.now())
    key = Skill.objects.get(code="policy").pk
    send(support, at("certify", worker.pk), skill=key, level=2, until_on=today + 30 * DAY)
    row = Certification.objects.get()
    assert "政策宣传" in support.get(at("skills")).content.decode()
    send(
        support, at("honour-new", worker.pk), title="优秀网格员", level="district", granted_by="区委", granted_on=today,
        result="调解有功", result_of=f"certification.{row.pk}",
    )  # fmt: skip
    send(support, at("leave-new", worker.pk), from_on=today + 5 * DAY, until_on=today + 6 * DAY)
    send(support, at("tenure-new", worker.pk), desk=room.desk(room.grid).pk, from_on=today)
    file = client_as("worker").get(at("person", worker.pk)).content.decode()
    for words in ("优秀网格员", "政策宣传", "基层任职", "专职网格员"):
        assert words in file
    # Days away stand in no file.
    assert (today + 5 * DAY).isoformat() not in file
    assert client_as("worker2").get(at("person", worker.pk)).status_code == 404
    assert client_as("stranger").get(at("person", worker.pk)).status_code == 404
    paper = Document(BytesIO(client_as("worker").get(at("person", worker.pk) + "?as=docx").content))
    assert "优秀网格员" in str([cell.text for row in paper.tables[0].rows for cell in row.cells])
    send(support, at("certification", row.pk), reason="复核没有通过")
    assert Certification.objects.get().ended_on == today


def test_the_ladder_and_the_tenure_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    worker = client_as("worker")
    send(worker, at("promotion-new"), from_rung="grid_worker", to_rung="community_staff", statement="干了六年。")
    pk = room.user("worker").promotions.get().pk
    assert client_as("clerk").get(at("promotion", pk)).status_code == 200
    send(client_as("street_clerk"), at("promotion-step", pk, "review"), note="同意")
    send(support, at("promotion-step", pk, "grant"), from_on=local_day(timezone.now()))
    assert room.user("worker").promotions.get().stage == "granted"
    began = local_day(timezone.now()) - 800 * DAY
    tenure = begin_tenure(room.user("leader"), room.desk(room.grid), actor=SYSTEM, at=timezone.now(), from_on=began)
    assert "已到期，待办结" in support.get(at("tenures")).content.decode()
    send(support, at("tenure-deed", tenure.pk, "complete"))
    assert Tenure.objects.get().is_completed


def test_advisers_are_summed_up_from_enough_voices_on(
    room: Town, support: Client, client_as: Callable[[str], Client]
) -> None:
    post = Post.objects.get(user=room.user("adviser"))
    for who in ("leader", "clerk", "street_clerk"):
        send(client_as(who), at("evaluate", post.pk), support=5, contact=4, words="")
    page = support.get(at("advisers")).content.decode()
    assert "3 份，不足 5 份" in page
    paper = Document(BytesIO(support.get(at("adviser-summary", post.user_id)).content))
    assert "不自动作出" in "".join(one.text for one in paper.paragraphs)
    assert len(paper.tables) == 1
    assert client_as("street_clerk").get(at("adviser-summary", post.user_id)).status_code == 403


def test_a_shift_now_is_shown_with_the_phone_to_call(room: Town, support: Client) -> None:
    now = timezone.now()
    plan_shifts(room.desk(room.grid), [Turn(room.user("worker").pk, now - HOUR, now + HOUR)], actor=SYSTEM, at=now)
    page = support.get(at("roster") + f"?desk={room.desk(room.grid).pk}").content.decode()
    assert "现在在岗" in page
    assert "0531-12345" in page


def test_the_numbers_of_the_district_by_pages(room: Town, support: Client, client_as: Callable[[str], Client]) -> None:
    today = local_day(timezone.now())
    send(support, at("policy-new"), kind="notice_days", number=7, valid_from=today, basis="区里会议")
    assert "区里会议" in client_as("clerk").get(at("policies")).content.decode()
    send(support, at("skill-new"), name="垃圾分类", code="sorting", need=1)
    send(support, at("item-new"), name="雨衣", code="raincoat", unit_name="件")
    assert Skill.objects.filter(code="sorting").exists()
    assert Item.objects.filter(code="raincoat").exists()
    past = support.post(
        at("policy-new"), {"kind": "notice_days", "number": 1, "valid_from": today - DAY, "seal": "past"}
    )
    assert past.status_code == 422
    assert client_as("street_clerk").get(at("policy-new")).status_code == 403
