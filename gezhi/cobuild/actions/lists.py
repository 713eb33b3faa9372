"""Writes to the lists of resources and of needs."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Case
from gezhi.cobuild.access import EDIT
from gezhi.cobuild.actions.partners import require_here
from gezhi.cobuild.models import Need, Offer, Partner
from gezhi.cobuild.rules import Topic
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import unit
from gezhi.territory.models import Area


def offer(
    partner: Partner, topic: str, title: str, *, actor: Actor, at: datetime, area: Area | None = None, amount: str = "",
    from_on: date | None = None, until_on: date | None = None,
) -> Offer:  # fmt: skip
    """A unit has something to give, in an area (its own where none is named). Needs `cobuild.edit` at the unit."""
    require_here(partner, actor)
    reach = area or partner.area
    if not (reach.code.startswith(partner.area.code) or partner.area.code.startswith(reach.code)):
        raise Refused("elsewhere", _("资源能到的范围应当包含单位所在的区域，或者在它里面。"), field="area")
    require_topic(topic)
    title = typed(title, field="title", longest=80, empty=_("请写明有什么资源。"))
    amount = typed(amount, field="amount", longest=80)
    from_on = from_on or local_day(at)
    if until_on is not None and until_on < from_on:
        raise Refused("ends_before_start", _("结束的日期不能早于开始。"), field="until_on")
    with unit():
        row = Offer.objects.create(
            partner=partner, topic=topic, title=title, amount=amount, area=reach, from_on=from_on, until_on=until_on,
            version=1,
        )  # fmt: skip
        found(row, Fact("offer.entered", {"partner": partner.pk, "topic": topic}), actor=actor, at=at)
    return row


def end_offer(row: Offer, *, actor: Actor, at: datetime, reason: str) -> None:
    """The resource is there no more after today."""
    actor.require(EDIT, area=row.partner.area.code)
    today = local_day(at)
    if row.until_on is not None and row.until_on <= today:
        raise Refused("wrong_stage", _("这项资源已经结束。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        fact = Fact("offer.ended", note=reason)
        advance(row, fact, actor=actor, at=at, changes={"until_on": max(today, row.from_on)})


def state_need(
    area: Area, topic: str, title: str, *, actor: Actor, at: datetime, words: str = "", is_problem: bool = False,
    wanted_by: date | None = None, case: Case | None = None,
) -> Need:  # fmt: skip
    """A place is in need of something; `case` is where it came up. Needs `cobuild.edit` there."""
    actor.require(EDIT, area=area.code)
    require_topic(topic)
    title = typed(title, field="title", longest=80, empty=_("请写明需要什么。"))
    words = typed(words, field="words", longest=400)
    if wanted_by is not None and wanted_by < local_day(at):
        raise Refused("past", _("希望的日期不能早于今天。"), field="wanted_by")
    if case is not None and case.is_confidential:
        raise Refused("confidential", _("保密的事件不能连到公开的清单。"), field="case")
    with unit():
        row = Need.objects.create(
            area=area, topic=topic, title=title, words=words, is_problem=is_problem, stated_on=local_day(at),
            wanted_by=wanted_by, case=case, version=1,
        )  # fmt: skip
        data = {"area": area.code, "topic": topic, "case": case.pk if case else None}
        found(row, Fact("need.stated", data), actor=actor, at=at)
    return row


def drop_need(row: Need, *, actor: Actor, at: datetime, reason: str) -> None:
    """It is needed no more, or can't be met: with the reason."""
    actor.require(EDIT, area=row.area.code)
    if not row.is_open:
        raise Refused("wrong_stage", _("这项需求已经有项目承接，或者已经撤下。"))
    reason = typed(reason, field="reason", longest=200, empty=_("请写明理由。"))
    with unit():
        advance(row, Fact("need.dropped", note=reason), actor=actor, at=at, changes={"dropped_on": local_day(at)})


def require_topic(topic: str) -> None:
    if topic not in Topic.values:
        raise Refused("no_such_topic", _("请选择类别。"), field="topic")
