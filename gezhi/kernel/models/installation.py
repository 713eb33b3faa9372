from django.db import models


class Installation(models.Model):
    """What this database is for. One row, written once, when the database is still empty; see `gezhi.kernel.installation`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField(
        help_text="born as a demo: invented people only, and the only kind that demo mode opens"
    )
    founded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_installation", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "real"
