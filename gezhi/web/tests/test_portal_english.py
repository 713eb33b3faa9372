"""The residents' pages in English: not a Chinese sentence of ours is left on them."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gezhi.testing import COMMUNITIES, NAMES, Town
from gezhi.web.tests.resident import answered, filled, words
from tools.messages import COMPILED

CHINESE = re.compile(r"[㐀-鿿]+")


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def reader(town: Town) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def left_in_chinese(page: object) -> list[str]:
    """Chinese that is not the switch back, a name of the town, or what the resident and the desk wrote."""
    return [found for found in CHINESE.findall(words(page)) if found not in {"中文", "格治"}]


@pytest.mark.skipif(not COMPILED.exists(), reason="needs the compiled English texts: ./dev setup")
@pytest.mark.parametrize("path", ["/", "/report/", "/follow/", "/follow/?code=x", "/privacy/", "/account/login/"])
def test_pages_speak_english(reader: Client, path: str) -> None:
    page = reader.get(path)
    names = "".join([*NAMES.values(), *COMMUNITIES.values(), "城中区"])
    assert [one for one in left_in_chinese(page) if one not in names] == []


@pytest.mark.skipif(not COMPILED.exists(), reason="needs the compiled English texts: ./dev setup")
def test_refusals_speak_english(reader: Client) -> None:
    page = reader.post("/report/", filled(text="", phone="x"))
    assert "Please write down what you want to report." in words(page)
    assert "Please write the phone number in digits" in words(page)


@pytest.mark.skipif(not COMPILED.exists(), reason="needs the compiled English texts: ./dev setup")
def test_progress_is_told_in_english(reader: Client, town: Town) -> None:
    case = answered(town, at=timezone.now())
    page = words(reader.get("/follow/", {"code": case.receipt_code}))
    for told in ("Answered; please rate", "Your report was received", "You were answered."):
        assert told in page
