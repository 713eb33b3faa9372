"""The books of the catalogue as they are read: authority and funds of each matter, the ledger, and what its forms ask."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.matters.burden import Form
from gezhi.matters.models import Application, BalanceRule, Demand, FundEntry
from gezhi.matters.models.application import DECIDED
from gezhi.matters.models.fund_entry import FundKind
from gezhi.matters.workflow import ApplicationKind
from gezhi.people.queries import directory, seats_with


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands behind a matter since its admission."""

    application_id: int
    legal_basis: str
    content: str
    authority: str
    duty: str
    expected_a_week: int


def papers() -> dict[int, Paper]:
    """By matter; those of the founding catalogue have none. One query."""
    rows = Application.objects.filter(kind=ApplicationKind.ADMISSION, stage__in=DECIDED, matter__isnull=False)
    columns = ("matter_id", "pk", "legal_basis", "content", "authority", "duty", "expected_a_week")
    return {row[0]: Paper(*row[1:]) for row in rows.values_list(*columns)}


@dataclass(frozen=True, slots=True)
class Funds:
    """In fen."""

    promised: int = 0
    received: int = 0


def funds(year: int, *, street: str = "") -> dict[int, Funds]:
    """What was promised and received in a year, by matter; corrections are in it. One query."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = of_year(year, street).values("matter_id", "kind").annotate(fen=Sum("amount_fen")).order_by("matter_id")
    for row in rows:
        found[row["matter_id"]][row["kind"]] = row["fen"]
    return {
        matter_id: Funds(kinds.get(FundKind.PROMISED, 0), kinds.get(FundKind.RECEIVED, 0))
        for matter_id, kinds in found.items()
    }


def of_year(year: int, street: str) -> QuerySet[FundEntry]:
    rows = FundEntry.objects.filter(year=year)
    return rows.filter(street__code=street) if street else rows


def funds_by_street(year: int) -> dict[tuple[int, str], Funds]:
    """By matter and street. One query."""
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    rows = of_year(year, "").values("matter_id", "street__code", "kind").annotate(fen=Sum("amount_fen"))
    for row in rows.order_by("matter_id", "street__code"):
        found[row["matter_id"], row["street__code"]][row["kind"]] = row["fen"]
    return {
        key: Funds(kinds.get(FundKind.PROMISED, 0), kinds.get(FundKind.RECEIVED, 0)) for key, kinds in found.items()
    }


def entries(actor: Actor, year: int, *, street: str = "") -> QuerySet[FundEntry]:
    """The lines of the ledger that the actor may see, as they were entered: those of the own streets, and of the own department's matters."""
    rows = of_year(year, street).select_related("matter", "street", "entered_by", "corrects")
    codes = actor.areas("matter.see")
    if not any(len(code) <= 6 for code in codes):
        desks = directory().desks
        owners = {desks[seat].department_id for seat in seats_with("matter.see", actor)} - {None}
        rows = rows.filter(Q(street__code__in=[code[:9] for code in codes]) | Q(matter__owner_id__in=owners))
    return rows.order_by("matter__code", "street__code", "pk")


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form of a matter in force or on its way."""

    application_id: int
    matter_id: int | None
    form: Form


def forms(application_ids: Iterable[int] | None = None) -> list[AskedForm]:
    """The forms of these applications, or of every matter that was admitted, in the order in which they were written. Two queries."""
    rows = Demand.objects.select_related("application").prefetch_related("fields").order_by("application_id", "pk")
    wanted = Q(application__stage__in=DECIDED) if application_ids is None else Q(application__in=list(application_ids))
    return [
        AskedForm(
            row.application_id,
            row.application.matter_id,
            Form(row.name, row.times, row.every, row.minutes, tuple(field.name for field in row.fields.all())),
        )
        for row in rows.filter(wanted)
    ]


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of balance of a day."""

    fewest_cases: int
    least_fen_a_case: int
    least_received: int
    valid_from: date
    basis: str = ""


def rule_on(day: date) -> Rule:
    """Raises `Refused`, never guesses."""
    row = BalanceRule.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        raise Refused("no_balance_rule", _("还没有设定平衡规则，请先设定。"))
    return Rule(row.fewest_cases, row.least_fen_a_case, row.least_received, row.valid_from, row.basis)
