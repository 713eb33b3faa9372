"""What can be tried out in some streets before all have it. Pure but for the translated names.

A feature is closed until a row of `Pilot` opens it somewhere; whoever shows it asks `gezhi.people.pilots.is_open`.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Feature(TextChoices):
    TEAM_PAGE = "team_page", _("网格队伍公示页")
    PLATES = "plates", _("管家牌")
