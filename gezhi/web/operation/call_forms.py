"""Forms of calls: one for any step, made from its row of the table, and one to call."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.calls.actions.inputs import MOST_SHARES
from gezhi.calls.joint import Joint
from gezhi.calls.models import CallPart
from gezhi.calls.workflow import INPUTS, STEPS, Step
from gezhi.kernel.access import Actor
from gezhi.kernel.texts import LONGEST_TEXT, LONGEST_TITLE
from gezhi.people.models import DeskKind
from gezhi.people.queries import directory
from gezhi.web.operation.forms import Choices, say_what_is_missing
from gezhi.web.operation.forms.uploads import files_field
from gezhi.web.operation.names import desk_name

LEVELS = ((5, _("很好")), (4, _("较好")), (3, _("一般")), (2, _("较差")), (1, _("很差")))
HELP = {
    "text": _("在哪里、是什么事、要哪些部门做什么。部门看得到这里写的，看不到诉求人的联系方式。"),
    "is_urgent": _("签收、到场、办理都按紧急时限。"),
    "result": _("做了什么、办到什么程度。牵头部门和街道会看到。"),
    "summary": _("各部门办得怎样，问题解决到什么程度。街道据此销号。"),
    "words": _("有一项给到较差或更低的，要写明哪里做得不好。"),
    "account": _("为什么没有按时、现在怎样安排。区指挥中心会看到。"),
    "note": _("参加这次呼叫的都看得到。"),
}
# Rows of the form to dispatch that stand open at once.
SHOWN_SHARES = 3


def textarea(name: str, *, required: bool, label: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label or INPUTS[name].label,
        required=required,
        max_length=LONGEST_TEXT,
        help_text=HELP.get(name, ""),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


def department_choices(taken: set[int], empty: Any) -> Choices:
    desks = [desk for desk in directory().opened if desk.kind == DeskKind.DEPARTMENT and desk.id not in taken]
    return [("", empty), *((desk.id, desk.name) for desk in desks)]


def department_field(label: Any, choices: Choices, *, required: bool) -> forms.TypedChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, choices=choices, widget=widget
    )


class CallStepForm(forms.Form):
    """The inputs that a step of a call needs and offers."""

    def __init__(self, step: Step, joint: Joint, part: CallPart | None, **kwargs: Any) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        self.step, self.joint, self.part = step, joint, part
        self.taken = {one.desk_id for one in joint.taking_part}
        for name in (*step.needs, *step.offers):
            if INPUTS[name].kind == "shares":
                self.add_share_fields()
            else:
                self.fields[name] = self.field(name, required=name in step.needs)
        say_what_is_missing(self)
        first = next(iter(self.fields), "")
        if first and INPUTS.get(first, INPUTS["text"]).kind in ("text", "title"):
            self.fields[first].widget.attrs["autofocus"] = True

    def field(self, name: str, *, required: bool) -> forms.Field:
        label = INPUTS[name].label
        match INPUTS[name].kind:
            case "desk":
                empty = _("请选择部门") if required else _("不另请部门")
                label = _("接替的部门") if self.step.name == "excuse" else label
                return department_field(label, department_choices(self.taken, empty), required=required)
            case "flag":
                return forms.BooleanField(label=label, required=False, initial=True, help_text=HELP.get(name, ""))
            case "level":
                widget = forms.RadioSelect(attrs={"class": "form-check-input"})
                return forms.TypedChoiceField(label=label, coerce=int, choices=LEVELS, widget=widget, required=required)
            case "files":
                return files_field()
            case "parts":
                choices = [(part.pk, desk_name(part.desk_id)) for part in self.joint.taking_part]
                widget_many = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
                return forms.TypedMultipleChoiceField(
                    label=label, coerce=int, choices=choices, widget=widget_many, required=required
                )
            case _:
                return textarea(name, required=required)

    # --- who is to do what: a row a department, the first one leads

    def add_share_fields(self) -> None:
        for number in range(MOST_SHARES):
            is_lead = number == 0
            choices = department_choices(set(), _("请选择牵头部门") if is_lead else _("不另请部门"))
            label = _("牵头部门") if is_lead else _("配合部门")
            self.fields[f"desk_{number}"] = department_field(label, choices, required=is_lead)
            task = textarea("task", required=is_lead)
            task.widget.attrs["rows"] = 2
            self.fields[f"task_{number}"] = task
            self.fields[f"site_{number}"] = forms.BooleanField(label=_("要到现场"), required=False, initial=True)

    @property
    def shares(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The rows that the page shows."""
        return [
            (self[f"desk_{number}"], self[f"task_{number}"], self[f"site_{number}"])
            for number in range(MOST_SHARES)
            if f"desk_{number}" in self.fields
        ]

    @property
    def first_shares(self) -> list[Any]:
        return self.shares[:SHOWN_SHARES]

    @property
    def more_shares(self) -> list[Any]:
        return self.shares[SHOWN_SHARES:]

    @property
    def plain_fields(self) -> Iterator[forms.BoundField]:
        return (field for field in self if not field.name.partition("_")[2].isdigit())

    def clean(self) -> dict[str, Any]:
        """A department without a task, or a task for nobody, is a slip to be told of."""
        for number in range(1, MOST_SHARES):
            desk, task = (self.cleaned_data.get(f"{name}_{number}") for name in ("desk", "task"))
            if desk and not task:
                self.add_error(f"task_{number}", _("请写明每个部门要办什么。"))
            elif task and not desk:
                self.add_error(f"desk_{number}", _("请选择由哪个部门办。"))
        return self.cleaned_data

    @property
    def inputs(self) -> dict[str, Any]:
        """What the action takes, files apart."""
        given = {name: value for name, value in self.cleaned_data.items() if name in INPUTS and name != "files"}
        if "desk_0" in self.fields:
            given["shares"] = [
                {
                    "desk_id": self.cleaned_data[f"desk_{number}"],
                    "task": self.cleaned_data[f"task_{number}"],
                    "is_on_site": self.cleaned_data[f"site_{number}"],
                }
                for number in range(MOST_SHARES)
                if self.cleaned_data.get(f"desk_{number}")
            ]
        return given

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about."""
        self.add_error(field if field in self.fields else None, str(message))


class CallForm(forms.Form):
    """呼叫: what a street needs, about a case or about none."""

    title = forms.CharField(
        label=INPUTS["title"].label,
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"class": "form-control", "autofocus": True}),
    )
    text = textarea("text", required=True)
    is_urgent = forms.BooleanField(label=INPUTS["is_urgent"].label, required=False, help_text=HELP["is_urgent"])

    def __init__(self, streets: Choices, **kwargs: Any) -> None:
        super().__init__(auto_id="step-%s", label_suffix="", **kwargs)
        self.step = STEPS["call"]
        self.fields["text"].widget.attrs["rows"] = 6
        self.fields["files"] = files_field()
        if len(streets) > 1:
            widget = forms.Select(attrs={"class": "form-select"})
            self.fields["desk_id"] = forms.TypedChoiceField(
                label=_("由哪个街道呼叫"), coerce=int, choices=streets, widget=widget
            )
        say_what_is_missing(self)

    def refuse(self, field: str | None, message: Any) -> None:
        self.add_error(field if field in self.fields else None, str(message))


def street_choices(actor: Actor) -> Choices:
    """The street desks from which this actor calls."""
    desks = directory().desks
    seats = [desks[seat] for seat in sorted(actor.desks) if seat in desks]
    return [
        (desk.id, desk.name)
        for desk in seats
        if desk.kind == DeskKind.STREET and actor.may("case.call", area=desk.area_code, desk_id=desk.id)
    ]
