"""The catalogue in memory: what a report can be about, whose it is, and how long it may take."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.registers import Cached
from gezhi.kernel.worktime import Limit, Unit
from gezhi.matters.models import Batch, LimitKind, Matter, TimeLimit
from gezhi.matters.models.application import DECIDED
from gezhi.matters.rules import LimitRow, LimitTable, NoLimit
from gezhi.matters.suggest import Suggester, Suggestion

MOST_CHOSEN = 20_000


@dataclass(frozen=True, slots=True)
class MatterInfo:
    """A matter as routing, forms and lists need it; both days are included."""

    id: int
    code: str
    name: str
    category_name: str
    category_is_confirmed: bool
    owner_id: int | None
    owner_name: str
    default_desk: str
    is_for_grid: bool
    is_confidential: bool
    answer_template: str
    valid_from: date
    valid_until: date | None
    words: tuple[str, ...] = ()
    handling_template: str = ""
    # Street and first day of every batch; empty for a matter that came to all streets at once.
    starts: tuple[tuple[str, date], ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Is it in the catalogue that day, in whatever street?"""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def is_offered(self, day: date, street_code: str) -> bool:
        """May a case of this street have it that day? What comes by batches is offered in a street from its day on, and nowhere before the
        street is known."""
        if not self.is_valid_on(day):
            return False
        return not self.starts or any(code == street_code and day >= first for code, first in self.starts)


class Catalogue:
    """All matters and limits of the district, also those of the past: an old case is judged by the rule of its day."""

    def __init__(self, matters: Iterable[MatterInfo], limits: Iterable[LimitRow]) -> None:
        every = sorted(matters, key=lambda matter: matter.code)
        self.matters = {matter.id: matter for matter in every}
        self.codes = {matter.code: matter for matter in every}
        self.limits = LimitTable(limits)
        self.suggester = Suggester({matter.id: matter.words for matter in every})
        # What was asked for, most of it by every report of a day.
        self.chosen: dict[tuple[str, int | None, str, bool, date], Limit] = {}

    def get(self, matter_id: int) -> MatterInfo:
        """Raises KeyError for a matter that does not exist."""
        return self.matters[matter_id]

    def by_code(self, code: str) -> MatterInfo | None:
        return self.codes.get(code)

    def valid_on(self, day: date, *, street: str | None = None) -> list[MatterInfo]:
        """What stands in the catalogue this day, in the order of the codes; with `street` what may be chosen for a case there, "" being a case
        of no known street."""
        if street is None:
            return [matter for matter in self.codes.values() if matter.is_valid_on(day)]
        return [matter for matter in self.codes.values() if matter.is_offered(day, street)]

    def suggest(
        self, text: str, limit: int = 3, *, on: date | None = None, street: str | None = None
    ) -> list[Suggestion]:
        """The likeliest matters for a report, best first, with the words that led to each; empty when nothing speaks for any.

        `on` leaves out what is not in the catalogue that day, `street` what has not come there yet.
        """
        if on is None:
            return self.suggester.suggest(text, limit)
        every = self.suggester.suggest(text, len(self.matters))
        matters = (self.matters[one.matter_id] for one in every)
        fit = (one.is_valid_on(on) if street is None else one.is_offered(on, street) for one in matters)
        return [one for one, is_fit in zip(every, fit, strict=True) if is_fit][:limit]

    def limit(self, kind: str, *, matter_id: int | None, level: str, is_emergency: bool, on: date) -> Limit:
        """How long `kind` may take for this matter at this level of desk, by the rule of the day `on`. Raises `Refused`, never guesses."""
        asked = (kind, matter_id, level, is_emergency, on)
        if (known := self.chosen.get(asked)) is not None:
            return known
        try:
            row = self.limits.choose(kind, matter_id=matter_id, level=level, is_emergency=is_emergency, on=on)
        except NoLimit as error:
            message = _("没有适用的时限，请先在事项清单里设定「%(kind)s」的通用时限。") % {
                "kind": LimitKind(kind).label
            }
            raise Refused("no_limit", message, kind=kind, on=on.isoformat()) from error
        if len(self.chosen) >= MOST_CHOSEN:
            self.chosen.clear()
        found = self.chosen[asked] = Limit(row.amount, cast(Unit, row.unit))
        return found


def load_catalogue() -> Catalogue:
    starts: dict[int, list[tuple[str, date]]] = defaultdict(list)
    opened = Batch.objects.filter(application__stage__in=DECIDED).order_by("street__code")
    for matter_id, code, first in opened.values_list("application__matter_id", "street__code", "starts_on"):
        starts[matter_id].append((code, first))
    matters = [
        MatterInfo(
            id=row.pk,
            code=row.code,
            name=row.name,
            category_name=row.category.name,
            category_is_confirmed=row.category.is_confirmed,
            owner_id=row.owner_id,
            owner_name=row.owner.name if row.owner else "",
            default_desk=row.default_desk,
            is_for_grid=row.is_for_grid,
            is_confidential=row.is_confidential,
            answer_template=row.answer_template,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            words=tuple(row.words),
            handling_template=row.handling_template,
            starts=tuple(starts.get(row.pk, ())),
        )
        for row in Matter.objects.select_related("category", "owner")
    ]
    limits = TimeLimit.objects.values_list(
        "kind", "matter_id", "level", "is_emergency", "amount", "unit", "valid_from", "valid_until", "basis"
    )
    return Catalogue(matters, (LimitRow(*row) for row in limits))


catalogue_register = Cached("matters", load_catalogue)


def catalogue() -> Catalogue:
    """The catalogue as it stands; no query while nothing changed."""
    return catalogue_register.get()


@dataclass(frozen=True, slots=True)
class MatterTemplates:
    """The matter's own words for handling and answering; "" where it has none and those of its category and level will do."""

    handling: str
    answer: str


def templates_of(matter_id: int) -> MatterTemplates:
    """From memory. Raises KeyError for a matter that does not exist."""
    matter = catalogue().get(matter_id)
    return MatterTemplates(matter.handling_template, matter.answer_template)
