"""What the log says of posts and of tasks from meetings, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.people.roles import Role
from gezhi.web.operation.names import desk_name

Sentence = Callable[[Mapping[str, Any]], str]


def vacated(data: Mapping[str, Any]) -> str:
    named = {
        "desk": desk_name(data.get("desk")),
        "role": Role(data["role"]).label if data.get("role") in Role.values else "",
        "until": data.get("until", ""),
    }
    return str(_("%(desk)s的%(role)s任职到 %(until)s 为止，还没有人接任。") % named)


def due_words(sentence: Any) -> Sentence:
    return lambda data: str(sentence % {"due": data.get("due", ""), "desk": desk_name(data.get("desk"))})


STAFF_SENTENCES: dict[str, tuple[Sentence, str]] = {
    "post.ended": (vacated, "bad"),
    "meeting_task.demanded": (due_words(_("会议议定一项任务交%(desk)s，期限 %(due)s。")), "plain"),
    "meeting_task.postponed": (due_words(_("会议任务的期限改为 %(due)s。")), "plain"),
    "meeting_task.sent_back": (due_words(_("会议任务没有通过确认，退回%(desk)s重办。")), "bad"),
}
