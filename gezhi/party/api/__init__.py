"""The party by JSON: what is no member's. Organisations, coverage, vacancies, activities in numbers.

Members, points and the two guarded lists have no address here: who sees them, and why, is asked on the pages alone.
"""

from ninja import Router

from gezhi.party.api import reading

router = Router(tags=["party"])
reading.add_to(router)

__all__ = ["router"]
