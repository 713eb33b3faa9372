"""Patrols (日常巡查): spots that somebody chose, and that they were looked at."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.fieldwork.models.address_point import LaidOnLand, lying_in
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained


class SpotQuerySet(models.QuerySet["Spot"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(lying_in(*actor.areas("patrol.record"), *actor.areas("patrol.count")))


class Spot(Chained, LaidOnLand):
    """A spot worth a look (巡查点): the hydrant, the river bank, the gate of the school. No plan says how often, and nobody has to sign in at it."""

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=40)
    hint = models.CharField(max_length=120, blank=True, help_text="what to look at")
    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "spot"
    objects = SpotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], condition=Q(is_active=True), name="spot_once"),
            models.CheckConstraint(
                name="spot_whole_point",
                condition=Q(lng__isnull=True, lat__isnull=True) | Q(lng__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["grid_code"], condition=Q(is_active=True), name="spot_by_grid")]

    def __str__(self) -> str:
        return self.name


class LookQuerySet(models.QuerySet["Look"]):
    def within(self, *codes: str) -> Self:
        return self.filter(lying_in(*codes))


class Look(Chained, LaidOnLand):
    """Somebody looked at a spot (巡查一次) and found nothing, or found this. No way between spots, no position, no duration."""

    key = models.UUIDField(unique=True)
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, related_name="looks", db_index=False)
    has_finding = models.BooleanField(default=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    looked_at = models.DateTimeField(help_text="when it arrived here")
    done_at = models.DateTimeField(null=True, blank=True, help_text="when, by the device's clock")
    month = models.PositiveIntegerField(help_text="202603")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="since then a mere count")

    subject_kind: ClassVar[str] = "look"
    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="look_known_or_forgotten",
                condition=Q(forgotten_at__isnull=False, by__isnull=True, case__isnull=True, done_at__isnull=True)
                | Q(forgotten_at__isnull=True, by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["month", "street_code", "community_code", "grid_code", "has_finding"], name="look_by_month"
            ),
            models.Index(fields=["spot", "-id"], name="look_by_spot"),
            models.Index(fields=["by", "-id"], condition=Q(by__isnull=False), name="look_by_worker"),
            models.Index(fields=["looked_at"], condition=Q(forgotten_at__isnull=True), name="look_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.spot_id} {self.month}"
