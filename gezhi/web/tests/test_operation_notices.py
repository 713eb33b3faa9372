"""What the desk is told: the bell, the page, the strip of an emergency, and what a desk may not see."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.accounts.middleware import SEEN
from gezhi.cases.models import Case
from gezhi.kernel.events import dispatch
from gezhi.people.models import Notice
from gezhi.testing import Town
from gezhi.web.tests.circumstances import Circumstances
from gezhi.web.tests.desk import url_of, words

Browser = Callable[[str], Client]


@pytest.fixture
def made(town: Town, reported: Callable[..., Case]) -> Circumstances:
    return Circumstances(town, reported)


def told(made: Circumstances) -> None:
    while dispatch(at=timezone.now()):
        pass


def test_the_bell_counts_what_nobody_at_the_desk_has_seen(client_as: Browser, made: Circumstances) -> None:
    case = made.supervised("red")
    told(made)
    worker, colleague = client_as("worker"), client_as("worker2")
    page = worker.get("/operation/")
    assert "消息，1 条没有看过" in page.content.decode()
    listed = words(worker.get("/operation/notices/"))
    assert case.title in listed
    assert "督办，红牌" in listed
    notice = Notice.objects.get(desk=made.town.desk(made.town.grid))
    answer = worker.post("/operation/notices/seen/", {"notice": notice.pk, "next": "/operation/day/"})
    assert answer["Location"] == "/operation/day/"
    assert "消息，都看过了" in colleague.get("/operation/").content.decode()
    assert "王专职" in words(colleague.get("/operation/notices/?all=1"))


def test_of_another_desk_it_cannot_be_put_away(client_as: Browser, made: Circumstances) -> None:
    made.supervised()
    told(made)
    notice = Notice.objects.get(desk=made.town.desk(made.town.grid))
    assert client_as("neighbour").post("/operation/notices/seen/", {"notice": notice.pk}).status_code == 404
    notice.refresh_from_db()
    assert notice.seen_at is None
    for nonsense in ("x", "9" * 40, "²"):
        assert client_as("worker").post("/operation/notices/seen/", {"notice": nonsense}).status_code == 302


def test_an_emergency_stays_in_sight_until_somebody_saw_it(client_as: Browser, made: Circumstances) -> None:
    case = made.held()
    made.move(case, "alert", "clerk", reason="电线垂下来了。")
    told(made)
    worker = client_as("worker")
    page = worker.get("/operation/day/").content.decode()
    assert 'class="urgent-strip"' in page
    assert case.title in page
    key = re.search(r'name="notice" value="(\d+)"', page)
    assert key
    answer = worker.post(
        "/operation/notices/seen/", {"notice": key[1]}, headers={"HX-Request": "true", "HX-Target": "bell"}
    )
    assert 'class="urgent-strip"' not in answer.content.decode()
    assert 'class="urgent-strip"' not in worker.get("/operation/").content.decode()
    assert 'class="urgent-strip"' in client_as("street_clerk").get("/operation/").content.decode(), "another desk"


def test_a_desk_is_told_no_more_than_it_may_see(client_as: Browser, made: Circumstances, town: Town) -> None:
    """The department whose matter it is hears of an emergency that lies elsewhere: where and what happened, not what was said."""
    case = made.report(text="工地欠薪，有人要跳楼", is_emergency=True)
    made.move(case, "accept", "clerk", matter_id=town.matter("wages").id, desk_id=town.desk(town.community).id)
    made.move(case, "stand_down", "clerk", reason="劝下来了。")
    made.move(case, "alert", "clerk", reason="又上去了，叫王某。")
    told(made)
    page = client_as("handler").get("/operation/notices/")
    assert "转为紧急事件" in words(page)
    assert "柳巷社区" in words(page)
    for hidden in (case.title, "王某", case.number):
        assert hidden not in words(page)


def test_asking_for_news_is_no_sign_of_life(client_as: Browser, made: Circumstances) -> None:
    """A page that is left open must not keep its session alive by asking for news."""
    worker = client_as("worker")
    worker.get("/operation/")
    earlier = timezone.now().timestamp() - 300
    session = worker.session
    session[SEEN] = earlier
    session.save()
    assert worker.get("/operation/notices/bell/", headers={"Gezhi-Waiting": "1"}).status_code == 200
    assert worker.session[SEEN] == earlier
    worker.get("/operation/notices/bell/")
    assert worker.session[SEEN] > earlier


def test_after_the_emergency_a_report(client_as: Browser, made: Circumstances) -> None:
    case = made.held()
    made.move(case, "alert", "clerk", reason="电线垂下来了。")
    told(made)
    notice = Notice.objects.filter(desk=made.town.desk(made.town.grid), is_urgent=True).get()
    client_as("worker").post("/operation/notices/seen/", {"notice": notice.pk})
    made.move(case, "finish", "worker", result="断电抢修。")
    page = words(client_as("clerk").get(f"{url_of(case)}after-action/"))
    assert "还没有交复盘报告" in page
    assert "没有人确认看到" in page
    assert "王专职" in page
    assert "断电抢修。" in page
    made.move(case, "debrief", "worker", review="十分钟到现场。")
    assert "十分钟到现场。" in words(client_as("clerk").get(f"{url_of(case)}after-action/"))
    document = client_as("clerk").get(f"{url_of(case)}after-action.docx")
    assert document["Content-Type"].endswith("wordprocessingml.document")


def test_what_never_was_an_emergency_has_none(client_as: Browser, made: Circumstances) -> None:
    assert client_as("clerk").get(f"{url_of(made.held())}after-action/").status_code == 404
    assert client_as("stranger").get(f"{url_of(made.urgent())}after-action/").status_code == 404
