"""街呼区应 on the desk: the way of a call by pages alone, who sees it, what a refusal keeps, and how many statements it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.calls.actions import sound_alarms
from gezhi.calls.models import Call, CallAttachment
from gezhi.calls.tests.story import LEAD, OTHER, CallStory, held_case
from gezhi.cases.models import Case
from gezhi.testing import Town
from gezhi.web.tests.desk import seal_in, titles, url_of, words
from gezhi.web.tests.resident import photo

Browser = Callable[[str], Client]


@pytest.fixture
def story(town: Town) -> CallStory:
    """A call that was raised three hours ago: pages live in the present."""
    return CallStory(town, at=timezone.now() - timedelta(hours=3))


def url(story: CallStory, step: str = "", department: str = "") -> str:
    part = f"parts/{story.part(department).pk}/" if department else ""
    return f"/operation/calls/{story.pk}/{part}" + (f"steps/{step}/" if step else "")


def send(client: Client, address: str, **inputs: Any) -> Any:
    """Open the form of a step, fill it in, send it."""
    form = client.get(address).content.decode()
    seen = re.search(r'name="seen" value="(\d*)"', form)
    assert seen, form
    own = form[form.index('class="step ') :] if 'class="step ' in form else form
    return client.post(
        address, {"seal": seal_in(own), "seen": re.search(r'name="seen" value="(\d*)"', own)[1], **inputs}
    )


def press(client: Client, address: str, story: CallStory) -> Any:
    """Press a button that needs no form, as the page shows it."""
    page = client.get(url(story)).content.decode()
    form = re.search(rf'action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    assert form, f"no button for {address}"
    return client.post(address, dict(re.findall(r'name="(seal|seen)" value="([^"]+)"', form[0])))


def test_the_whole_way_by_pages(client_as: Browser, town: Town) -> None:
    case = held_case(town, at=timezone.now() - timedelta(hours=3))
    street, district, lead, other = (
        client_as(who) for who in ("street_clerk", "district_clerk", "handler", "other_handler")
    )
    page = street.get(url_of(case)).content.decode()
    door = re.search(r'href="(/operation/calls/new/\?case=[^"]+)"[^>]*data-key="h"', page)
    assert door, "the case page leads to the call"
    form = street.get(door[1]).content.decode()
    assert f'value="{case.title}"' in form
    assert send(street, door[1], title="欠薪又占道", text="请人社、市场监管到现场。").status_code == 302
    call = Call.objects.get()
    assert (call.case_id, Case.objects.get().is_called) == (case.pk, True)
    story = CallStory.__new__(CallStory)
    story.town, story.pk, story.at, story.case_pk = town, call.pk, timezone.now(), case.pk

    assert titles(district.get("/operation/calls/")) == ["欠薪又占道"]
    assert titles(lead.get("/operation/calls/")) == []
    answer = send(
        district, url(story, "dispatch"),
        desk_0=town.desk(LEAD).pk, task_0="查欠薪", site_0="on", desk_1=town.desk(OTHER).pk, task_1="清占道",
    )  # fmt: skip
    assert answer.status_code == 302, words(answer)
    assert [part.is_on_site for part in story.joint.parts] == [True, False]
    assert titles(lead.get("/operation/calls/")) == ["欠薪又占道"]
    panel = words(street.get(url_of(case)))
    assert "街呼区应 联动" in panel
    assert "区人力资源和社会保障局 待签收" in panel

    press(lead, url(story, "sign", LEAD), story)
    assert send(lead, url(story, "arrive", LEAD), note="到了").status_code == 302
    press(street, url(story, "confirm_arrival", LEAD), story)
    assert send(lead, url(story, "file", LEAD), result="工资结清。").status_code == 302
    press(other, url(story, "sign", OTHER), story)
    assert send(other, url(story, "file", OTHER), result="占道清走。").status_code == 302
    assert send(lead, url(story, "sum_up", LEAD), summary="都办好了。").status_code == 302
    assert (
        send(street, url(story, "send_back"), returned=[story.part(OTHER).pk], reason="又摆出来了。").status_code == 302
    )
    assert send(other, url(story, "file", OTHER), result="装了护栏。").status_code == 302
    assert send(lead, url(story, "sum_up", LEAD), summary="这次办好了。").status_code == 302
    assert send(street, url(story, "strike_off"), note="属实").status_code == 302
    assert story.call.phase == "struck_off"
    assert not Case.objects.get().is_called
    assert titles(street.get("/operation/calls/")) == ["欠薪又占道"], "still to be scored"
    low = send(street, url(story, "score", LEAD), response="2", manner="4", effect="4")
    assert (low.status_code, "请写明哪里做得不好" in words(low)) == (422, True)
    assert 'value="2" class="form-check-input"' in low.content.decode()
    assert send(street, url(story, "score", LEAD), response="5", manner="4", effect="4").status_code == 302
    assert "响应 5 很好" in words(lead.get(url(story)))
    told = words(lead.get(url(story)))
    for sentence in ("呼叫区直部门", "牵头", "又摆出来了。", "街道销号"):
        assert sentence in told, sentence


def test_a_step_through_the_wrong_door_does_not_exist(client_as: Browser, town: Town) -> None:
    case = held_case(town, at=timezone.now())
    street = client_as("street_clerk")
    for step in ("call", "strike_off"):
        assert street.get(url_of(case, step)).status_code == 404
        assert street.post(url_of(case, step), {"seen": case.version}).status_code == 404
    assert not Case.objects.get().is_called


@pytest.mark.parametrize("who", ["stranger", "other_handler", "clerk", "worker"])
def test_for_others_it_is_missing(client_as: Browser, story: CallStory, who: str) -> None:
    story.dispatched(LEAD)
    client = client_as(who)
    never = "/operation/calls/999999/"
    for address in (url(story), url(story, "note"), url(story, "sign", LEAD), never, f"/operation/calls/{2**62}/"):
        assert client.get(address).status_code == 404, address
    assert client.post(url(story, "sign", LEAD), {}).status_code == 404
    assert story.part().state == "waiting"


@pytest.mark.parametrize("who", ["clerk", "worker", "assessor"])
def test_who_has_nothing_to_do_with_calls_has_no_list(client_as: Browser, who: str) -> None:
    assert client_as(who).get("/operation/calls/").status_code == 403
    assert client_as(who).get("/operation/calls/response/").status_code == 403
    assert client_as(who).get("/operation/calls/new/").status_code == 403
    assert "/operation/calls/" not in client_as(who).get("/operation/").content.decode()


def test_calls_to_sign_come_first(client_as: Browser, town: Town) -> None:
    at = timezone.now() - timedelta(minutes=50)
    signed = CallStory(town, at=at).dispatched(LEAD)
    signed.take("sign", "handler")
    Call.objects.filter(pk=signed.pk).update(title="已签收")
    urgent = CallStory(town, at=at, is_urgent=True).dispatched(LEAD)
    Call.objects.filter(pk=urgent.pk).update(title="紧急")
    calm = CallStory(town, at=at).dispatched(LEAD)
    Call.objects.filter(pk=calm.pk).update(title="不急")
    assert titles(client_as("handler").get("/operation/calls/")) == ["紧急", "不急", "已签收"]


def test_what_was_late_has_a_red_mark(client_as: Browser, story: CallStory) -> None:
    story.dispatched()
    sound_alarms(at=story.part().sign_due_at)
    page = words(client_as("district_clerk").get("/operation/calls/?show=late"))
    assert "超时" in page
    assert "部门还没有说明原因" in words(client_as("district_clerk").get(url(story)))
    assert send(client_as("handler"), url(story, "account", LEAD), account="换了经办人。").status_code == 302
    assert "换了经办人。" in words(client_as("district_clerk").get(url(story)))


def test_a_colleague_was_quicker_and_what_was_typed_stays(client_as: Browser, story: CallStory) -> None:
    district = client_as("district_clerk")
    form = district.get(url(story, "dispatch")).content.decode()
    seen, seal = story.call.version, seal_in(form[form.index('class="step ') :])
    story.dispatched()
    late = district.post(
        url(story, "dispatch"),
        {"seen": seen, "seal": seal, "desk_0": story.town.desk(OTHER).pk, "task_0": "我写了很久的任务", "site_0": "on"},
    )
    assert late.status_code == 409
    assert "褚坐席已先一步分办" in words(late)
    assert "我写了很久的任务" in late.content.decode()


def test_a_double_click_is_one_step(client_as: Browser, story: CallStory) -> None:
    story.dispatched()
    client = client_as("handler")
    page = client.get(url(story)).content.decode()
    address = url(story, "sign", LEAD)
    form = re.search(rf'action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    data = dict(re.findall(r'name="(seal|seen)" value="([^"]+)"', form[0]))
    assert [client.post(address, data).status_code for _press in range(2)] == [302, 302]


def test_the_response_table_and_its_workbook(client_as: Browser, story: CallStory) -> None:
    story.struck_off().scored(5, 5, 5)
    district = client_as("district_clerk")
    page = words(district.get("/operation/calls/response/"))
    assert "不足 5 次，不排名" in page
    file = district.get("/operation/calls/response.xlsx")
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    rows = list(load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))
    assert rows[1][1] == "区人力资源和社会保障局"
    assert "区市场监督管理局" not in words(client_as("handler").get("/operation/calls/response/"))
    wrong = district.get("/operation/calls/response/?first=2026-03-02&last=2026-03-01")
    assert (wrong.status_code, "请检查起止日期" in words(wrong)) == (422, True)
    assert district.get("/operation/calls/response/?first=no").status_code == 422


@pytest.mark.parametrize(
    "address", ["/operation/calls/", "/operation/calls/?show=open", "/operation/calls/response/", "one"]
)
def test_more_calls_cost_no_more_statements(client_as: Browser, town: Town, address: str) -> None:
    at = timezone.now() - timedelta(hours=3)
    stories = [CallStory(town, at=at).dispatched()]
    client = client_as("district_clerk")
    counts = []
    for _round in range(2):
        client.get(url(stories[0]) if address == "one" else address)
        with CaptureQueriesContext(connection) as asked:
            client.get(url(stories[0]) if address == "one" else address)
        counts.append(len(asked))
        stories += [CallStory(town, at=at).signed() for _number in range(4)]
    assert counts[0] == counts[1]
    assert counts[0] <= 12, [query["sql"] for query in asked.captured_queries]


def test_a_case_without_calls_costs_no_statement_more(client_as: Browser, town: Town) -> None:
    case = held_case(town, at=timezone.now())
    client = client_as("street_clerk")
    client.get(url_of(case))
    with CaptureQueriesContext(connection) as asked:
        client.get(url_of(case))
    assert not [query for query in asked.captured_queries if "calls_call" in query["sql"]]


def test_the_resident_hears_of_it_without_names(town: Town, client: Client) -> None:
    story = (
        CallStory(town, with_case=True, at=timezone.now() - timedelta(hours=3))
        .struck_off()
        .scored(1, 1, 1, words="太慢。")
    )
    page = words(client.get("/follow/", {"code": story.case.receipt_code}))
    assert "已请区直部门一起办理" in page
    assert "区直部门配合的部分已经办完" in page
    for inside in ("陈坐席", "韩经办", "工资已经结清", "太慢", "占道的摊位"):
        assert inside not in page


def test_files_of_a_call_are_seen_by_those_who_take_part(client_as: Browser, story: CallStory) -> None:
    """The street sends a picture along, a department shows what it did; who takes no part gets neither."""
    story.signed()
    story.take("arrive", "handler")
    street, lead = client_as("street_clerk"), client_as("handler")
    picture = photo()
    assert send(street, url(story, "note"), note="现场这样。", files=picture).status_code == 302
    picture = photo("blue")
    assert send(lead, url(story, "file", LEAD), result="结清了。", files=picture).status_code == 302
    assert [(one.step, one.part_id) for one in CallAttachment.objects.order_by("pk")] == [
        ("note", None), ("file", story.part(LEAD).pk),
    ]  # fmt: skip
    page = lead.get(url(story)).content.decode()
    shown = re.findall(r'href="(/operation/calls/\d+/files/\d+/)"', page)
    assert len(shown) == 2
    answer = lead.get(shown[0])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert client_as("stranger").get(shown[0]).status_code == 404
    assert client_as("clerk").get(shown[0]).status_code in (403, 404)


def test_a_refused_step_keeps_what_was_attached(client_as: Browser, story: CallStory) -> None:
    street = client_as("street_clerk")
    picture = photo()
    refused = send(street, url(story, "note"), note=" 字" * 10_001, files=picture)
    assert refused.status_code == 422
    story.take("dispatch", "district_clerk", shares=story.shares())
    stale = send(street, url(story, "note"), note="看图。", files=photo())
    assert stale.status_code == 302
    assert CallAttachment.objects.count() == 1


def test_a_call_goes_out_with_its_pictures(client_as: Browser, town: Town) -> None:
    street = client_as("street_clerk")
    answer = send(street, "/operation/calls/new/", title="占道", text="请来现场。", files=photo())
    assert answer.status_code == 302, words(answer)
    assert CallAttachment.objects.get().step == "call"


def test_the_community_reads_of_the_call_and_is_led_nowhere(client_as: Browser, town: Town) -> None:
    """The case is in its sight, the call is not."""
    story = CallStory(town, with_case=True, at=timezone.now() - timedelta(hours=3)).dispatched()
    community = client_as("clerk").get(url_of(story.case))
    assert "街呼区应 联动" in words(community)
    assert f"/operation/calls/{story.pk}/" not in community.content.decode()
    assert f"/operation/calls/{story.pk}/" in client_as("street_clerk").get(url_of(story.case)).content.decode()
