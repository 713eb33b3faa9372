"""The inner loops, imported when first needed: a program that plans nothing neither waits for the compiler nor holds it in memory. Pure."""

import importlib
from functools import cache
from typing import Any


@cache
def kernels() -> Any:
    """The module `kernels`. What it compiles is kept beside it (or in the user's cache), so that only the first run ever waits."""
    return importlib.import_module("gezhi.territory.planner.kernels")
