"""The sorts of rules that have a page: how their rows read, which form makes a new one, which action keeps it, where it can be tried."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.assessment.actions import set_scheme
from gezhi.assessment.measures import Voices
from gezhi.assessment.models import Scheme
from gezhi.calls.actions import set_score_rule
from gezhi.calls.models import ScoreRule
from gezhi.calls.scoring import Rule
from gezhi.cases.actions import end_rung, end_specialty, join_specialty, set_follow_up_rule, set_handling_plan, set_rung
from gezhi.cases.actions.rungs import NewRung
from gezhi.cases.models import FollowUpRule, HandlingPlan, Rung, Specialty
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.matters.models import TimeLimit
from gezhi.web.operation.figures import formula, month_words
from gezhi.web.operation.rules.forms import (
    FollowUpForm,
    PlanForm,
    RuleForm,
    RungForm,
    SchemeForm,
    ScoreForm,
    SpecialtyForm,
)

UNITS: dict[str, Any] = dict(TimeLimit._meta.get_field("unit").flatchoices)
Keep = Callable[[RuleForm, Actor, datetime], Chained]


@dataclass(frozen=True, slots=True)
class RuleKind:
    """`words` is a row in a sentence, `span` from when until when; `tried` names the sort of dry run, "" where it has none."""

    label: Any
    intro: Any
    model: type[Chained]
    form: type[RuleForm]
    keep: Keep
    rows: Callable[[], Iterable[Any]]
    words: Callable[[Any], str]
    span: Callable[[Any], tuple[str, str]]
    tried: str = ""
    end: Callable[[Any, Actor, datetime, date], None] | None = None


def days(row: Any) -> tuple[str, str]:
    return row.valid_from.isoformat(), row.valid_until.isoformat() if row.valid_until is not None else ""


def from_day(row: ScoreRule) -> tuple[str, str]:
    """Until the next one begins."""
    return row.valid_from.isoformat(), ""


def months(row: Scheme) -> tuple[str, str]:
    return month_words(row.from_month), month_words(row.until_month) if row.until_month is not None else ""


def follow_up_words(row: FollowUpRule) -> str:
    return _("%(group)s：抽 %(share)s%%，%(days)s 个工作日内打完，最多打 %(attempts)s 次") % {
        "group": row.get_group_display(),
        "share": row.share,
        "days": row.days,
        "attempts": row.attempts,
    }


def rung_words(row: Rung) -> str:
    words = _("%(flight)s %(amount)s %(unit)s：%(deed)s") % {
        "flight": row.get_flight_display(),
        "amount": row.amount,
        "unit": UNITS[row.unit],
        "deed": row.get_deed_display(),
    }
    return f"{words}（{_('紧急')}）" if row.is_emergency else words


def score_words(row: ScoreRule) -> str:
    words = _(
        "响应 %(response)s、态度 %(manner)s、成效 %(effect)s；%(low)s 级及以下要评语；"
        "偏离 %(far)s 要复核；满 %(scores)s 次算平时，满 %(calls)s 次排名"
    )
    return words % {
        "response": row.response,
        "manner": row.manner,
        "effect": row.effect,
        "low": row.low_level,
        "far": f"{row.far / 100:.2f}",
        "scores": row.fewest_scores,
        "calls": row.fewest_calls,
    }


def plan_words(row: HandlingPlan) -> str:
    level = row.get_level_display() if row.level else _("各级")
    return f"{row.category.name} · {level}\n{row.steps}" + (f"\n{row.answer}" if row.answer else "")


def scheme_words(row: Scheme) -> str:
    measures = [f"{one.row.name}：{formula(one.row)}" for one in row.measures.order_by("position")]
    head = _("%(name)s，%(voices)s，不足 %(fewest)s 件标“样本少”，不足 %(hidden)s 件不公布") % {
        "name": row.name,
        "voices": Voices(row.voices).label,
        "fewest": row.fewest,
        "hidden": row.fewest_public,
    }
    return "\n".join([head, *measures])


def save_rung(form: RuleForm, actor: Actor, at: datetime) -> Chained:
    facts = form.facts
    valid_from = facts.pop("valid_from")
    return set_rung(NewRung(**facts), actor=actor, at=at, valid_from=valid_from)


def save_specialty(form: RuleForm, actor: Actor, at: datetime) -> Chained:
    facts = {name: value for name, value in form.facts.items() if name != "basis"}
    return join_specialty(actor=actor, at=at, **facts)


def save_score(form: RuleForm, actor: Actor, at: datetime) -> Chained:
    facts = form.facts
    basis = facts.pop("basis")
    return set_score_rule(Rule(**facts), actor=actor, at=at, basis=basis)


KINDS: dict[str, RuleKind] = {
    "plans": RuleKind(
        gettext_lazy("办理方案"),
        gettext_lazy("每一类事在每一级怎样办，列在事件页上；没有写到级别的，各级都用。"),
        HandlingPlan,
        PlanForm,
        lambda form, actor, at: set_handling_plan(actor=actor, at=at, **form.facts),
        lambda: HandlingPlan.objects.select_related("category").order_by("category__code", "level", "-valid_from"),
        plan_words,
        days,
    ),
    "ladder": RuleKind(
        gettext_lazy("催办督办的时间"),
        gettext_lazy("没有人动的时候，系统过多久催办、督办。不用的一级，写明到哪一天为止。"),
        Rung,
        RungForm,
        save_rung,
        lambda: Rung.objects.order_by("flight", "is_emergency", "valid_from", "pk"),
        rung_words,
        days,
        tried="rung",
        end=lambda row, actor, at, last: end_rung(row, actor=actor, at=at, valid_until=last),
    ),
    "specialists": RuleKind(
        gettext_lazy("专业力量对口"),
        gettext_lazy("谁对口哪一类事：有新受理的就告诉他所在的岗台，并排在他“我的一天”最前面。"),
        Specialty,
        SpecialtyForm,
        save_specialty,
        lambda: Specialty.objects.select_related("user", "category").order_by(
            "category__code", "user__name", "-valid_from"
        ),
        lambda row: f"{row.user.name} · {row.category.name}",
        days,
        end=lambda row, actor, at, last: end_specialty(row, actor=actor, at=at, valid_until=last),
    ),
    "follow-ups": RuleKind(
        gettext_lazy("回访规则"),
        gettext_lazy("答复以后抽多少回访、多久打完。"),
        FollowUpRule,
        FollowUpForm,
        lambda form, actor, at: set_follow_up_rule(actor=actor, at=at, **form.facts),
        lambda: FollowUpRule.objects.order_by("group", "-valid_from"),
        follow_up_words,
        days,
        tried="share",
    ),
    "scores": RuleKind(
        gettext_lazy("街呼区应评分"),
        gettext_lazy("三项怎样加权，什么时候要评语、要复核、才排名。新的一条起，旧的一条止。"),
        ScoreRule,
        ScoreForm,
        save_score,
        lambda: ScoreRule.objects.order_by("-valid_from"),
        score_words,
        from_day,
        tried="scores",
    ),
    "schemes": RuleKind(
        gettext_lazy("评价口径"),
        gettext_lazy("三率和五字怎样算。过去的月份按当时的口径，不改。"),
        Scheme,
        SchemeForm,
        lambda form, actor, at: set_scheme(actor=actor, at=at, **form.facts),
        lambda: Scheme.objects.order_by("-from_month"),
        scheme_words,
        months,
        tried="schemes",
    ),
}
