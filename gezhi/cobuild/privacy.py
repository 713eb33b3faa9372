"""What building together keeps of people, and why: the contact of a unit, and nobody who was helped. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

WHILE_PARTNER = Keep(None, _("共建期间；退出共建即删"))

declare(
    "cobuild.Partner",
    contact_name=Personal(_("和共建单位联系"), Basis.CONSENT, WHILE_PARTNER, "confidential"),
    contact_phone=Personal(_("和共建单位联系"), Basis.CONSENT, WHILE_PARTNER, "confidential"),
)
impersonal("cobuild.Partner", "name", "alliance")
impersonal("cobuild.Commitment", "words", "outcome")
impersonal("cobuild.Offer", "title", "amount")
impersonal("cobuild.Need", "title", "words")
impersonal("cobuild.Project", "title", "purpose", "outcome")
impersonal("cobuild.Milestone", "title", "evidence")
impersonal("cobuild.Acceptance", "words")
impersonal("cobuild.BrandSite", "brand", "name", "address", "hours", "services", "phone")
impersonal("cobuild.GridFeature", "name", "words")

TWO_YEARS = Keep(730, _("收到"))
declare(
    "cobuild.ServiceComplaint",
    receipt_code=Personal(_("凭它看答复，不知道是谁"), Basis.DUTY, TWO_YEARS),
    words=Personal(_("居民对服务本身的投诉建议，可能写到人"), Basis.DUTY, TWO_YEARS, "confidential"),
    answer=Personal(_("给居民的答复，可能写到人"), Basis.DUTY, TWO_YEARS, "confidential"),
)
impersonal("cobuild.ServiceComplaint", "area_code")
impersonal("cobuild.Team", "name", "words")
impersonal("cobuild.SubTeam", "name")
impersonal("cobuild.VolunteerActivity", "title", "place", "outcome")
impersonal("cobuild.HelpRequest", "words")
HALF_A_YEAR = Keep(180, _("活动开始"))
declare(
    "cobuild.SignUp",
    name=Personal(_("活动前联系报名的人"), Basis.CONSENT, HALF_A_YEAR, "confidential"),
    phone=Personal(_("活动有变动时通知报名的人"), Basis.CONSENT, HALF_A_YEAR, "confidential"),
    phone_index=Personal(_("同一个电话只报一次名"), Basis.CONSENT, HALF_A_YEAR, "confidential"),
    code=Personal(_("凭它看确认的时长，不知道是谁"), Basis.CONSENT, Keep(None, _("长期；只有时长，没有姓名"))),
)
