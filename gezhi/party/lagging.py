"""Which organisations lag behind the rhythm of activities, and by how much."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from gezhi.party.models import Activity, ActivityRule, PartyOrg, inside
from gezhi.party.rules import Behind, Rhythm, behind, period_of
from gezhi.territory.models import holds_on

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lagging:
    org: PartyOrg
    rule: ActivityRule
    behind: Behind


def lagging(*within: str, on: date, only: Q | None = None) -> list[Lagging]:
    """Organisations of these areas that lag on a day, by area and rule. Three queries."""
    rules: dict[str, list[ActivityRule]] = defaultdict(list)
    for rule in ActivityRule.objects.filter(holds_on(on, "valid_from", "valid_until")):
        rules[rule.org_kind].append(rule)
    orgs = PartyOrg.objects.standing().filter(inside(within), kind__in=list(rules))
    if only is not None:
        orgs = orgs.filter(only)
    held: dict[tuple[int, str], list[date]] = defaultdict(list)
    rows = Activity.objects.filter(org__in=orgs.order_by(), held_on__gte=earliest(rules, on), held_on__lte=on)
    for org_id, kind, day in rows.order_by().values_list("org_id", "kind", "held_on"):
        if day is not None:
            held[org_id, kind].append(day)
    return [
        Lagging(org, rule, one)
        for org in orgs.select_related("area").order_by("area__code", "pk")
        for rule in rules[org.kind]
        for one in lags_of(org, rule, held[org.pk, rule.kind], on)
    ]


def earliest(rules: dict[str, list[ActivityRule]], on: date) -> date:
    """The first day of the longest period before the present one: what was held earlier decides nothing."""
    periods = {rule.every for several in rules.values() for rule in several}
    return min((period_of(period_of(on, every)[0] - A_DAY, every)[0] for every in periods), default=on)


def lags_of(org: PartyOrg, rule: ActivityRule, held: list[date], on: date) -> Iterator[Behind]:
    rhythm = Rhythm(rule.kind, rule.every, rule.times, rule.remind_days)
    yield from behind(rhythm, held, on=on, since=max(org.founded_on, rule.valid_from))
