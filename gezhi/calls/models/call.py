"""A call (呼叫): a street asks for departments of the district, and a part for each of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.calls.workflow import ENDED, TAKING_PART, Late, PartState, Phase
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Chained
from gezhi.people.models import Desk
from gezhi.people.queries import seats_with

IS_OPEN = Q(ended_at__isnull=True)


class Account(models.TextChoices):
    """How a department stands with what it was late with."""

    OWED = "owed", _("待说明")
    GIVEN = "given", _("已说明")


class CallQuerySet(models.QuerySet["Call"]):
    def open(self) -> "CallQuerySet":
        return self.filter(IS_OPEN)

    def visible_to(self, actor: Actor) -> "CallQuerySet":
        """Everybody's for the district; else the calls of the actor's street and those in which the actor's department takes part."""
        if sees_all(actor):
            return self
        seats = seats_with("call.see", actor)
        parts = CallPart.objects.filter(call=OuterRef("pk"), desk_id__in=seats, state__in=TAKING_PART)
        return self.filter(Q(desk_id__in=seats) | Exists(parts))


def sees_all(actor: Actor) -> bool:
    return any(len(code) <= 6 for code in actor.areas("call.see"))


class Call(Chained):
    """One whistle of a street, from the call to the strike-off; mostly about a case, sometimes about none."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", db_index=False
    )
    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="the street that calls"
    )
    title = models.CharField(max_length=80)
    text = models.TextField()
    is_urgent = models.BooleanField(default=False)
    phase = models.CharField(max_length=10, choices=Phase.choices)
    round = models.PositiveSmallIntegerField(default=1, help_text="one more each time the street sends it back")
    summary = models.TextField(blank=True)

    called_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    called_at = models.DateTimeField()
    dispatched_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    summed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    dispatch_due_at = models.DateTimeField()
    dispatch_late_at = models.DateTimeField(null=True, blank=True, help_text="when the clock found it late")
    strike_due_at = models.DateTimeField(null=True, blank=True)
    strike_late_at = models.DateTimeField(null=True, blank=True)
    score_until = models.DateTimeField(null=True, blank=True)
    due_is_provisional = models.BooleanField(
        default=False, help_text="counted across a year whose holidays are not published"
    )
    # The next instant at which the clock must look at this row; see `gezhi.calls.clock`.
    alarm_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "call"
    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(case__isnull=False, ended_at__isnull=True), name="one_open_call_a_case"
            ),
            models.CheckConstraint(
                name="call_ended_iff_over",
                condition=Q(phase__in=[phase.value for phase in ENDED], ended_at__isnull=False)
                | (~Q(phase__in=[phase.value for phase in ENDED]) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="call_struck_off_is_summed_up",
                condition=~Q(phase__in=["summed", "struck_off"]) | (Q(summed_at__isnull=False) & ~Q(summary="")),
            ),
            models.CheckConstraint(
                name="call_open_wait_has_alarm",
                condition=Q(alarm_at__isnull=False)
                | ~Q(phase__in=["called", "summed"])
                | Q(phase="called", dispatch_late_at__isnull=False)
                | Q(phase="summed", strike_late_at__isnull=False),
            ),
            models.CheckConstraint(name="call_round_positive", condition=Q(round__gt=0)),
        ]
        indexes = [
            models.Index(fields=["desk", "-id"], name="call_by_desk"),
            models.Index(fields=["phase", "id"], condition=IS_OPEN, name="call_by_phase"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="call_by_case"),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="call_by_alarm"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number for people and paper: district, 呼, day of the call, serial."""
        return f"{settings.DISTRICT}-呼-{local_day(self.called_at):%Y%m%d}-{self.pk:06d}"


class CallPartQuerySet(models.QuerySet["CallPart"]):
    def visible_to(self, actor: Actor) -> "CallPartQuerySet":
        """Everybody's for the district; a street's own calls; a department's own parts."""
        if sees_all(actor):
            return self
        seats = seats_with("call.see", actor)
        return self.filter(Q(call__desk_id__in=seats) | Q(desk_id__in=seats))


class CallPart(Chained):
    """What one department has to do in a call, with its own clock. Every instant is kept: how fast it answered, came and acted can be told."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="parts")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_lead = models.BooleanField(default=False)
    is_on_site = models.BooleanField(default=True, help_text="has to come, and says when it has")
    is_bound = models.BooleanField(default=False, help_text="it declined, and the district insisted")
    task = models.TextField()
    state = models.CharField(max_length=10, choices=PartState.choices)
    rounds = models.PositiveSmallIntegerField(default=1, help_text="how often it had to act")
    result = models.TextField(blank=True)

    asked_at = models.DateTimeField(help_text="since when it has to sign")
    sign_due_at = models.DateTimeField()
    sign_late_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    arrive_due_at = models.DateTimeField(null=True, blank=True)
    arrive_late_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrival_confirmed_at = models.DateTimeField(null=True, blank=True)
    act_since = models.DateTimeField(null=True, blank=True, help_text="signed, or sent back to it, the last time")
    act_due_at = models.DateTimeField(null=True, blank=True)
    act_late_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    sum_since = models.DateTimeField(null=True, blank=True, help_text="the last part was filed; the lead's alone")
    sum_due_at = models.DateTimeField(null=True, blank=True)
    sum_late_at = models.DateTimeField(null=True, blank=True)
    account = models.CharField(max_length=6, choices=Account.choices, blank=True, help_text="for being late")
    due_is_provisional = models.BooleanField(default=False)
    alarm_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "call_part"
    objects = CallPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(is_lead=True) & ~Q(state="excused"), name="one_lead_a_call"
            ),
            models.UniqueConstraint(
                fields=["call", "desk"], condition=~Q(state="excused"), name="one_part_a_department"
            ),
            models.CheckConstraint(
                name="part_filed_has_result",
                condition=Q(state="filed", filed_at__isnull=False) & ~Q(result="")
                | (~Q(state="filed") & Q(filed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="part_acting_is_signed", condition=~Q(state__in=["acting", "filed"]) | Q(signed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="part_came_before_confirmed",
                condition=Q(arrival_confirmed_at__isnull=True) | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(name="part_rounds_positive", condition=Q(rounds__gt=0)),
        ]
        indexes = [
            models.Index(fields=["desk", "state", "call"], name="part_by_desk"),
            models.Index(fields=["asked_at"], name="part_by_day"),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="part_by_alarm"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.desk_id}"


class Lateness(models.Model):
    """督促: something was not done in time. The district watches, and the department in question owes an account."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="latenesses")
    part = models.ForeignKey(CallPart, on_delete=models.PROTECT, null=True, related_name="latenesses")
    what = models.CharField(max_length=10, choices=Late.choices)
    round = models.PositiveSmallIntegerField()
    of_desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    found_at = models.DateTimeField()
    account = models.TextField(blank=True)
    accounted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    accounted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="lateness_round_positive", condition=Q(round__gt=0)),
            models.CheckConstraint(
                name="lateness_accounted_at",
                condition=Q(account="", accounted_at__isnull=True) | (~Q(account="") & Q(accounted_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.what}"
