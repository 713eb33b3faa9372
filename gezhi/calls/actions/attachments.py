"""Files that come with a step of a call."""

from collections.abc import Iterable
from datetime import datetime

from gezhi.calls.models import Call, CallAttachment, CallPart
from gezhi.kernel.models import StoredFile


def attach(call: Call, files: Iterable[StoredFile], *, step: str, at: datetime, part: CallPart | None = None) -> None:
    """The same picture sent twice with the same step is one attachment. No statement where there is none."""
    rows = [CallAttachment(call=call, part=part, file=file, step=step, added_at=at) for file in dict.fromkeys(files)]
    if rows:
        CallAttachment.objects.bulk_create(rows, ignore_conflicts=True)


__all__ = ["attach"]
