"""人选: put forward, approved, marked, appointed."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.accounts.models import User
from gezhi.kernel.calendar import local_day
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Post
from gezhi.people.roles import Role
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Section,
    deed_page,
    record_page,
    seen_of,
)
from gezhi.web.support.workforce.steps import DONE, fields_of, is_direct
from gezhi.web.support.workforce.tables import Table
from gezhi.web.support.workforce.views.recruitment import RECRUITS, url_of, url_of_candidate
from gezhi.web.support.workforce.wording import story, tone
from gezhi.workforce.access import get_candidate, get_round, missing
from gezhi.workforce.actions import (
    mark,
    propose,
    take_candidate,
)
from gezhi.workforce.actions.selecting import candidates
from gezhi.workforce.models import Candidate, Criterion, Mark, Opening
from gezhi.workforce.models.recruitment import CriterionKind, Origin
from gezhi.workforce.workflow import CANDIDATE_STEPS, CandidateStage, RoundStage


@require_http_methods(["GET", "POST"])
@for_support("recruit.recommend", "recruit.run")
def recommend(request: DeskRequest, opening_pk: int) -> HttpResponse:
    opening = Opening.objects.select_related("round__area", "desk__area").filter(pk=opening_pk).first()
    if opening is None:
        raise missing()
    get_round(request.actor, opening.round_id)
    fields = {
        "name": made.word(_("姓名"), longest=40),
        "origin": made.choice(_("来源"), Origin.choices),
        "unit_name": made.word(_("推荐单位"), required=False, help_text=_("单位推荐的必须填写。")),
        "phone": made.word(
            _("联系电话"), longest=20, required=False, inputmode="tel", help_text=_("加密保存，只用来通知本人。")
        ),
    }

    def do(given: dict[str, Any]) -> None:
        propose(opening, actor=request.actor, at=request.at, **given)

    lead = f"{opening.desk.name} · {Role(opening.role).label}。" + _(
        "只记姓名和联系方式，不写身份证号码、住址和其他情况。"
    )
    return deed_page(
        request, DeedForm(fields, request), do, title=_("推荐人选"), back=url_of(opening.round), submit=_("推荐"),
        done=_("已推荐，等街道审核。"), lead=lead,
    )  # fmt: skip


@require_safe
@for_support(*RECRUITS)
def candidate(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_candidate(request.actor, pk)
    runs = request.actor.may("recruit.run", area=found.round.area.code)
    buttons = [
        Button(
            one.label,
            reverse("support:workforce:candidate-step", args=[pk, one.name]),
            one.tone,
            one.key,
            is_direct(one),
        )
        for one in candidates.offered(found, request.actor, request.at)
    ]
    is_own = found.proposed_by_id == request.actor.user_id
    if runs and not is_own and found.round.stage == RoundStage.ASSESSING and found.stage == CandidateStage.APPROVED:
        buttons.insert(0, Button(_("考评打分"), reverse("support:workforce:mark", args=[pk]), "forward", "m"))
    facts = [
        (_("选聘"), found.round.name),
        (_("岗位"), f"{found.opening.desk.name} · {Role(found.opening.role).label}"),
        (_("来源"), Origin(found.origin).label),
        (_("推荐单位"), found.unit or "—"),
    ]
    if runs or is_own:
        facts.append((_("联系电话"), found.phone or "—"))
    sections = []
    if runs:
        marks = (
            Mark.objects.filter(candidate=found)
            .select_related("criterion", "assessor")
            .order_by("criterion__position", "pk")
        )
        rows = [[one.criterion.name, one.assessor.name, words_of_mark(one), one.marked_at] for one in marks]
        columns = [Column(_("标准")), Column(_("谁打的")), Column(_("分")), Column(_("什么时候"))]
        sections = [Section(_("考评"), Table(_("考评"), columns, rows, _("还没有人打分。")))]
    record = Record(
        found.name, url_of(found.round), found.round.name, CandidateStage(found.stage).label, tone(found.stage),
        facts=facts, buttons=buttons, sections=sections, story=story(found), seen=found.version,
    )  # fmt: skip
    return record_page(request, record)


def words_of_mark(given: Mark) -> Any:
    if given.criterion.kind == CriterionKind.POINTS:
        return given.value
    return _("符合") if given.value else _("不符合")


@require_http_methods(["GET", "POST"])
@for_support(*RECRUITS, "people.edit", "staff.edit")
def candidate_step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    found = get_candidate(request.actor, pk)
    row = CANDIDATE_STEPS.get(name)
    if row is None:
        raise missing()
    people = made.people_choices(accounts_near(found)) if name == "appoint" else []

    def do(given: dict[str, Any]) -> None:
        take_candidate(name, found, actor=request.actor, at=request.at, seen=seen_of(request), **given)

    form = DeedForm(fields_of(row, people=people), request, initial={"from_on": local_day(request.at)})
    return deed_page(
        request, form, do, title=f"{row.label} · {found.name}", back=url_of_candidate(found), submit=row.label,
        done=DONE[name], seen=found.version,
    )  # fmt: skip


def accounts_near(found: Candidate) -> list[User]:
    """Accounts to which the post may be given: those of the candidate's name first, then people of the community."""
    named = list(User.objects.filter(name=found.name, is_active=True, officer="").order_by("pk")[:50])
    code = found.opening.desk.area.code[:12]
    near = Post.objects.filter(desk__area__code__startswith=code, until_on=None).values("user_id")
    return named + list(
        User.objects.filter(pk__in=near, is_active=True)
        .exclude(pk__in=[one.pk for one in named])
        .order_by("name")[:300]
    )


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def marking(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_candidate(request.actor, pk)
    criteria = list(Criterion.objects.filter(round=found.round).order_by("position"))
    known = dict(
        Mark.objects.filter(candidate=found, assessor_id=request.actor.user_id).values_list("criterion_id", "value")
    )
    fields = {
        f"criterion{one.pk}": made.key(one.name, [(1, _("符合")), (0, _("不符合"))])
        if one.kind == CriterionKind.YES_NO
        else made.number(
            one.name, least=0, most=100, help_text=_("0 至 100 分，权重 %(weight)s。") % {"weight": one.weight}
        )
        for one in criteria
    }

    def do(given: dict[str, Any]) -> None:
        for one in criteria:
            mark(found, one, given[f"criterion{one.pk}"], actor=request.actor, at=request.at)

    form = DeedForm(fields, request, initial={f"criterion{key}": value for key, value in known.items()})
    title = _("考评打分") + f" · {found.name}"
    return deed_page(
        request, form, do, title=title, back=url_of_candidate(found), submit=_("记下"), done=_("已记下打分。")
    )
