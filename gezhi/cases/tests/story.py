"""One case and the cast around it, for tests that tell what happened."""

from datetime import timedelta

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.kernel.access import Actor
from gezhi.testing import NOON, Town

HOUR = timedelta(hours=1)


class Story:
    """One case and the cast around it; each step is an hour after the last."""

    def __init__(self, town: Town, **report) -> None:
        self.town, self.at = town, NOON
        self.pk = town.report(**report).pk

    @property
    def case(self) -> Case:
        return Case.objects.select_related("desk__area", "area", "holder").get(pk=self.pk)

    def take(self, name: str, who: str | Actor, **inputs) -> Case:
        self.at += HOUR
        actor = self.town.actor(who, at=self.at) if isinstance(who, str) else who
        return take(name, self.case, actor=actor, at=self.at, **inputs)

    def accepted(self, matter: str = "lamp") -> "Story":
        self.take("accept", "clerk", matter_id=self.town.matter(matter).id)
        return self

    def claimed(self, who: str = "worker") -> "Story":
        self.accepted().take("claim", who)
        return self

    def finished(self) -> "Story":
        self.claimed().take("finish", "worker", result="更换了灯泡。")
        return self

    def answered(self) -> "Story":
        self.finished().take("verify", "clerk", answer="路灯已修好。")
        return self
