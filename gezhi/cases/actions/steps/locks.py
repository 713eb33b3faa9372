"""Rows of several cases at once, held until the transaction ends. Always in the order of their keys, or two who want the same would wait for
each other for ever."""

from collections.abc import Iterable

from gezhi.cases.models import Case


def locked(*keys: int) -> dict[int, Case]:
    """These cases, by key. One statement."""
    return {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=keys).order_by("pk")}


def lock_with_kin(keys: Iterable[int]) -> None:
    """These cases, and those that a step with them may touch: what they were merged into, what they are a part of. Two statements."""
    kin = Case.objects.filter(pk__in=list(keys)).values_list("pk", "merged_into_id", "part_of_id")
    locked(*{key for row in kin for key in row if key is not None})
