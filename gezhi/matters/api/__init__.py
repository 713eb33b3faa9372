"""The JSON endpoints of matters: `catalogue`, `applications` (in and out), `books` (funds, refused work, data fields)."""

from ninja import Router

from gezhi.matters.api import applications, books, catalogue

# One router, because ninja keeps the methods of a path together only inside one; what is fixed comes before `{key}`.
router = Router(tags=["matters"])
for part in (catalogue, applications, books):
    part.add_to(router)

__all__ = ["router"]
