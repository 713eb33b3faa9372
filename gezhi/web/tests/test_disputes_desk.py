"""The desk of mediation: the list by clock, one dispute, every step by its form, whom to call behind a reason."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.disputes.actions import Draft, register_many, sound_alarms
from gezhi.disputes.models import Dispute, Meeting, Side
from gezhi.disputes.tests.mediation import ACCOUNT, AGREEMENT, NAME, PHONE, type_id
from gezhi.disputes.workflow import STEPS, DisputeStage
from gezhi.kernel.events import dispatch, timeline
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.desk import seal_in
from gezhi.web.tests.mediation import HOME, send_step, today, url_of
from gezhi.web.tests.resident import words

Browser = Callable[[str], Client]
IDENTITY = "110101199003071234"
DAY = timedelta(days=1)
STATEMENTS = 10


def numbers(answer: Any) -> list[int]:
    """The disputes in the list, from top to bottom."""
    return [
        int(pk) for pk in re.findall(r'row-link row-\w+" href="/operation/disputes/(\d+)/', answer.content.decode())
    ]


def form_data(**over: Any) -> dict[str, Any]:
    return {
        "type_id": type_id(),
        "area_code": "370103001001001",
        "account": ACCOUNT,
        "reported_on": timezone.localdate().isoformat(),
        "side1_kind": "individual",
        "side2_kind": "company",
    } | over


# --- one mediation


def test_a_mediation_from_the_form_to_its_end(town: Town, client_as: Browser) -> None:
    leader, clerk = client_as("leader"), client_as("clerk")
    page = leader.get(f"{HOME}new/")
    answer = leader.post(
        f"{HOME}new/",
        form_data(
            seal=seal_in(page.content.decode()), is_mine="on", side1_name=NAME, side1_phone=PHONE, side3_kind="several"
        ),
        follow=True,
    )
    dispute = Dispute.objects.get()
    assert answer.redirect_chain[-1][0] == f"{HOME}{dispute.pk}/"
    text = words(answer)
    for shown in (
        dispute.number,
        ACCOUNT,
        "邻里纠纷",
        "甲方",
        "乙方",
        "丙方",
        "张**",
        "138****5678",
        "孙网格",
        "还没有接受",
    ):
        assert shown in text, shown
    assert PHONE not in text

    def take(client: Client, step: str, **inputs: Any) -> Any:
        form = client.get(f"{HOME}{dispute.pk}/steps/{step}/")
        dispute.refresh_from_db()
        data = {"seal": seal_in(form.content.decode()), "seen": dispute.version, **inputs}
        answer = client.post(f"{HOME}{dispute.pk}/steps/{step}/", data, follow=True)
        assert answer.status_code == 200, words(answer)
        dispute.refresh_from_db()
        return answer

    take(leader, "accept")
    day = timezone.localdate().isoformat()
    take(leader, "meet", on=day, present=["side1", "side2", "community"], account="双方都说了经过。")
    assert Meeting.objects.get().present == ["side1", "side2", "community"]
    assert "可以打印签字" in words(take(leader, "agree", agreement=AGREEMENT))
    assert dispute.stage == DisputeStage.AGREED
    text = words(clerk.get(f"{HOME}{dispute.pk}/"))
    assert "第 1 次调解，到场：甲方、乙方、社区工作人员" in text
    assert "晚十点以后不拖动家具" in text
    take(clerk, "visit", on=day, kept="yes", account="上门看过。")
    take(clerk, "close")
    assert dispute.stage == DisputeStage.KEPT
    assert "这一件现在不需要您做什么" in words(client_as("inspector").get(f"{HOME}{dispute.pk}/"))


def test_sent_twice_it_is_one(town: Town, client_as: Browser) -> None:
    leader = client_as("leader")
    data = form_data(seal=seal_in(leader.get(f"{HOME}new/").content.decode()))
    for _time in range(2):
        leader.post(f"{HOME}new/", data)
    mediation = today(town)
    assert Dispute.objects.count() == 2
    data = {"seal": "0" * 32, "seen": 1, "reason": "和好了"}
    for _time in range(2):
        assert leader.post(url_of(mediation, "withdraw"), data).status_code == 302
    assert [event.name for event in timeline(mediation.dispute)] == ["dispute.opened", "dispute.withdrawn"]


def test_what_is_refused_comes_back_with_what_was_typed(town: Town, client_as: Browser) -> None:
    leader = client_as("leader")
    answer = leader.post(f"{HOME}new/", form_data(account=f"甲方 {IDENTITY} 吵闹", seal="1" * 32))
    assert answer.status_code == 422
    assert "不能写身份证号码" in words(answer)
    assert "吵闹" in answer.content.decode()
    assert leader.post(f"{HOME}new/", form_data(side2_kind="", seal="2" * 32)).status_code == 422
    assert leader.post(f"{HOME}new/", form_data(area_code=town.other_grid, seal="3" * 32)).status_code == 422
    mediation = today(town)
    mediation.accepted()
    answer = send_step(leader, mediation, "meet", on="2020-01-01", present=["side1"], account="说了很多")
    assert answer.status_code == 422
    assert "说了很多" in answer.content.decode()
    assert send_step(leader, mediation, "meet", account="没有勾选").status_code == 422
    assert not Dispute.objects.filter(meetings_held__gt=0).exists()


def test_a_stale_page_is_told_so(town: Town, client_as: Browser) -> None:
    mediation, clerk = today(town), client_as("clerk")
    form = seal_in(clerk.get(url_of(mediation, "withdraw")).content.decode())
    mediation.accepted()
    answer = client_as("clerk").post(url_of(mediation, "withdraw"), {"seal": form, "seen": 1, "reason": "和好了"})
    assert answer.status_code == 409
    assert "刚刚被别人办过" in words(answer)
    assert "和好了" in answer.content.decode()


def test_a_step_that_is_not_possible_says_why(town: Town, client_as: Browser) -> None:
    page = client_as("clerk").get(url_of(today(town), "close"))
    assert "不在能做这一步的阶段" in words(page)
    mediation = today(town)
    mediation.agreed()
    assert "确认协议已经履行" in words(client_as("clerk").get(url_of(mediation, "close")))
    assert client_as("clerk").get(url_of(mediation, "nothing")).status_code == 404
    assert client_as("clerk").get(url_of(mediation, "register")).status_code == 404


def test_more_time_is_asked_and_granted_on_the_page(town: Town, client_as: Browser) -> None:
    mediation = today(town)
    mediation.accepted()
    send_step(client_as("leader"), mediation, "extend", reason="一方出差。")
    street = client_as("street_clerk")
    assert numbers(street.get(f"{HOME}?scope=area&clock=asked")) == [mediation.pk]
    page = words(street.get(url_of(mediation)))
    assert "等上级岗台答复" in page
    assert "一方出差。" in page
    assert "同意延期 y" in page
    assert "同意延期 y" not in words(client_as("leader").get(url_of(mediation)))
    send_step(street, mediation, "approve")
    assert mediation.dispute.extended_at is not None


def test_handed_out_of_sight_one_is_back_at_the_list(town: Town, client_as: Browser) -> None:
    mediation = today(town, "clerk", mediator_id=town.user("specialist").pk)
    mediation.accepted("specialist")
    specialist = client_as("specialist")
    answer = send_step(specialist, mediation, "transfer", desk_id=town.desk(town.street).pk, reason="涉及多户。")
    assert answer["Location"] == HOME
    assert specialist.get(url_of(mediation)).status_code == 404


# --- for whom


PATHS = ("", "steps/accept/", "steps/withdraw/", "sides/1/", "agreement/", "agreement.docx")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["stranger", "other_clerk", "specialist"])
def test_of_another_place_looks_like_missing(town: Town, client_as: Browser, who: str, path: str) -> None:
    mediation = today(town)
    mediation.agreed()
    client = client_as(who)
    theirs, never = client.get(f"{HOME}{mediation.pk}/{path}"), client.get(f"{HOME}99999999999999999999/{path}")
    assert theirs.status_code == never.status_code == 404
    assert "家具" not in words(theirs)
    assert client.post(f"{HOME}{mediation.pk}/{path}", {"reason": "看看"}).status_code in (404, 405)
    assert numbers(client.get(f"{HOME}?scope=area")) == numbers(client.get(f"{HOME}?q={mediation.pk}")) == []
    assert client.get(f"{HOME}new/?case={mediation.pk}").status_code in (403, 404)


@pytest.mark.parametrize("who", ["worker", "adviser", "assessor", "handler", "officer_audit", "nobody"])
def test_those_without_the_right_have_no_such_desk(town: Town, client_as: Browser, who: str) -> None:
    mediation, client = today(town), client_as(who)
    for path in ("", "new/", "month/", *(f"{mediation.pk}/{path}" for path in PATHS)):
        answer = client.get(HOME + path)
        assert (answer.status_code, answer["Location"]) == (302, "/desk/"), path
    if who == "worker":
        assert HOME not in client.get("/operation/").content.decode()


def test_without_an_account_the_way_to_sign_in(town: Town, client: Client) -> None:
    for path in ("", "new/", "month/", f"{today(town).pk}/"):
        assert client.get(HOME + path)["Location"].startswith("/account/login/?next=/operation/disputes/")


def test_no_cache_keeps_a_page(town: Town, client_as: Browser) -> None:
    mediation = today(town)
    mediation.agreed()
    for path in ("", "new/", "month/", *(f"{mediation.pk}/{path}" for path in PATHS if "accept" not in path)):
        assert "no-store" in client_as("leader").get(HOME + path)["Cache-Control"], path


def test_the_inspector_sees_and_does_nothing(town: Town, client_as: Browser) -> None:
    mediation, inspector = today(town), client_as("inspector")
    assert inspector.get(url_of(mediation)).status_code == 200
    assert inspector.get(f"{HOME}new/").status_code == 403
    assert inspector.get(f"{url_of(mediation)}sides/1/").status_code == 403
    for step in STEPS.values():
        if not step.creates and not step.needs:
            assert inspector.post(url_of(mediation, step.name), {"seal": "4" * 32, "seen": 1}).status_code == 403


# --- whom to call


def test_whom_to_call_is_shown_with_a_reason(town: Town, client_as: Browser) -> None:
    mediation, clerk = today(town), client_as("clerk")
    url = f"{url_of(mediation)}sides/1/"
    assert PHONE not in words(clerk.get(url))
    assert clerk.post(url, {"reason": " "}).status_code == 422
    shown = clerk.post(url, {"reason": "约调解时间"})
    assert NAME in words(shown)
    assert PHONE in words(shown)
    page = words(clerk.get(url_of(mediation)))
    assert PHONE not in page
    assert "查看了甲方的联系方式" in page
    assert "约调解时间" in page
    assert clerk.get(f"{url_of(mediation)}sides/3/").status_code == 404


def test_whom_to_call_is_taken_down_later(town: Town, client_as: Browser) -> None:
    mediation, clerk = today(town), client_as("clerk")
    url = f"{url_of(mediation)}sides/2/"
    assert clerk.post(url, {"do": "keep", "name": IDENTITY, "phone": ""}).status_code == 422
    assert clerk.post(url, {"do": "keep", "name": "李四", "phone": "13900000000"}).status_code == 302
    assert Side.objects.get(dispute=mediation.pk, position=2).phone == "13900000000"
    assert "登记了乙方的联系方式" in words(clerk.get(url_of(mediation)))


# --- the list


def test_by_clock_in_colour_and_in_words(town: Town, client_as: Browser) -> None:
    now = timezone.now()
    fresh = today(town)
    soon = today(town, reported_at=now - 27 * DAY - timedelta(hours=1))
    late = today(town, reported_at=now - 33 * DAY - timedelta(hours=1))
    leader = client_as("leader")
    page = leader.get(HOME)
    assert numbers(page) == [late.pk, soon.pk, fresh.pk]
    text = words(page)
    for said in ("超期 3 天", "还剩 2 天", "还剩 29 天", "已超期 1", "快到期 1", "未结案 3"):
        assert said in text, said
    body = page.content.decode()
    assert [state for state in ("overdue", "soon", "ok") if f"clock clock-{state}" in body] == ["overdue", "soon", "ok"]
    assert numbers(leader.get(f"{HOME}?clock=overdue")) == [late.pk]
    assert numbers(leader.get(f"{HOME}?clock=soon")) == [soon.pk]


def test_filters_are_links(town: Town, client_as: Browser) -> None:
    one, two = today(town), today(town, "clerk", type_id=type_id("family"), area_code=f"{town.community}002")
    two.accepted("clerk")
    street = client_as("street_clerk")
    for query, expected in {
        "?scope=area": [one.pk, two.pk],
        "?scope=area&stage=mediating": [two.pk],
        f"?scope=area&type={type_id('family')}": [two.pk],
        f"?scope=area&area={town.grid}": [one.pk],
        f"?q={one.dispute.number}": [one.pk],
        f"?q={two.pk}": [two.pk],
        "?q=家具": [],
        "?scope=area&stage=kept": [],
        "?scope=nonsense&type=x&area=y&clock=z&after=1": [],
        "": [],
    }.items():
        assert sorted(numbers(street.get(HOME + query))) == expected, query
    assert numbers(client_as("clerk").get(f"{HOME}?scope=mine")) == [two.pk]
    assert "没有符合这些条件的纠纷" in words(street.get(f"{HOME}?q=家具"))


def test_what_ended_is_found_by_its_stage(town: Town, client_as: Browser) -> None:
    mediation = today(town)
    mediation.take("withdraw", "leader", reason="和好了")
    assert numbers(client_as("leader").get(HOME)) == []
    assert numbers(client_as("leader").get(f"{HOME}?stage=withdrawn")) == [mediation.pk]


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200, path
    return len(captured)


def test_a_year_of_a_district_in_few_statements(town: Town, client_as: Browser) -> None:
    """7,580 disputes, as many as a district settled: every page asks as little as with a handful."""
    now = timezone.now()
    few = today(town)
    few.agreed()
    leader, street = client_as("leader"), client_as("street_clerk")
    paths = {
        "the list": (leader, HOME),
        "the area": (street, f"{HOME}?scope=area"),
        "overdue": (street, f"{HOME}?scope=area&clock=overdue"),
        "one type": (street, f"{HOME}?scope=area&type={type_id()}"),
        "one dispute": (leader, url_of(few)),
        "a month": (street, f"{HOME}month/"),
        "the agreement": (leader, f"{url_of(few)}agreement/"),
        "the form": (leader, f"{HOME}new/"),
    }
    before = {name: statements(*place) for name, place in paths.items()}
    kinds = [type_id(code) for code in ("neighbours", "family", "property", "labour", "consumer")]
    grids = [
        f"{community}{n:03d}"
        for community in (town.community, town.next_community, town.other_community)
        for n in (1, 2, 3)
    ]
    drafts = [
        Draft(kinds[n % 5], f"第 {n} 件纠纷", grids[n % 9], reported_at=now - timedelta(hours=n)) for n in range(7_580)
    ]
    with CaptureQueriesContext(connection) as captured:
        register_many(drafts, actor=SYSTEM, at=now)
    # A hundred rows a statement and table, twice as many sides, and who may mediate in each of nine grids.
    assert len(captured) < 4 * 76 + 30
    assert Dispute.objects.count() == 7_581
    assert Side.objects.count() == 2 * 7_581
    for name, place in paths.items():
        assert statements(*place) == before[name] <= STATEMENTS, name
    first = street.get(f"{HOME}?scope=area")
    assert len(numbers(first)) == 50
    # Page after page, each dispute once.
    following = re.search(r'href="([^"]+)" rel="next"', first.content.decode())
    assert following
    second = street.get(HOME + following[1].replace("&amp;", "&"))
    assert len(set(numbers(first)) | set(numbers(second))) == 100
    back = re.search(r'href="([^"]+)" rel="prev"', second.content.decode())
    assert back
    assert numbers(street.get(HOME + back[1].replace("&amp;", "&"))) == numbers(first)
    assert sound_alarms(at=now, limit=10) == 10


# --- from a case


def test_a_case_leads_to_mediation_and_shows_it_to_those_with_the_right(
    town: Town, client_as: Browser, reported: Callable[..., Any]
) -> None:
    case = reported(text="楼上半夜拖家具，吵得睡不着。")
    clerk = client_as("clerk")
    case_url = f"/operation/cases/{case.number}/"
    assert "由这一件登记调解" in words(clerk.get(case_url))
    answer = clerk.post(f"{HOME}new/?case={case.number}", form_data(seal="5" * 32, is_mine="on"), follow=True)
    dispute = Dispute.objects.get()
    assert dispute.case_id == case.pk
    assert case.number in words(answer)
    while dispatch(at=timezone.now()):
        pass
    page = words(clerk.get(case_url))
    assert dispute.number in page
    assert "已就这一件另行登记矛盾纠纷调解" in page
    # The grid's worker sees the case, that there is mediation, and neither number nor stage.
    page = words(client_as("worker").get(case_url))
    assert "已就这一件另行登记矛盾纠纷调解" in page
    assert dispute.number not in page
    assert "由这一件登记调解" not in page


def test_an_agreement_shows_in_the_case(town: Town, client_as: Browser, reported: Callable[..., Any]) -> None:
    case = reported()
    mediation = today(town, "clerk", case_id=case.pk, area_code="")
    mediation.accepted("leader")
    mediation.take("meet", "leader", on=mediation.today, present=["side1"], account="说了")
    mediation.take("agree", "leader", agreement=AGREEMENT)
    page = words(client_as("leader").get(f"/operation/cases/{case.number}/"))
    assert "已达成协议" in page
    assert "晚十点" not in page


def test_the_resident_reads_nothing_of_it(town: Town, client: Client, reported: Callable[..., Any]) -> None:
    case = reported()
    today(town, "clerk", case_id=case.pk, area_code="")
    while dispatch(at=timezone.now()):
        pass
    page = words(client.get("/follow/", {"code": case.receipt_code}, follow=True))
    assert case.receipt_code in page or case.title in page
    assert "调解" not in page
    assert "纠纷" not in page
