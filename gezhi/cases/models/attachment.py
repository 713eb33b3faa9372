"""What is attached to a case."""

from django.db import models

from gezhi.cases.models.case import Case
from gezhi.kernel.models import StoredFile


class Attachment(models.Model):
    """A picture or document at a case: what the reporter sent, or evidence of the result."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20, help_text="the step it came with")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "file", "step"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"
