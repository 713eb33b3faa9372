"""Writes to the ledger of what the teams cost: lines are added, and corrected by further lines. Nothing is changed or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.people.models import BudgetLine, Purpose
from gezhi.territory.models import Area, Level

EDIT = "budget.edit"
# A hundred thousand million yuan: more than any district has, and far from the end of the column.
MOST_FEN = 10**13


@dataclass(frozen=True, slots=True)
class NewLine:
    year: int
    area: Area
    purpose: str
    fen: int
    words: str = ""


def enter_lines(lines: Sequence[NewLine], *, actor: Actor, at: datetime) -> list[BudgetLine]:
    """Add lines, all or none. Refused: bad_area (only streets and the district have lines), bad_year, bad_purpose, no_money, too_long."""
    for line in lines:
        actor.require(EDIT, area=line.area.code)
    with unit():
        rows = [composed(line, actor=actor, at=at) for line in lines]
        BudgetLine.objects.bulk_create(rows, batch_size=1000)
        found_many(rows, lambda row: (entered(row),), actor=actor, at=at)
    return rows


def composed(line: NewLine, *, actor: Actor, at: datetime) -> BudgetLine:
    if line.area.level not in (Level.STREET, Level.DISTRICT):
        raise Refused("bad_area", _("经费记到街道，或者记到全区。"), field="area")
    if not 2000 <= line.year <= at.year + 2:
        raise Refused("bad_year", _("年度有误。"), field="year")
    if line.purpose not in Purpose.values:
        raise Refused("bad_purpose", _("没有这种用途。"), field="purpose")
    if not 0 < line.fen <= MOST_FEN:
        raise Refused("no_money", _("金额要大于零；要减少，请对原来那一笔做更正。"), field="yuan")
    return BudgetLine(
        year=line.year,
        area=line.area,
        purpose=line.purpose,
        fen=line.fen,
        words=typed(line.words, field="words", longest=200),
        entered_by_id=actor.user_id,
        entered_at=at,
        version=1,
    )


def correct_line(line: BudgetLine, fen: int, words: str, *, actor: Actor, at: datetime) -> BudgetLine:
    """Set right what a line says, by a further line of the difference. `fen` is what it should have been; 0 takes it back as a whole.

    Refused: empty (no reason), no_money, nothing_new, is_correction.
    """
    actor.require(EDIT, area=line.area.code)
    words = typed(words, field="words", longest=200, empty=_("请写明为什么更正。"))
    if line.corrects_id is not None:
        raise Refused("is_correction", _("这一笔本身就是更正，请更正它所指的原笔。"))
    if not 0 <= fen <= MOST_FEN:
        raise Refused("no_money", _("金额不能小于零。"), field="yuan")
    with unit():
        # Whoever corrects the same line at the same time waits here, so that two differences are never taken from one sum.
        held = BudgetLine.objects.select_for_update().get(pk=line.pk)
        now = held.fen + sum(held.corrections.values_list("fen", flat=True))
        if fen == now:
            raise Refused("nothing_new", _("更正后的金额和现在一样。"), field="yuan")
        row = BudgetLine.objects.create(
            year=held.year,
            area=line.area,
            purpose=held.purpose,
            fen=fen - now,
            words=words,
            corrects=held,
            entered_by_id=actor.user_id,
            entered_at=at,
            version=1,
        )
        found_many([row], lambda one: (entered(one),), actor=actor, at=at)
    return row


def entered(row: BudgetLine) -> Fact:
    data = {"year": row.year, "area": row.area.code, "purpose": row.purpose, "fen": row.fen}
    return Fact("budget_line.entered", data | ({"corrects": row.corrects_id} if row.corrects_id else {}))
