"""Volunteering on the pages: a team is founded at the desk, a resident signs up without an account, the hours stand behind the code."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from gezhi.cobuild.models import HelpRequest, SignUp, Team, VolunteerActivity
from gezhi.testing import Town
from gezhi.web.tests.desk import seal_in, words

BASE = "/support/cobuild/"


def post(client: Client, path: str, **given: Any) -> Any:
    page = client.get(path)
    assert page.status_code == 200, path
    return client.post(path, {"seal": seal_in(page.content.decode()), **given})


def test_from_the_team_to_the_hours(town: Town, client: Client, client_as: Callable[[str], Client]) -> None:
    clerk = client_as("clerk")
    post(clerk, f"{BASE}volunteers/new/?area={town.community}", name="爱心志愿战队", grids=[town.grid, town.next_grid])
    team = Team.objects.get()
    here = f"{BASE}volunteers/{team.pk}/"
    post(clerk, f"{here}sub-team/", specialty="law", name="法律帮扶战队")
    post(clerk, f"{BASE}help/new/?area={town.community}", area=town.grid, specialty="law", words="想问房子怎么过户")
    asked = HelpRequest.objects.get()
    assert "法律帮扶战队" in words(clerk.get(f"{BASE}help/"))
    assert "它管这个网格" in words(clerk.get(f"{BASE}help/{asked.pk}/"))
    post(clerk, f"{BASE}help/{asked.pk}/take/")
    post(clerk, f"{BASE}help/{asked.pk}/finish/", beneficiaries="2")
    assert "受益 2 人次" in words(clerk.get(f"{BASE}help/{asked.pk}/"))
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    given = {
        "kind": "civility",
        "title": "路口文明劝导",
        "day": f"{tomorrow:%Y-%m-%d}",
        "hour": "09:00",
        "place": "东门路口",
        "places": "3",
    }
    assert post(clerk, f"{here}activity/", **(given | {"places": "0"})).status_code == 422
    post(clerk, f"{here}activity/", **given)
    activity = VolunteerActivity.objects.get()
    assert "路口文明劝导" in words(client.get("/volunteers/"))
    path = f"/volunteers/{activity.pk}/"
    assert client.post(path, {"name": "甲", "phone": "x"}).status_code == 422
    answer = client.post(path, {"name": "李志愿", "phone": "13800001111"})
    row = SignUp.objects.get()
    assert answer["Location"] == f"/volunteers/mine/{row.code}/"
    assert client.post(path, {"name": "李志愿", "phone": "13800001111"}).status_code == 422
    assert "13800001111" in words(clerk.get(f"{BASE}activities/{activity.pk}/"))
    assert "13800001111" not in words(client_as("leader").get(f"{BASE}activities/{activity.pk}/"))
    assert "13800001111" not in words(client.get(path))
    VolunteerActivity.objects.filter(pk=activity.pk).update(starts_at=timezone.now() - timedelta(hours=3))
    post(clerk, f"{BASE}activities/{activity.pk}/hold/", beneficiaries="200", outcome="劝导了两个小时")
    post(clerk, f"{BASE}sign-ups/{row.pk}/hours/", minutes="120")
    assert "120 分钟" in words(client.get(f"/volunteers/mine/{row.code}/"))
    assert "确认服务 2 小时，受益 200 人次" in words(client.get("/volunteers/"))
    assert client.post(f"/volunteers/mine/{row.code}/").status_code == 422, "what was held is not taken back"
    assert client.get("/volunteers/mine/2222-2222-2222/").status_code == 404
    assert not client.get(path).cookies
    assert client_as("stranger").get(here).status_code == 404
