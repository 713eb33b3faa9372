from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.people.models import Desk


class ShiftKind(models.TextChoices):
    LEAD = "lead", _("带班")
    DUTY = "duty", _("值班")
    STANDBY = "standby", _("备勤")


class Shift(Chained):
    """One person on duty at one desk, from an instant until another."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="shifts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    kind = models.CharField(max_length=8, choices=ShiftKind.choices, default=ShiftKind.DUTY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_cancelled = models.BooleanField(default=False)

    subject_kind: ClassVar[str] = "shift"

    class Meta:
        constraints = [models.CheckConstraint(name="shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at")))]
        indexes = [
            models.Index(fields=["user", "starts_at"], condition=Q(is_cancelled=False), name="shift_by_user"),
            models.Index(fields=["desk", "starts_at"], condition=Q(is_cancelled=False), name="shift_by_desk"),
            models.Index(fields=["ends_at"], condition=Q(is_cancelled=False), name="shift_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.user_id} {self.starts_at:%m-%d %H:%M}"


class SwapState(models.TextChoices):
    ASKED = "asked", _("等对方答复")
    AGREED = "agreed", _("已换班")
    REFUSED = "refused", _("对方不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class Swap(Chained):
    """Somebody asks a colleague to take a shift, in exchange for one of the colleague's or for none."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="swaps")
    colleague = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    in_return = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    subject_kind: ClassVar[str] = "swap"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(state="asked"), name="swap_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} -> {self.colleague_id}"


class Leave(Chained):
    """Days on which somebody is not at work. Why is not asked."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="leaves")
    from_on = models.DateField()
    until_on = models.DateField()
    is_cancelled = models.BooleanField(default=False)

    subject_kind: ClassVar[str] = "leave"

    class Meta:
        constraints = [models.CheckConstraint(name="leave_ends_after_start", condition=Q(until_on__gte=F("from_on")))]

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_on}"
