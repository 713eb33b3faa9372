"""What of the land's own moves with a plan."""

from gezhi.territory.actions.placements import ResourcesFollow
from gezhi.territory.followers import register

register("territory", ResourcesFollow())
