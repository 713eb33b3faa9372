"""The land by JSON: areas and points, proofs, plans, and what hangs on the grids."""

from ninja import Router

from gezhi.territory.api import areas, ledgers, plans, proofs

router = Router(tags=["territory"])
for part in (areas, proofs, plans, ledgers):
    router.add_router("", part.router)
