"""Volunteers: teams with sub-teams by specialty over grids, activities with sign-ups and confirmed hours, requests for help.

There is no table of volunteers: each sign-up stands alone, opened by its own code, and nothing joins two of one person.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.cobuild.rules import ActivityStage, HelpStage, Specialty, VolunteerKind
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.territory.models import Area


class Team(Chained):
    """A team of volunteers 志愿战队, of a community, a street or the district."""

    name = models.CharField(max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="volunteer_teams")
    words = models.CharField(max_length=200, blank=True)
    founded_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "volunteer_team"

    class Meta:
        ordering = ["area__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], condition=Q(ended_on__isnull=True), name="team_once")
        ]

    def __str__(self) -> str:
        return self.name


class TeamGrid(models.Model):
    """A grid for which the team is there."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="grids")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="a grid")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "area"], name="team_grid_once")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.area_id}"


class SubTeam(Chained):
    """A sub-team 基础战队 by what it can do."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sub_teams")
    specialty = models.CharField(max_length=11, choices=Specialty.choices)
    name = models.CharField(max_length=40)

    subject_kind: ClassVar[str] = "volunteer_sub_team"

    class Meta:
        ordering = ["team", "specialty"]
        constraints = [models.UniqueConstraint(fields=["team", "specialty"], name="sub_team_once")]

    def __str__(self) -> str:
        return self.name


class VolunteerActivity(Chained):
    """Something that a team does on a day, for which people sign up. Whom it helped is a number."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="activities")
    sub_team = models.ForeignKey(SubTeam, on_delete=models.PROTECT, null=True, blank=True, related_name="activities")
    kind = models.CharField(max_length=8, choices=VolunteerKind.choices)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    places = models.PositiveIntegerField(help_text="so many may sign up")
    stage = models.CharField(max_length=9, choices=ActivityStage.choices)
    beneficiaries = models.PositiveIntegerField(null=True, blank=True, help_text="a count, never names")
    outcome = models.CharField(max_length=400, blank=True)

    subject_kind: ClassVar[str] = "volunteer_activity"

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(name="volunteer_places", condition=Q(places__gt=0)),
            models.CheckConstraint(
                name="volunteer_held_counts",
                condition=~Q(stage=ActivityStage.HELD) | Q(beneficiaries__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["stage", "starts_at"], name="volunteer_ahead")]

    def __str__(self) -> str:
        return self.title


class SignUp(Chained):
    """Somebody comes along. The code is theirs: it shows the confirmed time, and takes the sign-up back."""

    activity = models.ForeignKey(VolunteerActivity, on_delete=models.PROTECT, related_name="sign_ups")
    code = models.CharField(max_length=14, unique=True)
    name = SealedTextField(blank=True)
    phone = SealedTextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="confirmed afterwards; 0 who did not come")
    forgotten_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "volunteer_sign_up"

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "phone_index"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(phone_index=""),
                name="sign_up_once_a_phone",
            ),
            models.CheckConstraint(
                name="sign_up_hours_of_who_came", condition=Q(minutes__isnull=True) | Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.code}"


class HelpRequest(Chained):
    """A grid asks for help of a kind; it goes to the sub-team that has the specialty there. Who is helped stands nowhere."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="help_requests", help_text="a grid")
    specialty = models.CharField(max_length=11, choices=Specialty.choices)
    words = models.CharField(max_length=200)
    stage = models.CharField(max_length=8, choices=HelpStage.choices)
    sub_team = models.ForeignKey(SubTeam, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    asked_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    beneficiaries = models.PositiveIntegerField(null=True, blank=True)

    subject_kind: ClassVar[str] = "help_request"

    class Meta:
        ordering = ["asked_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="help_is_somebodys", condition=Q(stage=HelpStage.UNROUTED) | Q(sub_team__isnull=False)
            ),
            models.CheckConstraint(
                name="help_done_counts",
                condition=~Q(stage=HelpStage.DONE) | Q(done_on__gte=F("asked_on"), beneficiaries__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialty} {self.area_id}"
