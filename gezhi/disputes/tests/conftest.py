import pytest

from gezhi.disputes.tests.mediation import Mediation
from gezhi.testing import Town


@pytest.fixture
def mediation(town: Town) -> Mediation:
    """A quarrel between neighbours, just registered by the grid leader; nobody mediates it yet."""
    return Mediation(town)
