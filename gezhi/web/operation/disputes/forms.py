"""Forms of mediation: one for any step, made from its row of the step table, one for a new dispute, one for whom to call."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.disputes.actions import SideDraft
from gezhi.disputes.actions.words import LONGEST_NAME, LONGEST_PHONE
from gezhi.disputes.mediators import mediators_for
from gezhi.disputes.models import Dispute, Side, SideKind
from gezhi.disputes.queries import desks_for, types
from gezhi.disputes.roles import FEWEST_SIDES, MOST_SIDES, present_choices, side_name
from gezhi.disputes.workflow import Kept, Referral, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.territory.queries import list_names, name_path
from gezhi.web.operation.forms import Choices, say_what_is_missing, text_field

NO_IDENTITY = _("不写身份证号码。")
# The word a step of the table uses, and the name under which its action takes it.
INPUT = {"mediator": "mediator_id", "desk": "desk_id"}
TEXTS: dict[str, Callable[[bool], forms.Field]] = {
    "account": text_field(_("经过和结果"), rows=5, help_text=NO_IDENTITY),
    "agreement": text_field(
        _("协议内容"), rows=8, help_text=_("各方怎样做、什么时候做完，一条一条写。不写身份证号码。")
    ),
    "reason": text_field(_("理由"), help_text=NO_IDENTITY),
}


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def line(**attributes: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attributes})


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    # The browser's own calendar speaks ISO, whatever the language of the page.
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


class Refusable(forms.Form):
    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about."""
        self.add_error(field if field in self.fields else None, str(message))


class StepForm(Refusable):
    """The inputs that a step needs and offers."""

    def __init__(self, step: Step, dispute: Dispute, at: datetime, **kwargs: Any) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        self.step, self.dispute, self.at = step, dispute, at
        for name in (*step.needs, *step.offers):
            self.fields[INPUT.get(name, name)] = self.field(name, required=name in step.needs)
        say_what_is_missing(self)
        self.initial = {"on": local_day(at), **self.initial}
        first = next(iter(self.fields), "")
        if first:
            self.fields[first].widget.attrs["autofocus"] = True

    def field(self, name: str, *, required: bool) -> forms.Field:
        if name in TEXTS:
            return TEXTS[name](required)
        return self.choice(name)

    def choice(self, name: str) -> forms.Field:
        match name:
            case "mediator":
                able = mediators_for(self.dispute.place_code, self.at)
                people = [
                    (one.user_id, f"{one.name}（{one.kind.label}，{one.desk_name}）")
                    for one in able
                    if one.user_id != self.dispute.mediator_id
                ]
                return chosen(_("调解员"), [("", _("请选择调解员")), *people], coerce=int)
            case "desk":
                desks = [(desk.id, desk.name) for desk in desks_for(self.dispute)]
                return chosen(_("移交到"), [("", _("请选择去向")), *desks], coerce=int)
            case "on":
                return day_field(_("日期"))
            case "present":
                sides = Side.objects.filter(dispute=self.dispute).count()
                return forms.MultipleChoiceField(
                    label=_("到场的各方"), choices=present_choices(sides), widget=forms.CheckboxSelectMultiple
                )
            case "referral":
                return chosen(_("引导去处"), [("", _("请选择")), *Referral.choices])
            case _:
                return chosen(_("协议履行得怎样"), [("", _("请选择")), *Kept.choices])


def chosen(label: Any, choices: Choices, *, coerce: Callable[[Any], Any] = str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=coerce, empty_value=None, choices=choices, widget=select())


class ContactForm(Refusable):
    """Whom to call on a side."""

    name = forms.CharField(label=_("称呼"), required=False, max_length=LONGEST_NAME, widget=line())
    phone = forms.CharField(label=_("电话"), required=False, max_length=LONGEST_PHONE, widget=line(inputmode="tel"))


class RegisterForm(Refusable):
    """A new dispute. The sides are roles; whom to call may stay empty."""

    type_id = forms.TypedChoiceField(label=_("纠纷类型"), coerce=int, empty_value=None, widget=select())
    area_code = forms.ChoiceField(label=_("发生地"), widget=select())
    account = forms.CharField(
        label=_("因为什么起了纠纷"),
        max_length=LONGEST_TEXT,
        help_text=_("写事情和各方的要求，用甲方、乙方称呼。不写身份证号码。"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "form-control", "autofocus": True}),
    )
    reported_on = day_field(_("当事方提出的日期"))
    is_mine = forms.BooleanField(label=_("由我调解"), required=False, help_text=_("不勾选的，登记后再指定调解员。"))

    def __init__(self, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        self.at = at
        kinds = [
            (one.id, one.name if one.is_confirmed else f"{one.name}（{_('待确认')}）")
            for one in types().values()
            if one.is_active
        ]
        self.offer("type_id", [("", _("请选择纠纷类型")), *kinds])
        self.offer("area_code", area_choices(actor))
        self.initial = {"reported_on": local_day(at), **self.initial}
        if not actor.has("dispute.mediate"):
            del self.fields["is_mine"]
        for position in range(1, MOST_SIDES + 1):
            must = position <= FEWEST_SIDES
            label = side_name(position)
            self.fields[f"side{position}_kind"] = forms.ChoiceField(
                label=label,
                required=must,
                choices=SideKind.choices if must else [("", _("没有")), *SideKind.choices],
                widget=select(),
            )
            self.fields[f"side{position}_name"] = forms.CharField(
                label=_("%(side)s称呼") % {"side": label}, required=False, max_length=LONGEST_NAME, widget=line()
            )
            self.fields[f"side{position}_phone"] = forms.CharField(
                label=_("%(side)s电话") % {"side": label},
                required=False,
                max_length=LONGEST_PHONE,
                widget=line(inputmode="tel"),
            )
        say_what_is_missing(self)

    def offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def side_fields(self) -> list[tuple[Any, Any, Any, Any]]:
        """Label and the three inputs of each side, for the template."""
        return [
            (side_name(n), self[f"side{n}_kind"], self[f"side{n}_name"], self[f"side{n}_phone"])
            for n in range(1, MOST_SIDES + 1)
        ]

    def sides(self) -> tuple[SideDraft, ...]:
        """The sides that were taken down; one left empty in between closes up."""
        given = self.cleaned_data
        return tuple(
            SideDraft(given[f"side{n}_kind"], given[f"side{n}_name"], given[f"side{n}_phone"])
            for n in range(1, MOST_SIDES + 1)
            if given[f"side{n}_kind"]
        )

    def reported_at(self) -> datetime:
        """The moment of registration for today, else the noon of the day."""
        on = self.cleaned_data["reported_on"]
        if on == local_day(self.at):
            return self.at
        noon = datetime(on.year, on.month, on.day, 12)  # noqa: DTZ001 - made aware in the next line
        return timezone.make_aware(noon, timezone.get_default_timezone())


def area_choices(actor: Actor) -> Choices:
    """Where the actor may register: down to the grids, but for the whole district down to the communities."""
    found: list[tuple[str, str]] = []
    for top in actor.areas("dispute.work"):
        for level in ("street", "community", "grid"):
            found += [
                (area.code, name_path(area.code))
                for area in list_names(level, within=top)
                if len(area.code) - len(top) <= 6
            ]
    return sorted(found)
