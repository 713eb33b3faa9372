"""Building together by JSON: the lists, the figures. Contacts of units have no address here."""

from ninja import Router

from gezhi.cobuild.api import reading

router = Router(tags=["cobuild"])
reading.add_to(router)

__all__ = ["router"]
