"""Forms of steps: the inputs that a row of a step table needs and offers, as fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.steps import Step
from gezhi.web.support.workforce import forms as made

Fields = dict[str, forms.Field]


def fields_of(step: Step[Any], *, people: Sequence[tuple[int, str]] = ()) -> Fields:
    """By the wire names under which the action takes them."""
    fields: Fields = {}
    for name in (*step.needs, *step.offers):
        is_needed = name in step.needs
        match name:
            case "reason":
                fields["reason"] = made.words(_("理由"), required=is_needed)
            case "note":
                fields["note"] = made.words(_("审核意见"), required=is_needed, longest=300)
            case "from_on":
                fields["from_on"] = made.day(_("从哪天起"), required=is_needed)
            case "user":
                help_text = _("名单是这个社区或网格里已有账号的人；没有账号的，请先由系统管理员开设。")
                fields["user_id"] = made.key(_("账号"), people, required=is_needed, help_text=help_text)
    return fields


def is_direct(step: Step[Any]) -> bool:
    """Nothing to fill in: the button does it."""
    return not step.needs and not step.offers


DONE: Mapping[str, Any] = {
    "open": _("已开始报名推荐。"),
    "assess": _("已截止报名，可以考评了。"),
    "publish": _("已公示拟聘名单。"),
    "revise": _("已撤下公示。"),
    "decide": _("结果已定，不能再改。"),
    "cancel": _("已取消。"),
    "approve": _("已同意。"),
    "refuse": _("已答复不同意。"),
    "withdraw": _("已撤回。"),
    "appoint": _("已安排岗位。"),
    "review": _("已审核同意，等区里核准。"),
    "except": _("已同意破格。"),
    "grant": _("已核准晋升。"),
}
