"""Instants and levels in a resident's words."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from gezhi.cases.models import Level


def spoken(instant: datetime, at: datetime) -> str:
    """「今天 17:30」, 「明天 9:00」, or the date with the time; `at` is now."""
    there, here = timezone.localtime(instant), timezone.localtime(at)
    days = (there.date() - here.date()) // timedelta(days=1)
    if days == 0:
        return gettext("今天 %(time)s") % {"time": date_format(there, "H:i")}
    if days == 1:
        return gettext("明天 %(time)s") % {"time": date_format(there, "H:i")}
    return date_format(there, "DATETIME_FORMAT")


class Button(NamedTuple):
    """One of the five levels, to be tapped."""

    value: int
    label: Any

    @property
    def stars(self) -> str:
        return "★" * self.value + "☆" * (5 - self.value)


LEVELS = tuple(Button(level.value, level.label) for level in Level)
LABELS = {level.value: level.label for level in LEVELS}
