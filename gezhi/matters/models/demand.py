from django.db import models
from django.db.models import Q

from gezhi.matters.burden import Every
from gezhi.matters.models.application import Application
from gezhi.matters.models.data_field import DataField


class Demand(models.Model):
    """A form or report that a matter asks of grid workers (要填的表): how often, and how many minutes each time. Declared by the applicant."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="demands")
    name = models.CharField(max_length=60)
    times = models.PositiveSmallIntegerField(default=1)
    every = models.CharField(max_length=8, choices=Every.choices)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="demand_costs_something", condition=Q(times__gte=1, minutes__gte=1)),
            models.UniqueConstraint(fields=["application", "name"], name="demand_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DemandField(models.Model):
    """One field of such a form, in the applicant's words; joined to the dictionary when the matter is admitted."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="fields")
    name = models.CharField(max_length=40)
    field = models.ForeignKey(DataField, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "name"], name="demand_field_once")]

    def __str__(self) -> str:
        return self.name
