"""The JSON endpoints of disputes: `reading`, `registering`, `steps`. No answer holds what a side said or whom to call."""

from ninja import Router

from gezhi.disputes.api import reading, registering, steps

# One router, because ninja keeps the methods of a path together only inside one; what is fixed comes before `{key}`.
router = Router(tags=["disputes"])
for part in (registering, reading, steps):
    part.add_to(router)

__all__ = ["router"]
