"""选聘: the rounds, one of them with posts, criteria, candidates and objections, and the paper of its notice."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.kernel import documents
from gezhi.kernel.access import Denied
from gezhi.kernel.calendar import local_day
from gezhi.kernel.refusals import Missing
from gezhi.kernel.workbooks import Column
from gezhi.people.models import Desk
from gezhi.people.roles import Role
from gezhi.territory.models import Area
from gezhi.web.middleware import DeskRequest
from gezhi.web.support.page import for_support
from gezhi.web.support.workforce import forms as made
from gezhi.web.support.workforce.forms import DeedForm
from gezhi.web.support.workforce.page import (
    Button,
    Record,
    Register,
    Section,
    choices,
    deed_page,
    record_page,
    register_page,
    seen_of,
)
from gezhi.web.support.workforce.steps import DONE, fields_of, is_direct
from gezhi.web.support.workforce.tables import Cell, Table, attached
from gezhi.web.support.workforce.wording import story, tone
from gezhi.workforce.access import get_round, missing
from gezhi.workforce.actions import (
    Measure,
    Vacancy,
    add_criterion,
    add_opening,
    answer_objection,
    object_to,
    plan_round,
    take_round,
)
from gezhi.workforce.actions.selecting import is_intact, rounds
from gezhi.workforce.models import Candidate, Objection, Round
from gezhi.workforce.models.recruitment import Channel, CriterionKind, Origin
from gezhi.workforce.places import areas_within
from gezhi.workforce.queries import by_channel
from gezhi.workforce.situation import standings_of
from gezhi.workforce.workflow import ROUND_STEPS, CandidateStage, RoundStage

ROUNDS = "support:workforce:rounds"
RECRUITS = ("recruit.run", "recruit.recommend", "workforce.see")
SELECTABLE = (Role.GRID_LEADER, Role.GRID_WORKER, Role.PART_TIME_WORKER, Role.ADVISER)


def url_of(round_: Round) -> str:
    return reverse("support:workforce:round", args=[round_.pk])


def url_of_candidate(candidate: Candidate) -> str:
    return reverse("support:workforce:candidate", args=[candidate.pk])


@require_safe
@for_support(*RECRUITS)
def listing(request: DeskRequest) -> HttpResponse:
    """All selections of the actor's land, the newest first."""
    stage = request.GET.get("stage", "")
    rows = Round.objects.visible_to(request.actor).select_related("area").prefetch_related("openings", "candidates")
    if stage in RoundStage.values:
        rows = rows.filter(stage=stage)
    columns = [
        Column(_("选聘"), 18),
        Column(_("阶段"), 6),
        Column(_("渠道"), 6),
        Column(_("范围"), 10),
        Column(_("岗位数"), 4),
        Column(_("人选"), 4),
        Column(_("报名截止"), 7),
        Column(_("公示到"), 7),
    ]
    lines = [
        [
            Cell(one.name, url_of(one)),
            Cell(RoundStage(one.stage).label, state=tone(one.stage)),
            Channel(one.channel).label,
            one.area.name,
            sum(opening.count for opening in one.openings.all()),
            len(one.candidates.all()),
            one.apply_until,
            one.notice_until,
        ]
        for one in rows.order_by("-pk")
    ]
    counted = by_channel(request.actor)
    came = Table(
        _("进入渠道"),
        [Column(_("渠道")), Column(_("已安排岗位的人数"))],
        [[channel.label, counted[channel.value]] for channel in Channel],
    )
    empty = _("还没有选聘。先写明选什么岗位、按什么标准，再开始报名推荐。")
    buttons = [Button(_("新的选聘"), reverse("support:workforce:round-new"), "forward", "n")]
    return register_page(
        request,
        Register(
            Table(_("选聘"), columns, lines, empty),
            lead=_("岗位、标准、人选、公示、结果都在这里。结果一定，谁也不能再改。"),
            buttons=buttons if request.actor.has("recruit.run") else [],
            filters=[(_("阶段"), choices(request, "stage", [("", _("全部")), *RoundStage.choices]))],
            more=[came],
        ),
    )


def areas_of(request: DeskRequest, right: str) -> list[Area]:
    """The district, streets and communities for which the actor holds the right."""
    rows = Area.objects.filter(areas_in(*request.actor.areas(right)), level__in=("district", "street"))
    return list(rows.order_by("code"))


def areas_in(*codes: str) -> Q:
    condition = Q(pk__in=[])
    for code in codes:
        condition |= Q(code__startswith=code)
    return condition


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def new(request: DeskRequest) -> HttpResponse:
    areas = {one.pk: one for one in areas_of(request, "recruit.run")}
    form = DeedForm(
        {
            "name": made.word(_("名称"), placeholder=_("例如：大观园街道 2026 年兼职网格员选聘")),
            "area": made.key(_("范围"), [(pk, one.name) for pk, one in areas.items()]),
            "channel": made.choice(_("进入渠道"), Channel.choices),
            "apply_until": made.day(_("报名截止日期")),
        },
        request,
    )
    planned: list[Round] = []

    def do(given: dict[str, Any]) -> None:
        area = areas.get(given.pop("area"))
        if area is None:
            raise missing()
        planned.append(plan_round(actor=request.actor, at=request.at, area=area, **given))

    back = reverse(ROUNDS)
    return deed_page(
        request, form, do, title=_("新的选聘"), back=back, submit=_("建立"), done=_("已建立，请写明岗位和标准。"),
        then=lambda: url_of(planned[0]),
    )  # fmt: skip


@require_safe
@for_support(*RECRUITS)
def one(request: DeskRequest, pk: int) -> HttpResponse:
    round_ = get_round(request.actor, pk)
    runs = request.actor.may("recruit.run", area=round_.area.code)
    steps = rounds.offered(round_, request.actor, request.at)
    buttons = [
        Button(
            step.label,
            reverse("support:workforce:round-step", args=[pk, step.name]),
            step.tone,
            step.key,
            is_direct(step),
        )
        for step in steps
    ]
    facts = [
        (_("范围"), round_.area.name),
        (_("渠道"), Channel(round_.channel).label),
        (_("报名截止"), round_.apply_until.isoformat()),
    ]
    if round_.notice_from is not None and round_.notice_until is not None:
        facts.append((_("公示"), f"{round_.notice_from} — {round_.notice_until}"))
    if round_.digest:
        facts.append((_("结果摘要（SM3）"), round_.digest))
        facts.append((_("核对"), _("与定结果时一致") if is_intact(round_) else _("不一致，结果被动过")))
    papers = []
    if round_.stage in (RoundStage.NOTICE, RoundStage.DECIDED):
        papers = [(_("公示文件（Word）"), reverse("support:workforce:round-notice", args=[pk]))]
    sections = [openings_of(round_, runs), criteria_of(round_, runs), candidates_of(request, round_)]
    if runs and round_.stage in (RoundStage.NOTICE, RoundStage.DECIDED):
        sections.append(objections_of(round_))
    record = Record(
        round_.name, reverse(ROUNDS), _("选聘"), RoundStage(round_.stage).label, tone(round_.stage), facts=facts,
        buttons=buttons, sections=sections, story=story(round_), papers=papers, seen=round_.version,
    )  # fmt: skip
    return record_page(request, record)


def openings_of(round_: Round, runs: bool) -> Section:
    is_open = round_.stage == RoundStage.OPEN
    rows = [
        [
            opening.desk.name,
            Role(opening.role).label,
            opening.count,
            Cell(_("推荐人选"), reverse("support:workforce:propose", args=[opening.pk])) if is_open else "",
        ]
        for opening in round_.openings.select_related("desk").order_by("pk")
    ]
    table = Table(
        _("岗位"), [Column(_("岗台")), Column(_("岗位")), Column(_("人数")), Column("")], rows, _("还没有写明岗位。")
    )
    is_draft = runs and round_.stage == RoundStage.DRAFT
    buttons = [Button(_("增加岗位"), reverse("support:workforce:opening-new", args=[round_.pk]))] if is_draft else []
    return Section(_("岗位"), table, buttons=buttons)


def criteria_of(round_: Round, runs: bool) -> Section:
    rows = [[one.name, CriterionKind(one.kind).label, one.weight or ""] for one in round_.criteria.order_by("position")]
    table = Table(_("标准"), [Column(_("标准")), Column(_("怎么判")), Column(_("权重"))], rows, _("还没有写明标准。"))
    is_draft = runs and round_.stage == RoundStage.DRAFT
    buttons = [Button(_("增加标准"), reverse("support:workforce:criterion-new", args=[round_.pk]))] if is_draft else []
    return Section(_("标准"), table, buttons=buttons)


def candidates_of(request: DeskRequest, round_: Round) -> Section:
    """Those whom the actor may see; with their standing for who runs the selection."""
    runs = request.actor.may("recruit.run", area=round_.area.code)
    scores = {one.candidate: one for one in standings_of(round_)} if runs else {}
    rows = []
    for one in round_.candidates.select_related("opening__desk__area").order_by("opening_id", "pk"):
        one.round = round_
        if not runs and not (
            one.proposed_by_id == request.actor.user_id
            or request.actor.may("workforce.see", area=one.opening.desk.area.code)
        ):
            continue
        standing = scores.get(one.pk)
        score = f"{standing.score / 100:.2f}" if standing is not None and standing.score is not None else ""
        rows.append(
            [
                Cell(one.name, url_of_candidate(one), small=one.unit),
                one.opening.desk.name,
                Origin(one.origin).label,
                Cell(CandidateStage(one.stage).label, state=tone(one.stage)),
                score,
            ]
        )
    columns = [Column(_("姓名")), Column(_("岗台")), Column(_("来源")), Column(_("状态")), Column(_("得分"))]
    return Section(_("人选"), Table(_("人选"), columns, rows, _("还没有人选。")))


def objections_of(round_: Round) -> Section:
    rows = []
    for one in round_.objections.select_related("candidate").order_by("pk"):
        waits = one.answered_at is None and round_.stage == RoundStage.NOTICE
        answered = _("属实") if one.is_upheld else _("不属实")
        rows.append(
            [
                Cell(one.text, small=one.candidate.name if one.candidate is not None else ""),
                one.raised_at,
                Cell(_("答复"), reverse("support:workforce:objection", args=[one.pk])) if waits else answered,
                one.answer,
            ]
        )
    columns = [Column(_("异议")), Column(_("收到")), Column(_("结论")), Column(_("答复"))]
    buttons = []
    if round_.stage == RoundStage.NOTICE:
        buttons = [Button(_("登记异议"), reverse("support:workforce:objection-new", args=[round_.pk]))]
    return Section(_("异议"), Table(_("异议"), columns, rows, _("公示期没有收到异议。")), buttons=buttons)


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def step(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    round_ = get_round(request.actor, pk)
    row = ROUND_STEPS.get(name)
    if row is None:
        raise missing()

    def do(given: dict[str, Any]) -> None:
        take_round(name, round_, actor=request.actor, at=request.at, seen=seen_of(request), **given)

    form = DeedForm(fields_of(row), request)
    return deed_page(
        request, form, do, title=row.label, back=url_of(round_), submit=row.label, done=DONE[name], seen=round_.version,
        lead=round_.name,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def opening_new(request: DeskRequest, pk: int) -> HttpResponse:
    round_ = get_round(request.actor, pk)
    desks = Desk.objects.filter(areas_within("area", round_.area.code), department=None, is_open=True, kind="grid")
    known = {desk.pk: desk for desk in desks.select_related("area").order_by("area__code")}
    roles = [(role.value, role.label) for role in SELECTABLE]
    fields = {
        "desk": made.key(_("岗台"), made.desk_choices(known.values())),
        "role": made.choice(_("岗位"), roles),
        "count": made.number(_("人数"), least=1, most=200),
    }

    def do(given: dict[str, Any]) -> None:
        vacancy = Vacancy(known[given["desk"]], given["role"], given["count"])
        add_opening(round_, vacancy, actor=request.actor, at=request.at)

    form = DeedForm(fields, request, initial={"count": 1})
    return deed_page(
        request, form, do, title=_("增加岗位"), back=url_of(round_), submit=_("增加"), done=_("已增加岗位。")
    )


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def criterion_new(request: DeskRequest, pk: int) -> HttpResponse:
    round_ = get_round(request.actor, pk)
    fields = {
        "name": made.word(_("标准")),
        "weight": made.number(
            _("权重"), least=0, most=100, help_text=_("0 表示必须符合的条件，只判是与否；其余按百分制打分后加权。")
        ),
    }

    def do(given: dict[str, Any]) -> None:
        add_criterion(round_, Measure(given["name"], given["weight"]), actor=request.actor, at=request.at)

    form = DeedForm(fields, request, initial={"weight": 0})
    return deed_page(
        request, form, do, title=_("增加标准"), back=url_of(round_), submit=_("增加"), done=_("已增加标准。")
    )


# --- objections and the notice --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def objection_new(request: DeskRequest, pk: int) -> HttpResponse:
    round_ = get_round(request.actor, pk)
    named = {one.pk: one for one in round_.candidates.filter(stage=CandidateStage.CHOSEN)}
    fields = {
        "text": made.words(_("异议的内容"), longest=2000, help_text=_("不写提出人是谁，可以匿名；不写身份证号码。")),
        "candidate": made.key(_("针对谁"), [(key, one.name) for key, one in named.items()], required=False),
    }

    def do(given: dict[str, Any]) -> None:
        object_to(
            round_, actor=request.actor, at=request.at, text=given["text"], candidate=named.get(given["candidate"])
        )

    return deed_page(
        request,
        DeedForm(fields, request),
        do,
        title=_("登记异议"),
        back=url_of(round_),
        submit=_("登记"),
        done=_("异议已登记。"),
    )


@require_http_methods(["GET", "POST"])
@for_support("recruit.run")
def objection(request: DeskRequest, pk: int) -> HttpResponse:
    found = Objection.objects.select_related("round__area", "candidate").filter(pk=pk).first()
    if found is None or not request.actor.may("recruit.run", area=found.round.area.code):
        raise missing()
    fields = {
        "answer": made.words(_("核实情况和答复"), longest=2000),
        "is_upheld": made.flag(_("异议属实"), help_text=_("属实的，公示撤下，重新考评；针对的人选取消资格。")),
    }

    def do(given: dict[str, Any]) -> None:
        answer_objection(found, actor=request.actor, at=request.at, **given)

    return deed_page(
        request, DeedForm(fields, request), do, title=_("答复异议"), back=url_of(found.round), submit=_("答复"),
        done=_("异议已答复。"), lead=found.text,
    )  # fmt: skip


@require_safe
@for_support(*RECRUITS)
def notice(request: DeskRequest, pk: int) -> HttpResponse:
    """The public notice as a paper: names and posts, nothing else of anybody."""
    round_ = get_round(request.actor, pk)
    if round_.stage not in (RoundStage.NOTICE, RoundStage.DECIDED):
        raise Missing("no_notice", _("还没有公示。"))
    if not request.actor.has("workforce.see") and not request.actor.has("recruit.run"):
        raise Denied("workforce.see")
    is_decided = round_.stage == RoundStage.DECIDED
    title = _("选聘结果") if is_decided else _("拟聘人选公示")
    document = documents.new_document(title, number=round_.name, at=request.at)
    span = _("公示时间：%(first)s 至 %(last)s。") % {"first": round_.notice_from, "last": round_.notice_until}
    documents.paragraphs(document, span)
    chosen = round_.candidates.filter(stage__in=(CandidateStage.CHOSEN, CandidateStage.APPOINTED))
    rows = [
        [number, one.name, one.opening.desk.name, Role(one.opening.role).label]
        for number, one in enumerate(chosen.select_related("opening__desk").order_by("opening_id", "pk"), start=1)
    ]
    documents.table(document, [_("序号"), _("姓名"), _("岗台"), _("岗位")], rows)
    if is_decided:
        documents.paragraphs(document, _("结果摘要（SM3）：%(digest)s") % {"digest": round_.digest})
    else:
        documents.paragraphs(document, _("对公示人选有异议的，请在公示期内向组织选聘的单位反映，可以不署名。"))
    documents.signatures(document, [round_.area.name], date_line=local_day(request.at).isoformat())
    return attached(documents.as_bytes(document), documents.MEDIA_TYPE, f"{title}-{round_.pk}.docx")
