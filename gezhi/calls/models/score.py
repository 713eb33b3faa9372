"""What the calling street thinks of a department, and the rule by which it is counted."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.calls.models.call import CallPart
from gezhi.calls.workflow import Standing
from gezhi.kernel.models import Chained
from gezhi.people.models import Desk


class CallScore(Chained):
    """Once a call and department: response, manner and effect are three questions, five levels each. Never deleted, whatever becomes of it."""

    part = models.OneToOneField(CallPart, on_delete=models.PROTECT, related_name="score")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="the street")
    response = models.PositiveSmallIntegerField()
    manner = models.PositiveSmallIntegerField()
    effect = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    scored_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    scored_at = models.DateTimeField()
    # In hundredths: how far from the mean of this street's scores so far, and whether that was so far that a second person looked.
    off_mean = models.SmallIntegerField(null=True, help_text="empty: there were too few before to have a mean")
    is_far = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    object_until = models.DateTimeField(null=True)
    objection = models.TextField(blank=True)
    ruling = models.TextField(blank=True)

    subject_kind: ClassVar[str] = "call_score"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="score_in_five_levels",
                condition=Q(response__gte=1, response__lte=5, manner__gte=1, manner__lte=5)
                & Q(effect__gte=1, effect__lte=5),
            ),
            models.CheckConstraint(
                name="score_ruled_has_reason",
                condition=~Q(standing__in=["upheld", "void"]) | (~Q(objection="") & ~Q(ruling="")),
            ),
            models.CheckConstraint(
                name="score_second_person",
                condition=Q(confirmed_by__isnull=True) | Q(scored_by__isnull=True) | ~Q(confirmed_by=F("scored_by")),
            ),
        ]
        indexes = [models.Index(fields=["desk", "scored_at"], name="score_by_street")]

    def __str__(self) -> str:
        return f"{self.part_id} {self.response}/{self.manner}/{self.effect}"


class ScoreRule(Chained):
    """How scores are counted and guarded, from a day on until the next row begins. Levels are 1 to 5; weights are parts of a hundred."""

    valid_from = models.DateField(unique=True)
    response = models.PositiveSmallIntegerField(help_text="weight")
    manner = models.PositiveSmallIntegerField(help_text="weight")
    effect = models.PositiveSmallIntegerField(help_text="weight")
    low_level = models.PositiveSmallIntegerField(help_text="a level this low or lower needs words")
    far = models.PositiveSmallIntegerField(
        help_text="so many hundredths of a level off the street's mean need a second person"
    )
    fewest_scores = models.PositiveSmallIntegerField(help_text="with fewer before, a street has no mean yet")
    fewest_calls = models.PositiveSmallIntegerField(help_text="with fewer in a period, a department is not ranked")
    basis = models.CharField(max_length=200, blank=True)

    subject_kind: ClassVar[str] = "score_rule"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="score_weights_make_a_hundred", condition=Q(effect=100 - F("response") - F("manner"))
            ),
            models.CheckConstraint(name="score_low_level_is_a_level", condition=Q(low_level__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.response}/{self.manner}/{self.effect}"
