"""The fields for each kind of input of the step table (`workflow.INPUTS`), a function a kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Card, Case
from gezhi.cases.timing import limit
from gezhi.cases.workflow import Input, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import work_calendar
from gezhi.kernel.refusals import Refused
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.people.queries import directory
from gezhi.web.operation.forms.choices import area_choices, colleague_choices, desk_choices, matter_choices
from gezhi.web.operation.forms.parts import PartsField
from gezhi.web.operation.forms.uploads import files_field
from gezhi.web.portal.wording import LEVELS

Fields = dict[str, forms.Field]


@dataclass(frozen=True, slots=True)
class Question:
    """One input of a step, asked of this actor about this case."""

    name: str
    one: Input
    step: Step
    case: Case
    actor: Actor
    at: datetime
    is_needed: bool


# How a text is asked for, where its label alone does not say enough: rows of the box, help below it.
TEXTS: dict[str, tuple[int, Any]] = {
    "result": (4, _("做了什么、解决到什么程度。核查的人会看到。")),
    "answer": (5, _("诉求人会原样看到，请写完整、写明白。")),
    "reply": (4, _("写明为什么没有办好、现在办到哪一步、什么时候办完。督办的人会看到，也会印在督办单上。")),
    "review": (6, _("写明什么时候发现、怎样处置、哪里慢了、以后怎么改。会收进复盘报告。")),
    "note": (2, ""),
}
# What a word of the table asks for in this very step.
LABELS = {
    ("withdraw", "answer"): _("撤回的理由"),
    ("decline", "answer"): _("给诉求人的答复"),
    ("lift", "note"): _("解除的理由"),
    ("follow_up", "contacted"): _("联系上了吗"),
    ("follow_up", "solved"): _("问题解决了吗"),
}
HELP = {
    ("ask_reporter", "question"): _("缺什么一次说清，只能问一次。诉求人会原样看到，凭回执码补充。"),
    ("ask_reporter", "review_on"): _("不填，就等到期限为止。"),
    ("admit", "answer"): _("诉求人会原样看到：为什么改为受理，由谁办。"),
    ("dismiss", "answer"): _("诉求人会原样看到：为什么维持，可以找谁。"),
    ("withdraw", "answer"): _("承办岗台会看到；这一件不再办，主件不用等它。"),
    ("ask_extension", "reason"): _("批准的人会看到。到期前只能申请一次，申请后时钟照走。"),
    ("ask_suspension", "reason"): _("写明为什么现在解决不了、卡在哪里。批准以后时钟停走，到复核日自动恢复。"),
    ("supervise", "reason"): _("会印在督办单上，承办岗台要在期限内回复。"),
    ("rule", "reason"): _("裁定以后，被指定的岗台不能再退。"),
    ("follow_up", "note"): _("诉求人的原话，或者没有联系上的情况。"),
    ("merge", "note"): _("只在内部看。诉求人会收到主件的答复。"),
}


def text_field(label: Any, *, rows: int = 3, help_text: Any = "") -> Callable[[bool], forms.Field]:
    """A box for words, needed or not."""
    return lambda required: forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
    )


def words_field(ask: Question) -> Fields:
    here = (ask.step.name, ask.name)
    rows, help_text = TEXTS.get(ask.name, (3, ""))
    field = text_field(LABELS.get(here, ask.one.label), rows=rows, help_text=HELP.get(here, help_text))
    return {ask.one.wire: field(ask.is_needed)}


def line_field(ask: Question) -> Fields:
    """One line."""
    field = forms.CharField(
        label=ask.one.label,
        required=ask.is_needed,
        max_length=ask.one.longest,
        help_text=HELP.get((ask.step.name, ask.name), _("会议的名称和日期，或者会议纪要的网址。")),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    return {ask.one.wire: field}


def key_field(ask: Question, choices: Any, empty: Any = None) -> Fields:
    """A choice among rows that are named by their key."""
    field = forms.TypedChoiceField(
        label=ask.one.label,
        coerce=int,
        empty_value=None,
        required=ask.is_needed,
        choices=choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    return {ask.one.wire: field}


def matter_field(ask: Question) -> Fields:
    return key_field(ask, matter_choices(ask.at, ask.case.street_code))


def desk_field(ask: Question) -> Fields:
    if ask.step.name == "escalate":
        return upward_field(ask)
    empty = _("请选择去向") if ask.is_needed else _("按事项自动确定")
    right = "case.rule" if ask.step.name == "rule" else "case.assign"
    return key_field(ask, desk_choices(ask.case, ask.actor, empty=empty, right=right))


def upward_field(ask: Question) -> Fields:
    """How far up. Only an emergency has a choice, and only where there is more than one level above."""
    above = directory().all_above(ask.case.desk_id)
    if not ask.case.is_emergency or len(above) < 2:
        return {}
    fields = key_field(ask, [("", above[0].name), *[(desk.id, desk.name) for desk in above[1:]]])
    fields[ask.one.wire].help_text = _("紧急事件可以越级上报；不选，就报上一级。")
    return fields


def person_field(ask: Question) -> Fields:
    fields = key_field(ask, colleague_choices(ask.case, ask.at))
    fields[ask.one.wire].help_text = _("今天在这个岗台当班、能办理的同事。")
    return fields


class MainWidget(forms.TextInput):
    """A number typed in, or one of the cases shown: whoever types means what was typed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return (data.get(name) or "").strip() or data.get(f"{name}-shown", "")


def case_field(ask: Question) -> Fields:
    field = forms.CharField(
        label=ask.one.label,
        required=ask.is_needed,
        max_length=40,
        widget=MainWidget(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    return {ask.one.wire: field}


def one_of(ask: Question, choices: Any, coerce: Callable[[str], Any]) -> Fields:
    """A handful of choices, all of them in sight."""
    field = forms.TypedChoiceField(
        label=LABELS.get((ask.step.name, ask.name), ask.one.label),
        coerce=coerce,
        empty_value=None,
        required=ask.is_needed,
        choices=choices if ask.is_needed else [("", _("没有说")), *choices],
        widget=forms.RadioSelect,
    )
    return {ask.one.wire: field}


def card_field(ask: Question) -> Fields:
    return one_of(ask, Card.choices, str)


def level_field(ask: Question) -> Fields:
    return one_of(ask, [(level.value, level.label) for level in LEVELS], int)


# Two words for each question that is answered by yes or no.
YES_NO = {"contacted": (_("联系上了"), _("没有联系上")), "solved": (_("解决了"), _("没有解决"))}


def flag_field(ask: Question) -> Fields:
    yes, no = YES_NO.get(ask.name, (_("是"), _("否")))
    return one_of(ask, [("yes", yes), ("no", no)], lambda word: word == "yes")


def facts_of(ask: Question) -> dict[str, Any]:
    level = directory().get(ask.case.desk_id).kind
    return {"matter_id": ask.case.matter_id, "level": level, "is_emergency": ask.case.is_emergency}


def days_field(ask: Question) -> Fields:
    try:
        most: int | None = limit("extend", since=ask.at, **facts_of(ask)).amount
    except Refused:
        most = None
    field = forms.IntegerField(
        label=ask.one.label,
        required=ask.is_needed,
        min_value=1,
        max_value=most,
        help_text=_("最多 %(most)s 个工作日，从现在的期限往后算。") % {"most": most} if most else "",
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    return {ask.one.wire: field}


def date_field(ask: Question) -> Fields:
    today = timezone.localdate(ask.at)
    first: date | None = None
    last: date | None = None
    help_text: Any = ""
    if ask.name == "review_on":
        first = today + timedelta(days=1)
        kind = "supplement" if ask.step.name == "ask_reporter" else "suspend"
        try:
            last = timezone.localdate(limit(kind, since=ask.at, **facts_of(ask)).deadline(work_calendar(), ask.at).at)
            help_text = _("最迟 %(day)s。到这一天自动恢复办理。") % {"day": last.isoformat()}
        except Refused:
            last = None
    elif ask.name == "since_on":
        last, help_text = today, _("历史遗留问题填这一栏，台账按它算年头；不清楚就不填。")
    bounds = {name: day.isoformat() for name, day in (("min", first), ("max", last)) if day is not None}
    field = forms.DateField(
        label=ask.one.label,
        required=ask.is_needed,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control", **bounds}),
    )
    return {ask.one.wire: field}


def files(ask: Question) -> Fields:
    field = files_field()
    if ask.step.name == "finish" and ask.case.is_long_standing:
        field.help_text = _("挂过账的件要附证据：照片、验收单、会议纪要，图片或 PDF。")
    return {ask.one.wire: field}


def parts_field(ask: Question) -> Fields:
    choices = desk_choices(ask.case, ask.actor, empty=_("请选择去向"))
    return {ask.one.wire: PartsField(choices, label=_("分给谁、办什么"), required=ask.is_needed)}


def place_field(ask: Question) -> Fields:
    """A point on the map, or else an area: four names of the action, three fields of the page."""
    area = forms.ChoiceField(
        label=_("或者选择社区"),
        required=False,
        choices=[("", _("不清楚")), *area_choices(ask.actor, "case.accept")],
        help_text=_("在地图上点了位置就不用选。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    hidden = {name: forms.FloatField(required=False, widget=forms.HiddenInput) for name in ("lng", "lat")}
    return {"area_code": area, **hidden}


FIELDS: dict[str, Callable[[Question], Fields]] = {
    "text": words_field,
    "title": line_field,
    "matter": matter_field,
    "desk": desk_field,
    "person": person_field,
    "case": case_field,
    "level": level_field,
    "card": card_field,
    "days": days_field,
    "date": date_field,
    "flag": flag_field,
    "files": files,
    "parts": parts_field,
    "place": place_field,
}


def say_what_is_missing(form: forms.Form) -> None:
    """In the words of a colleague, instead of Django's own."""
    for field in form.fields.values():
        choose = isinstance(field, forms.ChoiceField)
        words = _("请选择%(what)s。") if choose else _("请填写%(what)s。")
        field.error_messages["required"] = words % {"what": field.label}
