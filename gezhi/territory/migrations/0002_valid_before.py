"""The day on which an outline no longer holds is called so: everywhere else in the house "until" means the last day itself."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("boundary", "one_current_boundary_an_area"),
        migrations.RemoveConstraint("boundary", "boundary_span"),
        migrations.RenameField("boundary", "valid_until", "valid_before"),
        migrations.AddConstraint(
            "boundary",
            models.UniqueConstraint(
                fields=["area"], condition=Q(valid_before__isnull=True), name="one_current_boundary_an_area"
            ),
        ),
        migrations.AddConstraint(
            "boundary",
            models.CheckConstraint(
                condition=Q(valid_before__isnull=True) | Q(GreaterThanOrEqual(F("valid_before"), F("valid_from"))),
                name="boundary_span",
            ),
        ),
    ]
