"""Meetings, what they decide, and the tasks that come of it."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.people.models.desks import Desk
from gezhi.people.models.posts import within
from gezhi.people.workflow import RUNNING, TaskStage


class Meeting(Chained):
    """A meeting of the committee or a task force, on record (专题会议)."""

    title = models.CharField(max_length=120)
    held_on = models.DateField()
    place = models.CharField(max_length=60, blank=True)
    minutes = models.TextField(blank=True)

    subject_kind: ClassVar[str] = "meeting"

    class Meta:
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.title


class MeetingTaskQuerySet(models.QuerySet["MeetingTask"]):
    def running(self) -> Self:
        return self.filter(stage__in=RUNNING)

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own desks, and of all desks where one sees the committee's papers."""
        return self.filter(Q(desk_id__in=actor.desks) | within(actor.areas("committee.see"), "desk__area__code"))

    def overdue_on(self, day: date) -> Self:
        """Still to be done after its last day. What was reported waits for others and is not late."""
        return self.filter(stage=TaskStage.OPEN, due_on__lt=day)


class MeetingTask(Chained):
    """A decision of a meeting as a task: what, whose desk, by when (议定事项)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=300)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="meeting_tasks", db_index=False)
    due_on = models.DateField()
    stage = models.CharField(max_length=8, choices=TaskStage.choices, default=TaskStage.OPEN)
    result = models.CharField(max_length=500, blank=True)
    reported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_on = models.DateField(null=True, blank=True)

    objects = MeetingTaskQuerySet.as_manager()
    subject_kind: ClassVar[str] = "meeting_task"

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="meeting_task_position"),
            models.CheckConstraint(
                name="meeting_task_done_says_when",
                condition=Q(stage="done", done_on__isnull=False) | (~Q(stage="done") & Q(done_on__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "due_on"], condition=Q(stage__in=("open", "reported")), name="meeting_task_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} #{self.position}"
