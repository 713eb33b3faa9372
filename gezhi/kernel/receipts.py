"""Idempotency: the same command sent twice is done once and answered twice the same."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from gezhi.kernel import rows
from gezhi.kernel.events import sm3
from gezhi.kernel.models import Receipt
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.transactions import unit

KEPT_FOR = timedelta(days=30)
Answer = tuple[int, Any]


def fingerprint(content: Any) -> str:
    """SM3 of the content in canonical JSON."""
    return sm3(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def once(scope: str, key: str, content: Any, do: Callable[[], Answer], *, at: datetime) -> tuple[Answer, bool]:
    """Run `do` unless `key` was answered before; `((status, answer), replayed)`.

    `do` runs in one transaction with its receipt: either both stand or neither. A refusal of `do` keeps no receipt, because nothing
    happened. Two at the same instant: the second waits for the first on the unique index and then replays its answer.
    The same key with other content raises `Conflict` (409).
    """
    if not key:
        with unit():
            return do(), False
    if len(key) > 64 or "\x00" in key:
        raise Refused("key_too_long", _("幂等键最长 64 个字符。"), field="Idempotency-Key")
    print_ = fingerprint(content)
    if (answer := replay(scope, key, print_)) is not None:
        return answer, True
    try:
        with unit():
            status, body = do()
            receipt = Receipt(scope=scope, key=key, fingerprint=print_, status=status, answer=body, created_at=at)
            rows.insert([receipt])
        return (status, body), False
    except (IntegrityError, Conflict):
        # Perhaps the rival is this very command, sent twice in one instant; if it left no receipt, the error was another one.
        if (answer := replay(scope, key, print_)) is None:
            raise
        return answer, True


def replay(scope: str, key: str, print_: str) -> Answer | None:
    found = rows.look_up(Receipt, ("fingerprint", "status", "answer"), scope=scope, key=key)
    if found is None:
        return None
    fingerprint_then, status, answer = found
    if fingerprint_then != print_:
        raise Conflict("key_reused", _("同一个幂等键已用于另一份内容，这一份没有收下。请换一个新的键再发。"))
    return status, answer


def forget(*, at: datetime) -> int:
    """Daily: drop receipts older than any sender retries; the number dropped."""
    return Receipt.objects.filter(created_at__lt=at - KEPT_FOR).delete()[0]
