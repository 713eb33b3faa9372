"""The words and the arithmetic of building together 共驻共建: kinds, stages, what a project must show, and when residents have accepted it. Pure but
for the translated names."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Fewer than five answers say nothing about a project, and might say who gave them.
FEWEST_ASKED = 5


class PartnerKind(TextChoices):
    AGENCY = "agency", _("机关")
    ENTERPRISE = "enterprise", _("企事业单位")
    NEW = "new", _("“两新”组织")
    RED_PROPERTY = "red_property", _("红色物业")


class Topic(TextChoices):
    """What one has to give and another is in need of: the word by which the two lists meet."""

    ROOM = "room", _("场地")
    HANDS = "hands", _("人力")
    SKILL = "skill", _("专业服务")
    GOODS = "goods", _("物资设备")
    MONEY = "money", _("资金")
    PARKING = "parking", _("停车")
    CARE = "care", _("助老助残")
    SAFETY = "safety", _("安全")
    GREENING = "greening", _("环境绿化")
    CULTURE = "culture", _("文化体育")
    TRAINING = "training", _("培训就业")
    OTHER = "other", _("其他")


class ProjectStage(TextChoices):
    RUNNING = "running", _("实施中")
    FINISHED = "finished", _("待居民验收")
    ACCEPTED = "accepted", _("已验收")
    ABANDONED = "abandoned", _("已终止")


def is_accepted(asked: int, satisfied: int) -> bool:
    """Two thirds of the residents who were asked."""
    return 3 * satisfied >= 2 * asked


class About(TextChoices):
    """What a resident is not content with, of the service itself."""

    ATTITUDE = "attitude", _("态度")
    DELAY = "delay", _("拖延、推诿")
    FAIRNESS = "fairness", _("不公正")
    PRIVACY = "privacy", _("泄露个人信息")
    PAGES = "pages", _("网页难用")
    OTHER = "other", _("其他建议")


class VolunteerKind(TextChoices):
    """The four kinds of activity of the text."""

    CIVILITY = "civility", _("文明城市创建")
    CLEANING = "cleaning", _("环境卫生提升")
    DAILY = "daily", _("群众日常服务")
    CARE = "care", _("关爱帮扶弱势群体")


class Specialty(TextChoices):
    COUNSELLING = "counselling", _("心理咨询")
    LAW = "law", _("法律帮扶")
    ELDERLY = "elderly", _("爱老助老")
    CHILDREN = "children", _("关爱儿童")
    MEDICINE = "medicine", _("健康义诊")
    REPAIR = "repair", _("便民维修")
    GREENING = "greening", _("环境保护")
    CULTURE = "culture", _("文化文艺")
    EMERGENCY = "emergency", _("应急救援")
    ORDER = "order", _("文明劝导")


class ActivityStage(TextChoices):
    OPEN = "open", _("报名中")
    HELD = "held", _("已开展")
    CANCELLED = "cancelled", _("已取消")


class HelpStage(TextChoices):
    UNROUTED = "unrouted", _("没有战队能接")
    ROUTED = "routed", _("已转给战队")
    TAKEN = "taken", _("已接")
    DONE = "done", _("已完成")
