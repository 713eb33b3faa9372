"""代录 and 即查即办: what somebody says at the counter or on the telephone, and what was found and solved on the spot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.cases.models import Kind
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.web.operation.forms.choices import Choices
from gezhi.web.operation.forms.fields import say_what_is_missing
from gezhi.web.operation.forms.uploads import files_field


class IntakeForm(forms.Form):
    """代录: what somebody says at the counter or on the telephone."""

    text = forms.CharField(
        label=_("反映的情况"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control", "autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices, widget=forms.Select(attrs={"class": "form-select"}))
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    area_code = forms.ChoiceField(
        label=_("所在社区"),
        required=False,
        help_text=_("在地图上点了位置就不用选。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    address = forms.CharField(
        label=_("地址"), required=False, max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    reporter_name = forms.CharField(
        label=_("诉求人姓名"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    reporter_phone = forms.CharField(
        label=_("联系电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "inputmode": "tel"}),
    )
    may_be_contacted = forms.BooleanField(label=_("可以回访"), required=False, initial=True)
    is_emergency = forms.BooleanField(label=_("紧急"), required=False, help_text=_("危及人身、财产安全，不能等。"))
    is_confidential = forms.BooleanField(label=_("要求保密"), required=False, help_text=_("办理的人看不到是谁反映的。"))

    def __init__(self, areas: Choices, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        field = self.fields["area_code"]
        assert isinstance(field, forms.ChoiceField)
        # Whoever works in a single grid is in it; a point on the map still wins.
        is_single = len(areas) == 1 and isinstance(areas[0][1], str)
        field.choices = areas if is_single else [("", _("不清楚")), *areas]
        self.fields["files"] = files_field()
        say_what_is_missing(self)

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal of the action beside the input it is about; what is about the point goes to the top."""
        self.add_error(field if field in self.fields and field not in ("lng", "lat") else None, str(message))


class SolveForm(IntakeForm):
    """即查即办: found and solved on the spot."""

    matter_id = forms.TypedChoiceField(
        label=_("事项"), coerce=int, empty_value=None, widget=forms.Select(attrs={"class": "form-select"})
    )
    result = forms.CharField(
        label=_("怎样解决的"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, areas: Choices, matters: Choices, **kwargs: Any) -> None:
        super().__init__(areas, **kwargs)
        field = self.fields["matter_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = matters
        say_what_is_missing(self)
