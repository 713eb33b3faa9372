"""A community's self-managed members (社区自管党员): so little of them as the allocation to grids needs."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.models import Chained
from gezhi.party.models.org import PartyOrg
from gezhi.party.workflows.points import Exempt
from gezhi.territory.models import Area


class Member(Chained):
    """An internal number, a name, a branch, a grid. No identity number, no address, no telephone, no birthday: there is no column for them.

    Who has left is an empty shell: number, name and account are gone, only the chain of what was done stays.
    """

    number = models.CharField(max_length=30, blank=True, help_text="the branch's own number, no identity number")
    name = models.CharField(max_length=40, blank=True)
    branch = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="members")
    grid = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_settled = models.BooleanField(default=True, help_text="false: the grid was divided, somebody has to look")
    # Only where the member also works here; the account is what opens one's own page.
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="party_member")
    left_on = models.DateField(null=True, blank=True)

    subject_kind: ClassVar[str] = "party_member"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="party_member_gone_is_empty",
                condition=(Q(left_on__isnull=True) & ~Q(number="") & ~Q(name=""))
                | Q(left_on__isnull=False, number="", name="", user__isnull=True, grid__isnull=True),
            ),
            models.UniqueConstraint(fields=["number"], condition=Q(left_on__isnull=True), name="party_member_number"),
        ]
        indexes = [
            models.Index(fields=["branch", "grid"], condition=Q(left_on__isnull=True), name="party_member_by_branch")
        ]

    def __str__(self) -> str:
        return self.number


class PointExemption(models.Model):
    """A member takes no part in points from a day until a day, both included."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="exemptions")
    kind = models.CharField(max_length=8, choices=Exempt.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(until_on__isnull=True), name="one_open_point_exemption"
            ),
            models.CheckConstraint(
                name="point_exemption_ends_after_start",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"
