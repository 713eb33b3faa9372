"""What is kept of those who work in the grids or want to, and why. See `gezhi.kernel.privacy`.

Nothing here says how long somebody learnt, was online or was ill; a leave has days and no cause.
"""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

WHILE_HERE = Keep(None, _("在岗期间；离岗后随人事档案保存"))
AFTER_DECISION = Keep(730, _("选聘结果确定或取消"))

declare(
    "workforce.Candidate",
    name=Personal(_("选聘：认得是谁，公示"), Basis.EMPLOYMENT, AFTER_DECISION),
    phone=Personal(_("选聘：通知本人"), Basis.CONSENT, AFTER_DECISION, "confidential"),
)
impersonal("workforce.Candidate", "unit")
impersonal("workforce.Round", "name", "result", "digest")
impersonal("workforce.Opening", "role")
impersonal("workforce.Criterion", "name")
declare(
    "workforce.Objection",
    text=Personal(_("核实公示期收到的异议"), Basis.DUTY, AFTER_DECISION, "confidential"),
    answer=Personal(_("答复公示期收到的异议"), Basis.DUTY, AFTER_DECISION, "confidential"),
)
impersonal("workforce.Policy", "basis")
impersonal("workforce.Course", "code", "name", "summary")
impersonal("workforce.Material", "title", "text")
impersonal("workforce.Question", "text", "options", "correct")
declare("workforce.Attempt", answers=Personal(_("说明考试成绩，本人可以申诉"), Basis.EMPLOYMENT, Keep(730, _("交卷"))))
impersonal("workforce.Session", "place")
impersonal("workforce.Requirement", "role")
declare("workforce.Exemption", reason=Personal(_("说明为什么先上岗后补训"), Basis.EMPLOYMENT, WHILE_HERE))
impersonal("workforce.Skill", "code", "name")
impersonal("workforce.Item", "code", "name", "unit")
declare("workforce.Movement", note=Personal(_("说明领用、遗失的经过"), Basis.EMPLOYMENT, WHILE_HERE))
declare(
    "workforce.Device",
    sim=Personal(_("配发的工作手机卡号，居民和同事联系工作"), Basis.EMPLOYMENT, WHILE_HERE, "confidential"),
)
impersonal("workforce.Device", "imei_index", "model", "number")
declare("workforce.Swap", reason=Personal(_("请同事换班"), Basis.EMPLOYMENT, Keep(365, _("班次结束"))))
declare(
    "workforce.Honour",
    title=Personal(_("记录荣誉"), Basis.EMPLOYMENT, WHILE_HERE),
    granted_by=Personal(_("记录荣誉由谁授予"), Basis.EMPLOYMENT, WHILE_HERE),
    result=Personal(_("说明因为什么成绩获得荣誉"), Basis.EMPLOYMENT, WHILE_HERE),
)
impersonal("workforce.Honour", "result_kind")
declare(
    "workforce.Promotion",
    statement=Personal(_("晋升申请的理由"), Basis.EMPLOYMENT, WHILE_HERE),
    exception=Personal(_("说明为什么同意破格"), Basis.EMPLOYMENT, WHILE_HERE),
)
declare("workforce.Tenure", exemption=Personal(_("说明为什么免除基层任职"), Basis.EMPLOYMENT, WHILE_HERE))
declare(
    "workforce.Evaluation", words=Personal(_("街道社区对指导员的意见"), Basis.EMPLOYMENT, Keep(1095, _("评价年度")))
)
