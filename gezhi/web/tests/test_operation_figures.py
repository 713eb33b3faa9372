"""Pages of figures: rates with their cases, exclusions, follow-ups, dry runs."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.assessment.models import Exclusion
from gezhi.assessment.tests.rows import answers, called
from gezhi.cases.actions import set_follow_up_rule
from gezhi.cases.models import Answer
from gezhi.kernel.events import dispatch
from gezhi.kernel.months import before, month_of
from gezhi.testing import SYSTEM, WEST, Town
from gezhi.web.tests.resident import answered, words

RATES = "/operation/rates/"


@pytest.fixture
def this() -> int:
    return month_of(timezone.now())


@pytest.fixture
def asked(town: Town, this: int) -> list[Answer]:
    """Four of this month, one of the last."""
    return answers(
        town,
        called(month=this, follow_up_service=5, follow_up_outcome=4),
        called(month=this, follow_up_service=3, follow_up_outcome=1, is_solved=False),
        called(month=this, place=town.other_grid),
        {"month": this, "drawn": "rest", "is_over": True, "attempts": 3},
        called(month=before(this)),
    )


def hrefs(page: str, part: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', page) if part in unescape(href)]


def test_rates_stand_with_what_they_are_made_of(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer]
) -> None:
    page = client_as("district_clerk").get(RATES)
    text = words(page)
    assert "响应率" in text
    assert "75.0% 3/4" in text
    assert "66.7% 2/3" in text
    # The month before stands beside: solved 1 of 1 then.
    assert "↓ -33.3" in text.replace("↓-", "↓ -")
    assert "样本少" in text
    assert "说已解决的件数 ÷ 联系上并说明是否解决的件数" in text


def test_every_number_leads_to_its_cases(town: Town, client_as: Callable[[str], Client], asked: list[Answer]) -> None:
    client = client_as("district_clerk")
    links = hrefs(client.get(RATES).content.decode(), "rates/cases")
    assert links
    for link in links:
        assert client.get(link).status_code == 200, link
    solution = next(link for link in links if "measure=solution" in link and "key" not in link)
    shown = client.get(solution)
    assert words(shown).count("答复 回访") == 3
    assert words(client.get(solution.replace("part=size", "part=short"))).count("没有解决") == 1
    street = next(link for link in links if "measure=solution" in link and f"key={WEST}" in link)
    assert words(client.get(street)).count("答复 回访") == 2


@pytest.mark.parametrize(
    "query",
    ["?measure=solution", "?measure=x&from=202603&until=202603", "?from=202613&until=202613&measure=solution", ""],
)
def test_half_a_link_is_not_found(town: Town, client_as: Callable[[str], Client], query: str) -> None:
    assert client_as("clerk").get(f"{RATES}cases/{query}").status_code == 404


def test_one_goes_down_and_up_and_sees_no_further(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer]
) -> None:
    district = client_as("district_clerk")
    page = district.get(RATES, {"area": WEST})
    assert "上一级" in words(page)
    assert "柳巷" in words(page)
    clerk = client_as("clerk")
    assert "上一级" not in words(clerk.get(RATES))
    assert clerk.get(RATES, {"area": WEST}).status_code == 404
    assert clerk.get(RATES, {"area": town.other_grid}).status_code == 404


@pytest.mark.parametrize("by", ["area", "desk", "matter", "month", "nonsense"])
@pytest.mark.parametrize("family", ["", "five", "calls"])
def test_all_the_ways_to_divide(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer], by: str, family: str
) -> None:
    assert client_as("district_clerk").get(RATES, {"by": by, "family": family, "month": "abc"}).status_code == 200


def test_an_empty_month_teaches(town: Town, client_as: Callable[[str], Client]) -> None:
    assert "还没有答复过的事件" in words(client_as("clerk").get(RATES))


def test_who_sees_no_cases_sees_no_rates(town: Town, client_as: Callable[[str], Client]) -> None:
    assert client_as("nobody").get(RATES).status_code == 302
    assert Client().get(RATES).status_code == 302
    assert client_as("handler").get(RATES).status_code == 200


def test_the_workbook_says_what_the_page_says(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer]
) -> None:
    answer = client_as("district_clerk").get(f"{RATES}rates.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    heads = rows[0]
    total = next(row for row in rows if row[0] == "合计")
    column = heads.index("响应率")
    assert total[column : column + 3] == [0.75, 3, 4]
    west = next(row for row in rows if row[0] and "西关" in str(row[0]) and row[1] == 3)
    assert west[heads.index("解决率")] == 0.5


def test_a_page_of_rates_costs_few_statements(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer], django_assert_max_num_queries
) -> None:
    client = client_as("district_clerk")
    client.get(RATES)
    with django_assert_max_num_queries(10):
        client.get(RATES)


def test_from_the_number_to_the_exclusion(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer], this: int
) -> None:
    clerk, inspector = client_as("clerk"), client_as("inspector")
    link = f"{RATES}cases/?measure=solution&from={this}&until={this}&part=short"
    page = clerk.get(link).content.decode()
    (action,) = re.findall(r'action="(/operation/exclusions/ask/\d+/)"', page)
    sent = clerk.post(action, {"reason": "not_ours", "words": "这条路归市里管。", "here": link}, follow=True)
    assert "剔除申请已提交" in words(sent)
    assert "已申请剔除" in words(sent)
    assert "由别人决定" in words(clerk.get("/operation/exclusions/")) or "等待决定" in words(
        clerk.get("/operation/exclusions/")
    )
    waiting = inspector.get("/operation/exclusions/")
    assert "这条路归市里管" in words(waiting)
    key = Exclusion.objects.get().pk
    refused = inspector.post(f"/operation/exclusions/{key}/decide/", {"grant": "0"}, follow=True)
    assert "请写下为什么不同意" in words(refused)
    assert clerk.post(f"/operation/exclusions/{key}/decide/", {"grant": "1"}).status_code == 404
    done = inspector.post(f"/operation/exclusions/{key}/decide/", {"grant": "1"}, follow=True)
    assert "不再计入指标" in words(done)
    assert "剔1" in words(inspector.get(RATES))
    lifted = client_as("district_clerk").post(f"/operation/exclusions/{key}/lift/", {"note": "核实了"}, follow=True)
    assert "重新计入指标" in words(lifted)


def test_a_form_leads_back_to_our_own_pages_only(
    town: Town, client_as: Callable[[str], Client], asked: list[Answer]
) -> None:
    given = {"reason": "not_ours", "words": "不归", "here": "https://example.com/"}
    answer = client_as("clerk").post(f"/operation/exclusions/ask/{asked[0].pk}/", given)
    assert answer["Location"] == "/operation/exclusions/"


def test_exclusions_are_for_who_may_ask_or_decide(town: Town, client_as: Callable[[str], Client]) -> None:
    assert client_as("worker").get("/operation/exclusions/").status_code == 403
    assert client_as("clerk").get("/operation/exclusions/").status_code == 200


def test_whom_to_call(town: Town, client_as: Callable[[str], Client]) -> None:
    now = timezone.now()
    set_follow_up_rule(
        actor=SYSTEM, at=now, group="rest", share=100, days=5, attempts=3, valid_from=timezone.localdate(now)
    )
    case = answered(town, at=now, reporter_phone="13812345678")
    dispatch(at=now, limit=1000)
    page = client_as("clerk").get("/operation/follow-ups/")
    assert "等回访 1 件" in words(page)
    assert case.number in page.content.decode()
    assert "13812345678" not in page.content.decode()
    assert "没有要回访的件" in words(client_as("clerk").get("/operation/follow-ups/", {"group": "poor"}))
    assert "没有要回访的件" in words(client_as("stranger").get("/operation/follow-ups/"))
    assert client_as("worker").get("/operation/follow-ups/").status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"what": "limit", "kind": "handle", "level": "grid", "amount": "1", "unit": "working_hours"},
        {"what": "desk", "matter": "lamp", "desk": "community"},
        {"what": "rung", "rung": "1", "drop": "on", "unit": "working_days"},
        {"what": "rung", "rung": "1", "amount": "3", "unit": "working_days"},
        {"what": "share", "group": "rest", "share": "100"},
    ],
)
def test_a_rule_is_tried_on_a_month(
    town: Town, client_as: Callable[[str], Client], this: int, change: dict[str, str]
) -> None:
    answered(town, at=timezone.now(), reporter_phone="13812345678")
    dispatch(at=timezone.now(), limit=1000)
    if "matter" in change:
        change = change | {"matter": str(town.matter(change["matter"]).id)}
    shown = words(client_as("district_clerk").get("/operation/rules/try/", {"month": this, **change}))
    assert "算了 1 件" in shown
    if change["what"] == "desk":
        assert "换了岗台的" in shown
    if change["what"] == "limit":
        assert "期限提前 1 件" in shown


@pytest.mark.parametrize("what", ["limit", "desk", "rung", "share", "nonsense"])
def test_the_forms_of_a_trial(town: Town, client_as: Callable[[str], Client], what: str) -> None:
    client = client_as("district_clerk")
    assert client.get("/operation/rules/try/", {"what": what}).status_code == 200
    assert client.get("/operation/rules/try/", {"what": what, "month": "x"}).status_code == 422
    assert client.get("/operation/rules/try/", {"what": what, "month": this_month(), "amount": "0"}).status_code == 422


def this_month() -> int:
    return month_of(timezone.now())


def test_trials_are_for_who_keeps_the_rules(town: Town, client_as: Callable[[str], Client]) -> None:
    assert client_as("street_clerk").get("/operation/rules/try/").status_code == 403


def test_a_trial_on_the_command_line(town: Town) -> None:
    answered(town, at=timezone.now() - timedelta(minutes=1))
    month = f"{this_month() // 100}-{this_month() % 100:02d}"

    def tried(*given: str) -> str:
        out = StringIO()
        call_command("try_rule", *given, "--month", month, stdout=out)
        return out.getvalue()

    assert "期限提前 1 件" in tried("limit", "--level", "grid", "--amount", "1", "--unit", "working_minutes")
    assert "→" in tried("desk", "--matter", "0701", "--to", "community")
    assert "算了 1 件" in tried("rung", "--flight", "overdue", "--deed", "raise", "--amount", "0")
    assert "算了 0 件" in tried("share", "--group", "rest", "--percent", "50")
    for wrong in (
        ("limit", "--amount", "0"),
        ("limit", "--amount", "1", "--matter", "9999"),
        ("desk", "--matter", town.matter("other").code, "--to", "department"),
        ("share", "--group", "rest", "--percent", "101"),
    ):
        with pytest.raises(CommandError):
            tried(*wrong)
    with pytest.raises(CommandError):
        call_command("try_rule", "share", "--group", "rest", "--percent", "5", "--month", "2026-13", stdout=StringIO())
