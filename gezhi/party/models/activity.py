"""Activities of the organisations (三会一课, 主题党日): planned, noticed, recorded; and how often the district asks for them."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from gezhi.kernel.models import Chained, StoredFile
from gezhi.kernel.secrets import SealedTextField
from gezhi.party.models.member import Member
from gezhi.party.models.org import PartyOrg
from gezhi.party.rules import Every, OrgKind
from gezhi.party.workflows.activities import ActivityKind, ActivityStage
from gezhi.territory.models import holds_on


class Activity(Chained):
    """A meeting, a lecture, a theme day of one organisation. The minutes are sealed; the counts stay when a member has left."""

    org = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=17, choices=ActivityKind.choices)
    title = models.CharField(max_length=80)
    planned_on = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    stage = models.CharField(max_length=9, choices=ActivityStage.choices)
    held_on = models.DateField(null=True, blank=True)
    expected = models.PositiveIntegerField(null=True, blank=True, help_text="members of the organisation that day")
    present = models.PositiveIntegerField(null=True, blank=True)
    excused = models.PositiveIntegerField(null=True, blank=True)
    minutes = SealedTextField(blank=True)

    subject_kind: ClassVar[str] = "party_activity"

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="party_activity_held_is_counted",
                condition=Q(
                    stage=ActivityStage.HELD,
                    held_on__isnull=False,
                    expected__isnull=False,
                    present__isnull=False,
                    excused__isnull=False,
                )
                | (~Q(stage=ActivityStage.HELD) & Q(held_on__isnull=True, present__isnull=True)),
            ),
            models.CheckConstraint(
                name="party_activity_counts_fit",
                condition=Q(present__isnull=True) | Q(expected__gte=F("present") + F("excused")),
            ),
        ]
        indexes = [
            models.Index(fields=["org", "-planned_on"], name="party_activity_by_org"),
            models.Index(fields=["held_on"], condition=Q(held_on__isnull=False), name="party_activity_held"),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """A member was there, or excused, as the recorder wrote it down. Who was simply not there has no row."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendance")
    is_excused = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="party_attendance_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.member_id}"


class ActivityFile(models.Model):
    """A picture or paper of an activity."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "file"], name="party_activity_file_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.file_id}"


class ActivityRuleQuerySet(models.QuerySet["ActivityRule"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day, "valid_from", "valid_until"))


class ActivityRule(Chained):
    """Organisations of a kind hold so many activities of a kind every period, from a day until a day."""

    org_kind = models.CharField(max_length=14, choices=OrgKind.choices)
    kind = models.CharField(max_length=17, choices=ActivityKind.choices)
    every = models.CharField(max_length=7, choices=Every.choices)
    times = models.PositiveSmallIntegerField()
    remind_days = models.PositiveSmallIntegerField(help_text="so many days before the period ends")
    basis = models.CharField(max_length=200, blank=True, help_text="the policy article it rests on")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = ActivityRuleQuerySet.as_manager()
    subject_kind: ClassVar[str] = "party_activity_rule"

    class Meta:
        ordering = ["org_kind", "kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["org_kind", "kind"], condition=Q(valid_until__isnull=True), name="one_open_activity_rule"
            ),
            models.CheckConstraint(name="activity_rule_asks_something", condition=Q(times__gt=0)),
            models.CheckConstraint(
                name="activity_rule_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.org_kind} {self.kind} {self.times}/{self.every}"


class Reminder(models.Model):
    """An organisation was reminded once that it lags behind a rule in a period."""

    org = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(ActivityRule, on_delete=models.PROTECT, related_name="+")
    first = models.DateField(help_text="the first day of the period")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "rule", "first"], name="party_reminder_once")]

    def __str__(self) -> str:
        return f"{self.org_id} {self.rule_id} {self.first}"
