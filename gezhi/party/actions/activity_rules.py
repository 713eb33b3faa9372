"""How often activities are asked for, and reminding who lags behind."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.lagging import lagging
from gezhi.party.models import ActivityRule, PartyOrg, Reminder
from gezhi.party.rules import Every, OrgKind
from gezhi.party.workflows.activities import ActivityKind

RIGHT = "party.decide"
LONG_AGO = date(2000, 1, 1)
# The usual rhythm, until the district says otherwise: 三会一课 and 主题党日 of a branch and its groups.
DEFAULTS: tuple[tuple[OrgKind, ActivityKind, Every, int, int], ...] = (
    (OrgKind.BRANCH, ActivityKind.GENERAL_MEETING, Every.QUARTER, 1, 15),
    (OrgKind.BRANCH, ActivityKind.COMMITTEE_MEETING, Every.MONTH, 1, 7),
    (OrgKind.BRANCH, ActivityKind.THEME_DAY, Every.MONTH, 1, 7),
    (OrgKind.BRANCH, ActivityKind.LECTURE, Every.QUARTER, 1, 15),
    (OrgKind.GROUP, ActivityKind.GROUP_MEETING, Every.MONTH, 1, 7),
)
TAKEN = _("刚刚有人改动了规则，请看过最新情况再提交。")


def load_activity_rules(*, actor: Actor, at: datetime) -> int:
    """The usual rhythm, as far as no rule stands; how many rows were added."""
    actor.require(RIGHT, area=settings.DISTRICT)
    with unit():
        known = set(ActivityRule.objects.values_list("org_kind", "kind"))
        fresh = [
            ActivityRule(
                org_kind=org_kind, kind=kind, every=every, times=times, remind_days=days, valid_from=LONG_AGO, version=1
            )
            for org_kind, kind, every, times, days in DEFAULTS
            if (org_kind, kind) not in known
        ]
        with first_come("rule_meanwhile", TAKEN):
            ActivityRule.objects.bulk_create(fresh)
        found_many(fresh, lambda row: [Fact("party_activity_rule.defined", {"row": str(row)})], actor=actor, at=at)
    return len(fresh)


def set_activity_rule(
    *,
    actor: Actor,
    at: datetime,
    org_kind: str,
    kind: str,
    every: str,
    times: int,
    remind_days: int,
    from_on: date,
    basis: str = "",
) -> ActivityRule:
    """From a day on so many of a kind are asked for every period; the rule before ends the day before. `times=0` asks for none any more."""
    actor.require(RIGHT, area=settings.DISTRICT)
    if org_kind not in OrgKind.values or kind not in ActivityKind.values or every not in Every.values:
        raise Refused("empty", _("请选择党组织、活动类别和周期。"), field="kind")
    if not 1 <= times <= 31 or not 0 <= remind_days <= 90:
        raise Refused("no_such_number", _("次数应在 1 到 31 之间，提前提醒的天数应在 0 到 90 之间。"), field="times")
    if from_on <= local_day(at):
        raise Refused("too_early", _("新的规则从明天起才能生效。"), field="from_on")
    basis = typed(basis, field="basis", longest=200)
    with unit():
        last = ActivityRule.objects.filter(org_kind=org_kind, kind=kind, valid_until__isnull=True).first()
        if last is not None:
            if last.valid_from >= from_on:
                raise Refused(
                    "rule_ahead", _("已有从 %(day)s 起的规则。") % {"day": last.valid_from.isoformat()}, field="from_on"
                )
            until = from_on - timedelta(days=1)
            fact = Fact("party_activity_rule.ended", {"until": until.isoformat()})
            advance(last, fact, actor=actor, at=at, changes={"valid_until": until})
        with first_come("rule_meanwhile", TAKEN):
            row = ActivityRule.objects.create(
                org_kind=org_kind,
                kind=kind,
                every=every,
                times=times,
                remind_days=remind_days,
                basis=basis,
                valid_from=from_on,
                version=1,
            )
        found(row, Fact("party_activity_rule.defined", {"row": str(row)}), actor=actor, at=at)
    return row


def remind(*, actor: Actor, at: datetime) -> int:
    """Remind who lags behind a rule in a period, once; the number of organisations. For the job of the day."""
    with unit():
        told = set(Reminder.objects.values_list("org_id", "rule_id", "first"))
        fresh: dict[int, list[Reminder]] = defaultdict(list)
        data: dict[int, list[dict[str, object]]] = defaultdict(list)
        for one in lagging("", on=local_day(at)):
            key = (one.org.pk, one.rule.pk, one.behind.first)
            if key not in told:
                fresh[one.org.pk].append(Reminder(org=one.org, rule=one.rule, first=one.behind.first, told_at=at))
                data[one.org.pk].append(
                    {
                        "kind": one.rule.kind,
                        "first": one.behind.first.isoformat(),
                        "missing": one.behind.missing,
                        "is_over": one.behind.is_over,
                    }
                )
        Reminder.objects.bulk_create([row for rows in fresh.values() for row in rows], batch_size=1000)
        for org in PartyOrg.objects.filter(pk__in=fresh).select_related("area"):
            fact = Fact("party_org.reminded", {"area": org.area.code, "of": data[org.pk]})
            advance(org, fact, actor=actor, at=at)
    return len(fresh)
