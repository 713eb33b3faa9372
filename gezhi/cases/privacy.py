"""What cases keep of people, and why. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

AFTER_CLOSING = Keep(730, _("结案"))
WORDS = Personal(_("办理诉求：正文可能写到具体的人"), Basis.DUTY, AFTER_CLOSING)

declare(
    "cases.Case",
    title=WORDS,
    text=WORDS,
    address=Personal(_("找到问题所在的地方"), Basis.DUTY, AFTER_CLOSING),
    lng=Personal(_("找到问题所在的地方"), Basis.DUTY, AFTER_CLOSING),
    lat=Personal(_("找到问题所在的地方"), Basis.DUTY, AFTER_CLOSING),
    result=WORDS,
    answer=WORDS,
    meeting=WORDS,
    receipt_code=Personal(_("诉求人凭此查询进展和评价"), Basis.DUTY, AFTER_CLOSING),
)
impersonal(
    "cases.Case",
    "external_key",
    "crs_in",
    "street_code",
    "community_code",
    "grid_code",
)
declare(
    "cases.Reporter",
    name=Personal(_("回复诉求时称呼"), Basis.CONSENT, AFTER_CLOSING, "confidential"),
    phone=Personal(_("联系诉求人核实和回复"), Basis.CONSENT, AFTER_CLOSING, "confidential"),
    phone_index=Personal(_("诉求人凭电话找到自己的这一件"), Basis.CONSENT, AFTER_CLOSING, "confidential"),
)
impersonal("cases.Attachment", "step")
declare("cases.Answer", token=Personal(_("诉求人凭此评价，不用登录"), Basis.DUTY, AFTER_CLOSING))
declare("cases.Rating", text=WORDS)
declare("cases.FollowUp", text=WORDS)
declare("cases.Request", reason=WORDS)
declare("cases.Supervision", reason=WORDS, reply=WORDS)
impersonal("cases.Answer", "street_code", "community_code", "grid_code")
impersonal("cases.HandlingPlan", "steps", "answer", "basis")
impersonal("cases.FollowUpRule", "basis")
impersonal("cases.Rung", "unit", "basis")
# Words that a clerk looks for again may name somebody.
declare(
    "cases.SavedFilter",
    name=Personal(_("再看同一个列表"), Basis.DUTY, Keep(365, _("删去筛选"))),
    query=Personal(_("再看同一个列表"), Basis.DUTY, Keep(365, _("删去筛选"))),
)
