"""What the address of a worklist says: which cases, in words that a colleague can be sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Asked, Card, Kind, Owed, Ruling, Source
from gezhi.cases.tasks import QUESTIONS
from gezhi.cases.workflow import ENDED, PROMISED, Stage

# The column of each level of area.
COLUMNS = {9: "street_code", 12: "community_code", 15: "grid_code"}
LONGEST_QUERY = 100


class Scope(TextChoices):
    DESK = "desk", _("本岗台")
    AREA = "area", _("本辖区")
    MINE = "mine", _("我在办")


class ClockState(TextChoices):
    SOON = "soon", _("快到期")
    OVERDUE = "overdue", _("已超期")


class PartState(TextChoices):
    WHOLE = "whole", _("有分单没办完")
    PART = "part", _("分单件")
    LEADS = "leads", _("有并入的件")


EVERY = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of a worklist says. `stage` is a stage, "all", or "" for what is still to be done.

    A `task` is one of the questions of my day (`gezhi.cases.tasks`) and takes the place of the scope.
    """

    scope: str = ""
    task: str = ""
    stage: str = ""
    clock: str = ""
    kind: str = ""
    source: str = ""
    matter: int | None = None
    area: str = ""
    asked: str = ""
    ruling: str = ""
    supervision: str = ""
    card: str = ""
    parts: str = ""
    emergency: bool = False
    suspended: bool = False
    called: bool = False
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From the query of an address. What makes no sense is left out: a link copied by half still shows a list."""

        def one_of(name: str, allowed: list[str]) -> str:
            value = query.get(name, "")
            return value if value in allowed else ""

        matter, area = query.get("matter", ""), query.get("area", "")
        return cls(
            scope=one_of("scope", Scope.values),
            task=one_of("task", list(QUESTIONS)),
            stage=one_of("stage", [*Stage.values, EVERY]),
            clock=one_of("clock", ClockState.values),
            kind=one_of("kind", Kind.values),
            source=one_of("source", Source.values),
            matter=int(matter) if matter.isascii() and matter.isdigit() and len(matter) < 10 else None,
            area=area if area.isascii() and area.isdigit() and len(area) in COLUMNS else "",
            asked=one_of("asked", Asked.values),
            ruling=one_of("ruling", Ruling.values),
            supervision=one_of("supervision", Owed.values),
            card=one_of("card", Card.values),
            parts=one_of("parts", PartState.values),
            emergency=query.get("emergency") == "1",
            suspended=query.get("suspended") == "1",
            called=query.get("called") == "1",
            q=query.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY],
        )

    def as_query(self) -> dict[str, str]:
        """What must stand in the address; nothing for what is left at its default."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {name: "1" if value is True else str(value) for name, value in said.items()}

    def but(self, **changes: Any) -> "Filters":
        return replace(self, **changes)

    @property
    def stages(self) -> tuple[Stage, ...] | None:
        """The stages to show, None for all. Words are looked for everywhere, and a task knows its own, unless a stage was chosen."""
        if self.stage == EVERY or ((self.q or self.task) and not self.stage):
            return None
        return (Stage(self.stage),) if self.stage else PROMISED

    @property
    def is_archive(self) -> bool:
        """Are ended cases among them? Then the newest come first; due moments of the past order nothing."""
        if self.task and not self.q and not self.stage:
            return False
        return self.stages is None or any(stage in ENDED for stage in self.stages)

    @property
    def is_narrowed(self) -> bool:
        """Is anything chosen besides the scope?"""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "scope")
