"""Writes to topics: raised at a level, taken a level up with a reason, answered once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.deliberation.access import WORK
from gezhi.deliberation.models import Topic
from gezhi.deliberation.rules import TopicStage, above, is_level
from gezhi.kernel.access import Actor
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.territory.models import Area

LONGEST = 1_000


def public_words(value: str, *, field: str, longest: int) -> str:
    """What everybody will read: there must be some, and no identity number in it."""
    text = typed(value, field=field, longest=longest, empty=_("这一栏不能空着。"))
    if holds_identity_number(text):
        raise Refused("identity_number", _("议题对所有人公开，请不要写身份证号。"), field=field)
    return text


def raise_topic(title: str, words: str, area: Area, *, actor: Actor, at: datetime) -> Topic:
    """Bring something up in a grid, a community or a street. Needs `topic.work` there."""
    actor.require(WORK, area=area.code)
    if not is_level(area.code):
        raise Refused("no_level", _("议题在网格、社区或街道提出。"), field="area")
    title = public_words(title, field="title", longest=60)
    words = public_words(words, field="words", longest=LONGEST)
    with unit():
        with first_come("topic_there", _("这里正在协商同名的议题。"), field="title"):
            row = Topic.objects.create(title=title, words=words, area=area, raised_in=area, raised_at=at, version=1)
        found(row, Fact("topic.raised", {"area": area.code}), actor=actor, at=at)
    return row


def require_open(row: Topic, actor: Actor) -> None:
    actor.require(WORK, area=row.area.code)
    if row.stage != TopicStage.OPEN:
        raise Refused("wrong_stage", _("这个议题已经有结果。"))


def escalate_topic(row: Topic, *, actor: Actor, at: datetime, reason: str) -> None:
    """A level up: from grid to community, from community to street. Whoever is above decides from then on."""
    require_open(row, actor)
    higher = above(row.area.code)
    if not higher:
        raise Refused("top_level", _("街道是最后一级。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    area = Area.objects.get(code=higher, is_active=True)
    data = {"from": row.area.code, "to": higher}
    with unit():
        advance(row, Fact("topic.escalated", data, note=reason), actor=actor, at=at, changes={"area_id": area.pk})


def answer_topic(row: Topic, *, actor: Actor, at: datetime, answer: str) -> None:
    """What came of it, for everybody to read. Higher apps hear of it as `topic.answered`."""
    require_open(row, actor)
    answer = public_words(answer, field="answer", longest=LONGEST)
    changes = {"stage": TopicStage.ANSWERED, "answer": answer, "answered_at": at}
    with unit():
        advance(row, Fact("topic.answered", {"area": row.area.code}), actor=actor, at=at, changes=changes)
