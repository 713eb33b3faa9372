"""What of a table of rates may be shown to everybody. Pure.

A rate over fewer than k answers could tell what a neighbour said. Leaving out one cell alone hides nothing where the total stands beside it,
so the next smallest is left out as well.
"""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=str | int)


def hidden(sizes: Mapping[Key, int], fewest: int) -> set[Key]:
    """The keys whose rate is not published. An empty cell says nothing about anybody and stays."""
    small = {key for key, size in sizes.items() if 0 < size < fewest}
    others = sorted((size, key) for key, size in sizes.items() if size >= fewest and size > 0)
    if small and sum(sizes[key] for key in small) < fewest and others:
        # The rest of the total would tell: together the hidden ones must hide one another.
        small.add(others[0][1])
    return small
