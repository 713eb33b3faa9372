"""A campaign (排查): a form, an area, a deadline, and what has to be gone to."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.fieldwork.models.address_point import AddressPoint, LaidOnLand, lying_in
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained, StoredFile
from gezhi.territory.codes import ancestors


class TargetKind(models.TextChoices):
    GRIDS = "grids", _("每个网格一份")
    ADDRESS_POINTS = "address_points", _("每个地址点一份")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Actor) -> Self:
        """Drafts for whoever may run campaigns there; others also for those in whose area, or around whose area, they are run."""
        ours = lying_in(*actor.areas("campaign.edit"))
        seen = lying_in(*actor.areas("campaign.see"))
        around = {above for code in actor.areas("campaign.see") for above in ancestors(code)}
        return self.filter(ours | (seen | Q(area__code__in=sorted(around))) & ~Q(stage=CampaignStage.DRAFT))


class Campaign(Chained, LaidOnLand):
    """What has to be looked into, where, until when. Its form stands in versions (`CampaignForm`)."""

    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=80)
    purpose = models.CharField(max_length=500, blank=True)
    target_kind = models.CharField(max_length=15, choices=TargetKind.choices)
    stage = models.CharField(max_length=10, choices=CampaignStage.choices)
    due_on = models.DateField(help_text="its last day")
    remind_on = models.DateField(help_text="on that day whoever has something left is reminded")
    reminded_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    form_number = models.PositiveSmallIntegerField(default=0, help_text="the version in use; 0 while there is none")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="since then without texts and photos")

    subject_kind: ClassVar[str] = "campaign"
    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="campaign_reminds_in_time", condition=Q(remind_on__lte=F("due_on"))),
            models.CheckConstraint(
                name="campaign_started_unless_draft",
                condition=Q(stage=CampaignStage.DRAFT, started_at__isnull=True)
                | Q(stage=CampaignStage.WITHDRAWN)
                | Q(
                    stage__in=[CampaignStage.RUNNING, CampaignStage.CLOSED], started_at__isnull=False, form_number__gt=0
                ),
            ),
            models.CheckConstraint(
                name="campaign_ended_iff_over",
                condition=Q(stage__in=[CampaignStage.CLOSED, CampaignStage.WITHDRAWN], ended_at__isnull=False)
                | Q(stage__in=[CampaignStage.DRAFT, CampaignStage.RUNNING], ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "due_on"], name="campaign_by_stage"),
            models.Index(fields=["remind_on"], condition=Q(stage="running"), name="campaign_to_remind"),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignForm(models.Model):
    """A version of a campaign's form. What was answered once keeps the version by which it was asked."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveSmallIntegerField()
    # See `gezhi.fieldwork.questions`.
    questions = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="campaign_form_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


class CampaignTargetQuerySet(models.QuerySet["CampaignTarget"]):
    def within(self, *codes: str) -> Self:
        return self.filter(lying_in(*codes))

    def open(self) -> Self:
        return self.filter(done_at__isnull=True)


class CampaignTarget(LaidOnLand):
    """A grid, or an address point, that a campaign has to look at; done once it was answered."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="targets")
    address_point = models.ForeignKey(
        AddressPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignTargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "area"], condition=Q(address_point__isnull=True), name="campaign_grid_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "address_point"],
                condition=Q(address_point__isnull=False),
                name="campaign_address_point_once",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "street_code", "community_code"], name="campaign_target_by_area"),
            models.Index(
                fields=["grid_code", "campaign"], condition=Q(done_at__isnull=True), name="campaign_target_to_do"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.place_code}"


class CampaignAnswer(Chained):
    """What was found at a target, by one version of the form. One a target: the campaign asks once."""

    key = models.UUIDField(unique=True)
    target = models.OneToOneField(CampaignTarget, on_delete=models.PROTECT, related_name="answer")
    form = models.ForeignKey(CampaignForm, on_delete=models.PROTECT, related_name="+", db_index=False)
    values = models.JSONField(help_text="by the codes of the questions")
    has_finding = models.BooleanField(default=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(help_text="when it arrived here")
    done_at = models.DateTimeField(null=True, blank=True, help_text="when, by the device's clock")

    subject_kind: ClassVar[str] = "campaign_answer"

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], condition=Q(by__isnull=False), name="campaign_answer_by_worker")]

    def __str__(self) -> str:
        return f"{self.target_id}"


class CampaignPhoto(models.Model):
    """A photo to a question. Never asked for as proof of presence: a question of this sort can't be required."""

    answer = models.ForeignKey(CampaignAnswer, on_delete=models.PROTECT, related_name="photos")
    question = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "question", "file"], name="campaign_photo_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.question}"
