"""Somebody who calls the API: by token, or nobody in particular."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.accounts.actions import issue_token
from gezhi.kernel.access import Actor
from gezhi.testing import Town

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Any


@dataclass
class Caller:
    """Paths without the prefix of the API; bodies and answers as Python values."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> Answer:
        path = path if path.startswith(PREFIX) else PREFIX + path
        return self.answer(self.client.get(path, query or None, headers=self.headers))

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        seen: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        more = dict(headers or {})
        if key:
            more["Idempotency-Key"] = key
        if seen is not None:
            more["If-Match"] = f'"{seen}"'
        response = self.client.post(
            PREFIX + path, content, content_type="application/json", headers={**self.headers, **more}
        )
        return self.answer(response)

    def send_file(self, content: bytes, name: str = "photo.jpg", *, key: str = "") -> Answer:
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        response = self.client.post(PREFIX + "/files", {"file": SimpleUploadedFile(name, content)}, headers=headers)
        return self.answer(response)

    def step(self, case: int | str, name: str, *, seen: int | None = None, key: str = "", **inputs: Any) -> Answer:
        return self.post(f"/cases/{case}/steps/{name}", inputs, seen=seen, key=key)

    @staticmethod
    def answer(response: Any) -> Answer:
        kind = response.headers.get("Content-Type", "")
        body = json.loads(response.content) if "json" in kind else response
        return Answer(response.status_code, body, response.headers)


@pytest.fixture
def caller(town: Town) -> Callable[[str], Caller]:
    """`caller("clerk")` is a program that acts for the clerk."""

    def make(key: str) -> Caller:
        at = timezone.now()
        _token, plain = issue_token(
            town.user(key), actor=Actor.system("town"), at=at, label="test", expires_at=at + timedelta(days=1)
        )
        return Caller({"Authorization": f"Bearer {plain}"})

    return make


@pytest.fixture
def resident(town: Town) -> Caller:
    """Somebody without an account."""
    from django.core.cache import cache

    cache.clear()
    return Caller()


@pytest.fixture
def reported(town: Town) -> Callable[..., Any]:
    """A case of the town, reported just now: pages and the API live in the present."""

    def report(**over: Any) -> Any:
        return town.report(**{"at": timezone.now(), **over})

    return report
