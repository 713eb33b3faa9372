"""What is kept of those who serve in the grids and of the committee. Desks and departments are places; who sits where is a reference to the
account."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

IN_OFFICE = Keep(None, _("任职期间，之后随机构沿革保存"))
ON_DUTY = Keep(None, _("担任联系人期间"))

impersonal("people.Department", "code", "name")
impersonal("people.Desk", "name")
impersonal("people.Notice", "subject_kind")

declare(
    "people.Appointment",
    unit=Personal(_("说明由哪个单位派出或推荐"), Basis.EMPLOYMENT, IN_OFFICE),
    reason=Personal(_("说明为什么例外选拔"), Basis.EMPLOYMENT, IN_OFFICE),
)
impersonal("people.Appointment", "unmet")
declare(
    "people.Recommendation",
    name=Personal(_("审核单位推荐的兼职网格员"), Basis.CONSENT, Keep(730, _("审核"))),
    work_phone=Personal(_("审核、开设账号；不同意的当场抹去"), Basis.CONSENT, Keep(None, _("审核之前；同意后随账号"))),
    unit=Personal(_("说明由哪个单位推荐"), Basis.CONSENT, Keep(730, _("审核"))),
    reason=Personal(_("说明推荐的理由"), Basis.CONSENT, Keep(730, _("审核"))),
)
impersonal("people.StaffImport", "digest")
impersonal("people.StaffingRule", "symbol", "basis")
impersonal("people.Source", "code", "name")
impersonal("people.SourceRule", "needs", "basis")

declare(
    "people.CommitteeMember",
    name=Personal(_("公开委员会由谁组成、各管什么"), Basis.DUTY, IN_OFFICE, "open"),
    title=Personal(_("公开委员会由谁组成、各管什么"), Basis.DUTY, IN_OFFICE, "open"),
)
impersonal("people.TaskForce", "name", "purpose")
declare("people.TaskForceMember", duty=Personal(_("说明在专班里分管什么"), Basis.EMPLOYMENT, IN_OFFICE))
impersonal("people.Policy", "title", "number")
impersonal("people.Article", "label", "gist")
impersonal("people.Citation", "kind", "key")
impersonal("people.Meeting", "title", "place")
declare("people.Meeting", minutes=Personal(_("会议记录写到与会人的意见"), Basis.DUTY, Keep(None, _("随会议档案保存"))))
impersonal("people.MeetingTask", "decision", "result")

impersonal("people.Force", "code", "name")
declare(
    "people.ForceContact",
    name=Personal(_("网格和居民找得到对口的专业力量"), Basis.EMPLOYMENT, ON_DUTY, "open"),
    work_phone=Personal(_("网格和居民联系工作；不再担任时抹去"), Basis.EMPLOYMENT, ON_DUTY, "open"),
    unit=Personal(_("说明由哪个单位派来"), Basis.EMPLOYMENT, ON_DUTY, "open"),
)
declare(
    "people.Publication",
    services=Personal(_("居民知道找他能办什么；撤回时抹去"), Basis.CONSENT, Keep(None, _("同意公示期间")), "open"),
)
impersonal("people.Plate", "number", "printed")
impersonal("people.BudgetLine", "words")
