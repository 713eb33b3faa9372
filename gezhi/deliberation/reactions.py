"""What deliberation does when the land moves."""

from gezhi.deliberation.actions.regridding import TopicsFollow
from gezhi.territory.followers import register

register("deliberation", TopicsFollow())
