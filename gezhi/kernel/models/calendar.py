from django.db import models
from django.db.models import Q

from gezhi.kernel.models.event import Chained


class WorkYear(Chained):
    """A year whose holidays are published. A year without a row here is reckoned by plain weekdays and marked
    provisional.
    """

    subject_kind = "work_year"

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(
        max_length=100, help_text="the notice, by its number where it has one: 国办发明电〔2025〕7号"
    )
    published_on = models.DateField(help_text="the day of the notice")

    class Meta:
        constraints = [models.CheckConstraint(name="work_year_plausible", condition=Q(year__gte=1949, year__lte=2999))]

    def __str__(self) -> str:
        return str(self.year)


class WorkDay(models.Model):
    """A day on which the weekday misleads: a holiday from Monday to Friday, or a weekend that is worked."""

    # A notice may reach into the December before its year, so the year of the date isn't always that of the notice.
    work_year = models.ForeignKey(WorkYear, on_delete=models.PROTECT, related_name="days")
    date = models.DateField(unique=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=20, help_text="the holiday that causes it: 春节")
    source = models.CharField(max_length=100, help_text="the notice that says so")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class WorkHours(Chained):
    """The working periods of a day from a date on, until the next row. `spans` is `[["09:00", "12:00"], ["13:00",
    "17:00"]]`.
    """

    subject_kind = "work_hours"

    valid_from = models.DateField(unique=True)
    spans = models.JSONField()

    def __str__(self) -> str:
        return f"{self.valid_from} {self.spans}"
