"""Who reported a case."""

from django.db import models
from django.db.models import Q

from gezhi.cases.models.case import Case
from gezhi.kernel.secrets import SealedTextField


class Reporter(models.Model):
    """Who reported a case, as far as they said. Sealed, shown only with a reason, erased when its time is over.

    One row a case: nothing joins two cases of one person. `phone_index` finds one's own case by phone and nothing else.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="reporter")
    name = SealedTextField(blank=True)
    phone = SealedTextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    may_be_contacted = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["phone_index"], condition=~Q(phone_index=""), name="reporter_by_phone")]

    def __str__(self) -> str:
        return f"reporter of {self.case_id}"
