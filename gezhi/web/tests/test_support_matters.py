"""The room of matters over HTTP: writing, handing in, examining, approving, leaving; the books; refused work; who may read what."""

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

from gezhi.kernel.events import dispatch
from gezhi.matters.actions import take_effect
from gezhi.matters.admission import CODES
from gezhi.matters.models import Application, Category, FundEntry, OutsideRequest
from gezhi.matters.queries import catalogue
from gezhi.matters.tests.story import batch, drafted
from gezhi.matters.workflow import ApplicationStage
from gezhi.testing import Town
from gezhi.web.tests.resident import words

As = Callable[[str], Client]
PAGES = ("catalogue", "applications", "balance", "funds", "burden", "outside")
SHEETS = (
    "catalogue-workbook",
    "applications-workbook",
    "balance-workbook",
    "funds-workbook",
    "burden-workbook",
    "outside-workbook",
)


def at(name: str, *args: Any) -> str:
    return reverse(f"support:matters:{name}", args=args)


def written(town: Town, **over: Any) -> dict[str, Any]:
    """What a department types. It begins tomorrow in the west."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    facts = {
        "seal": over.pop("seal", "one"),
        "name": "灵活就业登记代办",
        "category_id": Category.objects.get(code="04").pk,
        "nature": "service",
        "legal_basis": "《就业促进法》",
        "content": "登记就业意愿。",
        "authority": "查询权限下放。",
        "duty": "审核仍由部门负责。",
        "default_desk": "grid",
        "words": "灵活就业 就业登记",
        "handling_template": "上门问。",
        "answer_template": "您好！【办理情况】",
        "expected_a_week": "3",
        **dict.fromkeys(CODES, "no"),
        f"street-{town.street}-starts_on": tomorrow.isoformat(),
        f"street-{town.street}-phase": "1",
        f"street-{town.street}-yearly": "12000.50",
        "demand-0-name": "就业意愿表",
        "demand-0-every": "case",
        "demand-0-times": "1",
        "demand-0-minutes": "10",
        "demand-0-fields_text": "就业意愿、期望工种，就业形式",
    }
    return facts | over


def new(town: Town, client: Client, **over: Any) -> Application:
    answer = client.post(at("new-admission"), written(town, **over))
    assert answer.status_code == 302, words(answer)
    return Application.objects.latest("pk")


def move(client: Client, application: Application, name: str, **given: Any) -> Any:
    return client.post(at("step", application.pk, name), {"seal": f"{name}-{application.pk}", **given})


def stage(application: Application) -> str:
    return Application.objects.get(pk=application.pk).stage


# --- the way through --------------------------------------------------------------------------------------------------


def test_from_the_form_to_the_catalogue(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"))
    assert application.yearly_fen == 1_200_050
    assert [field.name for field in application.demands.get().fields.all()] == ["就业意愿", "期望工种", "就业形式"]
    page = client_as("handler").get(at("application", application.pk))
    assert "每周共 30 分钟" in words(page)
    assert move(client_as("handler"), application, "submit").status_code == 302
    assert "等您办" in words(client_as("street_clerk").get(at("applications")))
    assert "等您办" not in words(client_as("district_clerk").get(at("applications")))
    missing = move(client_as("street_clerk"), application, "review", comment="同意", seal="first")
    assert missing.status_code == 422
    answers = dict.fromkeys(CODES, "no")
    assert move(client_as("street_clerk"), application, "review", **answers, comment="同意").status_code == 302
    assert move(client_as("district_clerk"), application, "approve", comment="同意").status_code == 302
    fresh = Application.objects.get(pk=application.pk)
    assert fresh.stage == ApplicationStage.APPROVED
    matter = catalogue().get(fresh.matter_id or 0)
    assert "承接" in words(client_as("clerk").get(at("matter", matter.code))) or "起" in words(
        client_as("clerk").get(at("matter", matter.code))
    )


def test_a_form_sent_twice_makes_one_application(town: Town, client_as: As) -> None:
    client = client_as("handler")
    for _time in range(2):
        assert client.post(at("new-admission"), written(town)).status_code == 302
    assert Application.objects.count() == 1


def test_what_was_typed_stays_after_a_refusal(town: Town, client_as: As) -> None:
    over = {f"street-{town.street}-yearly": "", "content": "写了很多"}
    answer = client_as("handler").post(at("new-admission"), written(town, **over))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "写了很多" in text
    assert "开始日期和每年经费要一起填" in text
    assert not Application.objects.exists()


def test_what_is_missing_is_said_before_and_after_the_button(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"), authority="", legal_basis="")
    page = client_as("handler").get(at("application", application.pk))
    assert "请写明法律法规或政策依据。" in words(page)
    assert "权随责走：请写明随事项下放的权限。" in words(page)
    answer = move(client_as("handler"), application, "submit")
    assert answer.status_code == 422
    assert stage(application) == ApplicationStage.DRAFT


def test_the_button_says_before_that_a_question_refuses(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"), too_specialised="yes")
    page = client_as("handler").get(at("application", application.pk))
    assert "提交（按规定将不予准入）" in words(page)
    assert move(client_as("handler"), application, "submit").status_code == 302
    assert "专业性较强，应由专业人员办理。" in words(client_as("handler").get(at("application", application.pk)))
    assert stage(application) == ApplicationStage.REFUSED


def test_a_held_field_is_shown_with_where_it_is_held(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"), **{"demand-0-fields_text": "就业意愿、所属网格"})
    text = words(client_as("handler").get(at("application", application.pk)))
    assert "由区划登记掌握" in text
    assert move(client_as("handler"), application, "submit").status_code == 422


def test_alike_ones_are_shown_to_who_decides(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"), name="路灯报修代办")
    move(client_as("handler"), application, "submit")
    move(client_as("street_clerk"), application, "review", **dict.fromkeys(CODES, "no"))
    assert town.matter("lamp").name in words(client_as("district_clerk").get(at("application", application.pk)))
    answer = move(client_as("district_clerk"), application, "approve", seal="without")
    assert answer.status_code == 422
    assert "请写明为什么仍然单列" in words(answer)


def test_a_returned_one_is_written_anew(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"))
    move(client_as("handler"), application, "submit")
    assert move(client_as("street_clerk"), application, "return", comment="请写清经费").status_code == 302
    client = client_as("department_lead")
    page = client.get(at("edit", application.pk))
    assert "就业意愿、期望工种、就业形式" in page.content.decode()
    over = {f"street-{town.street}-yearly": "20000", "seen": Application.objects.get(pk=application.pk).version}
    assert client.post(at("edit", application.pk), written(town, seal="two", **over)).status_code == 302
    assert Application.objects.get(pk=application.pk).yearly_fen == 2_000_000
    stale = client.post(at("edit", application.pk), written(town, seal="three", **over))
    assert stale.status_code == 409


def test_an_exit_from_the_form_to_its_day(town: Town, client_as: As) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    facts = {
        "seal": "x",
        "matter_id": town.matter("lamp").id,
        "reason": "改由市政直接管",
        "ends_on": tomorrow.isoformat(),
    }
    assert client_as("street_clerk").post(at("new-exit"), facts).status_code == 302
    application = Application.objects.get()
    assert move(client_as("street_clerk"), application, "submit").status_code == 302
    assert move(client_as("district_clerk"), application, "review", comment="同意").status_code == 302
    own = move(client_as("district_clerk"), application, "approve")
    assert own.status_code == 422
    assert "要由另一个人核准" in words(own)


def test_the_paper_and_the_batches(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"))
    move(client_as("handler"), application, "submit")
    move(client_as("street_clerk"), application, "review", **dict.fromkeys(CODES, "no"))
    move(client_as("district_clerk"), application, "approve")
    paper = client_as("handler").get(at("paper", application.pk))
    text = "\n".join(one.text for one in Document(BytesIO(paper.content)).paragraphs)
    assert "网格承担事项准入申请表" in text
    assert "登记就业意愿。" in text
    day = timezone.localdate() + timedelta(days=9)
    facts = {
        "street": town.other_street,
        "starts_on": day.isoformat(),
        "phase": "2",
        "yearly": "8000",
        "reason": "第二批",
    }
    assert client_as("street_clerk").post(at("schedule", application.pk), facts).status_code == 403
    assert client_as("district_clerk").post(at("schedule", application.pk), facts).status_code == 302
    assert dict(catalogue().get(Application.objects.get().matter_id or 0).starts)[town.other_street] == day


def test_the_notice_leads_to_the_application(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"))
    move(client_as("handler"), application, "submit")
    while dispatch(at=timezone.now()):
        pass
    page = client_as("street_clerk").get(reverse("operation:notices"))
    assert at("application", application.pk) in page.content.decode()
    assert "提交准入申请" in words(page)


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["clerk", "leader", "street_clerk", "district_clerk", "inspector", "handler", "department_lead"]
)
def test_every_page_and_table_opens_for_who_may_see(town: Town, client_as: As, who: str) -> None:
    client = client_as(who)
    for name in PAGES:
        assert client.get(at(name)).status_code == 200, name
    for name in SHEETS:
        book = load_workbook(BytesIO(client.get(at(name)).content))
        assert book.worksheets[0].max_row >= 1, name


@pytest.mark.parametrize("who", ["worker", "part_timer", "adviser", "assessor", "nobody", "officer_system"])
def test_others_have_no_such_room(town: Town, client_as: As, who: str) -> None:
    for name in (*PAGES, *SHEETS):
        assert client_as(who).get(at(name)).status_code in (302, 403), name


def test_another_s_application_is_not_there(town: Town, client_as: As) -> None:
    application = drafted(town)
    for who in ("other_handler", "stranger", "street_clerk", "leader"):
        for name in ("application", "paper"):
            assert client_as(who).get(at(name, application.pk)).status_code == 404
        assert move(client_as(who), application, "submit").status_code == 404
    assert client_as("handler").get(at("step", application.pk, "nothing")).status_code == 404
    assert client_as("handler").get(at("application", 10**17)).status_code == 404


def test_a_step_without_its_right_is_refused(town: Town, client_as: As) -> None:
    application = new(town, client_as("handler"))
    move(client_as("handler"), application, "submit")
    answers = dict.fromkeys(CODES, "no")
    for who in ("handler", "leader", "clerk", "inspector", "district_clerk"):
        assert move(client_as(who), application, "review", **answers).status_code == 403, who
    assert stage(application) == ApplicationStage.SUBMITTED


# --- the books --------------------------------------------------------------------------------------------------------


@pytest.fixture
def admitted(town: Town, client_as: As) -> Application:
    application = new(town, client_as("handler"))
    move(client_as("handler"), application, "submit")
    move(client_as("street_clerk"), application, "review", **dict.fromkeys(CODES, "no"))
    move(client_as("district_clerk"), application, "approve")
    take_effect(at=timezone.now() + timedelta(days=1))
    return Application.objects.get(pk=application.pk)


def test_money_is_entered_and_put_right(town: Town, client_as: As, admitted: Application) -> None:
    year = admitted.batches.get().starts_on.year
    facts = {
        "seal": "m",
        "matter_id": admitted.matter_id,
        "street": town.street,
        "year": year,
        "amount": "100.01",
        "document": "济财 1 号",
    }
    client = client_as("street_clerk")
    assert client.post(at("funds") + f"?year={year}", facts).status_code == 302
    assert client.post(at("funds") + f"?year={year}", facts).status_code == 302
    entry = FundEntry.objects.get(kind="received")
    assert entry.amount_fen == 10_001
    assert "100.01" in words(client.get(at("funds") + f"?year={year}"))
    assert client_as("stranger").get(at("correct", entry.pk)).status_code == 404
    assert client.post(at("correct", entry.pk), {"reason": "记重了"}).status_code == 302
    assert "冲正第" in words(client.get(at("funds") + f"?year={year}"))
    book = load_workbook(BytesIO(client.get(at("funds-workbook") + f"?year={year}").content)).active
    assert book is not None
    amounts = [row[5] for row in book.iter_rows(min_row=2, values_only=True) if row[4] == "实收"]
    assert amounts == [100.01, -100.01]
    refused = client.post(at("funds"), facts | {"seal": "n", "amount": "0"})
    assert refused.status_code == 422


def test_a_department_sees_its_own_books_alone(town: Town, client_as: As, admitted: Application) -> None:
    year = admitted.batches.get().starts_on.year
    assert admitted.name in words(client_as("handler").get(at("balance") + f"?year={year}"))
    assert admitted.name not in words(client_as("other_handler").get(at("balance") + f"?year={year}"))
    assert admitted.name not in words(client_as("other_handler").get(at("funds") + f"?year={year}"))
    assert admitted.name not in words(client_as("stranger").get(at("funds") + f"?year={year}"))


@pytest.mark.parametrize(
    "query",
    [
        "?year=abcd",
        "?year=0",
        "?year=9999",
        "?street=nowhere",
        "?street=370103002",
        "?from=x&until=2026-13-77",
        "?department=x",
        "?tab=x&kind=y",
    ],
)
def test_no_address_breaks_a_page(town: Town, client_as: As, query: str) -> None:
    for name in PAGES:
        for who in ("street_clerk", "district_clerk"):
            assert client_as(who).get(at(name) + query).status_code == 200, name


# --- refused work -----------------------------------------------------------------------------------------------------


def test_work_outside_the_catalogue_is_refused_and_listed(town: Town, client_as: As) -> None:
    client = client_as("leader")
    page = client.get(at("outside-new"))
    assert "现不予承接" in words(page)
    facts = {
        "seal": "o",
        "area_code": town.grid,
        "department_id": town.desk("market_regulation").department_id,
        "what": "统计空调数量",
        "asked_on": timezone.localdate().isoformat(),
        "channel": "message",
    }
    for _time in range(2):
        assert client.post(at("outside-new"), facts).status_code == 302
    request = OutsideRequest.objects.get()
    assert "统计空调数量" in words(client_as("other_handler").get(at("outside")))
    assert "统计空调数量" not in words(client_as("handler").get(at("outside")))
    assert client_as("stranger").get(at("outside-one", request.pk)).status_code == 404
    assert client_as("district_clerk").post(at("outside-new"), facts).status_code == 403
    nothing = client.post(at("outside-new"), facts | {"seal": "p", "what": "", "department_id": ""})
    assert nothing.status_code == 422
    book = load_workbook(BytesIO(client_as("district_clerk").get(at("outside-workbook")).content))
    assert [row[1] for row in book["按单位"].iter_rows(min_row=2, values_only=True)] == [1]


# --- the public page --------------------------------------------------------------------------------------------------


def test_everybody_sees_what_a_grid_does_and_does_not(town: Town, client: Client, admitted: Application) -> None:
    page = client.get(reverse("portal:catalogue"))
    assert "路灯不亮" in words(page)
    assert "行政执法不得下放到网格。" in words(page)
    assert town.matter("wages").name in words(page)
    assert not page.cookies
    here = words(client.get(reverse("portal:catalogue") + f"?q=路灯&street={town.street}"))
    assert "路灯不亮" in here
    assert town.matter("rubbish").name not in here
    assert client.get(reverse("portal:catalogue") + "?street=x&q=" + "长" * 500).status_code == 200


def test_the_landing_page_counts_what_waits(town: Town, client_as: As) -> None:
    application = drafted(town, batches=(batch(town.street, on=timezone.localdate() + timedelta(days=2)),))
    page = client_as("handler").get("/support/")
    assert "待提交的申请" in words(page)
    move(client_as("handler"), application, "submit")
    block = next(
        one for one in client_as("street_clerk").get("/support/").context["blocks"] if one["room"].name == "matters"
    )
    assert [card.number for card in block["cards"]] == ["1"]
