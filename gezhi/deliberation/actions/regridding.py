"""Open topics follow the land, in the very transaction of a re-division plan."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from gezhi.deliberation.models import Topic
from gezhi.deliberation.rules import TopicStage
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance
from gezhi.territory.followers import Relocation
from gezhi.territory.models import Area


class TopicsFollow:
    """An open topic goes to the main heir of its area. Where it came up is history and stays."""

    def foresee(self, relocation: Relocation) -> Mapping[str, int]:
        return {"topics": standing(relocation).count()}

    def follow(self, relocation: Relocation, *, actor: Actor, at: datetime) -> Mapping[str, int]:
        areas = dict(Area.objects.filter(is_active=True).values_list("code", "pk"))
        rows = list(standing(relocation).select_related("area").order_by("pk"))
        for row in rows:
            heir = relocation.heir(row.area.code)
            fact = Fact("topic.regridded", {"plan": relocation.plan_id, "area": heir})
            advance(row, fact, actor=actor, at=at, changes={"area_id": areas[heir]})
        return {"topics": len(rows)}


def standing(relocation: Relocation) -> QuerySet[Topic]:
    return Topic.objects.filter(area__code__in=list(relocation.heirs), stage=TopicStage.OPEN)
