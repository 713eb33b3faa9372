"""A resident reports without an account: the form, the sending, the receipt."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.cases import actions
from gezhi.cases.timing import deadline
from gezhi.kernel.access import Actor
from gezhi.kernel.receipts import once
from gezhi.kernel.refusals import Conflict, Refused
from gezhi.kernel.secrets import blind_index
from gezhi.kernel.texts import LONGEST_TEXT
from gezhi.territory.queries import district_name, name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import photos, throttle
from gezhi.web.portal.following import follow_url, guarded_case, not_opened
from gezhi.web.portal.forms import KIND_NOTES, ReportForm
from gezhi.web.portal.nearby import Near, join, main_of, near_report
from gezhi.web.portal.photos import Kept
from gezhi.web.portal.receipts import digest_facts
from gezhi.web.portal.standing import standing
from gezhi.web.portal.wording import spoken

# Six photos of ten megabytes, and the text.
MOST_BYTES = 64 * 1024 * 1024
RECEIPTS = "portal.report"
# Fields of the action that have another name in the form.
FIELDS = {
    "reporter_name": "name",
    "reporter_phone": "phone",
    "files": "photos",
    "lat": "lng",
    "crs": "lng",
    "area_code": "community",
}
TRAPPED = _("有一栏应当留空却填上了，可能是浏览器自动填的，已经清掉。请再按一次发送。")
TOO_OFTEN = _("这个网络地址刚才发送得太多，请过十分钟再发。您写的都还在；新选的照片请到时再选。")
ALREADY_SENT = _("这份表单刚才已经发送过，这一次内容有改动，还没有发出。要作为另一件事反映，请再按一次发送。")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: DeskRequest) -> HttpResponse:
    """Looks at the size first, before the check against forgery reads the form, so that an oversized one is answered in words."""
    if request.method == "POST" and is_too_large(request):
        return too_large(request)
    return guarded_report(request)


@csrf_protect
def guarded_report(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        return form_page(request, ReportForm(), [])
    kept = photos.kept_before(request.POST.getlist("kept"))
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        return form_page(request, refilled(request, TOO_OFTEN), kept, status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    refused_photos = photos.take_in(request.FILES.getlist("photos"), kept, at=request.at)
    if request.POST.get("look") == "grids":
        return form_page(request, ReportForm(initial=request.POST.dict()), kept)
    return sent(request, kept, refused_photos)


def sent(request: DeskRequest, kept: list[Kept], refused_photos: list[Any]) -> HttpResponse:
    """The receipt, or the form again with everything in it and what is wrong."""
    form = refilled(request, TRAPPED) if request.POST.get("website") else ReportForm(request.POST)
    for sentence in refused_photos:
        form.add_error("photos", sentence)
    if not form.is_valid():
        return form_page(request, form, kept, status=422)
    same = main_of(request.POST.get("same", ""))
    if same is None and not request.POST.get("asked") and (near := near_report(form)):
        # Nothing is sent yet: perhaps it is one of these.
        return form_page(request, form, kept, near=near)
    try:
        code = send(form, kept, at=request.at, same=same)
    except Conflict:
        # The same key with other content: sent, gone back, changed, sent again. Nothing is lost, and nothing is sent unasked.
        return form_page(request, refilled(request, ALREADY_SENT, key=str(uuid.uuid4())), kept, status=409)
    except Refused as refusal:
        field = FIELDS.get(refusal.field or "", refusal.field)
        form.add_error(field if field in form.fields else None, refusal.message)
        return form_page(request, form, kept, status=422)
    return redirect("portal:done", code=code)


def is_too_large(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES or len(request.POST) < 0
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return True


def too_large(request: HttpRequest) -> HttpResponse:
    context = {
        "title": gettext("内容太大，没有收下"),
        "message": gettext(
            "情况请写在 %(longest)d 个字以内，照片每张不超过 10 MB、最多 %(most)d 张。请返回上一页，您写的都还在，缩短后再发。"
        )
        % {"longest": LONGEST_TEXT, "most": photos.MOST},
        "action": reverse("portal:report"),
        "action_label": gettext("重新填写"),
    }
    return render(request, "portal/message.html", context, status=413)


def refilled(request: HttpRequest, sentence: Any, **changes: str) -> ReportForm:
    """The form with everything that was typed and one sentence above it; the trap is emptied."""
    data = request.POST.copy()
    data["website"] = ""
    for name, value in changes.items():
        data[name] = value
    form = ReportForm(data)
    form.add_error(None, sentence)
    return form


def send(form: ReportForm, kept: list[Kept], *, at: datetime, same: int | None = None) -> str:
    """Once, however often the form is sent; the receipt code. `same` is the case that it joins ("me too").

    Raises what the action refuses, or `Conflict` for other content.
    """
    given = form.cleaned_data
    facts = {
        name: given[name] for name in ("text", "kind", "lng", "lat", "address", "may_be_contacted", "is_confidential")
    }
    facts["area_code"] = form.area_code
    content = {
        **facts,
        "same": same,
        "files": [photo.file.sha256 for photo in kept],
        # Under the blind index: a plain fingerprint of a phone number could be guessed by trying them all.
        "who": blind_index(f"{given['name']}\n{given['phone']}", context=RECEIPTS),
    }

    def do() -> tuple[int, Any]:
        case = actions.report(
            actor=Actor.resident(),
            at=at,
            source="portal",
            reporter_name=given["name"],
            reporter_phone=given["phone"],
            files=[photo.file for photo in kept],
            **facts,
        )
        if same is not None:
            join(case, same, at=at)
        return 201, {"receipt": case.receipt_code}

    (_status, answer), _replayed = once(RECEIPTS, given["key"], content, do, at=at)
    return str(answer["receipt"])


def form_page(
    request: DeskRequest, form: ReportForm, kept: list[Kept], *, near: Sequence[Near] = (), status: int = 200
) -> HttpResponse:
    context = {
        "near": near,
        "form": form,
        "kinds": [(radio, note) for radio, note in zip(form["kind"], KIND_NOTES.values(), strict=True)],
        "grids": form.grids,
        "kept": kept,
        "most_photos": photos.MOST,
        "accept_promise": accept_promise(request.at),
    }
    return render(request, "portal/report.html", context, status=status)


def accept_promise(at: datetime) -> str:
    """What happens next and by when, were the form sent now from an unknown place: the district's own limit to accept."""
    due = deadline("accept", since=at, matter_id=None, level="district", is_emergency=False)
    return gettext("受理的岗台最晚在 %(until)s 决定是否受理。") % {"until": spoken(due.at, at)}


@require_safe
@never_cache
def done(request: DeskRequest, code: str) -> HttpResponse:
    """The receipt: the code, who answers, what next, by when."""
    try:
        case = guarded_case(request, code)
    except Refused as error:
        return not_opened(request, code, error)
    context = {
        "case": case,
        "standing": standing(case, [], at=request.at),
        "place": name_path(case.place_code or settings.DISTRICT),
        "district": district_name(),
        "photo_count": case.attachments.filter(step="report").count(),
        "follow_url": follow_url(case),
        **digest_facts(case),
    }
    return render(request, "portal/done.html", context)


@require_safe
def kept_photo(request: HttpRequest, token: str) -> FileResponse:
    return photos.show_kept(token)
