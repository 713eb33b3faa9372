"""Writes of the kernel: the calendar of working time, and changing the keys of sealed data."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, TextField
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import calendar, secrets
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import NamedDay, local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.models import WorkDay, WorkHours, WorkYear
from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import touch
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit

PUBLISH = "calendar.publish"
ROTATE = "keys.rotate"
BY_ANOTHER = _("刚刚有人发布过，请看过最新情况再决定。")


# --- calendar -------------------------------------------------------------------------------------------------------


@unit()
def publish_year(
    year: int,
    days: Iterable[NamedDay],
    source: str,
    *,
    actor: Actor,
    at: datetime,
    published_on: date | None = None,
) -> WorkYear:
    """Say which days of a year are worked against their weekday; replaces what was said before.

    `days` are the exceptions alone and may reach into the December before. `published_on` is the day of the notice,
    by default that of `at`. Records `calendar.published` with `{"year", "days"}`: whoever keeps deadlines reckons the
    provisional ones anew.
    """
    actor.require(PUBLISH, area=settings.DISTRICT)
    if not 1949 < year < 2999:
        raise Refused("year_wrong", _("年份有误。"), field="year")
    source = typed(source, field="source", longest=100, empty=_("请写明依据，例如通知的文号。"))
    named = calendar.check_days(year, days)
    published_on = published_on or local_day(at)
    fact = Fact("calendar.published", data={"year": year, "days": len(named)})
    row = WorkYear.objects.filter(year=year).first()
    if row is None:
        with first_come("published_meanwhile", BY_ANOTHER):
            row = WorkYear.objects.create(year=year, source=source, published_on=published_on, version=1)
        found(row, fact, actor=actor, at=at)
    else:
        advance(row, fact, actor=actor, at=at, changes={"source": source, "published_on": published_on})
    # A later notice also overrules a day that another year's notice had set.
    WorkDay.objects.filter(work_year=row).delete()
    WorkDay.objects.filter(date__in=[day.date for day in named]).delete()
    WorkDay.objects.bulk_create(
        WorkDay(
            work_year=row, date=day.date, is_workday=day.is_workday, name=day.name.strip(), source=day.source or source
        )
        for day in named
    )
    touch(calendar.REGISTER)
    return row


@unit()
def set_work_hours(valid_from: date, spans: Iterable[Iterable[str]], *, actor: Actor, at: datetime) -> WorkHours:
    """Set the working periods from a day on, `[["09:00", "12:00"], ["13:00", "17:00"]]`, until the next row begins.

    Records `calendar.hours_set` with `{"valid_from", "spans"}`.
    """
    actor.require(PUBLISH, area=settings.DISTRICT)
    checked = calendar.check_hours(spans)
    fact = Fact("calendar.hours_set", data={"valid_from": valid_from.isoformat(), "spans": checked})
    row = WorkHours.objects.filter(valid_from=valid_from).first()
    if row is None:
        with first_come("published_meanwhile", BY_ANOTHER):
            row = WorkHours.objects.create(valid_from=valid_from, spans=checked, version=1)
        found(row, fact, actor=actor, at=at)
    else:
        advance(row, fact, actor=actor, at=at, changes={"spans": checked})
    touch(calendar.REGISTER)
    return row


@unit()
def load_calendars(*, actor: Actor, at: datetime, replace: bool = False) -> list[int]:
    """Publish the years that come with Gezhi, and working hours where there are none; the years that were written.

    A year that stands already is left as the district has it, unless `replace`; one that says the same is never
    written again.
    """
    actor.require(PUBLISH, area=settings.DISTRICT)
    standing: dict[int, list[NamedDay]] = {year: [] for year in WorkYear.objects.values_list("year", flat=True)}
    for day in WorkDay.objects.select_related("work_year"):
        standing[day.work_year.year].append(NamedDay(day.date, day.is_workday, day.name, day.source))
    written = []
    for shipped in calendar.shipped_years():
        if shipped.year in standing and (not replace or calendar.same_days(standing[shipped.year], shipped.days)):
            continue
        publish_year(shipped.year, shipped.days, shipped.source, actor=actor, at=at, published_on=shipped.published_on)
        written.append(shipped.year)
    if not WorkHours.objects.exists():
        set_work_hours(calendar.DEFAULT_HOURS_FROM, calendar.DEFAULT_HOURS, actor=actor, at=at)
    return written


# --- keys -----------------------------------------------------------------------------------------------------------


@dataclass
class Rotation:
    """How far one sealed column is. `still_used` counts what remains under each older key; `unreadable` are primary
    keys.
    """

    model: str
    column: str
    resealed: int = 0
    unreadable: list[Any] = field(default_factory=list)
    still_used: Counter[str] = field(default_factory=Counter)


def rotate_keys(*, actor: Actor, batch: int = 500) -> Iterator[Rotation]:
    """Seal every sealed value anew under the first key of the ring; yields each column after every batch, so progress
    can be shown.

    May be stopped and started again at any point: what is under the new key is passed over. A row that changes
    meanwhile keeps its change. A value that can't be opened is left alone and listed. When every `still_used` is
    empty, the older keys may be dropped. The content stays the same, so no event is recorded in the rows' chains.
    """
    actor.require(ROTATE)
    for model in apps.get_models():
        for column in model._meta.local_concrete_fields:
            if isinstance(column, secrets.SealedTextField):
                yield from rotate_column(model, column, batch=batch)


def rotate_column(model: type[models.Model], column: secrets.SealedTextField, *, batch: int) -> Iterator[Rotation]:
    progress = Rotation(model._meta.label, column.name)
    prefix = secrets.sealed_prefix(secrets.sealing_key())
    # The same column, seen as the plain text that the database has.
    tokens = model._base_manager.annotate(token=ExpressionWrapper(F(column.name), output_field=TextField()))
    older = tokens.exclude(token="").exclude(token__startswith=prefix).exclude(token__isnull=True).order_by("pk")
    last: Any = None
    while True:
        rest = older if last is None else older.filter(pk__gt=last)
        rows: list[tuple[Any, str]] = list(rest.values_list("pk", "token")[:batch])
        if not rows:
            break
        last = rows[-1][0]
        with unit():
            for pk, token in rows:
                try:
                    text = secrets.unseal(token, context=column.context)
                except secrets.Unreadable:
                    progress.unreadable.append(pk)
                    continue
                progress.resealed += tokens.filter(pk=pk, token=token).update(**{column.name: text})
        yield progress
    for token in older.values_list("token", flat=True).iterator():
        progress.still_used[key_name(token)] += 1
    yield progress


def key_name(token: str) -> str:
    try:
        return secrets.key_of(token)
    except secrets.Unreadable:
        return "?"
