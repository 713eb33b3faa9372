"""States of the room 选育管用 with their colours, and what happened to a row, in words."""

from gezhi.kernel.events import timeline
from gezhi.kernel.models import Chained
from gezhi.web.operation.wording import Told, told

# How a stage or state looks; the word itself is always there.
TONES = {
    "draft": "quiet", "open": "soon", "assessing": "soon", "notice": "soon", "decided": "good", "cancelled": "quiet",
    "proposed": "soon", "approved": "good", "refused": "bad", "withdrawn": "quiet", "chosen": "good",
    "passed_over": "quiet", "appointed": "good", "in_store": "quiet", "issued": "good", "lost": "bad", "retired": "quiet",
    "asked": "soon", "reviewed": "soon", "granted": "good",
}  # fmt: skip


def story(row: Chained) -> list[Told]:
    """Everything that happened to a row, first to last. One statement."""
    return [told(event) for event in timeline(row)]


def tone(state: str) -> str:
    return TONES.get(state, "quiet")
