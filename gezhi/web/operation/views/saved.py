"""Lists kept under a name: one's own, and those shared with the desk."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gezhi.cases.actions import change_filter, drop_filter, save_filter
from gezhi.cases.models import SavedFilter
from gezhi.cases.saved_filters import filters_of as kept_filters
from gezhi.cases.saved_filters import get_saved_filter, kept_for, may_change
from gezhi.kernel.access import Actor
from gezhi.kernel.refusals import Refused
from gezhi.people.queries import seats_with
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.forms import say_what_is_missing
from gezhi.web.operation.listing import narrowing, query_of
from gezhi.web.operation.names import desk_name
from gezhi.web.operation.page import at_desk, filters_of, show_alone


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved list as a link."""

    saved: SavedFilter
    href: str
    said: str
    desk: str
    is_mine: bool
    may_change: bool


def shown(saved: SavedFilter, actor: Actor) -> Shown:
    filters = kept_filters(saved)
    return Shown(
        saved,
        reverse("operation:worklist") + query_of(filters),
        "，".join(choice.label for choice in narrowing(filters)),
        desk_name(saved.desk_id),
        saved.owner_id == actor.user_id,
        may_change(saved, actor),
    )


class SavedForm(forms.Form):
    """A name, and for whom."""

    name = forms.CharField(
        label=gettext_lazy("名字"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    desk_id = forms.TypedChoiceField(
        label=gettext_lazy("给谁用"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, actor: Actor, data: Any = None, *, saved: SavedFilter | None = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="saved-%s", **kwargs)
        desks = {seat: desk_name(seat) for seat in seats_with("case.see", actor)}
        if saved is not None and saved.desk_id is not None:
            desks[saved.desk_id] = desk_name(saved.desk_id)
        field = self.fields["desk_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("只给自己")),
            *((seat, _("%(desk)s的同事") % {"desk": name}) for seat, name in desks.items()),
        ]
        say_what_is_missing(self)


@require_http_methods(["GET", "POST"])
@at_desk
def listing(request: DeskRequest) -> HttpResponse:
    """All of them, and above them the form that keeps the list from which one came."""
    filters = filters_of(request)
    form = SavedForm(request.actor, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_filter(actor=request.actor, at=request.at, filters=filters, **form.cleaned_data)
                messages.success(request, _("已保存“%(name)s”。") % {"name": form.cleaned_data["name"]})
                return HttpResponseRedirect(reverse("operation:saved") + query_of(filters))
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
                status = refusal.status
    context = {
        "title": _("保存的筛选"),
        "form": form,
        "said": [choice.label for choice in narrowing(filters)],
        "back": reverse("operation:worklist") + query_of(filters),
        "several": [shown(one, request.actor) for one in kept_for(request.actor)],
    }
    return show_alone(request, "operation/saved.html", context, status=status)


@require_http_methods(["GET", "POST"])
@at_desk
def one(request: DeskRequest, pk: int) -> HttpResponse:
    """Another name, another desk; the list stays, or becomes the one in the address."""
    saved = get_saved_filter(request.actor, pk)
    if not may_change(saved, request.actor):
        return HttpResponseRedirect(shown(saved, request.actor).href)
    filters = filters_of(request) if request.GET else kept_filters(saved)
    initial = {"name": saved.name, "desk_id": saved.desk_id}
    form = SavedForm(request.actor, request.POST if request.method == "POST" else None, saved=saved, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_filter(saved, actor=request.actor, at=request.at, filters=filters, **form.cleaned_data)
                messages.success(request, _("已改好。"))
                return HttpResponseRedirect(reverse("operation:saved"))
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
                status = refusal.status
    context = {"title": _("改筛选"), "form": form, "one": shown(saved, request.actor)}
    return show_alone(request, "operation/saved_one.html", context, status=status)


@require_POST
@at_desk
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    saved = get_saved_filter(request.actor, pk)
    drop_filter(saved, actor=request.actor, at=request.at)
    messages.success(request, _("已删去“%(name)s”。") % {"name": saved.name})
    return HttpResponseRedirect(reverse("operation:saved"))
