"""One answer to a reporter, and what was heard about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models.case import Case, CaseQuerySet, Source
from gezhi.cases.sampling import Group
from gezhi.kernel.access import Actor
from gezhi.matters.models import Matter
from gezhi.people.models import Desk

GROUPS = [
    (Group.REHANDLED.value, _("重办件")),
    (Group.POOR.value, _("差评件")),
    (Group.EMERGENCY.value, _("紧急件")),
    (Group.REST.value, _("其他")),
]


class Level(models.IntegerChoices):
    """好差评 in its official five levels (国办发〔2019〕51号), the best first; the two lowest are 差评."""

    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    POOR = 2, _("不满意")
    VERY_POOR = 1, _("非常不满意")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def to_follow_up(self) -> "AnswerQuerySet":
        """Drawn to be followed up and not yet over; the very condition of the index."""
        return self.filter(TO_FOLLOW_UP)

    def visible_to(self, actor: Actor, right: str = "case.follow_up") -> "AnswerQuerySet":
        """Answers about places in the areas in which the actor holds `right`."""
        codes = actor.areas(right)
        if any(len(code) <= 6 for code in codes):
            return self
        return self.filter(CaseQuerySet.place_within(*codes))


TO_FOLLOW_UP = Q(follow_up_until__isnull=False, is_over=False)
LEVEL_COLUMNS = ("link_service", "link_outcome", "follow_up_service", "follow_up_outcome")


def five_levels() -> Q:
    condition = Q()
    for column in LEVEL_COLUMNS:
        condition &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gte": 1, f"{column}__lte": 5})
    return condition


class Answer(models.Model):
    """答复: one a round, made with the answer itself. It is the invitation to rate (`token`), it may be drawn for 回访, and it keeps what was heard.

    Levels and codes alone: what people said in words stands in `Rating` and `FollowUp` and is erased when its time is over. This stays, so that
    last year's rates can still be counted and give the same. Place, desk and matter are those of the moment of the answer.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers", db_index=False)
    round = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=40, unique=True, help_text="of the link by which the reporter rates")
    answered_at = models.DateTimeField()
    month = models.PositiveIntegerField(help_text="of the answer, in the district's own time: 202603")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    street_code = models.CharField(max_length=9, blank=True)
    community_code = models.CharField(max_length=12, blank=True)
    grid_code = models.CharField(max_length=15, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    is_emergency = models.BooleanField(default=False)
    is_rehandled = models.BooleanField(default=False, help_text="of a round that a poor rating began")
    was_suspended = models.BooleanField(default=False, help_text="挂账 in this round")
    accept_minutes = models.PositiveIntegerField(
        null=True, help_text="working minutes from the report to its acceptance; empty: not known"
    )
    has_point = models.BooleanField(default=False)
    has_contact = models.BooleanField(default=False, help_text="the reporter may be called")
    has_files = models.BooleanField(default=False, help_text="pictures or documents of the result")

    drawn = models.CharField(
        max_length=10, choices=GROUPS, blank=True, help_text="回访: to be followed up, as one of this group"
    )
    follow_up_until = models.DateTimeField(null=True)
    attempts_due = models.PositiveSmallIntegerField(default=0, help_text="so many attempts, unless reached before")
    attempts = models.PositiveSmallIntegerField(default=0)
    is_over = models.BooleanField(default=False, help_text="reached, tried often enough, or opened again")
    is_contacted = models.BooleanField(default=False)
    is_solved = models.BooleanField(null=True)
    follow_up_service = models.PositiveSmallIntegerField(null=True, choices=Level.choices)
    follow_up_outcome = models.PositiveSmallIntegerField(null=True, choices=Level.choices)
    link_service = models.PositiveSmallIntegerField(null=True, choices=Level.choices)
    link_outcome = models.PositiveSmallIntegerField(null=True, choices=Level.choices)
    reopened_at = models.DateTimeField(null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="answer_once_a_round"),
            models.CheckConstraint(name="answer_in_five_levels", condition=five_levels()),
            models.CheckConstraint(
                name="answer_drawn_until",
                condition=Q(drawn="", follow_up_until__isnull=True) | (~Q(drawn="") & Q(follow_up_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="answer_says_only_who_was_reached",
                condition=Q(is_contacted=True)
                | Q(is_solved__isnull=True, follow_up_service__isnull=True, follow_up_outcome__isnull=True),
            ),
        ]
        indexes = [
            # Rates are counted a month or more at a time, for the district or below a street.
            models.Index(fields=["month", "street_code"], name="answer_by_month"),
            models.Index(fields=["follow_up_until", "id"], condition=TO_FOLLOW_UP, name="answer_to_follow_up"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.round}"

    @property
    def place_code(self) -> str:
        """The finest area known; "" where only the district is."""
        return self.grid_code or self.community_code or self.street_code
