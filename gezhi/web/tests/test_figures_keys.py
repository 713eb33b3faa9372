"""Pages of figures by keyboard: each key that the table names stands on something, and none stands on two things."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client

from gezhi.testing import Town

PAGES = ("rates/", "follow-ups/", "exclusions/", "rules/plans/", "rules/schemes/", "rules/try/")


@pytest.mark.parametrize("path", PAGES)
def test_a_key_means_one_thing(client_as: Callable[[str], Client], town: Town, path: str) -> None:
    page = client_as("district_clerk").get(f"/operation/{path}").content.decode()
    keys = re.findall(r'data-(?:key|cycle|focus)="(.)"', page)
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert {"0", "1", "7", "f", "x", "g", "t"} <= set(keys)
    assert "figures-keys.js" in page
    assert 'id="keys"' in page


def test_what_the_rates_have_besides(client_as: Callable[[str], Client], town: Town) -> None:
    page = client_as("district_clerk").get(f"/operation/rates/?area={town.street}").content.decode()
    keys = set(re.findall(r'data-(?:key|cycle|focus)="(.)"', page))
    assert {"m", "d", "u", "b", "c"} <= keys
