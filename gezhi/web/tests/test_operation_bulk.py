"""One step with a selection: what all allow, the form once, a report, nothing lost."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from gezhi.cases.models import Case
from gezhi.kernel.events import timeline
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import HTMX, moved, seal_in, words

Browser = Callable[[str], Client]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def address(*cases: Case, step: str = "") -> str:
    return f"/operation/bulk/{step + '/' if step else ''}?" + "&".join(f"case={case.pk}" for case in cases)


def send(client: Client, step: str, *cases: Case, htmx: bool = False, **inputs: Any) -> Any:
    form = client.get(address(*cases, step=step)).content.decode()
    data = {"seal": seal_in(form), "case": [case.pk for case in cases], **inputs}
    return client.post(f"/operation/bulk/{step}/", data, headers=HTMX if htmx else {})


def steps_in(page: Any) -> set[str]:
    return set(re.findall(r"/operation/bulk/([a-z_]+)/", unescape(page.content.decode())))


def test_only_what_all_of_them_allow(client_as: Browser, made: Circumstances) -> None:
    two = [made.accepted("parking"), made.accepted("parking")]
    clerk = client_as("clerk")
    assert {"sign", "assign", "note", "urge"} <= steps_in(clerk.get(address(*two)))
    mixed = steps_in(clerk.get(address(two[0], made.report())))
    assert "sign" not in mixed
    assert "note" in mixed
    assert not {"split", "relocate", "call"} & steps_in(clerk.get(address(*two)))


def test_what_is_out_of_sight_is_not_among_them(client_as: Browser, made: Circumstances, town: Town) -> None:
    mine, theirs = made.report(text="本街的事"), made.report(text="东街的事", grid=town.other_grid)
    page = words(client_as("clerk").get(address(mine, theirs)))
    assert "选中 1 件" in page
    assert "东街的事" not in page


def test_signed_together(client_as: Browser, made: Circumstances) -> None:
    cases = [made.accepted("parking") for _n in range(3)]
    answer = send(client_as("clerk"), "sign", *cases)
    assert "“签收”做成 3 件" in words(answer)
    assert {case.stage for case in Case.objects.all()} == {"handling"}


def test_one_that_fails_is_told_and_stays_chosen(client_as: Browser, made: Circumstances, town: Town) -> None:
    cases = [made.accepted("parking") for _n in range(3)]
    clerk = client_as("clerk")
    form = clerk.get(address(*cases, step="note")).content.decode()
    moved(town, cases[1], "merge", "clerk", main_id=cases[0].number)
    form = clerk.get(address(*cases, step="assign")).content.decode()
    assert "有的现在不能做" in form
    sign = clerk.get(address(cases[0], cases[2], step="sign")).content.decode()
    moved(town, cases[2], "sign", "clerk")
    data = {"seal": seal_in(sign), "case": [cases[0].pk, cases[2].pk]}
    answer = clerk.post("/operation/bulk/sign/", data, headers=HTMX)
    told = words(answer)
    assert "“签收”做成 1 件" in told
    assert "1 件没有做成" in told
    assert cases[2].number in told
    assert 'id="list" hx-swap-oob' in answer.content.decode()


def test_words_that_were_typed_stay(client_as: Browser, made: Circumstances) -> None:
    """Ten days are the most: all are refused, the reason and the days are still there, and a second try with three stands."""
    cases = [made.held(), made.held()]
    worker = client_as("worker")
    refused = send(worker, "ask_extension", *cases, days="30", reason="要等配件。")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "要等配件。" in page
    data = {"seal": seal_in(page), "case": [case.pk for case in cases], "days": "3", "reason": "要等配件。"}
    assert "做成 2 件" in words(worker.post("/operation/bulk/ask_extension/", data))


def test_sent_twice_done_once(client_as: Browser, made: Circumstances) -> None:
    cases = [made.report(), made.report()]
    clerk = client_as("clerk")
    data = {"seal": "ab" * 16, "case": [case.pk for case in cases], "note": "已电话联系。"}
    first, second = (clerk.post("/operation/bulk/note/", data) for _n in range(2))
    assert words(first) == words(second)
    cases[0].refresh_from_db()
    assert cases[0].version == 2


def test_without_the_right_each_is_refused(client_as: Browser, made: Circumstances) -> None:
    case = made.report()
    data = {"seal": "cd" * 16, "case": [case.pk], "reason": "不归本区", "answer": "请拨热线。"}
    answer = client_as("worker").post("/operation/bulk/decline/", data)
    assert "您的岗位现在不能做这一步" in words(answer)
    case.refresh_from_db()
    assert case.stage == "received"


def test_too_many_at_once(client_as: Browser, reported: Callable[..., Case]) -> None:
    reported()
    query = "&".join(f"case={number}" for number in range(1, 300))
    page = client_as("clerk").get(f"/operation/bulk/?{query}")
    assert "一次最多处理 200 件" in words(page)


@pytest.mark.parametrize("query", ["", "case=x", "case=" + "9" * 40, "case=²"])
def test_nothing_chosen(client_as: Browser, query: str) -> None:
    assert "还没有选" in words(client_as("clerk").get(f"/operation/bulk/?{query}"))
    assert client_as("clerk").get(f"/operation/bulk/note/?{query}").status_code == 200


def test_steps_that_do_not_fit_many(client_as: Browser, reported: Callable[..., Case]) -> None:
    case = reported()
    for name in ("split", "relocate", "call", "nonsense", "report"):
        assert client_as("clerk").get(address(case, step=name)).status_code == 404


def test_every_row_can_be_chosen(client_as: Browser, reported: Callable[..., Case]) -> None:
    case = reported()
    page = client_as("clerk").get("/operation/?scope=area").content.decode()
    assert f'name="case" value="{case.pk}" form="bulk"' in page
    assert '<input type="hidden" name="scope" value="area">' in page


def test_sent_again_after_some_went_out_of_sight_it_tells_the_same(
    client_as: Browser, made: Circumstances, town: Town
) -> None:
    away, held = made.accepted("wages"), made.accepted("wages")
    moved(town, held, "sign", "department_lead")
    data = {"seal": "ef" * 16, "case": [away.pk, held.pk], "reason": "不归本部门。"}
    handler = client_as("handler")
    for _again in range(2):
        answer = handler.post("/operation/bulk/escalate/", data)
        assert answer.status_code == 200, words(answer)
        assert "做成 1 件" in words(answer)
    assert [event.name for event in timeline(Case.objects.get(pk=away.pk))].count("case.escalated") == 1
