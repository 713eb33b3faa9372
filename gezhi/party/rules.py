"""The party's tree over the grids, and the rhythm of its activities. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrgKind(TextChoices):
    """The four levels over the grids, and the two above them on which they hang."""

    DISTRICT = "district", _("区级党组织")
    STREET = "street", _("街道党工委")
    COMMITTEE = "committee", _("社区综合党委")
    GENERAL_BRANCH = "general_branch", _("网格党总支")
    BRANCH = "branch", _("网格党支部")
    GROUP = "group", _("楼院党小组")
    HOUSEHOLD = "household", _("党员中心户")


# What may stand directly above what; the top has nothing above it.
PARENTS: dict[OrgKind, tuple[OrgKind, ...]] = {
    OrgKind.DISTRICT: (),
    OrgKind.STREET: (OrgKind.DISTRICT,),
    OrgKind.COMMITTEE: (OrgKind.STREET,),
    OrgKind.GENERAL_BRANCH: (OrgKind.COMMITTEE,),
    OrgKind.BRANCH: (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH),
    OrgKind.GROUP: (OrgKind.BRANCH,),
    OrgKind.HOUSEHOLD: (OrgKind.GROUP,),
}
# How long the code of the area is to which an organisation belongs. Those with grids belong to the community of these grids.
AREA_LENGTH: dict[OrgKind, int] = {OrgKind.DISTRICT: 6, OrgKind.STREET: 9} | dict.fromkeys(
    (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH, OrgKind.GROUP, OrgKind.HOUSEHOLD), 12
)
# Those of which an area has one; of the others a community has as many as it needs.
ONE_AN_AREA = (OrgKind.DISTRICT, OrgKind.STREET, OrgKind.COMMITTEE)
ON_GRIDS = (OrgKind.GENERAL_BRANCH, OrgKind.BRANCH, OrgKind.GROUP, OrgKind.HOUSEHOLD)
BRANCHES = (OrgKind.GENERAL_BRANCH, OrgKind.BRANCH)
# Led by a secretary, who answers for the grids of the level; groups and households have a head.
WITH_SECRETARY = (OrgKind.DISTRICT, OrgKind.STREET, OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH)


class Office(TextChoices):
    SECRETARY = "secretary", _("书记")
    RECORDER = "recorder", _("记录人")
    HEAD = "head", _("负责人")


def offices_of(kind: str) -> tuple[Office, ...]:
    """What there is to be held at an organisation of this kind, each by one person at a time."""
    return (Office.SECRETARY, Office.RECORDER) if kind in WITH_SECRETARY else (Office.HEAD,)


def fits_below(kind: str, parent: str | None) -> bool:
    """May an organisation of this kind stand below one of that kind (None: at the top)?"""
    above = PARENTS[OrgKind(kind)]
    return parent in above if above else parent is None


# --- spans ------------------------------------------------------------------------------------------------------------


def overlaps(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Do two spans of days, both ends included, share a day? None is without end."""
    return (other[1] is None or one[0] <= other[1]) and (one[1] is None or other[0] <= one[1])


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


# --- the rhythm of activities ---------------------------------------------------------------------------------------


class Every(TextChoices):
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    YEAR = "year", _("每年")


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def period_of(day: date, every: str) -> tuple[date, date]:
    """The month, quarter or year around a day: its first and last day."""
    months = MONTHS[Every(every)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_later(first, months) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """So many of a kind every period; the reminder comes so many days before the period ends."""

    kind: str
    every: str
    times: int
    remind_days: int


@dataclass(frozen=True, slots=True)
class Behind:
    """Some are missing in the period that began on `first`. `is_over`: nothing can be made up in it any more."""

    rhythm: Rhythm
    first: date
    last: date
    held: int
    is_over: bool

    @property
    def missing(self) -> int:
        return self.rhythm.times - self.held


def behind(rhythm: Rhythm, held: Collection[date], *, on: date, since: date) -> list[Behind]:
    """Where an organisation lags on a day: in the period before, and in the present one once the reminder is due.

    A period that had begun before the organisation or the rule stood (`since`) asks nothing: who came in its midst is not behind.
    """
    first, last = period_of(on, rhythm.every)
    before = first - timedelta(days=1)
    found = []
    for (begins, ends), is_over in ((period_of(before, rhythm.every), True), ((first, last), False)):
        is_due = is_over or on >= ends - timedelta(days=rhythm.remind_days)
        count = sum(begins <= day <= ends for day in held)
        if is_due and begins >= since and count < rhythm.times:
            found.append(Behind(rhythm, begins, ends, count, is_over))
    return found
