"""The ladder of what the clock does by itself, as rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.cases.ladder import Deed, Flight
from gezhi.kernel.models import Chained

FLIGHTS = [(Flight.UNSIGNED.value, _("到岗未签收")), (Flight.OVERDUE.value, _("超期未答复"))]
DEEDS = [(Deed.URGE.value, _("催办")), (Deed.SUPERVISE.value, _("街道督办")), (Deed.RAISE.value, _("区级督办"))]


class Rung(Chained):
    """One rung: so long after the flight began, the clock does this. From a day until a day, so an old case is judged by the rule of its day."""

    flight = models.CharField(max_length=10, choices=FLIGHTS)
    is_emergency = models.BooleanField(default=False)
    amount = models.PositiveIntegerField(help_text="since the case arrived, or since it was due")
    unit = models.CharField(max_length=16)
    deed = models.CharField(max_length=10, choices=DEEDS)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "rung"

    class Meta:
        constraints = [
            models.CheckConstraint(name="rung_is_some_time", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="rung_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["flight", "is_emergency", "amount", "unit", "valid_from"], name="rung_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flight} {self.amount} {self.unit} {self.deed}"
