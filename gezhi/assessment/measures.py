"""What a rate may be made of, and how a rate is shown. Pure: plain values, no clock, no database.

A rate is a fraction of counts over answers. The words for what may stand above and below the line are closed and stand here; which of them
make up 响应率 or 情况明, and with which weights, is a row of a scheme (`gezhi.assessment.models`), so that a district may say otherwise from
a day on and last year stays judged by last year's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Counted(TextChoices):
    """Answers that are counted. Questions (service, outcome, lower) count voices, and above the line weigh them."""

    ANSWERED = "answered", _("答复件数")
    DRAWN = "drawn", _("应回访件数")
    CONTACTED = "contacted", _("联系上的件数")
    ENDED = "ended", _("回访已办结件数")
    SAID = "said", _("联系上并说明是否解决的件数")
    SOLVED = "solved", _("说已解决的件数")
    SERVICE = "service", _("服务评价")
    OUTCOME = "outcome", _("结果评价")
    LOWER = "lower", _("服务、结果两项中较低的评价")
    COMPLETE = "complete", _("要素齐全的件数")
    FOUND = "found", _("网格员先发现的件数")
    ACCEPTED = "accepted", _("知道受理用时的件数")
    PROMPT = "prompt", _("按时推送的件数")
    SETTLED = "settled", _("解决了且没有重办的件数")
    HEARD = "heard", _("听到诉求人回音的件数")
    CONFIRMED = "confirmed", _("诉求人认可的件数")


QUESTIONS = (Counted.SERVICE, Counted.OUTCOME, Counted.LOWER)


class Fact(TextChoices):
    """What a complete report has: 情况明."""

    MATTER = "matter", _("事项")
    GRID = "grid", _("网格")
    POINT = "point", _("坐标")
    CONTACT = "contact", _("联系方式")
    FILES = "files", _("办理材料")


class Voices(TextChoices):
    """Whose voice counts for satisfaction. With both, a round is heard once: what the reporter gave by link goes before what a clerk wrote down."""

    CALL = "call", _("只算回访")
    LINK = "link", _("只算链接评价")
    BOTH = "both", _("链接评价优先，没有的算回访")


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One rate of a scheme. `weights` in percent by level, for questions above the line; `params`: `minutes`, `facts`, `poor`."""

    code: str
    name: str
    family: str
    numerator: str
    denominator: str
    weights: Mapping[int, int] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


def faults(row: MeasureRow) -> str:
    """Why this can't be a rate, as a code; "" when it can."""
    if row.numerator not in Counted.values or row.denominator not in Counted.values:
        return "no_such_count"
    if row.numerator in QUESTIONS:
        if row.denominator != row.numerator:
            return "not_a_part"
        if set(row.weights) != {1, 2, 3, 4, 5} or not all(0 <= weight <= 100 for weight in row.weights.values()):
            return "no_weights"
    if Counted.COMPLETE in (row.numerator, row.denominator):
        facts = row.params.get("facts")
        if not facts or not set(facts) <= set(Fact.values):
            return "no_facts"
    if Counted.PROMPT in (row.numerator, row.denominator) and not isinstance(row.params.get("minutes"), int):
        return "no_minutes"
    return ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A fraction with everything it must be shown with. `numerator` may be a fraction itself, where levels are weighed.

    `excluded`: how many stand in neither part because they were excluded 剔除. `size` is the sample, which is the denominator.
    """

    code: str
    name: str
    numerator: Fraction
    size: int
    excluded: int = 0
    fewest: int = 0

    @property
    def share(self) -> Fraction | None:
        """None where there is nothing to divide by."""
        return self.numerator / self.size if self.size else None

    @property
    def is_small(self) -> bool:
        """Too few to be compared with others; the scheme says how few."""
        return 0 < self.size < self.fewest

    @property
    def parts(self) -> str:
        """ "16", "45.6": what stands above the line."""
        return f"{float(self.numerator):.1f}".removesuffix(".0")

    @property
    def percent(self) -> str:
        """ "80.0%"; "—" where nobody was asked."""
        return f"{float(self.share) * 100:.1f}%" if self.share is not None else "—"


@dataclass(slots=True)
class Sums:
    """Additive counts of a group of answers: for each measure what stands above the line (in hundredths) and below."""

    answers: int = 0
    excluded: int = 0
    above: dict[str, int] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Sums", *, sign: int = 1) -> None:
        """With `sign=-1` what the other holds is taken out, and remembered as left out."""
        self.answers += sign * other.answers
        for mine, theirs in ((self.above, other.above), (self.below, other.below)):
            for code, value in theirs.items():
                mine[code] = mine.get(code, 0) + sign * value
        if sign < 0:
            self.excluded += other.answers
            for code, value in other.below.items():
                self.left_out[code] = self.left_out.get(code, 0) + value
        else:
            self.excluded += other.excluded
            for code, value in other.left_out.items():
                self.left_out[code] = self.left_out.get(code, 0) + value

    def rates(self, measures: Iterable[MeasureRow], *, fewest: int) -> list[Rate]:
        return [
            Rate(
                row.code,
                row.name,
                Fraction(self.above.get(row.code, 0), 100),
                self.below.get(row.code, 0),
                self.left_out.get(row.code, 0),
                fewest,
            )
            for row in measures
        ]


def total(sums: Iterable[Sums]) -> Sums:
    every = Sums()
    for one in sums:
        every.add(one)
    return every
