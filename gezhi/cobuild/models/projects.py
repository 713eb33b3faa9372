"""The three lists: resources 资源清单, needs 需求清单, projects 项目清单."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.cases.models import Case
from gezhi.cobuild.models.partners import Partner
from gezhi.cobuild.rules import FEWEST_ASKED, ProjectStage, Topic
from gezhi.kernel.models import Chained, StoredFile
from gezhi.territory.models import Area


class Offer(Chained):
    """Something that a unit has to give: a hall on Saturdays, a lawyer, forty parking places."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="offers")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    title = models.CharField(max_length=80)
    amount = models.CharField(max_length=80, blank=True, help_text="how much, as people say it")
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="offers", help_text="the land that it reaches"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "offer"

    class Meta:
        ordering = ["area__code", "topic", "id"]
        constraints = [
            models.CheckConstraint(
                name="offer_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            )
        ]

    def __str__(self) -> str:
        return self.title


class Project(Chained):
    """What units and a grid do together, from its start to the acceptance by residents. Money in fen."""

    title = models.CharField(max_length=80)
    purpose = models.CharField(max_length=400, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="cobuild_projects")
    stage = models.CharField(max_length=9, choices=ProjectStage.choices)
    started_on = models.DateField()
    due_on = models.DateField()
    cost_fen = models.PositiveBigIntegerField(default=0)
    outcome = models.CharField(max_length=400, blank=True, help_text="what residents are told")
    finished_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    abandoned_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "cobuild_project"

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.CheckConstraint(name="cobuild_due_after_start", condition=Q(due_on__gte=F("started_on"))),
            models.CheckConstraint(
                name="cobuild_stage_has_its_day",
                condition=Q(stage=ProjectStage.RUNNING, accepted_on__isnull=True, abandoned_on__isnull=True)
                | Q(stage=ProjectStage.FINISHED, finished_on__isnull=False, accepted_on__isnull=True)
                | Q(stage=ProjectStage.ACCEPTED, finished_on__isnull=False, accepted_on__isnull=False)
                | Q(stage=ProjectStage.ABANDONED, abandoned_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["stage", "started_on"], name="cobuild_by_stage")]

    def __str__(self) -> str:
        return self.title


class ProjectPart(models.Model):
    """A unit's part in a project; with what of its resources."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="parts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="parts")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "partner", "offer"], name="cobuild_part_once"),
            models.UniqueConstraint(
                fields=["project", "partner"], condition=Q(offer__isnull=True), name="cobuild_plain_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.partner_id}"


class Need(Chained):
    """What a place is in need of: of a grid or of the area above. A problem is something broken or missing; the rest are wishes."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="needs")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=400, blank=True)
    is_problem = models.BooleanField(default=False)
    stated_on = models.DateField()
    wanted_by = models.DateField(null=True, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    met_on = models.DateField(null=True, blank=True, help_text="the day on which residents accepted the project")
    dropped_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "need"

    class Meta:
        ordering = ["stated_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="need_met_by_a_project", condition=Q(met_on__isnull=True) | Q(project__isnull=False)
            ),
            models.CheckConstraint(
                name="need_met_or_dropped", condition=Q(met_on__isnull=True) | Q(dropped_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Nobody has taken it up, and it was not dropped."""
        return self.project_id is None and self.dropped_on is None


class Milestone(models.Model):
    """A step of a project on its way: by when, reached when, and by what one sees it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=80)
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="milestone_reached_is_shown", condition=Q(reached_on__isnull=True) | ~Q(evidence="")
            )
        ]

    def __str__(self) -> str:
        return self.title


class Benefit(models.Model):
    """Households of a grid that a project reached: a number, never who."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="benefits")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="benefits", help_text="a grid")
    households = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "area"], name="benefit_once_a_grid"),
            models.CheckConstraint(name="benefit_reaches_somebody", condition=Q(households__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.area_id}: {self.households}"


class Acceptance(models.Model):
    """Residents were asked whether the work is good 居民验收: how many, and how many said yes. Several rounds where the first failed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="acceptances")
    held_on = models.DateField()
    asked = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.CheckConstraint(name="acceptance_counts_fit", condition=Q(satisfied__lte=F("asked"))),
            models.CheckConstraint(name="acceptance_asked_enough", condition=Q(asked__gte=FEWEST_ASKED)),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.satisfied}/{self.asked}"
