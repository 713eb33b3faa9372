"""The JSON endpoints of cases: `reporting` (in), `reading`, `steps` (through the loop), `files`."""

from ninja import Router

from gezhi.cases.api import files, reading, reporting, steps

# One router, because ninja keeps the methods of a path together only inside one; what is fixed comes before `{key}`.
router = Router(tags=["cases"])
for part in (reporting, reading, steps, files):
    part.add_to(router)

__all__ = ["router"]
