"""Lists kept under a name: one's own, shared with the desk, changed by their owner or those above."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.cases.actions import save_filter
from gezhi.cases.filters import Filters
from gezhi.cases.models import Case, SavedFilter
from gezhi.kernel.events import timeline
from gezhi.kernel.refusals import Refused
from gezhi.people.actions import seat, unseat
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.testing import SYSTEM, Town
from gezhi.web.tests.desk import titles, words

Browser = Callable[[str], Client]


def test_saved_and_opened_again(client_as: Browser, reported: Callable[..., Case]) -> None:
    urgent = reported(text="急", is_emergency=True)
    reported(text="不急")
    clerk = client_as("clerk")
    assert (
        clerk.post("/operation/filters/?emergency=1&nonsense=2", {"name": "本社区紧急", "desk_id": ""}).status_code
        == 302
    )
    saved = SavedFilter.objects.get()
    assert saved.query == "emergency=1"
    page = clerk.get("/operation/filters/")
    assert "本社区紧急" in words(page)
    assert titles(clerk.get(f"/operation/?{saved.query}")) == [urgent.title]
    assert "本社区紧急" in words(clerk.get("/operation/day/"))
    assert [event.name for event in timeline(saved)] == ["saved_filter.saved"]


def test_one_s_own_is_nobody_else_s(client_as: Browser, town: Town) -> None:
    client_as("worker").post("/operation/filters/?clock=overdue", {"name": "自己看的", "desk_id": ""})
    saved = SavedFilter.objects.get()
    assert "自己看的" not in words(client_as("worker2").get("/operation/filters/"))
    for path in (f"{saved.pk}/", f"{saved.pk}/drop/"):
        assert client_as("worker2").post(f"/operation/filters/{path}", {"name": "x"}).status_code == 404
    assert client_as("clerk").post(f"/operation/filters/{saved.pk}/drop/").status_code == 404


def test_shared_with_the_desk(client_as: Browser, town: Town) -> None:
    """Colleagues use it and don't change it; its owner and those above do."""
    grid = town.desk(town.grid).id
    client_as("worker").post("/operation/filters/?clock=overdue", {"name": "超期的", "desk_id": grid})
    saved = SavedFilter.objects.get()
    colleague = client_as("worker2")
    assert "超期的" in words(colleague.get("/operation/filters/"))
    assert f"/operation/filters/{saved.pk}/drop/" not in colleague.get("/operation/filters/").content.decode()
    assert colleague.post(f"/operation/filters/{saved.pk}/drop/").status_code == 403
    assert colleague.get(f"/operation/filters/{saved.pk}/")["Location"].endswith("clock=overdue")
    assert client_as("neighbour").get(f"/operation/filters/{saved.pk}/").status_code == 404
    changed = client_as("clerk").post(f"/operation/filters/{saved.pk}/", {"name": "超期先办", "desk_id": grid})
    assert changed.status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("超期先办", "clock=overdue")
    assert client_as("worker").post(f"/operation/filters/{saved.pk}/drop/").status_code == 302
    assert "超期先办" not in words(colleague.get("/operation/filters/"))


def test_the_same_name_twice_is_refused_in_words(client_as: Browser) -> None:
    clerk = client_as("clerk")
    clerk.post("/operation/filters/", {"name": "待办", "desk_id": ""})
    answer = clerk.post("/operation/filters/?clock=soon", {"name": "待办", "desk_id": ""})
    assert answer.status_code == 422
    assert "同名" in words(answer)
    dropped = SavedFilter.objects.get()
    clerk.post(f"/operation/filters/{dropped.pk}/drop/")
    assert clerk.post("/operation/filters/", {"name": "待办", "desk_id": ""}).status_code == 302


def test_a_desk_at_which_one_does_not_sit(town: Town) -> None:
    at = timezone.now()
    for who, desk in (("worker", town.desk(town.community).id), ("clerk", town.desk(town.grid).id)):
        with pytest.raises(Refused) as refused:
            save_filter(actor=town.actor(who, at=at), at=at, name="x", filters=Filters(), desk_id=desk)
        assert refused.value.code == "not_your_desk"


def test_names_that_can_not_be_kept(client_as: Browser) -> None:
    for name in ("", "  ", "字" * 41, "a\x00b"):
        assert client_as("clerk").post("/operation/filters/", {"name": name}).status_code == 422
    assert not SavedFilter.objects.exists()


def test_who_left_the_desk_changes_its_filters_no_more(client_as: Browser, town: Town) -> None:
    client_as("worker").post("/operation/filters/", {"name": "超期的", "desk_id": town.desk(town.grid).id})
    client_as("worker").post("/operation/filters/", {"name": "自己看的", "desk_id": ""})
    shared, own = SavedFilter.objects.order_by("pk")
    post = Post.objects.get(user=town.user("worker"), desk=town.desk(town.grid))
    yesterday = timezone.localdate() - timedelta(days=1)
    unseat(post, actor=SYSTEM, at=timezone.now(), until_on=yesterday)
    today, desk = timezone.localdate(), town.desk(town.next_grid)
    seat(town.user("worker"), desk, Role.GRID_WORKER, actor=SYSTEM, at=timezone.now(), from_on=today)
    client = client_as("worker")
    page = words(client.get("/operation/filters/"))
    assert "自己看的" in page
    assert "超期的" not in page
    for path in (f"{shared.pk}/", f"{shared.pk}/drop/"):
        assert client.post(f"/operation/filters/{path}", {"name": "x"}).status_code == 404
    assert client.post(f"/operation/filters/{own.pk}/drop/").status_code == 302
    shared.refresh_from_db()
    assert (shared.name, shared.dropped_at) == ("超期的", None)
