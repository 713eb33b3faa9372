"""What building together does when the land moves."""

from gezhi.cobuild.actions.regridding import CobuildFollows
from gezhi.territory.followers import register

register("cobuild", CobuildFollows())
