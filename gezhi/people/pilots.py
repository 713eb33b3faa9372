"""Is a feature open here today? Asked by whoever shows it; no query while nothing changed.

    if is_open(Feature.TEAM_PAGE, grid.code, on=day): ...

A feature is open where the area, or one around it, has a row of `Pilot` that holds. Others don't see that there is such a thing.
"""

from datetime import date

from gezhi.kernel.registers import Cached
from gezhi.people.models import Pilot

REGISTER = "pilots"
Row = tuple[str, str, date, date | None]


def load() -> list[Row]:
    return list(Pilot.objects.values_list("feature", "area__code", "from_on", "until_on"))


pilots_register = Cached(REGISTER, load)


def is_open(feature: str, area_code: str, *, on: date) -> bool:
    return any(
        name == feature and area_code.startswith(code) and first <= on and (last is None or on <= last)
        for name, code, first, last in pilots_register.get()
    )


def open_in(feature: str, *, on: date) -> list[str]:
    """The codes of the areas whose own row opens a feature on a day."""
    return sorted(
        code
        for name, code, first, last in pilots_register.get()
        if name == feature and first <= on and (last is None or on <= last)
    )
