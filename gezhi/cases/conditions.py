"""What must hold for a step besides its stage and its right. Pure: plain values in, yes or no out, and the sentence for the person.

`Situation` is all that conditions may look at. Everything in it stands in the case's own row, its desk, or the hands of the actor, so that
the buttons of a page cost no query (`gezhi.cases.situation`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps

# 差评: the two lower of the five levels (国办发〔2019〕51号).
POOR = 2


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions look at."""

    stage: str
    desk_kind: str
    at: datetime
    due_at: datetime
    is_holder: bool = False
    is_held: bool = False
    is_finisher: bool = False
    is_verified: bool = False
    # Does the actor decide at the desk above this one? The district has none above: there a colleague of the holder decides.
    is_from_above: bool = False
    has_sender: bool = False
    has_level_above: bool = False
    is_emergency: bool = False
    is_debriefed: bool = False
    is_part: bool = False
    # May the actor send cases from the desk on which the whole lies?
    is_from_whole: bool = False
    is_called: bool = False
    # The clock stands still: put aside, or until the reporter has said more.
    is_suspended: bool = False
    awaits_reporter: bool = False
    was_asked_for_more: bool = False
    is_extended: bool = False
    is_rehandled: bool = False
    open_parts: int = 0
    followers: int = 0
    # What the holder has asked for and nobody has decided yet: "", "extension" or "suspension".
    asked: str = ""
    # "" | "pending": two desks returned it and a higher one must rule | "bound": it has been ruled whose it is.
    ruling: str = ""
    # "" | "open": the desk owes a reply | "replied".
    supervision: str = ""
    card: str = ""
    hold_until: datetime | None = None
    review_at: datetime | None = None
    rate_until: datetime | None = None
    reopen_until: datetime | None = None
    return_until: datetime | None = None
    # 申诉: has the reporter objected to a decline once, is it being looked into, until when may they, did the actor decline?
    is_appealed: bool = False
    is_in_appeal: bool = False
    is_decliner: bool = False
    appeal_until: datetime | None = None
    urge_from: datetime | None = None


Condition = steps.Condition[Situation]
ELSEWHERE = Condition("wrong_stage", lambda s: False, _("这一件现在不在能做这一步的阶段。"))


# --- whose it is ----------------------------------------------------------------------------------------------------

AT_GRID = Condition("at_grid", lambda s: s.desk_kind == "grid", _("只有网格里的事件需要认领；这一件请签收。"))
NOT_AT_GRID = Condition("not_at_grid", lambda s: s.desk_kind != "grid", _("网格里的事件由网格员认领，不用签收。"))
AT_STREET = Condition("at_street", lambda s: s.desk_kind == "street", _("只有街道能呼叫区直部门。"))
HOLDER = Condition("holder", lambda s: s.is_holder, _("这一件由别人办理，只有办理人能做这一步。"))
HOLDER_IF_HELD = Condition(
    "holder_if_held", lambda s: s.is_holder or not s.is_held, _("这一件已有人办理，只有办理人能做这一步。")
)
NOT_FINISHER = Condition("not_finisher", lambda s: not s.is_finisher, _("办结人不能核查自己办结的事件。"))
FROM_ABOVE = Condition(
    "from_above", lambda s: s.is_from_above and not s.is_holder, _("要由上一级批准，申请人自己不能批。")
)
SENT_HERE = Condition("sent_here", lambda s: s.has_sender, _("这一件不是别处派来的，不能退回；可以上报上一级。"))
LEVEL_ABOVE = Condition("level_above", lambda s: s.has_level_above, _("这里已经是最高一级，不能再上报。"))
NOT_BOUND = Condition("not_bound", lambda s: s.ruling != "bound", _("这一件已经裁定由这里办理，不能再退。"))
TO_BE_RULED = Condition("to_be_ruled", lambda s: s.ruling == "pending", _("这一件没有等待裁定的退单。"))
NOT_TO_BE_RULED = Condition("not_to_be_ruled", lambda s: s.ruling != "pending", _("这一件两次退单，要先裁定由谁办理。"))

# --- how far it is --------------------------------------------------------------------------------------------------

VERIFIED = Condition("verified", lambda s: s.is_verified, _("先核查通过，再答复。"))
NOT_VERIFIED = Condition("not_verified", lambda s: not s.is_verified, _("这一件已经核查通过。"))
PARTS_DONE = Condition("parts_done", lambda s: s.open_parts == 0, _("还有分单件没有办完，办完才能办结。"))
NOT_CALLED = Condition("not_called", lambda s: not s.is_called, _("街呼区应还没有销号，先销号。"))
CALLED = Condition("called", lambda s: s.is_called, _("这一件没有正在进行的呼叫。"))
WHOLE = Condition("whole", lambda s: not s.is_part, _("这是一件分单件，请在主件上做这一步。"))
PART = Condition("part", lambda s: s.is_part, _("这不是分单件。"))
FROM_WHOLE = Condition("from_whole", lambda s: s.is_from_whole, _("由主件所在的岗台撤回；不归本岗台办的，请退回。"))
LEADS_NONE = Condition("leads_none", lambda s: s.followers == 0, _("已有别的件并到这一件，请把别的件并过来。"))

# --- its clock ------------------------------------------------------------------------------------------------------

HOLD_OVER = Condition("hold_over", lambda s: s.hold_until is not None and s.at >= s.hold_until, _("认领时限还没有到。"))
RATING_OVER = Condition(
    "rating_over", lambda s: s.rate_until is not None and s.at >= s.rate_until, _("评价期还没有过。")
)
RATING_OPEN = Condition("rating_open", lambda s: s.rate_until is not None and s.at < s.rate_until, _("评价期已过。"))
IN_REOPEN_TERM = Condition(
    "in_reopen_term", lambda s: s.reopen_until is not None and s.at < s.reopen_until, _("已超过可以重新办理的期限。")
)
IN_RETURN_TERM = Condition(
    "in_return_term",
    lambda s: s.return_until is None or s.at <= s.return_until,
    _("已过退单期限，请办理，或者上报上一级。"),
)
BEFORE_DUE = Condition("before_due", lambda s: s.at < s.due_at, _("已经到期，不能再申请延期。"))
NOT_EXTENDED = Condition("not_extended", lambda s: not s.is_extended, _("只能延期一次，这一件已经延过。"))
NOTHING_ASKED = Condition("nothing_asked", lambda s: not s.asked, _("已有申请在等批准。"))
ASKED_EXTENSION = Condition("asked_extension", lambda s: s.asked == "extension", _("没有等待批准的延期申请。"))
ASKED_SUSPENSION = Condition("asked_suspension", lambda s: s.asked == "suspension", _("没有等待批准的挂账申请。"))
SUSPENDED = Condition("suspended", lambda s: s.is_suspended and not s.awaits_reporter, _("这一件没有挂账。"))
NOT_SUSPENDED = Condition(
    "not_suspended", lambda s: not s.is_suspended, _("这一件的时钟停着（挂账，或者等诉求人补充），先恢复办理。")
)
AWAITING_REPORTER = Condition("awaiting_reporter", lambda s: s.awaits_reporter, _("没有在等诉求人补充。"))
NOT_ASKED_FOR_MORE = Condition(
    "not_asked_for_more", lambda s: not s.was_asked_for_more, _("要补充的应当一次说清，这一件已经请诉求人补充过。")
)
MAY_RESUME = Condition(
    "may_resume",
    lambda s: s.is_holder or (s.review_at is not None and s.at >= s.review_at),
    _("挂账的件由办理人恢复，或者到复核日自动恢复。"),
)
HOLDER_IF_HELD_OR_OVER = Condition(
    "holder_or_over",
    lambda s: s.is_holder or not s.is_held or (s.review_at is not None and s.at >= s.review_at),
    _("由办理人恢复，或者到期自动恢复。"),
)
NOT_REHANDLED = Condition("not_rehandled", lambda s: not s.is_rehandled, _("差评后已经重办过一次。"))

# --- appeal ---------------------------------------------------------------------------------------------------------

NOT_APPEALED = Condition("not_appealed", lambda s: not s.is_appealed, _("已经申诉过一次，不能再申诉。"))
IN_APPEAL_TERM = Condition(
    "in_appeal_term", lambda s: s.appeal_until is not None and s.at < s.appeal_until, _("已过申诉期限。")
)
IN_APPEAL = Condition("in_appeal", lambda s: s.is_in_appeal, _("这一件没有在复核的申诉。"))
NOT_IN_APPEAL = Condition(
    "not_in_appeal", lambda s: not s.is_in_appeal, _("这一件在复核申诉，请决定申诉成立还是维持不予受理。")
)
NOT_DECLINER = Condition("not_decliner", lambda s: not s.is_decliner, _("不予受理是您决定的，申诉要由别人复核。"))

# --- supervision ----------------------------------------------------------------------------------------------------

URGE_RESTED = Condition(
    "urge_rested", lambda s: s.urge_from is None or s.at >= s.urge_from, _("刚刚催办过，过一天再催。")
)
MAY_CARD = Condition(
    "may_card", lambda s: not s.supervision or s.card == "yellow", _("这一件已经亮红牌督办，等岗台回复。")
)
SUPERVISED = Condition("supervised", lambda s: bool(s.supervision), _("这一件没有督办。"))
REPLY_OWED = Condition("reply_owed", lambda s: s.supervision == "open", _("没有等待回复的督办。"))
EMERGENCY = Condition("emergency", lambda s: s.is_emergency, _("这不是紧急事件。"))
NOT_EMERGENCY = Condition("not_emergency", lambda s: not s.is_emergency, _("这一件已经按紧急事件办理。"))
NOT_DEBRIEFED = Condition("not_debriefed", lambda s: not s.is_debriefed, _("复盘报告已经交过。"))
