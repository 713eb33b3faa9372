"""The room 共驻共建: a unit, its resource, a need that finds it, a project to its acceptance; and the same by JSON."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from gezhi.cobuild.models import Need, Offer, Partner, Project
from gezhi.cobuild.tests.story import need, partner, who
from gezhi.kernel.calendar import local_day
from gezhi.testing import CAST, Town
from gezhi.web.tests.desk import seal_in, words

BASE = "/support/cobuild/"
SignIn = Callable[[str], Client]


def post(client: Client, path: str, **given: Any) -> Any:
    page = client.get(path)
    assert page.status_code == 200, path
    return client.post(path, {"seal": seal_in(page.content.decode()), **given})


def test_from_the_unit_to_the_acceptance(town: Town, client_as: SignIn) -> None:
    clerk, today = client_as("clerk"), local_day(timezone.now()).isoformat()
    assert "共驻共建" in words(clerk.get("/support/"))
    given = {
        "name": "示例幼儿园",
        "kind": "enterprise",
        "joined_on": today,
        "contact_name": "张联络",
        "contact_phone": "13800001111",
    }
    assert post(clerk, f"{BASE}partners/new/?area={town.community}", **(given | {"kind": ""})).status_code == 422
    answer = post(clerk, f"{BASE}partners/new/?area={town.community}", **given)
    unit = Partner.objects.get()
    assert answer["Location"] == f"{BASE}partners/{unit.pk}/"
    assert "13800001111" in words(clerk.get(answer["Location"]))
    assert "13800001111" not in words(client_as("leader").get(answer["Location"]))
    post(clerk, f"{BASE}partners/{unit.pk}/commit/", words="每月一次义诊", due_on=today)
    post(clerk, f"{BASE}commitments/{unit.commitments.get().pk}/keep/", outcome="来了两次")
    assert "已兑现" in words(clerk.get(f"{BASE}partners/{unit.pk}/"))
    # Nobody has a room yet; then the unit has one.
    post(
        clerk,
        f"{BASE}needs/new/?area={town.community}",
        area=town.grid,
        topic="room",
        title="缺一间活动室",
        is_problem="on",
    )
    wanted = Need.objects.get()
    assert "缺一间活动室" in words(clerk.get(f"{BASE}needs/?state=unmatched"))
    post(
        clerk, f"{BASE}partners/{unit.pk}/offer/", topic="room", title="周六的教室", area=town.community, from_on=today
    )
    assert "缺一间活动室" not in words(clerk.get(f"{BASE}needs/?state=unmatched"))
    assert "同一社区" in words(clerk.get(f"{BASE}needs/{wanted.pk}/"))
    assert "周六的教室" in words(clerk.get(f"{BASE}resources/?state=idle"))
    start = {
        "title": "周末活动室",
        "needs": wanted.pk,
        "parts": f"o{Offer.objects.get().pk}",
        "started_on": today,
        "due_on": today,
        "cost": "1234.5",
    }
    post(clerk, f"{BASE}projects/new/?area={town.community}&need={wanted.pk}", **start)
    project = Project.objects.get()
    assert project.cost_fen == 123_450
    here = f"{BASE}projects/{project.pk}/"
    post(clerk, f"{here}milestone/", title="腾出房间", due_on=today)
    assert post(clerk, f"{here}finish/", outcome="开放", cost="1000").status_code == 422
    post(clerk, f"{BASE}milestones/{project.milestones.get().pk}/", evidence="门口贴了时间")
    post(clerk, f"{here}households/", area=town.grid, households="120")
    post(clerk, f"{here}finish/", outcome="每周六开放", cost="1000")
    post(clerk, f"{here}accept/", asked="20", satisfied="19")
    project.refresh_from_db()
    assert project.stage == "accepted"
    assert clerk.get(f"{here}accept/").status_code == 404
    shown = words(clerk.get(BASE))
    assert "共建项目 1" in shown
    assert "解决问题 1" in shown
    assert "120" in shown
    assert "不会算两次" in shown
    book = load_workbook(BytesIO(clerk.get(f"{BASE}projects/projects.xlsx").content))
    assert [sheet.title for sheet in book] == ["项目清单", "共建数字"]
    assert book["项目清单"]["A2"].value == "周末活动室"


@pytest.mark.parametrize("key", sorted(CAST))
def test_who_is_let_in(town: Town, client_as: SignIn, key: str) -> None:
    sees = {"leader", "clerk", "other_clerk", "street_clerk", "district_clerk", "party_affairs", "stranger"}
    status = client_as(key).get(BASE).status_code
    assert (status == 200) == (key in sees), status
    edits = client_as(key).get(f"{BASE}partners/new/").status_code
    assert (edits == 200) == (key in sees - {"leader"})


def test_beside_looks_like_not_there(town: Town, client_as: SignIn) -> None:
    unit, wanted = partner(town), need(town)
    stranger = client_as("stranger")
    for path in (f"partners/{unit.pk}/", f"needs/{wanted.pk}/", f"partners/{unit.pk}/leave/", "projects/999999/"):
        assert stranger.get(BASE + path).status_code == 404, path


def test_the_lists_by_json(town: Town, client_as: SignIn) -> None:
    partner(town, contact_phone="13800001111")
    partner(town, "街道礼堂", "agency", town.street, **who(town, "street_clerk"))
    need(town)
    clerk = client_as("clerk")
    found = clerk.get("/api/v1/cobuild/partners").json()
    assert {one["name"] for one in found["items"]} == {"示例幼儿园", "街道礼堂"}
    assert "13800001111" not in str(found)
    assert clerk.get("/api/v1/cobuild/needs?open=true").json()["items"][0]["offers"] == []
    assert clerk.get("/api/v1/cobuild/projects").json()["items"] == []
    figures = clerk.get(f"/api/v1/cobuild/figures?area={town.community}").json()["items"]
    assert figures[0]["number"] == 0
    assert figures[0]["definition"]
    assert clerk.get(f"/api/v1/cobuild/figures?area={town.other_street}").status_code == 403
    assert client_as("worker").get("/api/v1/cobuild/partners").status_code == 403
