from django.db import models

from gezhi.kernel.models.stored_file import StoredFile


class SentFile(models.Model):
    """What became of a file that a sender announced by the digest of its bytes; see `gezhi.kernel.uploads`.

    Pictures are drawn anew, so what is stored has another digest than what was sent.
    """

    sender = models.CharField(max_length=60, help_text="whose digest it is: nobody uses what another sent")
    sha256 = models.CharField(max_length=64, help_text="of the bytes as sent, hex")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "sha256"], name="sent_once")]
        indexes = [models.Index(fields=["sent_at"], name="sent_age")]

    def __str__(self) -> str:
        return f"{self.sender} {self.sha256[:12]}"
