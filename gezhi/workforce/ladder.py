"""The four rungs from the grid upwards (专职网格员—社区专职工作者—社区“两委”成员—机关事业单位人员). Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Rung(TextChoices):
    GRID_WORKER = "grid_worker", _("专职网格员")
    COMMUNITY_STAFF = "community_staff", _("社区专职工作者")
    COMMITTEE_MEMBER = "committee_member", _("社区“两委”成员")
    PUBLIC_STAFF = "public_staff", _("机关事业单位人员")


ORDER = tuple(Rung)


def rises(current: str, wanted: str) -> int:
    """How many rungs lie between: 1 is the next one, more skips, 0 and less is no promotion."""
    return ORDER.index(Rung(wanted)) - ORDER.index(Rung(current))


def next_after(current: str) -> Rung | None:
    """The rung above; None at the top."""
    place = ORDER.index(Rung(current)) + 1
    return ORDER[place] if place < len(ORDER) else None
