from typing import ClassVar

from django.db import models

from gezhi.kernel.models import Chained


class StandingSentence(Chained):
    """With which words work outside the catalogue is refused, from a day on until the next row."""

    text = models.TextField()
    valid_from = models.DateField(unique=True)

    subject_kind: ClassVar[str] = "standing_sentence"

    def __str__(self) -> str:
        return self.text
