"""What happened in the room 选育管用, in words; states with their colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.kernel.events import timeline
from gezhi.kernel.models import Chained, Event

SENTENCES: Mapping[str, Any] = {
    "selection.planned": gettext_lazy("筹备选聘。"),
    "selection.opening_added": gettext_lazy("写明一种岗位。"),
    "selection.criterion_added": gettext_lazy("写明一条标准。"),
    "selection.opened": gettext_lazy("开始报名推荐。"),
    "selection.assessing": gettext_lazy("截止报名，开始考评。"),
    "selection.noticed": gettext_lazy("公示拟聘名单。"),
    "selection.revised": gettext_lazy("撤下公示，重新考评。"),
    "selection.decided": gettext_lazy("公示期满，结果已定。"),
    "selection.cancelled": gettext_lazy("取消选聘。"),
    "candidate.proposed": gettext_lazy("推荐人选，等街道审核。"),
    "candidate.approved": gettext_lazy("审核同意。"),
    "candidate.refused": gettext_lazy("审核不同意。"),
    "candidate.withdrawn": gettext_lazy("退出。"),
    "candidate.marked": gettext_lazy("考评打分。"),
    "candidate.chosen": gettext_lazy("拟聘，公示。"),
    "candidate.passed_over": gettext_lazy("未入选。"),
    "candidate.reopened": gettext_lazy("公示撤下，重新考评。"),
    "candidate.struck": gettext_lazy("异议属实，取消资格。"),
    "candidate.appointed": gettext_lazy("安排岗位。"),
    "course.offered": gettext_lazy("开设课程。"),
    "course.changed": gettext_lazy("修改课程。"),
    "course.material_added": gettext_lazy("增加资料。"),
    "course.question_added": gettext_lazy("增加题目。"),
    "course.attempts_renewed": gettext_lazy("重新给予考试次数。"),
    "training_session.announced": gettext_lazy("安排班次。"),
    "training_session.enrolled": gettext_lazy("有人报名。"),
    "training_session.left": gettext_lazy("有人取消报名。"),
    "training_session.recorded": gettext_lazy("登记参加的人。"),
    "training_session.cancelled": gettext_lazy("取消班次。"),
    "device.entered": gettext_lazy("登记手机。"),
    "device.issued": gettext_lazy("配发。"),
    "device.returned": gettext_lazy("收回。"),
    "device.lost": gettext_lazy("挂失：持有人在各处退出登录，手机上的令牌作废。"),
    "device.token_bound": gettext_lazy("绑定令牌。"),
    "device.retired": gettext_lazy("停用。"),
    "promotion.asked": gettext_lazy("提出申请。"),
    "promotion.reviewed": gettext_lazy("街道审核同意。"),
    "promotion.excepted": gettext_lazy("同意破格。"),
    "promotion.granted": gettext_lazy("核准晋升。"),
    "promotion.refused": gettext_lazy("不同意。"),
    "promotion.withdrawn": gettext_lazy("申请人撤回。"),
    "tenure.begun": gettext_lazy("开始基层任职。"),
    "tenure.reminded": gettext_lazy("提醒：快要期满。"),
    "tenure.completed": gettext_lazy("任职期满。"),
    "tenure.exempted": gettext_lazy("免除。"),
    "honour.entered": gettext_lazy("登记荣誉。"),
    "honour.revoked": gettext_lazy("撤销荣誉。"),
    "training_exemption.asked": gettext_lazy("申请先上岗后补训。"),
    "training_exemption.granted": gettext_lazy("同意先上岗后补训。"),
    "training_exemption.refused": gettext_lazy("不同意先上岗后补训。"),
    "swap.asked": gettext_lazy("请同事换班。"),
    "swap.agreed": gettext_lazy("同意换班，班次已交换。"),
    "swap.refused": gettext_lazy("不同意换班。"),
    "objection.raised": gettext_lazy("公示期收到异议。"),
}

# How a stage or state looks; the word itself is always there.
TONES = {
    "draft": "quiet", "open": "soon", "assessing": "soon", "notice": "soon", "decided": "good", "cancelled": "quiet",
    "proposed": "soon", "approved": "good", "refused": "bad", "withdrawn": "quiet", "chosen": "good",
    "passed_over": "quiet", "appointed": "good", "in_store": "quiet", "issued": "good", "lost": "bad", "retired": "quiet",
    "asked": "soon", "reviewed": "soon", "granted": "good",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what happened."""

    at: datetime
    who: str
    sentence: str
    note: str


def told(event: Event) -> Told:
    sentence = SENTENCES.get(event.name)
    words = str(sentence) if sentence is not None else _("记录：%(name)s") % {"name": event.name}
    return Told(event.at, event.actor_name, words, event.note)


def story(row: Chained) -> list[Told]:
    """Everything that happened to a row, first to last. One statement."""
    return [told(event) for event in timeline(row)]


def tone(state: str) -> str:
    return TONES.get(state, "quiet")
