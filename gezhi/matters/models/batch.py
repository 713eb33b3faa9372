from django.db import models
from django.db.models import Q

from gezhi.matters.models.application import Application
from gezhi.territory.models import Area


class Batch(models.Model):
    """From which day a matter comes to a street, in which phase (分期分批), and with how much a year. Once admitted it opens the street."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="batches")
    phase = models.PositiveSmallIntegerField()
    street = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    yearly_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "street"], name="batch_once_a_street"),
            models.CheckConstraint(name="batch_brings_funds", condition=Q(yearly_fen__gt=0)),
            models.CheckConstraint(name="batch_counted_from_one", condition=Q(phase__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.phase} {self.street_id}"
