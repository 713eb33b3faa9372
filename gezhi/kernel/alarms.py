"""The loop around everything that has an alarm: each row whose instant has come is rung for by exactly one process."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from gezhi.kernel.models import Chained
from gezhi.kernel.refusals import Conflict
from gezhi.kernel.transactions import unit

logger = logging.getLogger(__name__)
PAUSE_AFTER_FAILURE = timedelta(minutes=10)
Row = TypeVar("Row", bound=Chained)


def sound(rows: "QuerySet[Row]", ring: Callable[[Row], int], *, at: datetime, limit: int) -> int:
    """Call `ring` for up to `limit` of these rows whose `alarm_at` has come, earliest first; the sum of what it returns.

    Each row is a transaction of its own, and its version lets exactly one of several processes ring. A row that can't be rung for must
    neither silence the others nor stand for ever at the head of the queue: it is looked at again after a while.
    """
    rung = 0
    for row in list(rows.filter(alarm_at__lte=at).order_by("alarm_at")[:limit]):
        version = row.version
        try:
            with unit(alone=True):
                rung += ring(row)
        except Conflict:
            # Somebody stepped in between; the step set the alarm anew.
            continue
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("the alarm of %s %s could not be rung", row.subject_kind, row.pk)
            rows.model._base_manager.filter(pk=row.pk, version=version).update(alarm_at=at + PAUSE_AFTER_FAILURE)
    return rung
