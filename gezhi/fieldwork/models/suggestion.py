"""Complaints and suggestions of those who work here (投诉建议)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.fieldwork.models.address_point import LaidOnLand, lying_in
from gezhi.fieldwork.workflow import SuggestionStage
from gezhi.kernel.access import Actor
from gezhi.kernel.models import Chained
from gezhi.kernel.secrets import SealedTextField


class SuggestionKind(models.TextChoices):
    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")


class Addressee(models.TextChoices):
    """Who shall answer. What is about one's own street goes to the district, and the street does not see it."""

    STREET = "street", _("街道服务保障")
    DISTRICT = "district", _("区服务保障")


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; and for who answers them, those of the own street, the district's for the district alone."""
        held = actor.areas("suggestion.answer")
        streets = lying_in(*held) & Q(addressee=Addressee.STREET)
        everywhere = Q(pk__isnull=False) if any(len(code) <= 6 for code in held) else Q(pk__in=[])
        return self.filter(Q(author_id=actor.user_id, author__isnull=False) | streets | everywhere)


class Suggestion(Chained, LaidOnLand):
    """What a worker complains of or suggests, with the answer. Sealed: neither stands in an event, an index or a notice."""

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=SuggestionKind.choices)
    addressee = models.CharField(max_length=10, choices=Addressee.choices)
    text = SealedTextField(blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    stage = models.CharField(max_length=10, choices=SuggestionStage.choices)
    sent_at = models.DateTimeField(help_text="when it arrived here")
    done_at = models.DateTimeField(null=True, blank=True, help_text="when, by the device's clock")
    answer = SealedTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="since then without words and author")

    subject_kind: ClassVar[str] = "suggestion"
    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="suggestion_answered_with_words",
                condition=~Q(stage=SuggestionStage.ANSWERED) | Q(answered_at__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="suggestion_open_until_ended",
                condition=Q(stage=SuggestionStage.OPEN, ended_at__isnull=True)
                | (~Q(stage=SuggestionStage.OPEN) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["street_code", "sent_at"], condition=Q(stage="open"), name="suggestion_open"),
            models.Index(fields=["author", "-id"], condition=Q(author__isnull=False), name="suggestion_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
