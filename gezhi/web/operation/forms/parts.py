"""Rows of one form, as many as one likes: which desk is to do what. Works without a script; with one, rows come and go at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.cases.actions.steps.inputs import MOST_PARTS
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.web.operation.forms.choices import Choices

FIRST_ROWS = 2


class PartsWidget(forms.Widget):
    """`parts-0-desk_id`, `parts-0-text`, `parts-1-desk_id` ...; a row with neither counts for nothing.

    The buttons `more` and `drop` send the form back with a row more or less and take no step (`asks_for_rows`).
    """

    template_name = "operation/fields/parts_rows.html"
    use_fieldset = True

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self.choices = choices

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        rows = [
            {"desk_id": data.get(f"{name}-{n}-desk_id", ""), "text": data.get(f"{name}-{n}-text", "")}
            for n in range(MOST_PARTS * 2)
            if f"{name}-{n}-desk_id" in data or f"{name}-{n}-text" in data
        ]
        drop = data.get("drop", "")
        if drop.isascii() and drop.isdigit() and len(drop) < 3 and int(drop) < len(rows):
            del rows[int(drop)]
        return [*rows, {"desk_id": "", "text": ""}] if "more" in data else rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows = list(value or [])
        rows += [{"desk_id": "", "text": ""}] * (FIRST_ROWS - len(rows))
        context = super().get_context(name, value, attrs)
        return context | {
            "rows": rows,
            "choices": self.choices,
            "name": name,
            "most": MOST_PARTS,
            "longest": LONGEST_TEXT,
            "autofocus": self.attrs.get("autofocus"),
        }


def asks_for_rows(data: Any) -> bool:
    """Was a row asked for, or put away, instead of the step?"""
    return "more" in data or "drop" in data


class PartsField(forms.Field):
    """Cleans to `[{"desk_id": 5, "text": "..."}]`."""

    def __init__(self, choices: Choices, **kwargs: Any) -> None:
        super().__init__(widget=PartsWidget(choices), **kwargs)
        self.desk = forms.TypedChoiceField(coerce=int, choices=choices)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        cleaned = []
        for row in value or []:
            text = row["text"].strip()
            if not row["desk_id"] and not text:
                continue
            if not row["desk_id"]:
                raise forms.ValidationError(_("请选择“%(text)s”交给哪个岗台。"), params={"text": text[:20]})
            desk_id = self.desk.clean(row["desk_id"])
            if not text:
                raise forms.ValidationError(_("请写明交给每个岗台办什么。"))
            if len(text) > LONGEST_TEXT:
                raise forms.ValidationError(_("每一件最多写 %(most)s 个字。"), params={"most": LONGEST_TEXT})
            cleaned.append({"desk_id": desk_id, "text": text})
        if not cleaned and self.required:
            raise forms.ValidationError(_("请写明分给谁、办什么。"))
        return cleaned
