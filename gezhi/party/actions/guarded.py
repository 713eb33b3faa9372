"""The two guarded lists: entering, stepping on, reading with a reason, and forgetting when the time is over."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor, Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.door import Door, Effects, Move
from gezhi.kernel.events import Fact, advance, found, found_many
from gezhi.kernel.inputs import tidy
from gezhi.kernel.models import Event
from gezhi.kernel.refusals import Refused
from gezhi.kernel.steps import Input, Step
from gezhi.kernel.texts import typed
from gezhi.kernel.transactions import first_come, unit
from gezhi.party.actions.activities import MINE
from gezhi.party.actions.words import LONGEST_NAME, LONGEST_TEXT
from gezhi.party.guarded_rules import DEFAULTS, terms_of
from gezhi.party.models import Cultivation, Guarded, GuardedPaper, ListKind, PartyOrg, ReserveTalent, StageRule
from gezhi.party.rules import BRANCHES, months_later
from gezhi.party.workflows import cultivation, reserve
from gezhi.territory.models import Area

DECIDE = "party.decide"
LONG_AGO = date(2000, 1, 1)
LONGEST_REASON = 1_000
NAME = 0
Row = TypeVar("Row", bound=Guarded)
INPUTS: dict[str, Input] = {
    "name": Input("words", _("姓名"), longest=LONGEST_NAME),
    "text": Input("words", _("情况"), longest=LONGEST_TEXT),
    "on": Input("date", _("日期")),
    "consented_on": Input("date", _("本人同意的日期")),
    "reason": Input("words", _("理由"), longest=LONGEST_REASON),
}
develops: Effects[Any] = Effects()
reserves: Effects[Any] = Effects()


def tidied(step: Step[Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return tidy(step, inputs, INPUTS, MINE)


def column_of(row: Guarded) -> str:
    return "cultivation" if isinstance(row, Cultivation) else "reserve"


def list_of(row: Guarded) -> ListKind:
    return ListKind.CULTIVATION if isinstance(row, Cultivation) else ListKind.RESERVE


def write_paper(row: Guarded, seq: int, text: str) -> None:
    if text:
        GuardedPaper.objects.create(**{column_of(row): row}, seq=seq, text=text)


def papers_of(row: Guarded) -> Any:
    return GuardedPaper.objects.filter(**{column_of(row): row}).order_by("seq")


def past_day(day: date, field: str, at: datetime) -> date:
    if not date(1949, 1, 1) <= day <= local_day(at):
        raise Refused("no_such_day", _("日期不能晚于今天。"), field=field)
    return day


def require_right(actor: Actor, right: str, code: str) -> None:
    if not actor.may(right, area=code):
        raise Denied(right)


# --- entering ---------------------------------------------------------------------------------------------------------


def enter_cultivation(org: PartyOrg, *, actor: Actor, at: datetime, **inputs: Any) -> Cultivation:
    """Enter an applicant of a branch: `name`, `on` (the day of the application), `text`. By hand; nothing proposes anybody."""
    step = cultivation.STEPS["enter"]
    require_right(actor, step.right, org.area.code)
    given = tidied(step, inputs)
    since = past_day(given["on"], "on", at)
    if org.kind not in BRANCHES or not org.stands:
        raise Refused("no_branch", _("请选择负责培养的网格党支部。"), field="org")
    keep = terms_of(ListKind.CULTIVATION, cultivation.Stage.APPLICANT, on=local_day(at)).keep_months
    with unit():
        row = Cultivation.objects.create(
            org=org,
            stage=cultivation.Stage.APPLICANT,
            entered_by_id=actor.user_id,
            since_on=since,
            expires_on=months_later(local_day(at), keep),
            version=1,
        )
        data = {"org": org.pk, "since": since.isoformat(), "expires": row.expires_on.isoformat()}
        found(row, Fact(step.event, data), actor=actor, at=at)
        write_paper(row, NAME, given["name"])
        write_paper(row, 1, given["text"])
    return row


def recommend(area: Area, *, actor: Actor, at: datetime, **inputs: Any) -> ReserveTalent:
    """Recommend somebody for a community's committees: `name`, `text` (why), `consented_on` (the day on which the person agreed)."""
    step = reserve.STEPS["recommend"]
    require_right(actor, step.right, area.code)
    given = tidied(step, inputs)
    consented_on = past_day(given["consented_on"], "consented_on", at)
    if len(area.code) != 12:
        raise Refused("wrong_area", _("请选择社区（村）。"), field="area")
    keep = terms_of(ListKind.RESERVE, reserve.Stage.RECOMMENDED, on=local_day(at)).keep_months
    with unit():
        row = ReserveTalent.objects.create(
            area=area,
            stage=reserve.Stage.RECOMMENDED,
            consented_on=consented_on,
            entered_by_id=actor.user_id,
            since_on=local_day(at),
            expires_on=months_later(local_day(at), keep),
            version=1,
        )
        data = {"area": area.code, "consented": consented_on.isoformat(), "expires": row.expires_on.isoformat()}
        found(row, Fact(step.event, data), actor=actor, at=at)
        write_paper(row, NAME, given["name"])
        write_paper(row, 1, given["text"])
    return row


# --- reading ----------------------------------------------------------------------------------------------------------


def read_papers(row: Guarded, *, actor: Actor, at: datetime, reason: str) -> list[GuardedPaper]:
    """Name and notes in clear, the name first. Every reading is an event that says who, when and why."""
    right = cultivation.RIGHT if isinstance(row, Cultivation) else reserve.RIGHT
    require_right(actor, right, row.place_code)
    reason = typed(reason, field="reason", longest=LONGEST_REASON, empty=_("请写明查看的理由，查看会留下记录。"))
    with unit():
        advance(row, Fact(f"{row.subject_kind}.read", note=reason), actor=actor, at=at)
        papers = list(papers_of(row))
    return papers


# --- steps ------------------------------------------------------------------------------------------------------------


def cultivation_door() -> Door[Cultivation]:
    return Door(
        steps=cultivation.STEPS,
        covers=lambda actor, step, row: actor.may(step.right, area=row.place_code),
        situation=lambda row, actor, at: cultivation.Situation(ready_on(row, at), local_day(at)),
        tidy=tidied,
        harmless=frozenset({"cultivation.read"}),
        effect=develops,
    )


def ready_on(row: Cultivation, at: datetime) -> date:
    return months_later(row.since_on, terms_of(ListKind.CULTIVATION, row.stage, on=local_day(at)).fewest_months)


def reserve_door() -> Door[ReserveTalent]:
    return Door(
        steps=reserve.STEPS,
        covers=lambda actor, step, row: actor.may(step.right, area=row.place_code),
        situation=lambda row, actor, at: reserve.Situation(
            is_asker=row.entered_by_id is not None and row.entered_by_id == actor.user_id,
            sits_above=actor.may(reserve.RIGHT, area=row.place_code[:9]),
        ),
        tidy=tidied,
        harmless=frozenset({"reserve_talent.read"}),
        effect=reserves,
    )


def take_cultivation_step(
    name: str, row: Cultivation, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> Cultivation:
    return cultivation_door().take(name, row, actor=actor, at=at, seen=seen, inputs=inputs)


def take_reserve_step(
    name: str, row: ReserveTalent, *, actor: Actor, at: datetime, seen: int | None = None, **inputs: Any
) -> ReserveTalent:
    return reserve_door().take(name, row, actor=actor, at=at, seen=seen, inputs=inputs)


def cultivation_steps(row: Cultivation, *, actor: Actor, at: datetime) -> list[Step[Any]]:
    return cultivation_door().offered(row, actor, at)


def reserve_steps(row: ReserveTalent, *, actor: Actor, at: datetime) -> list[Step[Any]]:
    return reserve_door().offered(row, actor, at)


def paper_later(row: Guarded, text: str) -> Callable[[], object]:
    """The words go into a paper of the event that the step records: by then the row's version is that of the event."""
    return lambda: write_paper(row, row.version, text)


def stage_entered(target: cultivation.Stage) -> Callable[[Cultivation, Actor, datetime, dict[str, Any]], Move]:
    """A new stage begins today, and with it the time for which the papers are kept."""

    def enter(row: Cultivation, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
        day = local_day(at)
        expires = months_later(day, terms_of(ListKind.CULTIVATION, target, on=day).keep_months)
        data = {"from": row.stage, "to": target.value, "expires": expires.isoformat()}
        words = paper_later(row, given["text"] or given["reason"])
        return Move({"since_on": day, "expires_on": expires}, data, then=(words,))

    return enter


for one in cultivation.STEPS.values():
    if one.target is not None and not one.creates:
        develops(one.name)(stage_entered(one.target))


@develops("note")
def note(row: Cultivation, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    return Move(then=(paper_later(row, given["text"]),))


@develops("renew")
def renew(row: Cultivation, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    day = local_day(at)
    expires = months_later(day, terms_of(ListKind.CULTIVATION, row.stage, on=day).keep_months)
    then = (paper_later(row, given["reason"]),)
    return Move({"expires_on": expires}, {"expires": expires.isoformat()}, then=then)


@reserves("list")
def enter_list(row: ReserveTalent, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    day = local_day(at)
    expires = months_later(day, terms_of(ListKind.RESERVE, reserve.Stage.LISTED, on=day).keep_months)
    then = (paper_later(row, given["reason"]),)
    return Move({"since_on": day, "expires_on": expires}, {"expires": expires.isoformat()}, then=then)


@reserves("renew")
def consent_again(row: ReserveTalent, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Only a consent that is newer than the last gives more time."""
    day = local_day(at)
    consented_on = past_day(given["consented_on"], "consented_on", at)
    if consented_on <= row.consented_on:
        raise Refused("old_consent", _("请填写这一次重新征得同意的日期。"), field="consented_on")
    expires = months_later(day, terms_of(ListKind.RESERVE, row.stage, on=day).keep_months)
    data = {"consented": consented_on.isoformat(), "expires": expires.isoformat()}
    return Move({"consented_on": consented_on, "expires_on": expires}, data)


@reserves("refuse", "remove", "withdraw")
def leave_list(row: ReserveTalent, actor: Actor, at: datetime, given: dict[str, Any]) -> Move:
    """Who is not on the list is forgotten at once; why they left is a code of the step, their reason a note that goes too."""
    day = local_day(at)
    changes = {"since_on": day, "expires_on": day, "erased_on": day, "entered_by_id": None}
    return Move(changes, {"from": row.stage}, then=(lambda: forget_words(row),))


# --- forgetting -------------------------------------------------------------------------------------------------------


def forget_words(row: Guarded) -> None:
    """The papers are deleted; the notes in the log go too, and its chain still verifies."""
    papers_of(row).delete()
    Event.objects.filter(subject_kind=row.subject_kind, subject_id=row.pk).update(note="", note_salt="")


def expire(*, actor: Actor, at: datetime) -> int:
    """Delete what was kept long enough; how many rows. For the job of the day."""
    day = local_day(at)
    gone = 0
    for model in (Cultivation, ReserveTalent):
        due: list[Guarded] = list(model.objects.filter(erased_on__isnull=True, expires_on__lte=day).order_by("pk"))
        for row in due:
            with unit(alone=True):
                changes: dict[str, Any] = {"erased_on": day, "entered_by_id": None}
                if isinstance(row, ReserveTalent):
                    changes["stage"] = reserve.Stage.ENDED
                advance(row, Fact(f"{row.subject_kind}.expired"), actor=actor, at=at, changes=changes)
                forget_words(row)
                gone += 1
    return gone


def load_stage_rules(*, actor: Actor, at: datetime) -> int:
    """The usual terms, as far as no rule stands; how many rows were added."""
    actor.require(DECIDE, area=settings.DISTRICT)
    with unit():
        known = set(StageRule.objects.values_list("list_kind", "stage"))
        fresh = [
            StageRule(list_kind=kind, stage=stage, valid_from=LONG_AGO, version=1, **terms._asdict())
            for kind, stage, terms in DEFAULTS
            if (kind, stage) not in known
        ]
        StageRule.objects.bulk_create(fresh)
        found_many(fresh, lambda row: [Fact("party_stage_rule.defined", {"row": str(row)})], actor=actor, at=at)
    return len(fresh)


def set_stage_rule(
    list_kind: str,
    stage: str,
    *,
    actor: Actor,
    at: datetime,
    fewest_months: int,
    keep_months: int,
    from_on: date,
    basis: str = "",
) -> StageRule:
    """Other terms for a stage from a day on; the rule before ends the day before."""
    actor.require(DECIDE, area=settings.DISTRICT)
    stages = cultivation.Stage.values if list_kind == ListKind.CULTIVATION else reserve.Stage.values
    if list_kind not in ListKind.values or stage not in stages:
        raise Refused("empty", _("请选择名册和阶段。"), field="stage")
    if not 0 <= fewest_months <= 120 or not 1 <= keep_months <= 60:
        raise Refused("no_such_number", _("保存的月数应在 1 到 60 之间。"), field="keep_months")
    if from_on <= local_day(at):
        raise Refused("too_early", _("新的规则从明天起才能生效。"), field="from_on")
    with unit():
        last = StageRule.objects.filter(list_kind=list_kind, stage=stage, valid_until__isnull=True).first()
        if last is not None:
            until = from_on - timedelta(days=1)
            if last.valid_from >= from_on:
                raise Refused(
                    "rule_ahead", _("已有从 %(day)s 起的规则。") % {"day": last.valid_from.isoformat()}, field="from_on"
                )
            fact = Fact("party_stage_rule.ended", {"until": until.isoformat()})
            advance(last, fact, actor=actor, at=at, changes={"valid_until": until})
        with first_come("rule_meanwhile", _("刚刚有人改动了规则，请看过最新情况再提交。")):
            row = StageRule.objects.create(
                list_kind=list_kind,
                stage=stage,
                fewest_months=fewest_months,
                keep_months=keep_months,
                basis=typed(basis, field="basis", longest=200),
                valid_from=from_on,
                version=1,
            )
        found(row, Fact("party_stage_rule.defined", {"row": str(row)}), actor=actor, at=at)
    return row
