"""政策文件和依据: the library, its articles, and which rules rest on them; rules without a basis are a list of their own."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gezhi.kernel.files import keep, open_file
from gezhi.kernel.models import StoredFile
from gezhi.kernel.refusals import Missing, Refused
from gezhi.kernel.workbooks import Column
from gezhi.people.actions import add_article, cite, end_policy, issue_policy, lift_citation
from gezhi.people.citations import Grounded, kinds, rules_and_bases
from gezhi.people.models import Citation, Policy
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.listing import Choice
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.page import for_support
from gezhi.web.support.people.forms import ArticleForm, CiteForm, EndForm, PolicyForm
from gezhi.web.support.sheets import (
    Button,
    Buttons,
    Cell,
    Facts,
    Fill,
    Page,
    Table,
    Tool,
    as_workbook,
    excel_tool,
    show_sheet,
    with_query,
)

ROOM = "organisation"


def may_edit(request: DeskRequest) -> bool:
    return request.actor.may("committee.edit", area=settings.DISTRICT)


def state_of(policy: Policy, request: DeskRequest) -> Cell:
    today = localdate(request.at)
    if policy.effective_from > today:
        return Cell(_("尚未生效"), state="soon")
    if policy.effective_until is not None and policy.effective_until < today:
        return Cell(_("已失效"), state="quiet")
    return Cell(_("有效"), state="good")


def table(request: DeskRequest, *, is_all: bool) -> Table:
    policies = Policy.objects.all() if is_all else Policy.objects.in_force_on(localdate(request.at))
    rows = [
        [
            Cell(policy.title, href=reverse("support:people:policy", args=[policy.pk]), small=policy.number),
            policy.get_kind_display(),
            policy.edition,
            policy.issued_on,
            policy.effective_from,
            policy.effective_until,
            state_of(policy, request),
        ]
        for policy in policies.order_by("-kind", "title", "-edition")
    ]
    columns = [
        Column(_("文件"), 30), Column(_("种类"), 8), Column(_("版次")), Column(_("印发日期"), 7), Column(_("生效日期"), 7),
        Column(_("失效日期"), 7), Column(_("状态"), 6),
    ]  # fmt: skip
    return Table(_("政策文件"), columns, rows, _("还没有录入文件。区级服务保障专员可以录入规范性文件和配套办法。"))


@require_safe
@for_support("committee.see")
def page(request: DeskRequest) -> HttpResponse:
    is_all = request.GET.get("all") == "1"
    chips = [Choice(_("有效的"), "?", not is_all), Choice(_("全部，含失效的"), "?all=1", is_all)]
    tools = [
        excel_tool(reverse("support:people:policies-workbook")),
        Tool(_("规则和依据"), reverse("support:people:rules"), "book"),
    ]
    if may_edit(request):
        tools.insert(0, Tool(_("录入文件"), reverse("support:people:policy-new"), "plus", "n", is_primary=True))
    lead = _("规范性文件和配套办法。系统里的规则可以写明依据哪一条；失效的文件不再提供引用。")
    return show_sheet(request, Page(_("政策文件"), [table(request, is_all=is_all)], lead, tools, [chips]), room=ROOM)


@require_safe
@for_support("committee.see")
def workbook(request: DeskRequest) -> HttpResponse:
    return as_workbook(
        request,
        _("政策文件"),
        table(request, is_all=True),
        rules_table(request, rules_and_bases(on=localdate(request.at))),
    )


def kept(request: DeskRequest, form: PolicyForm) -> StoredFile | None:
    """The upload, looked at and stored before the action. Raises `Refused`."""
    upload = form.cleaned_data.get("file")
    if not upload:
        return None
    stored = keep(upload, at=request.at)
    if stored.kind != StoredFile.Kind.PDF:
        raise Refused("not_pdf", _("正文请用 PDF 文件。"), field="file")
    return stored


def entering(request: DeskRequest, replaces: Policy | None) -> HttpResponse:
    back = reverse("support:people:policy", args=[replaces.pk]) if replaces else reverse("support:people:policies")
    title = _("录入新版：%(title)s") % {"title": replaces.title} if replaces else _("录入文件")

    def show(form: PolicyForm, status: int) -> HttpResponse:
        return show_sheet(
            request, Page(title, [Fill(form, _("录入"), seal(), back=back)], back=back), room=ROOM, status=status
        )

    if request.method == "POST":
        form = PolicyForm(request.POST, request.FILES, is_edition=replaces is not None)
        if form.is_valid():
            try:
                file = kept(request, form)
            except Refused as refused:
                form.refuse("file", refused.message)
                return show(form, 422)

            def do(given: dict[str, Any]) -> str:
                given.pop("file", None)
                kind = given.pop("kind", None) or (replaces.kind if replaces else "")
                name = given.pop("title", None) or (replaces.title if replaces else "")
                policy = issue_policy(
                    kind, name, actor=request.actor, at=request.at, file=file, replaces=replaces, **given
                )
                return _("《%(title)s》已录入。") % {"title": policy.title}

            return act(request, form, do, lambda status: show(form, status), back=back)
        return show(form, 422)
    today = localdate(request.at)
    return show(PolicyForm(is_edition=replaces is not None, initial={"issued_on": today, "effective_from": today}), 200)


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def new(request: DeskRequest) -> HttpResponse:
    return entering(request, None)


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def edition(request: DeskRequest, pk: int) -> HttpResponse:
    return entering(request, found(pk))


def found(pk: int) -> Policy:
    policy = Policy.objects.filter(pk=pk).select_related("file").first()
    if policy is None:
        raise Missing("no_such_policy", _("没有找到这份文件。"))
    return policy


def show_one(
    request: DeskRequest, policy: Policy, article: ArticleForm, end: EndForm, status: int = 200
) -> HttpResponse:
    file = Cell(_("打开正文"), href=reverse("support:people:policy-file", args=[policy.pk])) if policy.file_id else "—"
    pairs = [
        (_("种类"), policy.get_kind_display()),
        (_("文号"), policy.number or "—"),
        (_("版次"), policy.edition),
        (_("印发日期"), policy.issued_on),
        (_("有效期"), f"{policy.effective_from} — {policy.effective_until or ''}"),
        (_("状态"), state_of(policy, request)),
        (_("正文"), file),
    ]
    rows = [
        [one.label, one.gist, sum(not citation.is_lifted for citation in one.citations.all())]
        for one in policy.articles.prefetch_related("citations")
    ]
    columns = [Column(_("条款"), 6), Column(_("要点"), 36), Column(_("被引用"))]
    blocks: list[Any] = [Facts(pairs), Table(_("条款"), columns, rows, _("还没有录入条款。规则只能引用录入的条款。"))]
    tools = []
    if may_edit(request):
        tools = [Tool(_("录入新版"), reverse("support:people:policy-edition", args=[policy.pk]), "plus", "n")]
        blocks += [
            Fill(
                article,
                _("录入"),
                seal(),
                _("录入一条"),
                reverse("support:people:policy-article", args=[policy.pk]),
                is_folded=True,
            ),
            Fill(
                end,
                _("定下"),
                seal(),
                _("写明失效日期"),
                reverse("support:people:policy-end", args=[policy.pk]),
                is_folded=True,
            ),
        ]
    page = Page(policy.title, blocks, tools=tools, back=reverse("support:people:policies"))
    return show_sheet(request, page, room=ROOM, status=status)


@require_safe
@for_support("committee.see")
def one(request: DeskRequest, pk: int) -> HttpResponse:
    return show_one(request, found(pk), ArticleForm(), EndForm(initial={"until_on": localdate(request.at)}))


@require_POST
@for_support("committee.edit")
def article(request: DeskRequest, pk: int) -> HttpResponse:
    policy, form = found(pk), ArticleForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        add_article(policy, given["label"], given["gist"], actor=request.actor, at=request.at)
        return _("已录入%(label)s。") % {"label": given["label"]}

    again = EndForm(initial={"until_on": localdate(request.at)})
    back = reverse("support:people:policy", args=[pk])
    return act(request, form, do, lambda status: show_one(request, found(pk), form, again, status), back=back)


@require_POST
@for_support("committee.edit")
def end(request: DeskRequest, pk: int) -> HttpResponse:
    policy, form = found(pk), EndForm(request.POST)

    def do(given: dict[str, Any]) -> str:
        end_policy(policy, given["until_on"], actor=request.actor, at=request.at)
        return _("到 %(day)s 为止有效。") % {"day": given["until_on"].isoformat()}

    back = reverse("support:people:policy", args=[pk])
    return act(request, form, do, lambda status: show_one(request, found(pk), ArticleForm(), form, status), back=back)


@require_safe
@for_support("committee.see")
def file(request: DeskRequest, pk: int) -> HttpResponseBase:
    policy = found(pk)
    if policy.file is None:
        raise Missing("no_such_file", _("这份文件没有上传正文。"))
    response = FileResponse(
        open_file(policy.file), as_attachment=True, filename=f"{policy.title}.pdf", content_type=policy.file.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


# --- rules and what they rest on --------------------------------------------------------------------------------------


def rules_table(request: DeskRequest, several: list[Grounded]) -> Table:
    rows = []
    for one in several:
        href = with_query(reverse("support:people:rule"), [("kind", one.kind.code), ("key", one.rule.key)])
        bases = "；".join(f"《{basis.article.policy.title}》{basis.article.label}" for basis in one.citations)
        gone = _("依据已失效") if one.expired and not one.citations else ""
        rows.append(
            [
                Cell(one.rule.words, href=href if may_edit(request) else ""),
                str(one.kind.label),
                Cell(bases, shown=bases or gone or _("没有依据"), state="" if bases else "bad"),
                one.rule.basis,
            ]
        )
    columns = [Column(_("规则"), 30), Column(_("哪一类"), 8), Column(_("依据"), 30), Column(_("规则自带的说明"), 16)]
    return Table(_("规则和依据"), columns, rows, _("没有这样的规则。"))


@require_safe
@for_support("committee.see")
def rules(request: DeskRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    is_without = request.GET.get("without") == "1"
    every = rules_and_bases(on=localdate(request.at), kind=kind if kind in {one.code for one in kinds()} else "")
    shown = [one for one in every if not one.has_basis] if is_without else every
    query = [("kind", kind)]
    chips = [
        [
            Choice(_("全部"), with_query("", query) or "?", not is_without),
            Choice(
                _("没有依据的"),
                with_query("", [*query, ("without", "1")]),
                is_without,
                str(sum(not one.has_basis for one in every)),
            ),
        ],
        [
            Choice(
                str(one.label),
                with_query("", [("kind", "" if kind == one.code else one.code), ("without", "1" if is_without else "")])
                or "?",
                kind == one.code,
            )
            for one in kinds()
        ],
    ]
    lead = _("系统里的每一条规则，写明依据哪份文件哪一条。没有依据的单独列出。点规则补上依据。")
    tools = [excel_tool(reverse("support:people:policies-workbook"))]
    page = Page(
        _("规则和依据"), [rules_table(request, shown)], lead, tools, chips, back=reverse("support:people:policies")
    )
    return show_sheet(request, page, room=ROOM)


@require_http_methods(["GET", "POST"])
@for_support("committee.edit")
def rule(request: DeskRequest) -> HttpResponse:
    kind, key = request.GET.get("kind", ""), request.GET.get("key", "")
    today = localdate(request.at)
    one = next((one for one in rules_and_bases(on=today, kind=kind) if kind and one.rule.key == key), None)
    if one is None:
        raise Missing("no_such_rule", _("没有这条规则。"))
    here = with_query(reverse("support:people:rule"), [("kind", kind), ("key", key)])

    def show(form: CiteForm, status: int) -> HttpResponse:
        blocks: list[Any] = []
        for basis in (*one.citations, *one.expired):
            words = f"《{basis.article.policy.title}》{basis.article.label}"
            drop = Button(_("去掉这一条"), reverse("support:people:citation-lift", args=[basis.pk]), [("seal", seal())])
            blocks += [Facts([(_("依据"), Cell(words, small=basis.article.gist))]), Buttons([drop])]
        blocks.append(Fill(form, _("引用"), seal(), _("加一条依据"), here, hint=_("只列今天有效的文件里录入的条款。")))
        page = Page(one.rule.words, blocks, str(one.kind.label), back=reverse("support:people:rules"))
        return show_sheet(request, page, room=ROOM, status=status)

    if request.method == "POST":
        form = CiteForm(request.POST, on=today)

        def do(given: dict[str, Any]) -> str:
            cite(kind, key, given["article"], actor=request.actor, at=request.at)
            return _("依据已记下。")

        return act(request, form, do, lambda status: show(form, status), back=here)
    return show(CiteForm(on=today), 200)


@require_POST
@for_support("committee.edit")
def lift(request: DeskRequest, pk: int) -> HttpResponse:
    citation = Citation.objects.filter(pk=pk).first()
    if citation is None:
        raise Missing("no_such_citation", _("没有找到这条依据。"))

    def do() -> str:
        lift_citation(citation, actor=request.actor, at=request.at)
        return _("依据已去掉。")

    return press(request, do, back=reverse("support:people:rules"))
