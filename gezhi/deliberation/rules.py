"""Pure. The levels of deliberation 三级协商 and where a topic goes from each."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

GRID, COMMUNITY, STREET = 15, 12, 9


class TopicStage(TextChoices):
    OPEN = "open", _("协商中")
    ANSWERED = "answered", _("已有结果")


def is_level(code: str) -> bool:
    return len(code) in (GRID, COMMUNITY, STREET)


def above(code: str) -> str:
    """The area a level up; empty from a street, where the third level is the last."""
    return {GRID: code[:COMMUNITY], COMMUNITY: code[:STREET]}.get(len(code), "")
