"""Every write of assessing: `schemes` (how rates are counted), `exclusions` (what is left out of them)."""

from gezhi.assessment.actions.exclusions import ask_exclusion, decide_exclusion, lift_exclusion, load_reasons
from gezhi.assessment.actions.schemes import load_scheme, set_scheme

__all__ = ["ask_exclusion", "decide_exclusion", "lift_exclusion", "load_reasons", "load_scheme", "set_scheme"]
