from collections.abc import Iterator
from typing import Any

import pytest

from gezhi.integrations.identity.tests.fake_platform import FakePlatform, running
from gezhi.integrations.identity.weixin import WEIXIN


@pytest.fixture
def platform(settings: Any) -> Iterator[FakePlatform]:
    """The mini-program's platform, set up and answering."""
    fake = FakePlatform()
    with running(fake) as host:
        settings.WEIXIN_APP_ID, settings.WEIXIN_SECRET, settings.WEIXIN_HOST = "app", "secret", host
        settings.WEIXIN_CASE_TEMPLATE = ("T1", {"thing1": "matter", "thing2": "place", "time3": "due"})
        WEIXIN.forget()
        yield fake
        WEIXIN.forget()
