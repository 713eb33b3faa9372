from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained, StoredFile
from gezhi.people.models import Desk


class HonourLevel(models.TextChoices):
    NATION = "nation", _("国家级")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")
    STREET = "street", _("街道")


class Honour(Chained):
    """An honour of a person or of a unit, by whom it was given, for which result, and its certificate."""

    title = models.CharField(max_length=80)
    level = models.CharField(max_length=10, choices=HonourLevel.choices)
    granted_by = models.CharField(max_length=80)
    granted_on = models.DateField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="honours")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="honours")
    # What it was given for: words, and where the result stands in this house (the kind and key of a chained row).
    result = models.CharField(max_length=200, blank=True)
    result_kind = models.CharField(max_length=30, blank=True)
    result_id = models.BigIntegerField(null=True, blank=True)
    certificate = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "honour"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="honour_of_one",
                condition=Q(user__isnull=False, desk__isnull=True) | Q(user__isnull=True, desk__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title
