"""Pages that say why when the house itself can't go on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import clear_url_caches, include, path

FAULTS = {
    "bug": RuntimeError("secret 4711"),
    "down": OperationalError("the database at secret 4711 is gone"),
    "lost": InterfaceError("connection 4711 already closed"),
}


def fault(request: Any, name: str) -> None:
    raise FAULTS[name]


urlpatterns = [path("fault/<str:name>/", fault), path("", include("gezhi.web.portal.urls"))]
handler500 = "gezhi.web.errors.broken"


@pytest.fixture
def faulty(db: None, settings: Any) -> Iterator[Client]:
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield Client(raise_request_exception=False)
    clear_url_caches()


@pytest.mark.parametrize(("name", "status"), [("bug", 500), ("down", 503), ("lost", 503)])
def test_a_fault_says_whether_waiting_helps_and_nothing_of_the_inside(faulty: Client, name: str, status: int) -> None:
    response = faulty.get(f"/fault/{name}/")
    page = response.content.decode()
    assert response.status_code == status
    assert ("数据库暂时连不上" in page) == (status == 503)
    assert ("Retry-After" in response) == (status == 503)
    assert "已经保存过的内容都还在" in page
    assert "4711" not in page
