"""Topics at three levels: raised, similar ones shown, taken up with a reason, answered once, read by everybody."""

from collections.abc import Callable

import pytest
from django.test import Client

from gezhi.deliberation.access import get_topic
from gezhi.deliberation.actions import answer_topic, escalate_topic, raise_topic
from gezhi.deliberation.likeness import likeness
from gezhi.deliberation.models import Topic
from gezhi.deliberation.queries import similar_topics
from gezhi.kernel.access import Denied
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Missing, Refused
from gezhi.territory.models import Area
from gezhi.testing import NOON, Town


def topic(town: Town, title: str = "楼前空地改成停车位") -> Topic:
    grid = Area.objects.get(code=town.grid)
    return raise_topic(title, "晚上没有地方停车。", grid, actor=town.actor("leader"), at=NOON)


def test_from_grid_to_community_to_street(town: Town) -> None:
    row = topic(town)
    escalate_topic(row, actor=town.actor("leader"), at=NOON, reason="涉及三个网格")
    row = Topic.objects.get()
    assert row.area.code == town.community
    with pytest.raises(Denied):
        answer_topic(row, actor=town.actor("leader"), at=NOON, answer="划线二十个。")
    escalate_topic(row, actor=town.actor("clerk"), at=NOON, reason="需要街道协调")
    row = Topic.objects.get()
    assert (row.area.code, row.raised_in.code) == (town.street, town.grid)
    with pytest.raises(Refused, match="最后一级"):
        escalate_topic(row, actor=town.actor("street_clerk"), at=NOON, reason="再上")
    answer_topic(row, actor=town.actor("street_clerk"), at=NOON, answer="划线二十个。")
    with pytest.raises(Refused):
        answer_topic(Topic.objects.get(), actor=town.actor("street_clerk"), at=NOON, answer="又一次")
    notes = list(Event.objects.filter(name="topic.escalated").order_by("id").values_list("note", flat=True))
    assert notes == ["涉及三个网格", "需要街道协调"]


def test_another_street_finds_nothing(town: Town) -> None:
    row = topic(town)
    with pytest.raises(Missing):
        get_topic(town.actor("stranger"), row.pk)
    with pytest.raises(Denied):
        raise_topic("别处的事", "不是我们的。", row.area, actor=town.actor("stranger"), at=NOON)


def test_the_same_is_refused_and_the_similar_shown(town: Town) -> None:
    row = topic(town)
    with pytest.raises(Refused, match="同名"):
        topic(town)
    topic(town, "请物业修电梯")
    assert similar_topics("空地能不能改停车位", town.next_grid) == [row]
    assert similar_topics("空地能不能改停车位", town.other_grid) == []
    assert likeness("", "空地") == 0
    assert likeness("空地", "空地") == 1


def test_no_identity_number_is_published(town: Town) -> None:
    with pytest.raises(Refused, match="身份证号"):
        topic(town, "找 11010519491231002X")


def test_by_api_and_on_the_public_page(town: Town, client_as: Callable[[str], Client], client: Client) -> None:
    leader = client_as("leader")
    given = {"title": "山体绿化", "words": "清理山脚的垃圾。", "area": town.grid}
    made = leader.post("/api/v1/topics", given, content_type="application/json")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    like = leader.get("/api/v1/topics/similar", {"title": "山体的绿化", "area": town.grid}).json()["items"]
    assert [one["id"] for one in like] == [key]
    path = f"/api/v1/topics/{key}"
    assert "协商中" in client.get("/topics/").content.decode()
    up = leader.post(f"{path}/escalate", {"reason": "社区一起做"}, content_type="application/json")
    assert up.json()["level"] == "community"
    done = client_as("clerk").post(f"{path}/answer", {"answer": "周六一起清理。"}, content_type="application/json")
    assert done.json()["stage"] == "answered"
    page = client.get(f"/topics/?area={town.grid}")
    assert "周六一起清理" in page.content.decode()
    assert not page.cookies
    assert "山体绿化" not in client.get(f"/topics/?area={town.other_grid}").content.decode()
    assert client_as("nobody").get("/api/v1/topics").status_code == 403


def test_the_public_list_ends_nowhere_in_silence(town: Town, client: Client) -> None:
    for number in range(51):
        topic(town, f"第{number:02d}号议题")
    first, last = (client.get(f"/topics/?area={town.grid}&page={page}").content.decode() for page in ("1", "99"))
    assert "第50号议题" in first
    assert "第00号议题" not in first
    assert f'rel="next" href="/topics/?area={town.grid}&amp;page=2"' in first
    assert "第00号议题" in last
    assert "第50号议题" not in last
    assert 'rel="next"' not in last
    assert "51" in first
