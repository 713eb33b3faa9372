"""Forms of the room 外勤保障: the answer to a suggestion, an entry of a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.fieldwork.actions.suggestions import LONGEST
from gezhi.web.operation.disputes.forms import Refusable, line
from gezhi.web.operation.forms import say_what_is_missing


class AnswerForm(Refusable):
    """What the author will read."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=LONGEST,
        help_text=_("原样给提出的人看，别人看不到。"),
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        say_what_is_missing(self)


class EntryForm(Refusable):
    """An entry: its words, whether the district confirmed them, whether it may be chosen."""

    name = forms.CharField(label=_("内容"), max_length=40, widget=line(autofocus=True))
    position = forms.IntegerField(
        label=_("次序"), min_value=1, max_value=99, widget=forms.NumberInput(attrs={"class": "form-control"})
    )
    is_confirmed = forms.BooleanField(
        label=_("区里已确认"), required=False, help_text=_("没有确认的，各处都标“待确认”。")
    )
    is_active = forms.BooleanField(
        label=_("在用"), required=False, help_text=_("停用后登记时不再出现，以前的登记不变。")
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label_suffix="", **kwargs)
        say_what_is_missing(self)
