"""The catalogue as its keepers see it: every matter with its state, streets, authority and templates."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Missing
from gezhi.matters.books import Paper, forms, papers
from gezhi.matters.models import Application
from gezhi.matters.queries import MatterInfo, catalogue, templates_of
from gezhi.people.models import DeskKind
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.export import exported
from gezhi.web.support.matters.sheets import catalogue_sheet
from gezhi.web.support.matters.wording import matter_state, often, streets_in_words
from gezhi.web.support.page import for_support, show

ROOM = "matters"
SEE = "matter.see"


def chosen(request: DeskRequest) -> list[MatterInfo]:
    """What the filters leave: words in name or category, what has left only when it is asked for."""
    words = request.GET.get("q", "").strip()[:40]
    has_left = request.GET.get("left") == "1"
    today = local_day(request.at)
    return [
        one
        for one in catalogue().codes.values()
        if (words in one.name or words in one.category_name or words in one.owner_name or words in one.code)
        and (has_left or one.valid_until is None or one.valid_until >= today)
    ]


@require_safe
@for_support(SEE)
def page(request: DeskRequest) -> HttpResponse:
    known = papers()
    groups: dict[str, list[dict[str, object]]] = {}
    for one in chosen(request):
        line = {
            "matter": one,
            "state": matter_state(one, request.at),
            "streets": streets_in_words(one.starts),
            "desk": DeskKind(one.default_desk).label,
            "has_paper": one.id in known,
        }
        name = one.category_name if one.category_is_confirmed else f"{one.category_name}（{_('待确认')}）"
        groups.setdefault(name, []).append(line)
    context = {
        "title": _("事项清单"),
        "groups": list(groups.items()),
        "q": request.GET.get("q", "")[:40],
        "has_left": request.GET.get("left") == "1",
        "query": request.GET.urlencode(),
    }
    return show(request, "support/matters/catalogue.html", context, room=ROOM)


@require_safe
@for_support(SEE)
def sheet(request: DeskRequest) -> HttpResponse:
    return exported(request, _("事项清单"), [catalogue_sheet(chosen(request), papers())])


@require_safe
@for_support(SEE)
def matter(request: DeskRequest, code: str) -> HttpResponse:
    found = catalogue().by_code(code[:12])
    if found is None:
        raise Missing("no_such_matter", _("没有这个事项。"))
    paper: Paper | None = papers().get(found.id)
    rows = Application.objects.visible_to(request.actor).filter(matter_id=found.id).order_by("pk")
    context = {
        "title": found.name,
        "matter": found,
        "state": matter_state(found, request.at),
        "streets": streets_in_words(found.starts),
        "desk": DeskKind(found.default_desk).label,
        "paper": paper,
        "templates": templates_of(found.id),
        "forms": [(one.form, often(one.form)) for one in (forms([paper.application_id]) if paper is not None else [])],
        "applications": rows,
    }
    return show(request, "support/matters/matter.html", context, room=ROOM)
