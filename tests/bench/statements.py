"""Which statements a request costs: the whole request, middleware included, in process. Runs inside a place."""

import json
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Transactions are counted by their commits, not as statements.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements_of(client: Client, method: str, path: str, content: Any = None, **headers: str) -> list[str]:
    """The statements of a request that must succeed, each shortened."""
    body = {"data": json.dumps(content), "content_type": "application/json"} if content is not None else {}
    headers = {"Host": "127.0.0.1", **headers}
    with CaptureQueriesContext(connection) as captured:
        response = client.generic(method, path, **body, headers=headers)  # type: ignore[arg-type]
    assert 200 <= response.status_code < 300, f"{method} {path}: {response.status_code} {response.content[:500]!r}"
    return [query["sql"][:160] for query in captured if not query["sql"].startswith(CONTROL)]
