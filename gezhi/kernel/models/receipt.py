from django.db import models


class Receipt(models.Model):
    """The answer once given to a command, kept so that a replay gets the same answer and does nothing; see `gezhi.kernel.receipts`."""

    scope = models.CharField(max_length=60, help_text="who sent it: a replay counts only for the same sender")
    key = models.CharField(max_length=64, help_text="the sender's own key, mostly a UUID")
    fingerprint = models.CharField(
        max_length=64, help_text="SM3 of what was asked: the same key with other content is a conflict"
    )
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="receipt_once")]
        indexes = [models.Index(fields=["created_at"], name="receipt_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
