from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained, StoredFile
from gezhi.people.models import Post
from gezhi.territory.models import Area


class CourseKind(models.TextChoices):
    ACADEMY = "academy", _("网格学院")
    MICRO = "micro", _("网格微课堂")
    SALON = "salon", _("网格沙龙")


class Course(Chained):
    """Something to be learnt. With questions it is passed by its exam, without by having been there.

    How long somebody looked at it is not asked, and there is no column for it.
    """

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=CourseKind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="who offers it, and to whom")
    summary = models.CharField(max_length=500, blank=True)
    pass_mark = models.PositiveSmallIntegerField(default=60, help_text="in a hundred")
    most_attempts = models.PositiveSmallIntegerField(default=3)
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "course"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="course_mark_and_attempts",
                condition=Q(pass_mark__gte=1, pass_mark__lte=100, most_attempts__gte=1, most_attempts__lte=20),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Material(models.Model):
    """What a course gives to read: a text, or a file."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="materials")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="material_once")]

    def __str__(self) -> str:
        return self.title


class ExamQuestionKind(models.TextChoices):
    SINGLE = "single", _("单选")
    MULTIPLE = "multiple", _("多选")
    YES_NO = "yes_no", _("判断")


class Question(models.Model):
    """One question; `correct` are the positions of the right options. A yes-or-no question has the options 对 and 错."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ExamQuestionKind.choices)
    text = models.CharField(max_length=300)
    options = models.JSONField()
    correct = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="question_once")]

    def __str__(self) -> str:
        return self.text


class Attempt(models.Model):
    """One exam as it was handed in. Kept so that a result can be explained and contested."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attempts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField()
    is_passed = models.BooleanField()
    counts = models.BooleanField(default=True, help_text="against the most attempts; not after they were renewed")
    handed_in_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "user", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_id} #{self.number}"


class Session(Chained):
    """A date on which a course is held somewhere."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=80)
    capacity = models.PositiveSmallIntegerField()
    is_cancelled = models.BooleanField(default=False)

    subject_kind: ClassVar[str] = "training_session"

    def __str__(self) -> str:
        return f"{self.course} {self.place}"


class Presence(models.TextChoices):
    """As the organiser writes it down; nobody reports oneself."""

    ENROLLED = "enrolled", _("已报名")
    ATTENDED = "attended", _("参加")
    ABSENT = "absent", _("未参加")
    CANCELLED = "cancelled", _("取消报名")


class Enrolment(models.Model):
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10, choices=Presence.choices, default=Presence.ENROLLED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="enrolled_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.session_id}"


class Pass(Chained):
    """That somebody has passed a course, by exam or by having been there."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="passes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="passes")
    passed_on = models.DateField()
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty where there was no exam")

    subject_kind: ClassVar[str] = "course_pass"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="passed_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_id}"


class Requirement(Chained):
    """Pre-service training (岗前培训): a post of this role that begins in these days gives no right before the course is passed."""

    role = models.CharField(max_length=24, help_text="one of `gezhi.people.roles.Role`")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")
    valid_from = models.DateField(help_text="posts that begin on this day or later")
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "training_requirement"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "course", "valid_from"], name="requirement_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.course_id}"


class Exemption(Chained):
    """Somebody may work in a post before the training is passed: asked for with a reason, decided by another, for some days."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(max_length=300)
    until_on = models.DateField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    is_granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "training_exemption"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exemption_decided_once",
                condition=Q(is_granted__isnull=True, decided_at__isnull=True)
                | Q(is_granted__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["post"], condition=Q(is_granted__isnull=True), name="exemption_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.until_on}"
