from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.people.models import Desk, Post
from gezhi.territory.models import Area
from gezhi.workforce.places import areas_within
from gezhi.workforce.workflow import CandidateStage, RoundStage


class Channel(models.TextChoices):
    """How people come into the grids; the three of the district's own text."""

    ASSIGNED = "assigned", _("统一配备")
    SELECTED = "selected", _("审核选拔")
    ADJUSTED = "adjusted", _("调整优化")


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, actor: Actor) -> "RoundQuerySet":
        """Rounds of land in which the actor sees the workforce, and those with posts there or where the actor may recommend somebody."""
        codes = (*actor.areas("workforce.see"), *actor.areas("recruit.recommend"))
        seats = actor.desks_with("recruit.recommend")
        there = areas_within("openings__desk__area", *codes) | Q(openings__desk_id__in=seats)
        return self.filter(areas_within("area", *codes) | there).distinct()


class Round(Chained):
    """A selection (选聘): posts to be filled, stated criteria, candidates, public notice, a result that stands for good."""

    name = models.CharField(max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="whose selection it is")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    stage = models.CharField(max_length=12, choices=RoundStage.choices, default=RoundStage.DRAFT)
    apply_until = models.DateField(help_text="the last day to recommend or apply")
    notice_from = models.DateField(null=True, blank=True)
    notice_until = models.DateField(null=True, blank=True, help_text="the last day of the public notice")
    # The outcome as it stood in the notice; candidates by number, so that a name can be erased and the digest still holds.
    result = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, help_text="SM3 of the result, made with the decision")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    subject_kind: ClassVar[str] = "selection"
    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="selection_digest_iff_decided",
                condition=Q(stage="decided", decided_at__isnull=False) & ~Q(digest="")
                | (~Q(stage="decided") & Q(digest="", decided_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """Posts to be filled at one desk."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="openings")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, help_text="one of `gezhi.people.roles.Role`")
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "desk", "role"], name="opening_once"),
            models.CheckConstraint(name="opening_counts", condition=Q(count__gte=1, count__lte=200)),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.role} x {self.count}"


class CriterionKind(models.TextChoices):
    YES_NO = "yes_no", _("必须符合")
    POINTS = "points", _("打分")


class Criterion(models.Model):
    """What candidates are judged by: a condition that must hold, or points from 0 to 100 with a weight."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=CriterionKind.choices)
    weight = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="criterion_once"),
            models.CheckConstraint(
                name="criterion_weighs_iff_points",
                condition=Q(kind="yes_no", weight=0) | Q(kind="points", weight__gte=1, weight__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Origin(models.TextChoices):
    """How a candidate came to the round."""

    OPEN = "open", _("公开报名")
    COMMUNITY = "community", _("社区推荐")
    STATIONED = "stationed", _("驻区单位推荐")
    NEW_ORGANISATION = "new_organisation", _("“两新”组织党组织推荐")


class Candidate(Chained):
    """Somebody who is considered: a name, whom to call, who recommends, and nothing else of the person."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="candidates")
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="candidates")
    name = models.CharField(max_length=40)
    phone = SealedTextField(blank=True)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    unit = models.CharField(max_length=80, blank=True, help_text="the unit that recommends")
    stage = models.CharField(max_length=12, choices=CandidateStage.choices, default=CandidateStage.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="candidacies")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    subject_kind: ClassVar[str] = "candidate"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="candidate_seated_iff_appointed",
                condition=Q(stage="appointed", post__isnull=False, user__isnull=False)
                | (~Q(stage="appointed") & Q(post__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """One assessor's mark for one candidate by one criterion: 0 to 100, or 0 and 1 for a condition."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "criterion", "assessor"], name="mark_once"),
            models.CheckConstraint(name="mark_in_range", condition=Q(value__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.criterion_id} {self.value}"


class Objection(Chained):
    """What somebody held against the notice, and how it was answered. Who objects need not give a name."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="objections")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="objections")
    text = SealedTextField()
    raised_at = models.DateTimeField()
    answer = SealedTextField(blank=True)
    is_upheld = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="when its words were erased")

    subject_kind: ClassVar[str] = "objection"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_answered_iff_judged",
                condition=Q(answered_at__isnull=True, is_upheld__isnull=True)
                | Q(answered_at__isnull=False, is_upheld__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} #{self.pk}"
