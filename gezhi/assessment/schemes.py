"""The schemes in memory: which one judges a month."""

from dataclasses import dataclass, field

from gezhi.assessment.measures import MeasureRow
from gezhi.assessment.models import Measure, Scheme
from gezhi.kernel.registers import Cached


@dataclass(frozen=True, slots=True)
class SchemeInfo:
    id: int
    name: str
    voices: str
    fewest: int
    fewest_public: int
    from_month: int
    until_month: int | None
    basis: str = ""
    measures: tuple[MeasureRow, ...] = field(default_factory=tuple)

    def holds_in(self, month: int) -> bool:
        return self.from_month <= month and (self.until_month is None or month <= self.until_month)

    def of(self, *families: str) -> tuple[MeasureRow, ...]:
        return tuple(row for row in self.measures if row.family in families)


def load() -> list[SchemeInfo]:
    measures: dict[int, list[MeasureRow]] = {}
    for measure in Measure.objects.order_by("scheme_id", "position"):
        measures.setdefault(measure.scheme_id, []).append(measure.row)
    return [
        SchemeInfo(
            scheme.pk,
            scheme.name,
            scheme.voices,
            scheme.fewest,
            scheme.fewest_public,
            scheme.from_month,
            scheme.until_month,
            scheme.basis,
            tuple(measures.get(scheme.pk, ())),
        )
        for scheme in Scheme.objects.order_by("from_month")
    ]


REGISTER = "assessment"
register = Cached(REGISTER, load)


def schemes() -> list[SchemeInfo]:
    """All schemes, the oldest first; no query while nothing changed."""
    return register.get()


def scheme_of(month: int) -> SchemeInfo | None:
    """The scheme that judges this month; None where the district had none."""
    return next((scheme for scheme in schemes() if scheme.holds_in(month)), None)


def spans(first: int, last: int) -> list[tuple[SchemeInfo, int, int]]:
    """The months from `first` to `last` cut where another scheme begins, each with its own."""
    found = []
    for scheme in schemes():
        start = max(first, scheme.from_month)
        end = min(last, scheme.until_month if scheme.until_month is not None else last)
        if start <= end:
            found.append((scheme, start, end))
    return found
