import pytest

from gezhi.calls.tests.story import CallStory
from gezhi.testing import Town


@pytest.fixture
def story(town: Town) -> CallStory:
    """A call of the western street without a case, just raised."""
    return CallStory(town)


@pytest.fixture
def about_case(town: Town) -> CallStory:
    """A call about a case that the street holds."""
    return CallStory(town, with_case=True)
