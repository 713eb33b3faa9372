"""A visit (入户): that somebody was at a door, why, and what came of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gezhi.accounts.models import User
from gezhi.cases.models import Case, Kind
from gezhi.fieldwork.models.address_point import AddressPoint, LaidOnLand, lying_in
from gezhi.fieldwork.models.checklist import ChecklistEntry
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained

# What people at the door may have: a problem, an opinion on something, a request (问题、意见、诉求).
NEED_KINDS = (Kind.PROBLEM, Kind.OPINION, Kind.REQUEST)


class VisitQuerySet(models.QuerySet["Visit"]):
    def within(self, *codes: str) -> Self:
        return self.filter(lying_in(*codes))

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of the grids whose team one leads. Everybody else sees counts."""
        return self.filter(Q(by_id=actor.user_id, by__isnull=False) | lying_in(*actor.areas("visit.see")))


class Visit(Chained, LaidOnLand):
    """One visit at one address point (一户次).

    There is no column for words: what somebody needs becomes a case at once, and its words stand there alone, under the rules of cases. Nobody is
    listed, nothing is said of anybody. After twelve months the door, the worker, the case and the device's time are taken off, and what
    stays is a count in a grid and a month (`actions.forgetting`).

    The month is that in which the visit arrived here, so that a month that was printed once does not change any more; what the
    device thought of the time is kept beside it and decides nothing.
    """

    key = models.UUIDField(unique=True, help_text="drawn by the device: sent again, it is the same visit")
    address_point = models.ForeignKey(
        AddressPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", db_index=False
    )
    trigger = models.ForeignKey(ChecklistEntry, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticked = models.JSONField(default=list, help_text="codes of the other lists' entries")
    need = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in NEED_KINDS], blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    visited_at = models.DateTimeField(help_text="when it arrived here")
    done_at = models.DateTimeField(null=True, blank=True, help_text="when, by the device's clock")
    month = models.PositiveIntegerField(help_text="202603")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="since then a mere count")

    subject_kind: ClassVar[str] = "visit"
    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visit_known_or_forgotten",
                condition=Q(
                    forgotten_at__isnull=False,
                    address_point__isnull=True,
                    by__isnull=True,
                    case__isnull=True,
                    done_at__isnull=True,
                )
                | Q(forgotten_at__isnull=True, address_point__isnull=False, by__isnull=False),
            ),
        ]
        indexes = [
            # The statistics walk along one of these and never touch the rows: the district's, a street's, a community's.
            models.Index(
                fields=["month", "street_code", "need", "trigger"],
                name="visit_by_month",
            ),
            models.Index(fields=["street_code", "month", "community_code", "need", "trigger"], name="visit_by_street"),
            models.Index(fields=["community_code", "month", "grid_code", "need", "trigger"], name="visit_by_community"),
            models.Index(fields=["grid_code", "-id"], name="visit_by_grid"),
            models.Index(fields=["by", "-id"], condition=Q(by__isnull=False), name="visit_by_worker"),
            models.Index(fields=["address_point"], condition=Q(address_point__isnull=False), name="visit_by_door"),
            models.Index(fields=["visited_at"], condition=Q(forgotten_at__isnull=True), name="visit_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.grid_code or self.community_code} {self.month}"
