"""我的公示: everybody who serves in a grid decides alone what the public reads, and may take it back."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.people.actions import publish, withdraw_publication
from gezhi.people.models import Post, Publication
from gezhi.people.roles import STAFFED
from gezhi.web.middleware import DeskRequest
from gezhi.web.operation.page import is_signed_in, to_sign_in
from gezhi.web.support.acting import act, press, seal
from gezhi.web.support.people.forms import ServicesForm
from gezhi.web.support.sheets import Button, Buttons, Cell, Facts, Fill, Page, Words, show_sheet


@require_http_methods(["GET", "POST"])
def page(request: DeskRequest) -> HttpResponse:
    if not is_signed_in(request):
        return to_sign_in(request)
    on = localdate(request.at)
    if not Post.objects.holding_on(on).filter(user_id=request.user.pk, role__in=STAFFED).exists():
        words = Words(_("您今天不在网格任职，也不是哪一级的第一负责人，没有要公示的。"))
        return show_sheet(request, Page(_("我的公示"), [words]))
    standing = Publication.objects.filter(user_id=request.user.pk, withdrawn_at__isnull=True).first()
    back = reverse("support:people:mine")
    if request.method == "POST" and request.POST.get("withdraw") == "1":

        def do() -> str:
            if standing is not None:
                withdraw_publication(standing, actor=request.actor, at=request.at)
            return _("公示已经撤回，居民从现在起看不到了。")

        return press(request, do, back=back)
    if request.method == "POST":
        form = ServicesForm(request.POST)

        def consent(given: dict[str, Any]) -> str:
            publish(request.user, given["services"], actor=request.actor, at=request.at)
            return _("已按您的意思公示。")

        return act(request, form, consent, lambda status: show(request, standing, form, status), back=back)
    return show(request, standing, ServicesForm(initial={"services": standing.services if standing else ""}), 200)


def show(request: DeskRequest, standing: Publication | None, form: ServicesForm, status: int) -> HttpResponse:
    state = Cell(_("正在公示"), state="good") if standing else Cell(_("没有公示"), state="quiet")
    facts = Facts(
        [
            (_("状态"), state),
            (
                _("居民看到的"),
                f"{request.user.name}　{request.user.work_phone}　{standing.services}" if standing else _("看不到您"),
            ),
        ]
    )
    hint = _("只公示姓名、工作电话和下面的服务项目，别的都不公示。不同意也不影响工作；随时可以撤回，不用说理由。")
    fill = Fill(form, _("同意公示") if standing is None else _("保存"), seal(), hint=hint)
    blocks: list[Any] = [facts, fill]
    if standing is not None:
        blocks.append(Buttons([Button(_("撤回公示"), "", [("withdraw", "1"), ("seal", seal())])]))
    return show_sheet(request, Page(_("我的公示"), blocks), status=status)
