"""Following a report: whoever holds the receipt code sees it, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gezhi.cases.access import case_by_receipt
from gezhi.cases.actions import take
from gezhi.cases.invitations import token_for
from gezhi.cases.models import Case, Reporter
from gezhi.cases.situation import situation_of
from gezhi.cases.workflow import STEPS, Stage, refusal
from gezhi.kernel.access import Actor
from gezhi.kernel.events import timeline
from gezhi.kernel.models import Event
from gezhi.kernel.numbers import parse_receipt_code
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.secrets import mask_phone
from gezhi.territory.queries import name_path
from gezhi.web.middleware import DeskRequest
from gezhi.web.portal import photos, throttle
from gezhi.web.portal.rating import consequence, is_last
from gezhi.web.portal.standing import standing
from gezhi.web.portal.wording import LABELS, spoken

URGED = _("已经催办，承办的岗台会收到提醒。")
DONE = {
    "appeal": _("申诉已经收到，由没有经手的人复核，结果会写在这一页。"),
    "supplement": _("补充已经收到，接着办理。"),
}
TOO_OFTEN = _("这个网络地址刚才发得太多，请过十分钟再试。")
TOO_MANY_GUESSES = _("这个网络地址刚才试错的回执码太多，请过十分钟再查。")


class TooManyGuesses(Refused):
    """HTTP 429: wait, then try again."""

    status = 429


def guarded_case(request: DeskRequest, code: str) -> Case:
    """The case of a receipt code. Codes that open nothing are counted, and after too many even right ones wait: otherwise the
    waiting itself would tell which is right. Raises `Missing` or `TooManyGuesses`."""
    if throttle.is_over(throttle.GUESSING, request, at=request.at):
        raise TooManyGuesses("too_many_guesses", TOO_MANY_GUESSES)
    try:
        return case_by_receipt(code)
    except Missing:
        if parse_receipt_code(code) is not None:
            throttle.count(throttle.GUESSING, request, at=request.at)
        raise


def follow_url(case: Case) -> str:
    return f"{reverse('portal:follow')}?{urlencode({'code': case.receipt_code})}"


@require_safe
@never_cache
def follow(request: DeskRequest) -> HttpResponse:
    code = request.GET.get("code", "").strip()
    if not code:
        return render(request, "portal/follow_find.html")
    try:
        case = guarded_case(request, code)
    except Refused as error:
        return not_opened(request, code, error)
    return case_page(request, case)


def not_opened(request: DeskRequest, code: str, error: Refused) -> HttpResponse:
    """The question for the code again, with what was typed and a kind word."""
    context = {"code": code[:40], "message": error.message}
    return render(request, "portal/follow_find.html", context, status=error.status)


@require_POST
@never_cache
def urge(request: DeskRequest) -> HttpResponse:
    """催办 by whoever holds the receipt code; how often is a limit of the catalogue."""
    code = request.POST.get("code", "").strip()
    try:
        case = guarded_case(request, code)
    except Refused as error:
        return not_opened(request, code, error)
    if throttle.is_over(throttle.SENDING, request, at=request.at):
        return case_page(request, case, message=TOO_OFTEN, status=429)
    throttle.count(throttle.SENDING, request, at=request.at)
    try:
        take("urge", case, actor=Actor.resident(), at=request.at)
    except Refused as error:
        return case_page(request, case_by_receipt(case.receipt_code), message=error.message, status=error.status)
    # Asked for anew, so that reloading the page urges nobody twice.
    return redirect(f"{follow_url(case)}&urged=1")


@dataclass(frozen=True, slots=True)
class Urging:
    """May the reporter urge now, from when again, and what became of the last try."""

    is_open: bool
    again_from: str = ""
    message: Any = ""
    is_done: bool = False


def urging(case: Case, request: DeskRequest, message: Any) -> Urging:
    situation = situation_of(case, Actor.resident(), request.at)
    why_not = refusal(STEPS["urge"], situation)
    is_done = "urged" in request.GET and case.urged_at is not None
    rests = why_not is not None and why_not.code == "urge_rested" and situation.urge_from is not None
    return Urging(
        why_not is None,
        spoken(situation.urge_from, request.at) if rests and situation.urge_from is not None else "",
        message or (URGED if is_done else ""),
        is_done and not message,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What the reporter wrote in one of the forms of this page and why it was not taken, with the pictures that were."""

    step: str
    words: str
    problem: Any
    kept: tuple[photos.Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A form of this page: what the desk asked (待补充), or that one may object (申诉); until when; what became of the last try."""

    is_open: bool
    question: str = ""
    until: str = ""
    words: str = ""
    problem: Any = ""
    kept: tuple[photos.Kept, ...] = ()
    done: Any = ""


def reply_to(step: str, case: Case, events: Sequence[Event], request: DeskRequest, written: Written | None) -> Reply:
    situation = situation_of(case, Actor.resident(), request.at)
    is_open = refusal(STEPS[step], situation) is None
    until = situation.appeal_until if step == "appeal" else situation.review_at
    ours = written if written is not None and written.step == step else None
    done = DONE[step] if step in request.GET and not is_open and said_by_reporter(step, events) else ""
    return Reply(
        is_open,
        question_in(events) if step == "supplement" and is_open else "",
        spoken(until, request.at) if is_open and until is not None else "",
        ours.words if ours else "",
        ours.problem if ours else "",
        ours.kept if ours else (),
        done,
    )


def question_in(events: Sequence[Event]) -> str:
    """What a desk asked the reporter to add, the last time."""
    return next((event.note for event in reversed(events) if event.name == "case.reporter_asked"), "")


def said_by_reporter(step: str, events: Sequence[Event]) -> bool:
    return any(event.name == STEPS[step].event for event in events)


def answer_to_appeal(events: Sequence[Event]) -> str:
    """What the reporter was told when an appeal was found right; a dismissed one is told by the answer of the case."""
    return next((event.note for event in reversed(events) if event.name == "case.appeal_answered"), "")


def case_page(
    request: DeskRequest, case: Case, *, message: Any = "", written: Written | None = None, status: int = 200
) -> HttpResponse:
    events = timeline(case)
    replies = {step: reply_to(step, case, events, request, written) for step in ("appeal", "supplement")}
    rating = case.ratings.order_by("-round").first()
    if rating is not None and not is_last(case, rating):
        rating = None
    token = token_for(case) if may_be_rated(case, request) else ""
    context = {
        "case": case,
        "standing": standing(case, events, at=request.at),
        **replies,
        "replies_done": [reply.done for reply in replies.values() if reply.done],
        "appeal_answer": answer_to_appeal(events),
        "place": name_path(case.place_code or settings.DISTRICT),
        "photos": photos.tokens_of(case),
        "phone": masked_phone(case),
        "rate_url": reverse("portal:rate", args=[token]) if token else "",
        "rating": {"service": LABELS[rating.service], "outcome": LABELS[rating.outcome]} if rating else None,
        "urge": urging(case, request, message),
        "consequence": consequence(case, rating, request.at) if rating else "",
    }
    return render(request, "portal/follow.html", context, status=status)


def may_be_rated(case: Case, request: DeskRequest) -> bool:
    if case.stage != Stage.ANSWERED:
        return False
    return refusal(STEPS["rate"], situation_of(case, Actor.resident(), request.at)) is None


def masked_phone(case: Case) -> str:
    """Enough to recognise one's own number, not enough to learn another's."""
    phone = Reporter.objects.filter(case=case).values_list("phone", flat=True).first()
    return mask_phone(phone) if phone else ""


@require_safe
def case_photo(request: HttpRequest, token: str) -> FileResponse:
    return photos.show_of_case(token)
