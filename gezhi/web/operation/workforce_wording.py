"""The workforce's events in words; a table of its own, because the loop knows nothing of it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

Data = dict[str, Any]


def plainly(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


# What happened, and how the line looks.
LINES: dict[str, tuple[Any, str]] = {
    "selection.planned": (_("筹备选聘。"), "plain"),
    "selection.opening_added": (_("写明一种岗位。"), "plain"),
    "selection.criterion_added": (_("写明一条标准。"), "plain"),
    "selection.opened": (_("开始报名推荐。"), "plain"),
    "selection.assessing": (_("截止报名，开始考评。"), "plain"),
    "selection.noticed": (_("公示拟聘名单。"), "plain"),
    "selection.revised": (_("撤下公示，重新考评。"), "bad"),
    "selection.decided": (_("公示期满，结果已定。"), "good"),
    "selection.cancelled": (_("取消选聘。"), "plain"),
    "candidate.proposed": (_("推荐人选，等街道审核。"), "plain"),
    "candidate.approved": (_("审核同意。"), "good"),
    "candidate.refused": (_("审核不同意。"), "bad"),
    "candidate.withdrawn": (_("退出。"), "plain"),
    "candidate.marked": (_("考评打分。"), "plain"),
    "candidate.chosen": (_("拟聘，公示。"), "good"),
    "candidate.passed_over": (_("未入选。"), "plain"),
    "candidate.reopened": (_("公示撤下，重新考评。"), "plain"),
    "candidate.struck": (_("异议属实，取消资格。"), "bad"),
    "candidate.appointed": (_("安排岗位。"), "good"),
    "course.offered": (_("开设课程。"), "plain"),
    "course.changed": (_("修改课程。"), "plain"),
    "course.material_added": (_("增加资料。"), "plain"),
    "course.question_added": (_("增加题目。"), "plain"),
    "course.attempts_renewed": (_("重新给予考试次数。"), "plain"),
    "training_session.announced": (_("安排班次。"), "plain"),
    "training_session.enrolled": (_("有人报名。"), "plain"),
    "training_session.left": (_("有人取消报名。"), "plain"),
    "training_session.recorded": (_("登记参加的人。"), "plain"),
    "training_session.cancelled": (_("取消班次。"), "plain"),
    "device.entered": (_("登记手机。"), "plain"),
    "device.issued": (_("配发。"), "plain"),
    "device.returned": (_("收回。"), "plain"),
    "device.lost": (_("挂失：持有人在各处退出登录，手机上的令牌作废。"), "bad"),
    "device.token_bound": (_("绑定令牌。"), "plain"),
    "device.retired": (_("停用。"), "plain"),
    "promotion.asked": (_("提出申请。"), "plain"),
    "promotion.reviewed": (_("街道审核同意。"), "good"),
    "promotion.excepted": (_("同意破格。"), "plain"),
    "promotion.granted": (_("核准晋升。"), "good"),
    "promotion.refused": (_("不同意。"), "bad"),
    "promotion.withdrawn": (_("申请人撤回。"), "plain"),
    "tenure.begun": (_("开始基层任职。"), "plain"),
    "tenure.reminded": (_("提醒：快要期满。"), "plain"),
    "tenure.completed": (_("任职期满。"), "good"),
    "tenure.exempted": (_("免除。"), "plain"),
    "honour.entered": (_("登记荣誉。"), "good"),
    "honour.revoked": (_("撤销荣誉。"), "bad"),
    "training_exemption.asked": (_("申请先上岗后补训。"), "plain"),
    "training_exemption.granted": (_("同意先上岗后补训。"), "good"),
    "training_exemption.refused": (_("不同意先上岗后补训。"), "bad"),
    "swap.asked": (_("请同事换班。"), "plain"),
    "swap.agreed": (_("同意换班，班次已交换。"), "good"),
    "swap.refused": (_("不同意换班。"), "bad"),
    "objection.raised": (_("公示期收到异议。"), "plain"),
    "shift.cancelled": (_("取消了一班。"), "plain"),
}
WORKFORCE_SENTENCES: dict[str, tuple[Callable[[Data], str], str]] = {
    name: (plainly(sentence), tone) for name, (sentence, tone) in LINES.items()
}
