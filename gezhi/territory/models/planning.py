"""Drafts of a division that the planner is asked for: what it was given, how far it is, and what came of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.territory.models.land import Area, CrsChoice
from gezhi.territory.models.plans import Plan

# Who proposes plans may ask for a draft of one.
ASK_PLANNER = ("plan.propose", "plan.propose_wide")


class RunState(models.TextChoices):
    WAITING = "waiting", _("排队")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有做成")


class PlanningRunQuerySet(models.QuerySet["PlanningRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """Drafts about land for which the actor proposes, and wider ones around it for who proposes there."""
        seen = Q(pk__in=())
        for code in {code for right in ASK_PLANNER for code in actor.areas(right)}:
            if not code:
                return self
            seen |= Q(scope__code__startswith=code)
        return self.filter(seen)


class PlanningRun(Chained):
    """One draft. `share` tells how far it is; whoever asks it to stop gets the best division found until then.

    `beat_at` is the last sign of life of the process that works on it: without one for a while, another takes the run up from the beginning.
    """

    class Kind(models.TextChoices):
        DRAFT = "draft", _("重新划分")
        REBALANCE = "rebalance", _("少动微调")

    class Source(models.TextChoices):
        FILES = "files", _("上传的单元文件")
        REGISTERS = "registers", _("本系统的底册")

    scope = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="planning_runs")
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    source = models.CharField(max_length=9, choices=Source.choices)
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.WAITING)
    least = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    counts_people = models.BooleanField(default=False)
    seed = models.PositiveIntegerField(default=1)
    is_quick = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="ends by itself after so many")
    crs_in = models.CharField(max_length=8, choices=CrsChoice.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    share = models.FloatField(default=0.0)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="why it failed, for people")
    outcome = models.JSONField(default=dict, blank=True, help_text="sizes, exceptions, what was refused")
    grids = models.TextField(blank=True, help_text="GeoJSON of the draft")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlanningRunQuerySet.as_manager()
    subject_kind: ClassVar[str] = "planning_run"

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="planning_range", condition=Q(most__gte=models.F("least"), least__gt=0)),
            models.CheckConstraint(
                name="planning_done_iff_ended",
                condition=Q(state__in=[RunState.DONE, RunState.FAILED], ended_at__isnull=False)
                | (~Q(state__in=[RunState.DONE, RunState.FAILED]) & Q(ended_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=[RunState.WAITING, RunState.RUNNING]), name="planning_open"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)


class PlanningFile(models.Model):
    """A file of units, roads or rivers that a run was given. Kept with the run, so that its draft can be made again."""

    run = models.ForeignKey(PlanningRun, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    data = models.BinaryField()

    class Meta:
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="planning_file_position")]

    def __str__(self) -> str:
        return self.name
