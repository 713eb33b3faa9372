from typing import ClassVar

from django.db import models

from gezhi.kernel.models import Chained
from gezhi.matters.models.catalogue import Matter


class DataField(Chained):
    """A field of the dictionary (数据项): what the house holds already, under which names people ask for it, and where it is held.

    What stands here is never asked of a grid worker again.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    aliases = models.JSONField(default=list, help_text="other names under which forms ask for the same")
    held_in = models.CharField(max_length=100, help_text="where the house holds it")
    # The matter whose forms brought it in; null for what the house knows by itself.
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    subject_kind: ClassVar[str] = "data_field"

    def __str__(self) -> str:
        return self.name
