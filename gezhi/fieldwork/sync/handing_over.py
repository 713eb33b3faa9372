"""What belongs to somebody else by the time it arrives: it reaches them, once, and decides nothing.

Who was replaced while the phone had no network: a step that one may no longer take becomes a note on the case, with its photos; a report is taken
in as a report. Only for who sat at that desk until a short while ago, and nothing is told of how the case stands. And what somebody saw beyond the
own grids, or where the border has moved since: whoever serves that place gets it like any other report.
"""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from gezhi.cases.actions import report, take
from gezhi.cases.models import Case, Source
from gezhi.cases.workflow import ENDED, INPUTS, STEPS
from gezhi.fieldwork.sync.commands import LONGEST_OFFLINE, Order, facts_of
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.people.models import Post

REPORTS = ("case.report", "case.solve")
NOT_TAKEN_OVER = ("matter_id", "result", "answer")


def hand_over(name: str, order: Order) -> Case | None:
    """Give it to who took over; the case in which it stands now. None where that is not theirs to give, and the refusal stands."""
    if order.actor.user_id is None:
        return None
    left = desks_left(order)
    messenger = Actor.system(_("%(name)s 离岗后补交") % {"name": order.actor.name})
    if name in REPORTS:
        return passed_on(order, messenger) if left and not order.actor.desks else None
    words = words_of(name, order.data.model_dump()) if name.startswith("case.") else None
    case = Case.objects.filter(pk=order.subject or 0, desk_id__in=left).exclude(stage__in=ENDED).first()
    if case is None or words is None:
        return None
    return take("note", case, actor=messenger, at=order.at, note=words[0], files=order.files(words[1]))


def report_beyond(name: str, order: Order) -> Case | None:
    """Seen outside the own grids: whoever takes reports in there judges it."""
    if name not in REPORTS or not order.actor.desks:
        return None
    return passed_on(order, Actor.system(_("%(name)s 在别处看到") % {"name": order.actor.name}))


def passed_on(order: Order, messenger: Actor) -> Case:
    facts = {key: value for key, value in facts_of(order).items() if key not in NOT_TAKEN_OVER}
    facts["text"] = "\n".join(filter(None, (facts["text"], getattr(order.data, "result", ""))))
    return report(actor=messenger, at=order.at, source=Source.WORKER, said_at=order.said_at, **facts)


def desks_left(order: Order) -> list[int]:
    """Where this person sat until at most as long ago as a phone may be offline, and sits no more."""
    today = local_day(order.at)
    since = today - timedelta(days=LONGEST_OFFLINE.days)
    rows = Post.objects.filter(user_id=order.actor.user_id or 0, until_on__lt=today, until_on__gte=since)
    return [desk for desk in rows.values_list("desk_id", flat=True) if desk not in order.actor.desks]


def words_of(name: str, data: dict[str, Any]) -> tuple[str, list[str]]:
    """What was written, under the name of the step; and its photos."""
    step = STEPS[name.removeprefix("case.")]
    labels = {one.wire or key: str(one.label) for key, one in INPUTS.items()}
    digests = list(data.pop("photos", []))
    lines = [f"{labels.get(key, key)}：{value}" for key, value in data.items() if isinstance(value, str) and value]
    return "\n".join([_("离岗前在手机上做的“%(step)s”，没有来得及送到：") % {"step": step.label}, *lines]), digests
