"""What is attached to a call."""

from django.db import models

from gezhi.calls.models.call import Call, CallPart
from gezhi.kernel.models import StoredFile


class CallAttachment(models.Model):
    """A picture or document at a call: what the street sent along, or what a department shows of its part."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="attachments")
    part = models.ForeignKey(CallPart, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20, help_text="the step it came with")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "file", "step"], name="call_attachment_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.step}"
