from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.matters.admission import CODES, Nature
from gezhi.matters.models.catalogue import Category, Matter
from gezhi.matters.workflow import ENDED, ApplicationKind, ApplicationStage
from gezhi.people.models import Department, Desk, DeskKind
from gezhi.people.queries import seats_with

# Of the stages in which somebody has handed it in, and nobody turned it down.
STANDING = [
    ApplicationStage.SUBMITTED.value,
    ApplicationStage.REVIEWED.value,
    ApplicationStage.APPROVED.value,
    ApplicationStage.IN_FORCE.value,
]
DECIDED = [ApplicationStage.APPROVED.value, ApplicationStage.IN_FORCE.value]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        return self.exclude(stage__in=[stage.value for stage in ENDED])

    def visible_to(self, actor: Actor) -> "ApplicationQuerySet":
        """Those of the actor's own desks; what was handed in for the streets and the district in which the actor sees applications."""
        mine = Q(desk_id__in=seats_with("matter.see", actor))
        handed_in = Q(submitted_at__isnull=False)
        reach = Q(pk__in=[])
        for code in actor.areas("matter.see"):
            if len(code) <= 6:
                reach |= handed_in
            else:
                here = Q(batches__street__code=code[:9]) | Q(review_desk__area__code=code[:9])
                reach |= handed_in & (Q(kind=ApplicationKind.EXIT) | here)
        return self.filter(pk__in=self.model._default_manager.filter(mine | reach).values("pk"))


class Application(Chained):
    """An application (申请): that a matter enters the catalogue (准入), or leaves it (退出). The history of both is the chain of this row."""

    kind = models.CharField(max_length=10, choices=ApplicationKind.choices)
    stage = models.CharField(max_length=10, choices=ApplicationStage.choices)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", help_text="whose application it is")
    review_desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="who examines it first"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主责部门")
    )
    # An admission gets its matter with the approval, an exit has one from the beginning.
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")

    name = models.CharField(max_length=60)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    nature = models.CharField(max_length=12, choices=Nature.choices, default=Nature.SERVICE)
    legal_basis = models.TextField(blank=True)
    content = models.TextField(blank=True, help_text="what the community has to do")
    authority = models.TextField(blank=True, help_text="what the department hands over with the work")
    duty = models.TextField(blank=True, help_text="what stays the department's own responsibility")
    default_desk = models.CharField(max_length=10, choices=DeskKind.choices, blank=True)
    words = models.JSONField(default=list)
    handling_template = models.TextField(blank=True)
    answer_template = models.TextField(blank=True)
    yearly_fen = models.BigIntegerField(default=0, help_text="funds a year over all its batches, in fen")

    expected_a_week = models.PositiveIntegerField(default=0, help_text="cases a week that the department expects")

    # The applicant's answers to the four questions; null is not answered yet.
    too_specialised = models.BooleanField(null=True)
    beyond_autonomy = models.BooleanField(null=True)
    foreign_to_duty = models.BooleanField(null=True)
    beyond_ability = models.BooleanField(null=True)
    grounds = models.JSONField(default=list, help_text="codes of `gezhi.matters.admission` for which it was refused")

    reason = models.TextField(blank=True, help_text="of an exit: why it is no grid's work any more")
    ends_on = models.DateField(null=True, blank=True, help_text="of an exit: the last day in the catalogue")
    successor = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="takes over open cases"
    )

    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "application"
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            # 权随责走、费随事转, and the four questions: what has been handed in and stands has all of it.
            models.CheckConstraint(
                name="admission_is_whole",
                condition=~Q(kind="admission", stage__in=STANDING)
                | (
                    Q(nature="service", department__isnull=False, category__isnull=False, yearly_fen__gt=0)
                    & ~Q(legal_basis="")
                    & ~Q(content="")
                    & ~Q(authority="")
                    & ~Q(duty="")
                    & ~Q(default_desk="")
                    & Q(**dict.fromkeys(CODES, False))
                ),
            ),
            models.CheckConstraint(
                name="exit_is_whole",
                condition=~Q(kind="exit") | (Q(matter__isnull=False) & ~Q(reason="") & Q(ends_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="decided_application_has_matter",
                condition=~Q(stage__in=DECIDED) | Q(matter__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_by_three_people",
                condition=(Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")))
                & (Q(decided_by__isnull=True) | ~Q(stage__in=DECIDED) | ~Q(decided_by=F("submitted_by")))
                & (Q(decided_by__isnull=True) | ~Q(stage__in=DECIDED) | ~Q(decided_by=F("reviewed_by"))),
            ),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(kind="exit", stage__in=["draft", "submitted", "reviewed", "approved", "returned"]),
                name="one_exit_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(kind="admission", matter__isnull=False), name="admitted_once"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "id"], name="application_by_stage"),
            models.Index(fields=["desk", "-id"], name="application_by_desk"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def answers(self) -> dict[str, bool | None]:
        return {code: getattr(self, code) for code in CODES}

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED
