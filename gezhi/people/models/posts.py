"""Who sits where."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.people.models.desks import Desk
from gezhi.people.roles import STAFFED, Role
from gezhi.territory.codes import subtree
from gezhi.territory.models import holds_on


def within(areas: Iterable[str], column: str) -> Q:
    """Rows whose code in `column` lies in one of these subtrees; ("",) is everywhere, () nowhere."""
    found = Q(pk__in=())
    for area in areas:
        if not area:
            return Q()
        first, end = subtree(area)
        found |= Q(**{f"{column}__gte": first, f"{column}__lt": end})
    return found


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, actor: Actor) -> Self:
        """Posts in the roles of the grids, where the actor sees the teams."""
        return self.filter(within(actor.areas("staff.see"), "desk__area__code"), role__in=STAFFED)

    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day), user__is_active=True)


class Post(Chained):
    """Seats a user at a desk with a role, from a day until a day (both included)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    # 副职、代理: stands in beside the one who holds the place alone.
    deputy_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies")

    objects = PostQuerySet.as_manager()
    subject_kind: ClassVar[str] = "post"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
            models.UniqueConstraint(
                fields=["user", "desk", "role"], condition=Q(until_on__isnull=True), name="one_open_post"
            ),
            models.UniqueConstraint(
                fields=["desk"],
                condition=Q(until_on__isnull=True, role="grid_leader", deputy_for__isnull=True),
                name="one_grid_leader",
            ),
            models.UniqueConstraint(
                fields=["desk"],
                condition=Q(until_on__isnull=True, role="first_person", deputy_for__isnull=True),
                name="one_first_person",
            ),
        ]
        indexes = [models.Index(fields=["user", "until_on"], name="post_by_user")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.desk}"

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    @property
    def is_deputy(self) -> bool:
        return self.deputy_for_id is not None
