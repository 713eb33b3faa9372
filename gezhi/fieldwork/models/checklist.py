"""What a visit is made for and what is done on it: 四倡导、六必访、六个做、七个好."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained


class ChecklistGroup(models.TextChoices):
    """The four lists of the service concept. 六必访 are the triggers of a visit; the others what may be ticked on it."""

    PROMOTE = "promote", _("四倡导")
    VISIT = "visit", _("六必访")
    DO = "do", _("六个做")
    GOOD = "good", _("七个好")


# How many entries the name of a list promises.
SIZES = {ChecklistGroup.PROMOTE: 4, ChecklistGroup.VISIT: 6, ChecklistGroup.DO: 6, ChecklistGroup.GOOD: 7}


class ChecklistEntry(Chained):
    """A row of one of the lists. What the district has not confirmed yet says so (待确认).

    An entry names an occasion or a service, never what somebody is like: a trigger that labels people would make of visits a file on them.
    """

    code = models.SlugField(max_length=30, unique=True)
    group = models.CharField(max_length=10, choices=ChecklistGroup.choices)
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    is_confirmed = models.BooleanField(default=False, help_text="confirmed by the district; otherwise 待确认")
    is_active = models.BooleanField(default=True, help_text="may be chosen for a new visit")

    subject_kind: ClassVar[str] = "checklist_entry"

    class Meta:
        ordering = ["group", "position", "code"]
        verbose_name_plural = "checklist entries"

    def __str__(self) -> str:
        return self.name
