"""The two lists that few may read and that end by themselves: cultivation and reserve talent.

What is said of a person lies sealed in papers beside the row. Reading them is an act with a reason. When the time is over the papers are
deleted; what stays is a row of codes and days, in which nobody can be recognised.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.party.models.org import PartyOrg
from gezhi.party.workflows import cultivation, reserve
from gezhi.territory.models import Area


class Guarded(Chained):
    """What both lists have in common."""

    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since_on = models.DateField(help_text="in the present stage")
    expires_on = models.DateField(help_text="the day on which the papers are deleted")
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def place_code(self) -> str:
        raise NotImplementedError


class Cultivation(Guarded):
    """Somebody on the way to membership, in the care of a branch."""

    org = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="cultivations")
    stage = models.CharField(max_length=12, choices=cultivation.Stage.choices)

    subject_kind: ClassVar[str] = "cultivation"

    class Meta:
        constraints = [
            models.CheckConstraint(name="cultivation_kept_for_a_while", condition=Q(expires_on__gte=F("since_on")))
        ]
        indexes = [
            models.Index(fields=["expires_on"], condition=Q(erased_on__isnull=True), name="cultivation_by_expiry")
        ]

    def __str__(self) -> str:
        return f"{self.org_id} {self.stage}"

    @property
    def place_code(self) -> str:
        return self.org.area.code


class ReserveTalent(Guarded):
    """Somebody recommended for a community's two committees, by their own consent."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=11, choices=reserve.Stage.choices)
    consented_on = models.DateField()

    subject_kind: ClassVar[str] = "reserve_talent"

    class Meta:
        verbose_name_plural = "reserve talents"
        constraints = [
            models.CheckConstraint(name="reserve_kept_for_a_while", condition=Q(expires_on__gte=F("since_on")))
        ]
        indexes = [models.Index(fields=["expires_on"], condition=Q(erased_on__isnull=True), name="reserve_by_expiry")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.stage}"

    @property
    def place_code(self) -> str:
        return self.area.code


class GuardedPaper(models.Model):
    """A sealed text at one of the two: the name, or what was written at a step (`seq` is the event's)."""

    cultivation = models.ForeignKey(Cultivation, on_delete=models.CASCADE, null=True, blank=True, related_name="papers")
    reserve = models.ForeignKey(ReserveTalent, on_delete=models.CASCADE, null=True, blank=True, related_name="papers")
    seq = models.PositiveIntegerField(help_text="of the event it belongs to; 0 is the name")
    text = SealedTextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paper_of_one_list",
                condition=Q(cultivation__isnull=False, reserve__isnull=True)
                | Q(cultivation__isnull=True, reserve__isnull=False),
            ),
            models.UniqueConstraint(fields=["cultivation", "seq"], name="cultivation_paper_once"),
            models.UniqueConstraint(fields=["reserve", "seq"], name="reserve_paper_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cultivation_id or self.reserve_id} #{self.seq}"


class ListKind(models.TextChoices):
    CULTIVATION = "cultivation", _("培养发展")
    RESERVE = "reserve", _("后备人才")


class StageRule(Chained):
    """How long somebody stays in a stage at least, and how long the papers of the stage are kept, in months, from a day until a day."""

    list_kind = models.CharField(max_length=11, choices=ListKind.choices)
    stage = models.CharField(max_length=12)
    fewest_months = models.PositiveSmallIntegerField(help_text="before the next stage")
    keep_months = models.PositiveSmallIntegerField(help_text="then the papers are deleted, unless it is renewed")
    basis = models.CharField(max_length=200, blank=True, help_text="the policy article it rests on")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "party_stage_rule"

    class Meta:
        ordering = ["list_kind", "stage", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_kind", "stage"], condition=Q(valid_until__isnull=True), name="one_open_stage_rule"
            ),
            models.CheckConstraint(name="stage_rule_keeps_a_while", condition=Q(keep_months__gt=0)),
            models.CheckConstraint(
                name="stage_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_kind} {self.stage}"
