"""The party's organisations over the land, where they stand, and who leads them. All of it with its days, so that the past can be told."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.party.rules import Office, OrgKind
from gezhi.territory.codes import subtree
from gezhi.territory.models import Area, holds_on

STANDS = Q(ended_on__isnull=True)


class Ending(models.TextChoices):
    DISSOLVED = "dissolved", _("撤销")
    MERGED = "merged", _("并入")


def inside(codes: tuple[str, ...], column: str = "area__code") -> Q:
    """The area lies in one of these subtrees; "" is everywhere."""
    if "" in codes:
        return Q()
    ranges = Q(pk__in=())
    for code in codes:
        first, end = subtree(code)
        ranges |= Q(**{f"{column}__gte": first, f"{column}__lt": end})
    return ranges


class PartyOrgQuerySet(models.QuerySet["PartyOrg"]):
    def standing(self) -> Self:
        return self.filter(STANDS)

    def visible_to(self, actor: Actor, right: str, *, on: date) -> Self:
        """Those of the areas in which the actor holds the right, and those that the actor serves as secretary or recorder, with all below."""
        seen = inside(actor.areas(right))
        if actor.user_id is not None and actor.has("party.serve"):
            served = Term.objects.serving(actor.user_id, on=on).values("org_id")
            # Four levels below a committee at most.
            for path in ("pk", "parent", "parent__parent", "parent__parent__parent", "parent__parent__parent__parent"):
                seen |= Q(**{f"{path}__in": served})
        return self.filter(seen)


class PartyOrg(Chained):
    """One organisation of the party: 社区综合党委, 网格党(总)支部, 楼院党小组, 党员中心户, and the two above them.

    `area` is the area to which it belongs; on which grids it stands say its places.
    """

    kind = models.CharField(max_length=14, choices=OrgKind.choices)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    founded_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="the first day on which it no longer stands")
    ending = models.CharField(max_length=9, choices=Ending.choices, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed")
    vacant_since = models.DateField(null=True, blank=True, help_text="told to its desk: no secretary since")

    objects = PartyOrgQuerySet.as_manager()
    subject_kind: ClassVar[str] = "party_org"

    class Meta:
        ordering = ["area", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                name="party_org_ended_somehow",
                condition=Q(ended_on__isnull=True, ending="") | (Q(ended_on__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="party_org_merged_into_another",
                condition=Q(ending=Ending.MERGED, merged_into__isnull=False)
                | (~Q(ending=Ending.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="party_org_has_parent",
                condition=Q(kind=OrgKind.DISTRICT, parent__isnull=True)
                | (~Q(kind=OrgKind.DISTRICT) & Q(parent__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["area", "name"], condition=Q(ended_on__isnull=True), name="party_org_name_once_an_area"
            ),
            models.CheckConstraint(name="party_org_named", condition=~Q(name="")),
        ]
        indexes = [models.Index(fields=["kind", "area"], condition=STANDS, name="party_org_standing")]

    def __str__(self) -> str:
        return self.name

    @property
    def stands(self) -> bool:
        return self.ended_on is None


class OrgPlace(models.Model):
    """An organisation stands on a grid from a day until a day, both included."""

    org = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="places")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["org", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "area"], condition=Q(until_on__isnull=True), name="party_org_once_a_grid"
            ),
            models.CheckConstraint(
                name="party_place_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.org_id} @ {self.area_id}"


class TermQuerySet(models.QuerySet["Term"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(holds_on(day))

    def serving(self, user_id: int, *, on: date) -> Self:
        """By which somebody keeps the books of an organisation."""
        return self.holding_on(on).filter(user_id=user_id, org__ended_on__isnull=True)


class Term(Chained):
    """Somebody holds an office of an organisation from a day until a day: its secretary and its recorder by their account, the head of a
    group or household as the member that they are."""

    org = models.ForeignKey(PartyOrg, on_delete=models.PROTECT, related_name="terms")
    office = models.CharField(max_length=9, choices=Office.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="party_terms")
    member = models.ForeignKey("Member", on_delete=models.PROTECT, null=True, blank=True, related_name="terms")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = TermQuerySet.as_manager()
    subject_kind: ClassVar[str] = "party_term"

    class Meta:
        ordering = ["org", "office", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="party_term_of_somebody",
                condition=Q(office=Office.HEAD, user__isnull=True, member__isnull=False)
                | (~Q(office=Office.HEAD) & Q(user__isnull=False, member__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["org", "office"], condition=Q(until_on__isnull=True), name="one_open_party_term"
            ),
            models.CheckConstraint(
                name="party_term_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]
        indexes = [models.Index(fields=["user", "until_on"], name="party_term_by_user")]

    def __str__(self) -> str:
        return f"{self.org_id} {self.office}"

    @property
    def holder_name(self) -> str:
        return self.user.name if self.user is not None else self.member.name if self.member is not None else ""
