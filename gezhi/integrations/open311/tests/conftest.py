from typing import Any

import pytest

from gezhi.testing import MATTERS


@pytest.fixture(autouse=True)
def opened(settings: Any) -> None:
    """The district has opened every matter of the tests' catalogue but one."""
    settings.OPEN311_MATTERS = [code for name, code in MATTERS.items() if name != "noise"]
