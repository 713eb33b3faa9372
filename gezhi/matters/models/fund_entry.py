from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.matters.models.catalogue import Matter
from gezhi.territory.models import Area


class FundKind(models.TextChoices):
    PROMISED = "promised", _("应拨")
    RECEIVED = "received", _("实收")


class FundEntry(Chained):
    """A line of the fund ledger (经费台账), in fen. Lines are never changed: a mistake is put right by a second line that names the first."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="funds")
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=FundKind.choices)
    amount_fen = models.BigIntegerField()
    document = models.CharField(max_length=100, help_text="the voucher or decision it rests on")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "fund_entry"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fund_entry_is_money",
                condition=Q(corrects__isnull=True, amount_fen__gt=0) | Q(corrects__isnull=False, amount_fen__lt=0),
            ),
        ]
        indexes = [models.Index(fields=["year", "street"], name="fund_by_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"
