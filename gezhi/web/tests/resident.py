"""A resident at the keyboard: the form filled in, and a case brought to its answer by those who work on it."""

import re
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image

from gezhi.cases.actions import take
from gezhi.cases.models import Case
from gezhi.testing import Town

TEXT = "小区东门的路灯三天不亮了，晚上看不清路。"


def filled(**over: Any) -> dict[str, Any]:
    """What a browser sends for a form with only the text filled in."""
    return {"key": str(uuid.uuid4()), "text": TEXT, "kind": "problem", "may_be_contacted": "on", **over}


def photo(color: str = "red", *, name: str = "photo.jpg") -> BytesIO:
    """A small JPEG with a place in its metadata."""
    file = BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (64, 48), color).save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = name
    return file


def send(client: Client, **over: Any) -> Case:
    """Send the form; the case it became."""
    answer = client.post("/report/", filled(**over))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Case.objects.get(receipt_code=answer["Location"].rstrip("/").rpartition("/")[2])


def words(answer: Any) -> str:
    """The text of a page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def answered(town: Town, *, at: datetime, text: str = "路灯已经修好，换了灯泡。", **over: Any) -> Case:
    """A report about a lamp, accepted, done, checked and answered, a minute a step, the last at `at`."""
    steps = iter(at - timedelta(minutes=left) for left in range(4, -1, -1))
    case: Case = town.report(at=next(steps), **over)
    clerk, worker = town.actor("clerk"), town.actor("worker")
    take("accept", case, actor=clerk, at=next(steps), matter_id=town.matter("lamp").id)
    take("claim", case, actor=worker, at=next(steps))
    take("finish", case, actor=worker, at=next(steps), result="换了灯泡，内部记录：灯杆编号 12。")
    take("verify", case, actor=clerk, at=next(steps), answer=text)
    return case
