from typing import ClassVar

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained


class Skill(Chained):
    """One of the skills of an all-round grid worker (全科网格员); `need` is the level from which a grid counts as covered."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    need = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "skill"

    class Meta:
        constraints = [models.CheckConstraint(name="skill_need_is_a_level", condition=Q(need__gte=1, need__lte=3))]

    def __str__(self) -> str:
        return self.name


class Certification(Chained):
    """Somebody has a skill at a level, as another person certified, until a day. A newer row of the same skill takes its place."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certifications")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="certifications")
    level = models.PositiveSmallIntegerField(help_text="1 knows it, 2 does it alone, 3 teaches it")
    certified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    certified_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="withdrawn, or replaced by a newer one")

    subject_kind: ClassVar[str] = "certification"

    class Meta:
        constraints = [
            models.CheckConstraint(name="certification_level", condition=Q(level__gte=1, level__lte=3)),
            models.UniqueConstraint(
                fields=["user", "skill"], condition=Q(ended_on__isnull=True), name="certified_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.skill_id} {self.level}"
