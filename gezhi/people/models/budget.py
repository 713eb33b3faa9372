"""What the teams cost: a ledger of lines that are only ever added."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.territory.models import Area


class Purpose(models.TextChoices):
    PAY = "pay", _("人员报酬")
    INSURANCE = "insurance", _("社会保险和公积金")
    TRAINING = "training", _("培训")
    EQUIPMENT = "equipment", _("装备")
    OTHER = "other", _("其他")


class BudgetLine(Chained):
    """A line of the ledger (经费台账): fen, never a fraction. Lines are not changed and not deleted; a mistake is corrected by a line of its own
    that names the one it corrects.
    """

    year = models.PositiveSmallIntegerField()
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="budget_lines",
        db_index=False,
        help_text="a street, or the district",
    )
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    fen = models.BigIntegerField(help_text="below zero only in corrections")
    words = models.CharField(max_length=200, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "budget_line"

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="budget_line_is_some_money", condition=Q(fen__gt=0) | (Q(fen__lt=0) & Q(corrects__isnull=False))
            ),
            models.CheckConstraint(
                name="budget_correction_says_why", condition=Q(corrects__isnull=True) | ~Q(words="")
            ),
        ]
        indexes = [models.Index(fields=["year", "area"], name="budget_by_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.area_id} {self.fen}"
