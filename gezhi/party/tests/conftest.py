"""The party over the town."""

import pytest

from gezhi.party.tests.story import Story
from gezhi.testing import Town


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)
