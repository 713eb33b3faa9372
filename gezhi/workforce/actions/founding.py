"""What every district begins with: the numbers of policy, sorts of things, skills. What stands already is left alone."""

from datetime import datetime

from gezhi.kernel.access import Actor
from gezhi.kernel.transactions import unit
from gezhi.workforce.actions.equipment import load_items
from gezhi.workforce.actions.policies import load_policies
from gezhi.workforce.actions.skills import load_skills


def load_workforce(*, actor: Actor, at: datetime) -> int:
    """All that comes with Gezhi, each where the district has none of it; how many rows were written."""
    with unit():
        return sum(load(actor=actor, at=at) for load in (load_policies, load_items, load_skills))
