"""What the field work keeps of people, and why: of residents a door for twelve months, of workers that they did it. See `gezhi.kernel.privacy`."""

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.privacy import Basis, Keep, Personal, declare, impersonal

# `actions.forgetting` takes away what these spans end.
YEAR, TWO_YEARS = 365, 730
AFTER_CAMPAIGN = Keep(YEAR, _("排查结束"))
WHILE_USED = Keep(None, _("地址点在用期间"))
PLACE = Personal(_("记下走访和排查到的门牌；不记住的是谁"), Basis.DUTY, WHILE_USED)
WORDS = Personal(
    _("工作人员向服务保障提出的投诉建议和答复"), Basis.EMPLOYMENT, Keep(TWO_YEARS, _("答复")), "confidential"
)

CODES = ("street_code", "community_code", "grid_code")

declare("fieldwork.AddressPoint", building=PLACE, unit=PLACE, door=PLACE, lng=PLACE, lat=PLACE)
impersonal("fieldwork.AddressPoint", *CODES)
impersonal("fieldwork.ChecklistEntry", "code", "name")
declare(
    "fieldwork.Visit",
    address_point=Personal(_("知道哪些门牌走访过，避免重复打扰"), Basis.DUTY, Keep(YEAR, _("走访"))),
    by=Personal(_("本人查看自己的走访"), Basis.EMPLOYMENT, Keep(YEAR, _("走访"))),
    case=Personal(_("由走访引出的事件；期满后只留下件数"), Basis.DUTY, Keep(YEAR, _("走访"))),
    done_at=Personal(_("手机离线时登记的时刻，不用来算时限"), Basis.EMPLOYMENT, Keep(YEAR, _("走访"))),
)
impersonal("fieldwork.Visit", "ticked", *CODES)
impersonal("fieldwork.Campaign", "title", "purpose", *CODES)
impersonal("fieldwork.CampaignForm", "questions")
impersonal("fieldwork.CampaignTarget", *CODES)
declare(
    "fieldwork.CampaignAnswer",
    values=Personal(
        _("排查的结果；短文字里可能写到人，期满抹去文字，只留是否、选项和数字"), Basis.DUTY, AFTER_CAMPAIGN
    ),
    by=Personal(_("本人查看自己做过的排查"), Basis.EMPLOYMENT, AFTER_CAMPAIGN),
    done_at=Personal(_("手机离线时填写的时刻，不用来算时限"), Basis.EMPLOYMENT, AFTER_CAMPAIGN),
)
declare(
    "fieldwork.CampaignPhoto",
    file=Personal(_("排查现场的照片，不强制拍"), Basis.DUTY, AFTER_CAMPAIGN),
)
impersonal("fieldwork.CampaignPhoto", "question")
impersonal("fieldwork.Spot", "name", "hint", "lng", "lat", *CODES)
declare(
    "fieldwork.Look",
    by=Personal(_("本人查看自己的巡查"), Basis.EMPLOYMENT, Keep(YEAR, _("巡查"))),
    done_at=Personal(_("手机离线时登记的时刻，不用来算时限"), Basis.EMPLOYMENT, Keep(YEAR, _("巡查"))),
)
impersonal("fieldwork.Look", *CODES)
declare(
    "fieldwork.Suggestion",
    text=WORDS,
    answer=WORDS,
    author=Personal(_("把答复交给提出的人"), Basis.EMPLOYMENT, Keep(TWO_YEARS, _("答复"))),
    done_at=Personal(_("手机离线时写下的时刻，不用来算时限"), Basis.EMPLOYMENT, Keep(TWO_YEARS, _("答复"))),
)
impersonal("fieldwork.Suggestion", *CODES)

declare(
    "fieldwork.Phone",
    label=Personal(_("本人认出自己登记的手机"), Basis.EMPLOYMENT, Keep(90, _("手机登记"))),
)
declare(
    "fieldwork.SyncedCommand",
    done_at=Personal(_("手机离线时办理的时刻，作为凭据，不用来算时限"), Basis.EMPLOYMENT, Keep(180, _("同步"))),
)
impersonal("fieldwork.SyncedCommand", "name", "subject_kind")
