"""Fields that the forms of the support workspace share, a function a kind."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.access import Actor
from gezhi.people.money import fen_of
from gezhi.people.queries import directory
from gezhi.web.operation.disputes.forms import Refusable, day_field, line, select
from gezhi.web.operation.forms import say_what_is_missing

Choices = Iterable[tuple[Any, Any]]


class SupportForm(Refusable):
    """A form whose labels and errors speak as the house does; the fields are entered by `fields_of`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "f-%s", "label_suffix": "", **kwargs})

    def finish(self) -> None:
        """To be called when all fields stand."""
        say_what_is_missing(self)


def text(label: Any, *, longest: int, required: bool = True, help_text: Any = "", **attributes: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest, help_text=help_text, widget=line(**attributes)
    )


def words(label: Any, *, longest: int, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text, widget=widget)


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    field = day_field(label, required=required)
    field.help_text = help_text
    return field


def choose(
    label: Any,
    choices: Choices,
    *,
    required: bool = True,
    coerce: Callable[[Any], Any] = str,
    help_text: Any = "",
    first: Any = "",
) -> forms.TypedChoiceField:
    """A list to choose from; `first` is the line that means nothing is chosen yet."""
    several = list(choices)
    if first or not required or len(several) > 1:
        several = [("", first or (_("请选择") if required else _("不选"))), *several]
    return forms.TypedChoiceField(
        label=label,
        required=required,
        coerce=coerce,
        empty_value=None if coerce is int else "",
        choices=several,
        help_text=help_text,
        widget=select(),
    )


def tick(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class MoneyField(forms.CharField):
    """Yuan as people write them, fen as the program keeps them; a float never stands between."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        fen = fen_of(typed)
        if fen is None:
            raise forms.ValidationError(_("金额写成 1234.50 的样子，单位元，最多两位小数。"))
        return fen


def money(label: Any, *, required: bool = True) -> MoneyField:
    return MoneyField(label=label, required=required, max_length=20, widget=line(inputmode="decimal"))


def grid_desks(actor: Actor, right: str, *, within: str = "") -> list[tuple[int, str]]:
    """Open desks of grids at which the actor holds a right, for lists to choose from."""
    return [
        (desk.id, desk.name)
        for desk in directory().opened
        if desk.kind == "grid" and desk.area_code.startswith(within) and actor.may(right, area=desk.area_code)
    ]
