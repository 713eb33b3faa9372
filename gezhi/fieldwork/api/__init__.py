"""The JSON endpoints of the field work, a file a theme: `visits`, `campaigns`, `patrols`, `mine`, `suggestions`."""

from ninja import Router

from gezhi.fieldwork.api import campaigns, mine, patrols, suggestions, visits

# One router, because ninja keeps the methods of a path together only inside one; what is fixed comes before `{pk}`.
router = Router(tags=["fieldwork"])
for part in (visits, campaigns, patrols, mine, suggestions):
    part.add_to(router)

__all__ = ["router"]
