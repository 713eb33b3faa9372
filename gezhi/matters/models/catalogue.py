from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained
from gezhi.people.models import Department, DeskKind


class Category(Chained):
    """One of the ten classes (十大类). The founding text names four; the district confirms or edits the others."""

    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=40)
    is_confirmed = models.BooleanField(default=False, help_text="named by the founding text; otherwise 待确认")

    subject_kind: ClassVar[str] = "category"

    def __str__(self) -> str:
        return self.name


class Matter(Chained):
    """A matter (事项): what a report can be about, whose it is and where it is handled first."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="matters")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="matters", verbose_name=_("主责部门")
    )
    # The level whose desk handles it unless a clerk decides otherwise.
    default_desk = models.CharField(max_length=10, choices=DeskKind.choices)
    is_for_grid = models.BooleanField(default=True, help_text="may be given to a grid at all")
    is_confidential = models.BooleanField(
        default=False, help_text="举报: the reporter stays hidden from those who handle it"
    )
    words = models.JSONField(
        default=list, help_text="words that suggest this matter until the district's own cases teach better"
    )
    handling_template = models.TextField(blank=True, help_text="how it is handled, step by step")
    answer_template = models.TextField(blank=True)
    # An exit that has taken effect: from here on nothing open lies under this matter any more.
    exited_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "matter"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="matter_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="matter_at_department_has_owner",
                condition=~Q(default_desk="department") | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_at_grid_is_for_grid", condition=~Q(default_desk="grid") | Q(is_for_grid=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LimitKind(models.TextChoices):
    """Which clock a limit sets."""

    ACCEPT = "accept", _("受理")
    HOLD = "hold", _("认领后办理")
    HANDLE = "handle", _("办理")
    WARN = "warn", _("到期前预警")
    RATE = "rate", _("评价")
    REOPEN = "reopen", _("可重新办理")
    RETURN = "return", _("退单")
    EXTEND = "extend", _("延期上限")
    SUSPEND = "suspend", _("挂账复核上限")
    REPLY = "reply", _("督办回复")
    REHANDLE = "rehandle", _("差评重办")
    URGE = "urge", _("催办间隔")
    MEDIATE = "mediate", _("调解")
    REMIND = "remind", _("调解、回访到期前预警")
    PROLONG = "prolong", _("调解延期")
    REVISIT = "revisit", _("协议回访")
    CALL_DISPATCH = "call_dispatch", _("呼叫分办")
    CALL_SIGN = "call_sign", _("呼叫签收")
    CALL_ARRIVE = "call_arrive", _("呼叫到场")
    CALL_ACT = "call_act", _("呼叫办理")
    CALL_SUM = "call_sum", _("呼叫汇总")
    CALL_STRIKE = "call_strike", _("呼叫销号")
    CALL_SCORE = "call_score", _("呼叫评分")
    APPEAL = "appeal", _("申诉")
    RECONSIDER = "reconsider", _("申诉复核")
    SUPPLEMENT = "supplement", _("等诉求人补充上限")
    CALL_OBJECT = "call_object", _("评分申诉")


class TimeLimit(Chained):
    """How long something may take: for one matter or all, at one level of desk or all, from a day until a day.

    The most particular row that is valid on the day wins (matter before level before general); see `rules.choose_limit`.
    """

    kind = models.CharField(max_length=16, choices=LimitKind.choices)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="limits")
    level = models.CharField(max_length=10, choices=DeskKind.choices, blank=True)
    is_emergency = models.BooleanField(default=False)
    amount = models.PositiveIntegerField()
    unit = models.CharField(
        max_length=16,
        choices=[
            ("working_days", _("工作日")),
            ("working_hours", _("工作小时")),
            ("working_minutes", _("工作分钟")),
            ("calendar_days", _("自然日")),
            ("calendar_hours", _("小时")),
            ("calendar_minutes", _("分钟")),
        ],
    )
    basis = models.CharField(max_length=200, blank=True, help_text="the policy article it rests on")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "time_limit"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="limit_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="limit_is_some_time", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["kind", "matter", "level", "is_emergency", "valid_from"],
                condition=Q(matter__isnull=False),
                name="limit_once_a_matter",
            ),
            models.UniqueConstraint(
                fields=["kind", "level", "is_emergency", "valid_from"],
                condition=Q(matter__isnull=True),
                name="limit_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.unit}"
