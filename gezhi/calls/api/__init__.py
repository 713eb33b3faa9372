"""The JSON endpoints of calls: `reading`, `stepping` (raise a call, take a step)."""

from ninja import Router

from gezhi.calls.api import reading, stepping

router = Router(tags=["calls"])
# What is fixed comes before `{call_id}`.
for part in (reading, stepping):
    part.add_to(router)

__all__ = ["router"]
