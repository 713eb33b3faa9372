from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import ApiToken, User
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField
from gezhi.people.models import Desk


class Item(Chained):
    """A sort of thing that is handed out: 管家包, 管家牌, a vest, a torch."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=8, help_text="a piece, a pair, a set")
    is_active = models.BooleanField(default=True)

    subject_kind: ClassVar[str] = "equipment_item"

    def __str__(self) -> str:
        return self.name


class MovementKind(models.TextChoices):
    TAKEN_IN = "taken_in", _("入库")
    ISSUED = "issued", _("发放")
    RETURNED = "returned", _("交回")
    LOST = "lost", _("遗失")
    WRITTEN_OFF = "written_off", _("报废")


class Stock(Chained):
    """One item in the store of one desk. It holds no number: what is there is the sum of its movements, one event each."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="stocks")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="stocks")

    subject_kind: ClassVar[str] = "stock"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "desk"], name="stock_once")]

    def __str__(self) -> str:
        return f"{self.item} @ {self.desk}"


class Movement(models.Model):
    """Things going in, out, back, or away. Written once and never changed; `seq` is that of its event in the chain of the stock."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    count = models.PositiveIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stock", "seq"], name="movement_once"),
            models.CheckConstraint(name="movement_counts", condition=Q(count__gte=1)),
            models.CheckConstraint(
                name="movement_with_somebody",
                condition=Q(kind__in=["issued", "returned", "lost"], user__isnull=False)
                | Q(kind__in=["taken_in", "written_off"], user__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.kind} {self.count}"


class DeviceState(models.TextChoices):
    IN_STORE = "in_store", _("在库")
    ISSUED = "issued", _("在用")
    LOST = "lost", _("已挂失")
    RETIRED = "retired", _("已停用")


class Device(Chained):
    """A work phone. Its IMEI is kept as a keyed hash alone: enough to find it again, useless to anybody else."""

    imei_index = models.CharField(max_length=64, unique=True)
    model = models.CharField(max_length=60)
    number = models.CharField(max_length=30, unique=True, help_text="the asset number on its label")
    sim = SealedTextField(blank=True, help_text="the number of its SIM card")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="devices", help_text="whose it is")
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.IN_STORE)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="devices")

    subject_kind: ClassVar[str] = "device"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="device_held_iff_issued",
                condition=Q(state="issued", holder__isnull=False)
                | Q(state__in=["in_store", "retired"], holder__isnull=True)
                | Q(state="lost"),
            )
        ]

    def __str__(self) -> str:
        return self.number


class DeviceToken(models.Model):
    """A token that lives on a device, and ends with it."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="tokens")
    token = models.OneToOneField(ApiToken, on_delete=models.PROTECT, related_name="device")

    def __str__(self) -> str:
        return f"{self.device_id} {self.token_id}"
