"""People by JSON: desks and notices, the registers of the teams, the organisation, and the steps of its short tables."""

from ninja import Router

from gezhi.people.api import desks, organisation, recommendations, teams

router = Router(tags=["people"])
for part in (desks, teams, recommendations, organisation):
    router.add_router("", part.router)
