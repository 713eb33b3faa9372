"""Fields and forms of this room: a form is a dictionary of fields, made where it is needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel import files
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Refused
from gezhi.people.models import Desk
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.disputes.forms import Refusable, chosen, day_field, line
from gezhi.web.operation.forms import say_what_is_missing

CHOOSE = ("", _("请选择"))


class DeedForm(Refusable):
    """A form of these fields."""

    def __init__(
        self, fields: Mapping[str, forms.Field], request: DeskRequest, *, initial: Mapping[str, Any] | None = None
    ):
        is_sent = request.method == "POST"
        super().__init__(
            request.POST if is_sent else None,
            request.FILES if is_sent else None,
            initial=dict(initial or {}),
            label_suffix="",
            auto_id="deed-%s",
        )
        self.request = request
        self.fields.update(fields)
        say_what_is_missing(self)
        first = next(iter(self.fields.values()), None)
        if first is not None and not isinstance(first.widget, forms.CheckboxSelectMultiple):
            first.widget.attrs.setdefault("autofocus", True)

    def clean(self) -> dict[str, Any]:
        """Files are looked at and stored here, at the border; what isn't fit is said beside its field."""
        given: dict[str, Any] = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField):
                given[name] = self.kept(name, given.get(name))
        return given

    def kept(self, name: str, upload: Any) -> StoredFile | None:
        if not upload:
            return None
        try:
            return files.keep(upload, at=self.request.at)
        except Refused as refusal:
            self.add_error(name, str(refusal.message))
            return None


def word(
    label: Any, *, longest: int = 80, required: bool = True, help_text: Any = "", **attributes: Any
) -> forms.Field:
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text, widget=line(**attributes)
    )


def words(label: Any, *, longest: int = 500, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.Field:
    widget = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text, widget=widget)


def number(label: Any, *, least: int, most: int, required: bool = True, help_text: Any = "") -> forms.Field:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, help_text=help_text, widget=widget
    )


def day(label: Any, *, required: bool = True) -> forms.Field:
    return day_field(label, required=required)


def moment(label: Any) -> forms.Field:
    """The browser's own clock speaks ISO; the time is that of the house."""
    widget = forms.DateTimeInput(attrs={"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def clock_time(label: Any, *, initial: time) -> forms.Field:
    widget = forms.TimeInput(attrs={"class": "form-control", "type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, initial=initial, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


def choice(
    label: Any, offered: Iterable[tuple[Any, Any]], *, required: bool = True, help_text: Any = ""
) -> forms.Field:
    made = chosen(label, [CHOOSE, *offered])
    made.required, made.help_text = required, help_text
    return made


def key(label: Any, offered: Iterable[tuple[int, Any]], *, required: bool = True, help_text: Any = "") -> forms.Field:
    """A row by its key."""
    made = chosen(label, [CHOOSE, *offered], coerce=int)
    made.required, made.help_text = required, help_text
    return made


def several(label: Any, offered: Sequence[tuple[int, Any]], *, required: bool = False) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        label=label,
        coerce=int,
        choices=offered,
        required=required,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )


def flag(label: Any, *, help_text: Any = "") -> forms.Field:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def attachment(label: Any) -> forms.Field:
    widget = forms.FileInput(attrs={"class": "form-control", "accept": "image/*,application/pdf"})
    return forms.FileField(label=label, required=False, help_text=_("照片或 PDF，10 MB 以内。"), widget=widget)


def desk_choices(desks: Iterable[Desk]) -> list[tuple[int, str]]:
    return [(desk.pk, desk.name) for desk in desks]


def people_choices(people: Iterable[User]) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in people]


def local(at: Any) -> Any:
    return timezone.localtime(at)
