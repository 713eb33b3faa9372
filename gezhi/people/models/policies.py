"""The policy library: documents, their articles, and which rule rests on which article."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.models import Chained, StoredFile
from gezhi.territory.models import holds_on


class PolicyKind(models.TextChoices):
    NORMATIVE = "normative", _("规范性文件")
    MEASURE = "measure", _("配套办法")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force_on(self, day: date) -> Self:
        """What may be offered and cited on this day."""
        return self.filter(holds_on(day, "effective_from", "effective_until"))


class Policy(Chained):
    """A document of the district that rules rest on (政策文件), one row an edition."""

    kind = models.CharField(max_length=9, choices=PolicyKind.choices)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=40, blank=True, help_text="文号")
    edition = models.PositiveSmallIntegerField(default=1)
    issued_on = models.DateField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PolicyQuerySet.as_manager()
    subject_kind: ClassVar[str] = "policy"

    class Meta:
        ordering = ["kind", "title", "edition"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["title", "edition"], name="policy_edition_once"),
            models.CheckConstraint(
                name="policy_ends_after_start",
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """An article of a document (条款), as far as rules rest on it."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="articles")
    label = models.CharField(max_length=20, help_text="第三条")
    gist = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["policy", "id"]
        constraints = [models.UniqueConstraint(fields=["policy", "label"], name="article_once")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.label}"


class Citation(Chained):
    """That a rule of the system rests on an article (依据). `kind` and `key` name the rule, see `gezhi.people.citations`."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="citations")
    is_lifted = models.BooleanField(default=False)

    subject_kind: ClassVar[str] = "citation"

    class Meta:
        ordering = ["kind", "key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "article"], condition=Q(is_lifted=False), name="citation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
