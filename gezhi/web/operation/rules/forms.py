"""One form a sort of rule: what a new row says, and from when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.assessment.actions.schemes import NewScheme
from gezhi.assessment.measures import QUESTIONS, Counted, MeasureRow, Voices
from gezhi.assessment.schemes import SchemeInfo, schemes
from gezhi.cases.models import Level
from gezhi.cases.models.answer import GROUPS
from gezhi.cases.models.rung import DEEDS, FLIGHTS
from gezhi.cases.specialties import specialists
from gezhi.kernel.months import before, month_of
from gezhi.matters.models import Category, TimeLimit
from gezhi.people.models import DeskKind
from gezhi.web.operation.figures import month_words

SELECT = {"class": "form-select"}
DIGITS = {"class": "form-control few-digits"}
WORDS = {"class": "form-control"}
MONTHS_AHEAD = 12


class RuleForm(forms.Form):
    """`facts` is what the action takes."""

    def __init__(self, at: datetime, data: Any = None) -> None:
        super().__init__(data, auto_id="rule-%s", label_suffix="")
        self.at = at
        self.add_fields()
        self.fields["basis"] = forms.CharField(
            label=_("依据"),
            required=False,
            max_length=200,
            help_text=_("哪份文件、哪次会议定的。"),
            widget=forms.TextInput(attrs=WORDS),
        )

    def add_fields(self) -> None:
        raise NotImplementedError

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def choose(self, name: str, label: Any, choices: Any, *, coerce: Callable[[str], Any] = str, **more: Any) -> None:
        self.fields[name] = forms.TypedChoiceField(
            label=label, choices=choices, coerce=coerce, widget=forms.Select(attrs=SELECT), **more
        )

    def whole(self, name: str, label: Any, *, least: int = 0, most: int = 1000, initial: int | None = None) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, min_value=least, max_value=most, initial=initial, widget=forms.NumberInput(attrs=DIGITS)
        )

    def words(self, name: str, label: Any, *, required: bool, help_text: Any = "") -> None:
        self.fields[name] = forms.CharField(
            label=label,
            required=required,
            max_length=4_000,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": 5, **WORDS}),
        )

    def begins(self) -> None:
        """From a day on; the earliest is tomorrow, because today has been lived by the rule of today."""
        first = timezone.localdate(self.at) + timedelta(days=1)
        self.fields["valid_from"] = forms.DateField(
            label=_("从哪一天起"),
            initial=first,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": first.isoformat(), **WORDS}),
        )

    def refuse(self, field: str | None, message: Any) -> None:
        self.add_error(field if field in self.fields else None, str(message))


class FollowUpForm(RuleForm):
    def add_fields(self) -> None:
        self.choose("group", _("哪一类"), GROUPS)
        self.whole("share", _("抽中的百分比"), most=100)
        self.whole("days", _("几个工作日内打完"), least=1)
        self.whole("attempts", _("最多打几次"), least=1, most=20)
        self.begins()


class RungForm(RuleForm):
    def add_fields(self) -> None:
        self.choose("flight", _("什么情形"), FLIGHTS)
        self.fields["is_emergency"] = forms.BooleanField(label=_("只是紧急事件的"), required=False)
        self.whole("amount", _("过多久"), least=1)
        self.choose("unit", _("单位"), TimeLimit._meta.get_field("unit").choices)
        self.choose("deed", _("做什么"), DEEDS)
        self.begins()


class ScoreForm(RuleForm):
    def add_fields(self) -> None:
        for name, label in (("response", _("响应的权重")), ("manner", _("态度的权重")), ("effect", _("成效的权重"))):
            self.whole(name, label, most=100)
        self.whole("low_level", _("几级及以下要写评语"), most=5)
        self.whole("far", _("偏离平时多少要第二人复核（百分之一级）"), least=1, most=400)
        self.whole("fewest_scores", _("街道评满几次才算平时"), least=1)
        self.whole("fewest_calls", _("部门参加满几次才排名"), least=1)
        self.begins()


class PlanForm(RuleForm):
    def add_fields(self) -> None:
        self.choose(
            "category_id", _("类别"), list(Category.objects.order_by("code").values_list("pk", "name")), coerce=int
        )
        self.choose("level", _("岗台级别"), [("", _("各级")), *DeskKind.choices], required=False, empty_value="")
        self.words("steps", _("办理步骤"), required=True, help_text=_("办理时列在事件页上，办结时可以套用。"))
        self.words(
            "answer", _("答复模板"), required=False, help_text=_("事项自己没有答复模板的用它。要填的地方写成【…】。")
        )
        self.begins()


class SpecialtyForm(RuleForm):
    def add_fields(self) -> None:
        today = timezone.localdate(self.at)
        posts = specialists(today).select_related("user", "desk").order_by("desk__area__code", "user__name")
        self.choose(
            "user_id", _("专业力量"), [(one.user_id, f"{one.user.name} · {one.desk.name}") for one in posts], coerce=int
        )
        self.choose(
            "category_id",
            _("对口的类别"),
            list(Category.objects.order_by("code").values_list("pk", "name")),
            coerce=int,
        )
        self.begins()


class SchemeForm(RuleForm):
    """The scheme that holds, to be changed: which rates it has, with which weights and minutes."""

    def add_fields(self) -> None:
        self.old: SchemeInfo | None = schemes()[-1] if schemes() else None
        this = month_of(self.at)
        months = [(month, month_words(month)) for month in (before(this, -ahead) for ahead in range(MONTHS_AHEAD))]
        self.fields["name"] = forms.CharField(
            label=_("名称"),
            max_length=60,
            initial=self.old.name if self.old else "",
            widget=forms.TextInput(attrs=WORDS),
        )
        self.choose("from_month", _("从哪个月起"), months, coerce=int)
        self.choose("voices", _("满意率听谁的"), Voices.choices, initial=self.old.voices if self.old else None)
        self.whole("fewest", _("不足几件标“样本少”"), initial=self.old.fewest if self.old else 30)
        self.whole("fewest_public", _("不足几件不公布"), least=2, initial=self.old.fewest_public if self.old else 5)
        for number, row in enumerate(self.old.measures if self.old else ()):
            self.add_measure(number, row)

    def add_measure(self, number: int, row: MeasureRow) -> None:
        self.fields[f"keep_{number}"] = forms.BooleanField(label=row.name, required=False, initial=True)
        if row.numerator in QUESTIONS:
            for level in sorted(row.weights, reverse=True):
                label = _("%(name)s：%(level)s折算百分之") % {"name": row.name, "level": Level(level).label}
                self.whole(f"weight_{number}_{level}", label, most=100, initial=row.weights[level])
        if row.numerator == Counted.PROMPT:
            label = _("%(name)s：多少工作分钟以内") % {"name": row.name}
            self.whole(f"minutes_{number}", label, least=1, most=100_000, initial=row.params["minutes"])

    def measures(self) -> list[MeasureRow]:
        said, kept = self.cleaned_data, []
        for number, row in enumerate(self.old.measures if self.old else ()):
            if not said[f"keep_{number}"]:
                continue
            weights = {level: said.get(f"weight_{number}_{level}", weight) for level, weight in row.weights.items()}
            minutes = {"minutes": said[f"minutes_{number}"]} if f"minutes_{number}" in said else {}
            kept.append(
                MeasureRow(
                    row.code, row.name, row.family, row.numerator, row.denominator, weights, {**row.params, **minutes}
                )
            )
        return kept

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        scheme = NewScheme(
            said["name"], self.measures(), said["voices"], said["fewest"], said["fewest_public"], said["basis"]
        )
        return {"scheme": scheme, "from_month": said["from_month"]}
