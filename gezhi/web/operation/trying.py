"""The forms of a dry run, one a sort of change, and its answer in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.cases.dry_run import Change, DeskChange, LimitChange, RungChange, ShareChange
from gezhi.cases.ladder import RungRow
from gezhi.cases.models.answer import GROUPS
from gezhi.cases.models.rung import DEEDS, FLIGHTS
from gezhi.cases.rungs import ladder
from gezhi.kernel.calendar import local_day
from gezhi.kernel.worktime import Limit
from gezhi.matters.models import TimeLimit
from gezhi.matters.queries import catalogue
from gezhi.people.models import DeskKind
from gezhi.web.operation.forms import matter_choices

UNITS = TimeLimit._meta.get_field("unit").choices
SELECT = {"class": "form-select"}
DIGITS = {"class": "form-control few-digits"}


class TrialForm(forms.Form):
    """The month, and what is to be different; `change` is what a filled-in form means."""

    def __init__(self, at: datetime, months: list[tuple[int, str]], data: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, auto_id="try-%s", label_suffix="")
        self.at = at
        self.fields["month"] = forms.TypedChoiceField(
            label=_("哪个月的事件"), coerce=int, choices=months, widget=forms.Select(attrs=SELECT)
        )
        self.add_fields()

    def add_fields(self) -> None:
        raise NotImplementedError

    def change(self) -> Change:
        raise NotImplementedError

    def choose(
        self, name: str, label: Any, choices: Any, *, coerce: Callable[[str], Any] = str, required: bool = True
    ) -> None:
        self.fields[name] = forms.TypedChoiceField(
            label=label,
            choices=choices,
            coerce=coerce,
            empty_value=None if coerce is int else "",
            required=required,
            widget=forms.Select(attrs=SELECT),
        )

    def whole(self, name: str, label: Any, *, least: int, most: int) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs=DIGITS)
        )


class LimitForm(TrialForm):
    def add_fields(self) -> None:
        self.choose("kind", _("哪种时限"), [("handle", _("办理")), ("accept", _("受理"))])
        matters = [("", _("所有事项")), *list(matter_choices(self.at))[1:]]
        self.choose("matter", _("事项"), matters, coerce=int, required=False)
        self.choose("level", _("岗台级别"), [("", _("各级")), *DeskKind.choices], required=False)
        self.whole("amount", _("改为"), least=1, most=1000)
        self.choose("unit", _("单位"), UNITS)
        self.fields["emergency"] = forms.BooleanField(label=_("只是紧急事件的"), required=False)

    def change(self) -> LimitChange:
        said = self.cleaned_data
        limit = Limit(said["amount"], said["unit"])
        return LimitChange(said["kind"], limit, said["matter"], said["level"], said["emergency"])


class DeskForm(TrialForm):
    def add_fields(self) -> None:
        self.choose("matter", _("事项"), matter_choices(self.at), coerce=int)
        self.choose("desk", _("改由哪一级办"), DeskKind.choices)

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        matter = catalogue().matters.get(said.get("matter") or 0)
        if matter is not None and said.get("desk") == DeskKind.DEPARTMENT and matter.owner_id is None:
            self.add_error("desk", _("这个事项没有主责部门，不能改由部门办。"))
        return said

    def change(self) -> DeskChange:
        desk = self.cleaned_data["desk"]
        matter = catalogue().get(self.cleaned_data["matter"])
        return DeskChange(matter.id, desk, is_for_grid=desk == DeskKind.GRID or matter.is_for_grid)


class RungForm(TrialForm):
    def add_fields(self) -> None:
        self.rungs = {str(number): rung for number, rung in enumerate(self.standing(), start=1)}
        self.choose("rung", _("哪一级"), [(key, rung_words(rung)) for key, rung in self.rungs.items()])
        self.fields["drop"] = forms.BooleanField(label=_("取消这一级"), required=False)
        self.whole("amount", _("改为"), least=1, most=1000)
        self.fields["amount"].required = False
        self.choose("unit", _("单位"), UNITS)

    def standing(self) -> list[RungRow]:
        today = local_day(self.at)
        return [rung for rung in ladder().rungs if rung.holds_on(today)]

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        if not said.get("drop") and not said.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("请填写改为多少，或者勾选取消。"))
        return said

    def change(self) -> RungChange:
        said = self.cleaned_data
        old = self.rungs[said["rung"]]
        return RungChange(old, None if said["drop"] else replace(old, limit=Limit(said["amount"], said["unit"])))


class ShareForm(TrialForm):
    def add_fields(self) -> None:
        self.choose("group", _("哪一类"), GROUPS)
        self.whole("share", _("改为百分之"), least=0, most=100)

    def change(self) -> ShareChange:
        return ShareChange(self.cleaned_data["group"], self.cleaned_data["share"])


FORMS: dict[str, tuple[Any, type[TrialForm]]] = {
    "limit": (_("时限"), LimitForm),
    "desk": (_("办理层级"), DeskForm),
    "rung": (_("催办督办的时间"), RungForm),
    "share": (_("回访比例"), ShareForm),
}
LEFT_OUT: dict[str, Any] = {
    "part": _("分单件"),
    "declined": _("不予受理"),
    "merged": _("并单"),
    "not_accepted": _("还没有受理"),
    "suspended": _("挂账中"),
    "extended": _("延期过"),
    "asked_reporter": _("请诉求人补充过"),
    "opened_again": _("重新办理过"),
    "no_contact": _("没有留电话，或者不愿接电话"),
}


def rung_words(rung: RungRow) -> str:
    flight, deed, unit = dict(FLIGHTS)[rung.flight], dict(DEEDS)[rung.deed], dict(UNITS or ())[rung.limit.unit]
    words = _("%(flight)s %(amount)s %(unit)s：%(deed)s") % {
        "flight": flight,
        "amount": rung.limit.amount,
        "unit": unit,
        "deed": deed,
    }
    return f"{words}（{_('紧急')}）" if rung.is_emergency else str(words)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One number by today's rules and by the changed one."""

    name: Any
    before: int
    after: int

    @property
    def change(self) -> str:
        return f"{self.after - self.before:+d}" if self.after != self.before else ""
