"""The JSON endpoints of cases: `reporting` (in), `reading`, `steps` (through the loop), `bulk` (with many at once), `lists`
(my day, supervisions, what stands still), `files`."""

from ninja import Router

from gezhi.cases.api import bulk, files, lists, reading, reporting, steps

# One router, because ninja keeps the methods of a path together only inside one; what is fixed comes before `{key}`.
router = Router(tags=["cases"])
for part in (reporting, bulk, lists, reading, steps, files):
    part.add_to(router)

__all__ = ["router"]
