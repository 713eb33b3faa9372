"""A dispute (矛盾纠纷) under mediation: what sort, where, whose, who mediates, who the sides are, what was agreed.

All of it is confidential, always. Sides are roles (甲方, 乙方 ...); what anybody said is sealed at rest, stands in no event and in no search
index. There is no way from a person to their disputes.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.cases.models import Case
from gezhi.disputes.numbers import dispute_number
from gezhi.disputes.workflow import ENDED, DisputeStage, Kept, Referral
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.people.models import Desk
from gezhi.people.queries import seats_with
from gezhi.territory.models import Area

# A constraint holds this to the stage; partial indexes are found through it on both databases.
IS_OPEN = Q(closed_at__isnull=True)
COLUMNS = {9: "street_code", 12: "community_code", 15: "grid_code"}


class DisputeType(Chained):
    """What sort of dispute: a row of the dictionary. What the district has not confirmed yet says so (待确认)."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    is_confirmed = models.BooleanField(default=False, help_text="confirmed by the district; otherwise 待确认")
    is_active = models.BooleanField(default=True, help_text="may be chosen for a new dispute")

    subject_kind: ClassVar[str] = "dispute_type"

    def __str__(self) -> str:
        return self.name


class MediatorKind(models.TextChoices):
    """As what somebody mediates; it follows from the role of their post (`mediators.py`)."""

    PEOPLE = "people", _("人民调解员")
    GRID_LEADER = "grid_leader", _("网格长")
    JUSTICE = "justice", _("司法对接员")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> "DisputeQuerySet":
        return self.filter(IS_OPEN)

    def within(self, *codes: str) -> "DisputeQuerySet":
        """Disputes whose place lies in one of these areas; a district, or "", is everywhere."""
        return self.filter(place_in(*codes))

    def visible_to(self, actor: Actor) -> "DisputeQuerySet":
        """Those in the areas of which the actor sees the disputes, those on the actor's desks, and those that the actor mediates there."""
        mine = Q(mediator_id=actor.user_id) & place_in(*actor.areas("dispute.mediate"))
        here = Q(desk_id__in=seats_with("dispute.see", actor))
        return self.filter(place_in(*actor.areas("dispute.see")) | here | mine)


def place_in(*codes: str) -> Q:
    """The place lies in one of these areas. Each level has its own column, so this is equality on an index, never a scan of prefixes."""
    condition = Q(pk__in=[])
    for code in codes:
        if len(code) <= 6:
            return Q(pk__isnull=False)
        condition |= Q(**{COLUMNS[len(code)]: code})
    return condition


class Dispute(Chained):
    """One dispute, from its registration until its agreement is kept, or until it ended without one."""

    type = models.ForeignKey(DisputeType, on_delete=models.PROTECT, related_name="disputes", db_index=False)
    # The case from which it was opened, if any. The case keeps a life of its own.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    account = SealedTextField(help_text="what it is about")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    street_code = models.CharField(max_length=9, blank=True)
    community_code = models.CharField(max_length=12, blank=True)
    grid_code = models.CharField(max_length=15, blank=True)

    stage = models.CharField(max_length=10, choices=DisputeStage.choices)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    mediator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    mediator_kind = models.CharField(max_length=12, choices=MediatorKind.choices, blank=True)

    reported_at = models.DateTimeField(help_text="when the parties came, or were found; the limit runs from here")
    registered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(help_text="until settled: the limit to mediate; after the agreement: the next visit")
    warn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="when the clock found it past due")
    # The next instant at which the clock must look at this row; see `gezhi.disputes.clock`.
    alarm_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="agreed, referred or withdrawn")
    was_late = models.BooleanField(default=False, help_text="settled after the limit")
    closed_at = models.DateTimeField(null=True, blank=True)

    extension_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    extension_asked_at = models.DateTimeField(null=True, blank=True, help_text="and not answered yet")
    extended_at = models.DateTimeField(null=True, blank=True)

    round = models.PositiveSmallIntegerField(default=1, help_text="one more with each reopening")
    meetings_held = models.PositiveSmallIntegerField(default=0, help_text="in this round")
    last_visit = models.CharField(max_length=10, choices=Kept.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=DisputeStage.choices, blank=True, help_text="how it was settled")
    referral = models.CharField(max_length=16, choices=Referral.choices, blank=True)
    agreement = SealedTextField(blank=True)

    subject_kind: ClassVar[str] = "dispute"
    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_closed_iff_ended",
                condition=Q(stage__in=[stage.value for stage in ENDED], closed_at__isnull=False)
                | (~Q(stage__in=[stage.value for stage in ENDED]) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="dispute_mediated_by_somebody",
                condition=~Q(stage__in=["mediating", "agreed", "kept"]) | Q(mediator__isnull=False),
            ),
            models.CheckConstraint(
                name="dispute_settled_iff_outcome",
                condition=Q(settled_at__isnull=True, outcome="", stage__in=["open", "mediating"])
                | (Q(settled_at__isnull=False) & ~Q(outcome="") & ~Q(stage__in=["open", "mediating"])),
            ),
            models.CheckConstraint(name="dispute_referred_somewhere", condition=~Q(stage="referred") | ~Q(referral="")),
            models.CheckConstraint(
                name="dispute_open_has_alarm",
                condition=Q(closed_at__isnull=False) | Q(alarm_at__isnull=False) | Q(overdue_at__isnull=False),
            ),
            models.CheckConstraint(name="dispute_version_positive", condition=Q(version__gt=0)),
        ]
        indexes = [
            models.Index(fields=["desk", "due_at", "id"], condition=IS_OPEN, name="dispute_by_desk"),
            models.Index(fields=["street_code", "due_at", "id"], condition=IS_OPEN, name="dispute_by_street"),
            models.Index(fields=["community_code", "due_at", "id"], condition=IS_OPEN, name="dispute_by_community"),
            models.Index(fields=["due_at", "id"], condition=IS_OPEN, name="dispute_by_due"),
            models.Index(fields=["mediator", "due_at", "id"], condition=IS_OPEN, name="dispute_by_mediator"),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="dispute_by_alarm"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="dispute_by_case"),
            # The counts of a month.
            models.Index(fields=["reported_at"], name="dispute_by_report"),
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="dispute_by_settling"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number for people and paper: district, year, serial."""
        return dispute_number(settings.DISTRICT, local_day(self.registered_at).year, self.pk)

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED

    @property
    def place_code(self) -> str:
        """The finest area known; "" where only the district is."""
        return self.grid_code or self.community_code or self.street_code


class SideKind(models.TextChoices):
    PERSON = "individual", _("个人")
    SEVERAL = "several", _("多人")
    COMPANY = "company", _("单位")


class Side(models.Model):
    """One side of a dispute (当事方): 甲方, 乙方 ... in the order in which they were taken down.

    Whom to call is optional, sealed, and shown only with a reason. Nothing joins two disputes of one person.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="sides")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=SideKind.choices, default=SideKind.PERSON)
    name = SealedTextField(blank=True)
    phone = SealedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "position"], name="side_once"),
            models.CheckConstraint(name="side_counted_from_one", condition=Q(position__gte=1, position__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} #{self.position}"


class Meeting(models.Model):
    """A meeting of the mediator with the sides: when, and who was there by role. What came of it is a remark."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="meetings")
    round = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    present = models.JSONField(help_text="codes of roles, see `gezhi.disputes.roles`")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.held_on}"


class Visit(models.Model):
    """A visit after the agreement (回访): when, and is it kept? What was found is a remark."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="visits")
    round = models.PositiveSmallIntegerField()
    visited_on = models.DateField()
    kept = models.CharField(max_length=10, choices=Kept.choices)

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.visited_on}"


class Remark(models.Model):
    """What a person wrote with a step. It stands here and not in the note of the event, because events are not sealed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="remarks")
    seq = models.PositiveIntegerField(help_text="of the event it belongs to")
    text = SealedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "seq"], name="remark_once")]

    def __str__(self) -> str:
        return f"{self.dispute_id} #{self.seq}"
