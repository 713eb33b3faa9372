"""督办: somebody above demands an account of a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.cases.models.case import Card, Case
from gezhi.kernel.calendar import local_day
from gezhi.people.models import Desk


class Supervision(models.Model):
    """One 督办单. `desk` watches, `of_desk` owes the reply; issued by an inspector, or by the clock where nobody is named."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervisions")
    round = models.PositiveSmallIntegerField()
    card = models.CharField(max_length=6, choices=Card.choices)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    of_desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    reason = models.TextField()
    reply_by = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    replied_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at__isnull=True), name="one_open_supervision"),
            models.CheckConstraint(name="supervision_round_positive", condition=Q(round__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["of_desk", "reply_by"], condition=Q(lifted_at__isnull=True), name="supervision_of_desk"
            ),
            models.Index(fields=["desk", "id"], condition=Q(lifted_at__isnull=True), name="supervision_by_desk"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number for paper: district, 督, day of issue, serial."""
        return f"{settings.DISTRICT}-督-{local_day(self.issued_at):%Y%m%d}-{self.pk:06d}"
