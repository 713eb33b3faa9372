import pytest

from gezhi.cases.tests.story import Story
from gezhi.testing import Town


@pytest.fixture
def story(town: Town) -> Story:
    """A report about a lamp, just come in."""
    return Story(town)
