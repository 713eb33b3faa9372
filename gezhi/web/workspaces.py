"""The workspaces that one person has, for the switch in the bar and the first door after signing in."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.web.support.rooms import rooms_for


@dataclass(frozen=True, slots=True)
class Workspace:
    """One of the platforms: its name, and the address of its first page by name."""

    name: str
    label: Any
    url_name: str


OPERATION = Workspace("operation", _("网格运行"), "operation:worklist")
SUPPORT = Workspace("support", _("服务保障"), "support:home")


def workspaces_of(actor: Actor) -> list[Workspace]:
    """Where this person has something to do, the place of most work first. No query."""
    found = []
    if actor.has("case.see"):
        found.append(OPERATION)
    if rooms_for(actor):
        found.append(SUPPORT)
    return found
