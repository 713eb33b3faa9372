"""The field work at the desk: a campaign from the first word to "3 of 3", visits and looks by area and month, spots."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.fieldwork.actions import Finding
from gezhi.fieldwork.models import Campaign, CampaignForm, Spot
from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.kernel.events import dispatch
from gezhi.testing import CAST, Town
from gezhi.web.tests.resident import words

HOME = "/operation/fieldwork/"
SignIn = Callable[[str], Client]


@pytest.fixture
def rounds(town: Town) -> Rounds:
    return Rounds(town)


@pytest.fixture
def running(rounds: Rounds) -> Campaign:
    """Over the three grids of the first community, from now for ten days."""
    now = timezone.now()
    return rounds.running(at=now, due_on=timezone.localdate(now) + timedelta(days=10))


def seal_of(page: Any) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]+)"', page.content.decode())
    assert found is not None
    return found[1]


def rows(answer: Any, sheet: int = 0) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(answer.content)).worksheets[sheet].iter_rows(values_only=True))


def test_a_campaign_from_the_first_word_to_the_start(town: Town, client_as: SignIn) -> None:
    clerk = client_as("clerk")
    page = clerk.get(f"{HOME}new/")
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    given = {
        "seal": seal_of(page),
        "title": "楼道消防通道排查",
        "area_code": town.community,
        "target_kind": "grids",
        "due_on": due,
    }
    answer = clerk.post(f"{HOME}new/", given)
    campaign = Campaign.objects.get()
    assert answer["Location"] == f"{HOME}{campaign.pk}/questions/"
    assert clerk.post(f"{HOME}new/", given)["Location"] == answer["Location"]
    assert Campaign.objects.count() == 1, "sent twice, made once"
    form = {
        "seen": campaign.version,
        "rows": 3,
        "do": "save",
        "question1": "通道是否被占",
        "question1_kind": "yes_no",
        "question1_required": "on",
        "question2": "消防栓状况",
        "question2_kind": "choice",
        "question2_choices": "完好、缺件，打不开",
        "question3_kind": "text",
    }
    refused = clerk.post(answer["Location"], form | {"question3": "户主姓名"})
    assert refused.status_code == 422
    assert "这里不能问“户主”" in words(refused) or "这里不能问“姓名”" in words(refused)
    assert "通道是否被占" in refused.content.decode(), "what was typed is still there"
    more = clerk.post(answer["Location"], form | {"do": "more"})
    assert (more.status_code, "第 8 题" in words(more), "通道是否被占" in more.content.decode()) == (200, True, True)
    answer = clerk.post(answer["Location"], form)
    assert answer["Location"] == f"{HOME}{campaign.pk}/targets/"
    assert [row["choices"] for row in CampaignForm.objects.get().questions] == [[], ["完好", "缺件", "打不开"]]
    campaign.refresh_from_db()
    clerk.post(answer["Location"], {"seen": campaign.version, "codes": [town.grid, town.next_grid], "grid_kind": ""})
    page = clerk.get(f"{HOME}{campaign.pk}/")
    assert "2 处里完成 0 处" in words(page)
    clerk.post(f"{HOME}{campaign.pk}/steps/start/", {"seal": uuid4().hex})
    assert Campaign.objects.get().stage == "running"
    while dispatch(at=timezone.now()):
        pass
    notices = client_as("worker").get("/operation/notices/")
    assert f'href="{HOME}{campaign.pk}/"' in notices.content.decode()
    assert "排查开始，2 处" in words(notices)


def test_progress_and_the_way_down(rounds: Rounds, town: Town, running: Campaign, client_as: SignIn) -> None:
    now = timezone.now()
    values = {"blocked": True, "bikes": 3, "more": "二楼堆物"}
    rounds.answer(rounds.target(running), at=now, values=values, finding=Finding("一楼堆物。"))
    for who in ("clerk", "street_clerk", "district_clerk", "inspector", "assessor"):
        page = client_as(who).get(f"{HOME}{running.pk}/")
        assert "3 处里完成 1 处 · 发现问题 1 处" in words(page), who
        assert "1 / 3" in words(client_as(who).get(HOME)), who
    assert "二楼堆物" in words(page)
    assert "合计 3" in words(page)
    own = client_as("worker").get(f"{HOME}{running.pk}/")
    assert "1 处里完成 1 处" in words(own)
    table = client_as("clerk").get(f"{HOME}{running.pk}/campaign.xlsx")
    assert [row[2:4] for row in rows(table)][1:] == [(1, 1), (0, 1), (0, 1), (1, 3)]
    by_target = rows(table, 1)
    assert len(by_target) == 4
    assert "二楼堆物" in by_target[3]
    assert rows(client_as("clerk").get(f"{HOME}campaigns.xlsx"))[1][4:] == (1, 3)


def test_steps_with_words(running: Campaign, client_as: SignIn) -> None:
    clerk = client_as("clerk")
    path = f"{HOME}{running.pk}/steps/postpone/"
    page = clerk.get(path)
    assert "新的截止日期" in words(page)
    later = (timezone.localdate() + timedelta(days=20)).isoformat()
    given = {"seal": uuid4().hex, "seen": running.version, "due_on": later}
    assert clerk.post(path, given).status_code == 422
    assert clerk.post(path, given | {"reason": "下雨"}).status_code == 302
    stale = clerk.post(f"{HOME}{running.pk}/steps/close/", {"seal": uuid4().hex, "seen": running.version})
    assert (stale.status_code, "刚刚被别人办过" in words(stale)) == (409, True)
    page = clerk.get(f"{HOME}{running.pk}/")
    assert "下雨" in words(page)
    assert 'data-key="f"' in page.content.decode()
    assert clerk.get(f"{HOME}{running.pk}/steps/dance/").status_code == 404


def test_who_sees_but_does_not_run_has_no_buttons(running: Campaign, client_as: SignIn) -> None:
    for who in ("worker", "leader", "inspector", "assessor"):
        page = client_as(who).get(f"{HOME}{running.pk}/").content.decode()
        assert "/steps/" not in page, who
        assert "/questions/" not in page, who
        for path in ("edit", "questions", "targets", "steps/close"):
            assert client_as(who).get(f"{HOME}{running.pk}/{path}/").status_code in (403, 404), (who, path)
        assert client_as(who).get(f"{HOME}new/").status_code == 403


def test_strangers_find_nothing(running: Campaign, client_as: SignIn) -> None:
    for who in ("stranger", "other_clerk", "neighbour"):
        answer = client_as(who).get(f"{HOME}{running.pk}/")
        assert answer.status_code == (200 if who == "neighbour" else 404), who
    for who in ("handler", "adviser", "specialist"):
        assert client_as(who).get(f"{HOME}{running.pk}/").status_code == 403
    assert Client().get(HOME).status_code == 302


def test_visits_by_area_and_month(rounds: Rounds, town: Town, client_as: SignIn) -> None:
    now = timezone.now()
    for _number in range(6):
        rounds.visit(rounds.door(), at=now)
    rounds.visit(rounds.door("neighbour", area_code=town.next_grid), "neighbour", at=now, finding=Finding("漏水。"))
    page = client_as("clerk").get(f"{HOME}visits/")
    assert "入户户次" in words(page)
    assert "待确认" in words(page)
    district = client_as("district_clerk").get(f"{HOME}visits/?area={town.community}")
    assert 'href="?area=370103001"' in district.content.decode()
    table = rows(client_as("clerk").get(f"{HOME}visits.xlsx"))
    assert [row[2] for row in table[1:]] == [6, 1, 0, 7]
    outside = rows(client_as("clerk").get(f"{HOME}visits.xlsx?outside=1"))
    assert [row[2] for row in outside[1:5]] == [None, None, 0, 7], "one alone would be told by the total"
    beyond = client_as("clerk").get(f"{HOME}visits/?area={town.next_community}")
    assert "柳巷社区" in words(beyond), "of others one sees one's own"


@pytest.mark.parametrize("who", sorted(CAST))
def test_who_counts(town: Town, client_as: SignIn, who: str) -> None:
    allowed = {"leader", "clerk", "other_clerk", "street_clerk", "district_clerk", "inspector", "assessor", "stranger"}
    for path in ("visits/", "looks/", "visits.xlsx", "looks.xlsx"):
        status = client_as(who).get(f"{HOME}{path}").status_code
        assert (status == 200) is (who in allowed), (path, status)


def test_spots(rounds: Rounds, town: Town, client_as: SignIn) -> None:
    leader = client_as("leader")
    page = leader.get(f"{HOME}spots/new/")
    given = {"seal": seal_of(page), "name": "河边护栏", "area_code": town.grid, "hint": "有没有松动"}
    assert leader.post(f"{HOME}spots/new/", given).status_code == 302
    assert leader.post(f"{HOME}spots/new/", given).status_code == 302
    spot = Spot.objects.get()
    again = leader.post(f"{HOME}spots/new/", given | {"seal": uuid4().hex})
    assert (again.status_code, "同名" in words(again)) == (422, True)
    rounds.look(spot, at=timezone.now())
    assert "河边护栏" in words(leader.get(f"{HOME}spots/"))
    assert rows(leader.get(f"{HOME}looks.xlsx"))[1][2] == 1
    leader.post(f"{HOME}spots/{spot.pk}/", {"name": "河边石阶", "hint": ""})
    assert Spot.objects.get().name == "河边石阶"
    leader.post(f"{HOME}spots/{spot.pk}/", {"do": "retire"})
    assert not Spot.objects.active().exists()
    assert client_as("worker").get(f"{HOME}spots/").status_code == 403
    assert client_as("stranger").get(f"{HOME}spots/{spot.pk}/").status_code == 404


def test_empty_pages_teach(town: Town, client_as: SignIn) -> None:
    assert "布置一项排查" in words(client_as("clerk").get(HOME))
    assert "还没有巡查点" in words(client_as("clerk").get(f"{HOME}spots/"))
