"""A picture comes with a request and is kept for whoever handles it; nobody in public gets it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from gezhi.accounts.actions import issue_token
from gezhi.cases.models import Case
from gezhi.testing import GRID, MATTERS, Town


@pytest.fixture
def fields(town: Town, settings: Any, tmp_path: Path) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    officer = town.actor("officer_system")
    key = issue_token(town.user("clerk"), actor=officer, at=now, label="open311", expires_at=now + timedelta(days=1))[1]
    return {"api_key": key, "service_code": MATTERS["lamp"], "address_id": GRID}


def picture() -> SimpleUploadedFile:
    kept = BytesIO()
    Image.new("RGB", (20, 10), "red").save(kept, "PNG")
    return SimpleUploadedFile("a.png", kept.getvalue(), "image/png")


def test_a_picture_is_kept_and_not_shown(client: Client, fields: dict[str, Any]) -> None:
    assert client.post("/open311/v2/requests.json", {**fields, "media": [picture()]}).status_code == 201
    case = Case.objects.get()
    assert case.attachments.get().file.is_picture
    [row] = client.get("/open311/v2/requests.json").json()
    assert row["media_url"] == ""


@pytest.mark.parametrize(
    "media", [[SimpleUploadedFile("a.png", b"no picture")], [picture() for _ in range(7)]], ids=["text", "seven"]
)
def test_what_is_no_picture_or_too_many(client: Client, fields: dict[str, Any], media: list[Any]) -> None:
    answer = client.post("/open311/v2/requests.json", {**fields, "media": media})
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    assert not Case.objects.exists()
