"""The policy library 政策文件: the district's normative documents that are in force, for everybody."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from gezhi.kernel.files import open_file
from gezhi.people.models import Policy, PolicyKind
from gezhi.people.models.policies import PolicyQuerySet


def open_policies() -> PolicyQuerySet:
    """Normative documents bind residents and are public; measures for the house's own use are not shown."""
    return Policy.objects.in_force_on(localdate(timezone.now())).filter(kind=PolicyKind.NORMATIVE)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:40]
    rows = open_policies()
    if words:
        rows = rows.filter(title__icontains=words)
    return render(request, "portal/policies.html", {"rows": rows.order_by("-issued_on", "title")[:200], "q": words})


@require_safe
def paper(request: HttpRequest, pk: int) -> FileResponse:
    """The file of one of them."""
    found = open_policies().filter(pk=pk, file__isnull=False).select_related("file").first()
    if found is None or found.file is None:
        raise Http404
    response = FileResponse(open_file(found.file), content_type=found.file.kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response
