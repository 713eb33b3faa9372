"""What a rule says when it says no. Pages show the message beside the field, the API as problem+json.

A message is a Chinese sentence for the person at the screen: what happened, what was kept, what to do.
"""

from typing import Any


class Refused(Exception):
    """A rule of the domain refuses; nothing was changed. HTTP 422.

    `code` is stable and for programs, `message` (often lazy) for people, `field` the input it is about, `facts` more for programs.
    """

    status = 422

    def __init__(self, code: str, message: Any, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class Conflict(Refused):
    """Somebody was quicker, or the page is stale. HTTP 409. The caller may look again and decide anew."""

    status = 409


class Missing(Refused):
    """It is not there, or not for these eyes: both look the same. HTTP 404."""

    status = 404
