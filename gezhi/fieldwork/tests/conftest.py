import pytest

from gezhi.fieldwork.tests.rounds import Rounds
from gezhi.testing import Town


@pytest.fixture
def rounds(town: Town) -> Rounds:
    return Rounds(town)
