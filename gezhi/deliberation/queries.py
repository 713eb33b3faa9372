"""Topics as anybody may read them."""

from django.db.models import Q, QuerySet

from gezhi.deliberation.likeness import similar
from gezhi.deliberation.models import Topic
from gezhi.deliberation.rules import COMMUNITY, GRID, STREET, TopicStage


def topics(area: str = "") -> QuerySet[Topic]:
    """All, or those that came up in an area or lie there now, levels below included."""
    rows = Topic.objects.select_related("area", "raised_in")
    return rows.filter(Q(area__code__startswith=area) | Q(raised_in__code__startswith=area)) if area else rows


def similar_topics(title: str, area: str) -> list[Topic]:
    """Open topics of the same street whose titles are like it, the most alike first."""
    street = area[:STREET]
    known = topics(street).filter(stage=TopicStage.OPEN).values_list("pk", "title")
    keys = similar(title, known)
    found = topics().in_bulk(keys)
    return [found[key] for key in keys if key in found]


LEVELS = {GRID: "grid", COMMUNITY: "community", STREET: "street"}


def level_of(topic: Topic) -> str:
    return LEVELS[len(topic.area.code)]
