"""Which desk is told of what. One table; the worker's subscriber in `reactions` does the telling.

Nobody is told by a notice that a worker complained: a desk has many readers, and the author looks for the answer among their own.
"""

from collections.abc import Callable, Iterator

from gezhi.fieldwork.models import CampaignTarget
from gezhi.fieldwork.workflow import CampaignStage
from gezhi.kernel.models import Event
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory

Told = Callable[[Event], Iterator[int]]


def who_has_something_left(event: Event) -> Iterator[int]:
    """The desks of the grids in which a campaign has something left. One statement."""
    left = CampaignTarget.objects.open().filter(campaign_id=event.subject_id).order_by()
    for code in sorted(set(left.values_list("grid_code", flat=True))):
        desk = directory().at(DeskKind.GRID, code)
        if desk is not None:
            yield desk.id


def unless_draft(event: Event) -> Iterator[int]:
    """Nobody has heard of a draft."""
    if event.data.get("was") != CampaignStage.DRAFT:
        yield from who_has_something_left(event)


NOTICES: dict[str, Told] = {
    "campaign.started": who_has_something_left,
    "campaign.reminded": who_has_something_left,
    "campaign.postponed": who_has_something_left,
    "campaign.withdrawn": unless_draft,
}
