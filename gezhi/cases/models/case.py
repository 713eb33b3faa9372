"""A case (事件): one report on its way to an answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.accounts.models import User
from gezhi.cases.workflow import ENDED, PROMISED, REPLIED, Stage
from gezhi.kernel.access import Actor
from gezhi.kernel.calendar import local_day
from gezhi.kernel.models import Chained
from gezhi.kernel.numbers import case_number
from gezhi.matters.models import Matter
from gezhi.people.models import Desk
from gezhi.people.queries import seats_with
from gezhi.territory.models import Area

# A constraint holds this to the stage. SQLite finds a partial index only through a condition without parameters, which `stage IN (...)` is not.
IS_OPEN = Q(closed_at__isnull=True)


class Kind(models.TextChoices):
    PROBLEM = "problem", _("问题")
    OPINION = "opinion", _("意见")
    REQUEST = "request", _("诉求")
    TIP = "tip", _("举报")


class Source(models.TextChoices):
    PORTAL = "portal", _("居民网页")
    WORKER = "worker", _("网格员上报")
    COUNTER = "counter", _("窗口或电话代录")
    IMPORT = "import", _("文件导入")
    PART = "part", _("分单")


class Asked(models.TextChoices):
    """What the holder has asked those above for."""

    EXTENSION = "extension", _("延期")
    SUSPENSION = "suspension", _("挂账")


class Ruling(models.TextChoices):
    PENDING = "pending", _("待裁定")
    BOUND = "bound", _("已裁定")


class Appeal(models.TextChoices):
    """How the reporter's objection to a decline stands."""

    OPEN = "open", _("申诉复核中")
    ADMITTED = "admitted", _("申诉成立")
    DISMISSED = "dismissed", _("维持不予受理")


class Card(models.TextChoices):
    YELLOW = "yellow", _("黄牌")
    RED = "red", _("红牌")


class Owed(models.TextChoices):
    """How a supervision stands: the desk owes its reply, or has given it."""

    OPEN = "open", _("待回复")
    REPLIED = "replied", _("已回复")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(IS_OPEN)

    def within(self, *codes: str) -> "CaseQuerySet":
        """Cases whose place lies in one of these areas. Each level has its own column, so this is equality on an index, never a prefix scan."""
        if any(len(code) <= 6 for code in codes):
            return self
        return self.filter(self.place_within(*codes))

    @staticmethod
    def place_within(*codes: str) -> Q:
        """The condition of `within` for codes below the district; nothing for none."""
        condition = Q(pk__in=[])
        for code in codes:
            condition |= Q(**{{9: "street_code", 12: "community_code", 15: "grid_code"}[len(code)]: code})
        return condition

    def visible_to(self, actor: Actor) -> "CaseQuerySet":
        """Cases whose place lies in an area the actor sees, or that lie on one of the actor's desks."""
        codes = actor.areas("case.see")
        if "" in codes or any(len(code) <= 6 for code in codes):
            return self
        return self.within(*codes) | self.filter(desk_id__in=seats_with("case.see", actor))


class Case(Chained):
    """One report of a resident or a worker, from its arrival to its answer."""

    receipt_code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PROBLEM)
    source = models.CharField(max_length=10, choices=Source.choices)
    # `system:number` in the system it came from; a second arrival of the same is refused by the database.
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    title = models.CharField(max_length=80)
    text = models.TextField()

    # Where: longitude and latitude in CGCS2000, as given by the reporter or a map; codes of the finest area known.
    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    crs_in = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="cases", db_index=False)
    street_code = models.CharField(max_length=9, blank=True)
    community_code = models.CharField(max_length=12, blank=True)
    grid_code = models.CharField(max_length=15, blank=True)

    # Whose.
    stage = models.CharField(max_length=10, choices=Stage.choices)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="cases", db_index=False)
    sent_by = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="held_cases", db_index=False
    )
    finished_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_emergency = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)

    # When.
    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(help_text="on this desk since")
    due_at = models.DateTimeField(
        help_text="until accepted: the limit to accept; afterwards the promise to the reporter"
    )
    due_is_provisional = models.BooleanField(
        default=False, help_text="counted across a year whose holidays are not published"
    )
    warn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="when the clock found it past due")
    hold_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    rate_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopen_until = models.DateTimeField(null=True, blank=True)
    # The next instant at which the clock must look at this row; see `gezhi.cases.clock`.
    alarm_at = models.DateTimeField(null=True, blank=True)

    # Beside the stage. Each is empty in most cases, and what belongs to it in more words stands in a table of its own.
    asked = models.CharField(max_length=10, choices=Asked.choices, blank=True, help_text="waits for those above")
    extended_at = models.DateTimeField(null=True, blank=True, help_text="延期: once a round")
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="挂账 or 待补充: the clock stands still since")
    review_at = models.DateTimeField(null=True, blank=True, help_text="when the standstill ends by itself")
    awaits_reporter = models.BooleanField(
        default=False, help_text="待补充: the standstill is for the reporter to say more"
    )
    asked_reporter_at = models.DateTimeField(null=True, blank=True, help_text="to say more: once a round")
    declined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    appeal = models.CharField(max_length=10, choices=Appeal.choices, blank=True, help_text="申诉 against a decline")
    appealed_at = models.DateTimeField(null=True, blank=True, help_text="once a case")
    is_long_standing = models.BooleanField(default=False, help_text="挂账 once: to finish it takes evidence")
    meeting = models.CharField(
        max_length=300, blank=True, help_text="where it was talked over: a name, a date, an address"
    )
    returns = models.PositiveSmallIntegerField(default=0, help_text="退单 in this round")
    ruling = models.CharField(max_length=8, choices=Ruling.choices, blank=True, help_text="裁定")
    supervision = models.CharField(max_length=8, choices=Owed.choices, blank=True, help_text="督办")
    card = models.CharField(max_length=6, choices=Card.choices, blank=True, help_text="of the supervision")
    urged_at = models.DateTimeField(null=True, blank=True, help_text="催办, the last time")
    rung = models.PositiveSmallIntegerField(default=0, help_text="rungs of the ladder climbed; see `ladder`")
    rung_at = models.DateTimeField(null=True, blank=True, help_text="when the next rung is reached")
    is_called = models.BooleanField(default=False, help_text="街呼区应 in progress")
    is_rehandled = models.BooleanField(default=False, help_text="this round was begun by a poor rating")
    debriefed_at = models.DateTimeField(null=True, blank=True, help_text="复盘 of an emergency")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    followers = models.PositiveSmallIntegerField(default=0, help_text="cases merged into this one")
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", db_index=False
    )
    open_parts = models.PositiveSmallIntegerField(default=0)

    # What came of it.
    round = models.PositiveSmallIntegerField(default=1, help_text="one more with each reopening")
    is_on_the_spot = models.BooleanField(default=False, help_text="即查即办")
    result = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    subject_kind: ClassVar[str] = "case"
    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_replied_has_answer",
                condition=~Q(stage__in=[stage.value for stage in REPLIED])
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="case_closed_iff_ended",
                condition=Q(stage__in=[stage.value for stage in ENDED], closed_at__isnull=False)
                | (~Q(stage__in=[stage.value for stage in ENDED]) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_held_iff_handling",
                condition=Q(stage="handling", holder__isnull=False) | (~Q(stage="handling") & Q(holder__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_open_has_alarm",
                condition=Q(stage__in=[*(stage.value for stage in ENDED), "merged"])
                | Q(alarm_at__isnull=False)
                | (Q(overdue_at__isnull=False, suspended_at__isnull=True) & ~Q(stage="answered")),
            ),
            models.CheckConstraint(
                name="case_merged_has_main", condition=Q(stage="merged", merged_into__isnull=False) | ~Q(stage="merged")
            ),
            models.CheckConstraint(
                name="case_suspended_until_review",
                condition=Q(suspended_at__isnull=True, review_at__isnull=True, awaits_reporter=False)
                | Q(suspended_at__isnull=False, review_at__isnull=False, stage="handling")
                | Q(suspended_at__isnull=False, review_at__isnull=False, stage="received", awaits_reporter=True),
            ),
            models.CheckConstraint(
                name="case_appeal_has_its_day",
                condition=Q(appeal="", appealed_at__isnull=True) | (~Q(appeal="") & Q(appealed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_card_of_supervision",
                condition=Q(supervision="", card="") | (~Q(supervision="") & ~Q(card="")),
            ),
            models.CheckConstraint(name="case_no_part_merged", condition=Q(part_of__isnull=True) | ~Q(stage="merged")),
            models.CheckConstraint(
                name="case_place_is_a_pair",
                condition=Q(lng__isnull=True, lat__isnull=True) | Q(lng__isnull=False, lat__isnull=False),
            ),
            models.CheckConstraint(name="case_version_positive", condition=Q(version__gt=0)),
        ]
        indexes = [
            # Worklists look at open cases, a fiftieth of all. Each index begins with the column its reader is bound to.
            models.Index(fields=["desk", "due_at", "id"], condition=IS_OPEN, name="case_by_desk"),
            models.Index(fields=["street_code", "due_at", "id"], condition=IS_OPEN, name="case_by_street"),
            models.Index(fields=["community_code", "due_at", "id"], condition=IS_OPEN, name="case_by_community"),
            models.Index(fields=["due_at", "id"], condition=IS_OPEN, name="case_by_due"),
            models.Index(fields=["holder", "due_at", "id"], condition=Q(holder__isnull=False), name="case_by_holder"),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="case_by_alarm"),
            # What waits for somebody above, is watched, stands still: a handful of rows each.
            models.Index(fields=["desk", "id"], condition=~Q(asked=""), name="case_by_asked"),
            models.Index(fields=["desk", "id"], condition=~Q(supervision=""), name="case_by_owed"),
            models.Index(fields=["street_code", "id"], condition=~Q(supervision=""), name="case_by_supervision"),
            models.Index(
                fields=["street_code", "review_at"], condition=Q(suspended_at__isnull=False), name="case_by_suspension"
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_by_main"),
            models.Index(fields=["part_of"], condition=Q(part_of__isnull=False), name="case_by_whole"),
            # The ledger of what was long-standing and is over.
            models.Index(
                fields=["street_code", "-closed_at", "-id"],
                condition=Q(is_long_standing=True, closed_at__isnull=False),
                name="case_by_ledger",
            ),
            # My day: to be verified or answered, an account of an emergency owed, sent elsewhere by a desk.
            models.Index(fields=["street_code", "id"], condition=Q(stage="finished"), name="case_by_check"),
            models.Index(
                fields=["street_code", "id"],
                condition=Q(is_emergency=True, debriefed_at__isnull=True),
                name="case_by_debrief",
            ),
            models.Index(
                fields=["sent_by", "due_at", "id"], condition=IS_OPEN & Q(sent_by__isnull=False), name="case_by_sender"
            ),
            # What came in within a span of time, open or ended: for the dry run of a rule.
            models.Index(fields=["reported_at"], name="case_by_arrival"),
            # The archive: newest first in a grid.
            models.Index(fields=["grid_code", "-id"], name="case_by_grid"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number for people and paper: district, day of arrival in the district's own time, serial."""
        return case_number(settings.DISTRICT, local_day(self.reported_at), self.pk)

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED

    @property
    def card_shown(self) -> str:
        """The card that the page shows: that of the supervision, else the clock's own: yellow after the warning, red when overdue."""
        if self.stage not in PROMISED or self.suspended_at is not None:
            return self.card
        clocks = Card.RED if self.overdue_at is not None else Card.YELLOW if self.warned_at is not None else ""
        return Card.RED if Card.RED in (self.card, clocks) else self.card or clocks

    @property
    def place_code(self) -> str:
        """The finest area known; "" where only the district is."""
        return self.grid_code or self.community_code or self.street_code
