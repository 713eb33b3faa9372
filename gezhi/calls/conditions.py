"""What must hold for a step of a call besides its phase and its right. Pure: plain values in, yes or no out, and the sentence for the person.

`Situation` is all that conditions may look at: the call, one department's part in it where the step is about one, the score of that part,
and the hands of the actor (`gezhi.calls.situation`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.kernel import steps


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions look at."""

    at: datetime
    phase: str
    # The part: "" where the step is about the call as a whole.
    state: str = ""
    is_lead: bool = False
    is_on_site: bool = False
    is_bound: bool = False
    is_desk_open: bool = True
    has_arrived: bool = False
    is_arrival_confirmed: bool = False
    owes_account: bool = False
    are_all_filed: bool = False
    sign_due_at: datetime | None = None
    # The score of the part: "" where there is none.
    score: str = ""
    score_until: datetime | None = None
    object_until: datetime | None = None
    # The one who acts.
    is_scorer: bool = False
    took_part: bool = False
    is_of_either: bool = False


Condition = steps.Condition[Situation]
ELSEWHERE = Condition("wrong_phase", lambda s: False, _("这次呼叫现在不在能做这一步的阶段。"))


# --- the call -------------------------------------------------------------------------------------------------------

RUNNING = Condition("running", lambda s: s.phase == "joint", _("这次呼叫现在不在联动阶段。"))
NOT_OVER = Condition("not_over", lambda s: s.phase in ("joint", "summed"), _("这次呼叫已经结束。"))
STRUCK_OFF = Condition("struck_off", lambda s: s.phase == "struck_off", _("销号以后才能评分。"))

# --- the part of a department ---------------------------------------------------------------------------------------

DESK_OPEN = Condition("desk_open", lambda s: s.is_desk_open, _("这个部门的岗台已经撤销，请撤换部门。"))
REPLACEABLE = Condition(
    "replaceable",
    lambda s: s.state in ("waiting", "declined") or not s.is_desk_open,
    _("部门已经签收办理，不能撤换；它的岗台撤销以后才能换别的部门接替。"),
)
NOT_BOUND = Condition("not_bound", lambda s: not s.is_bound, _("区指挥中心已经定了由本部门办理，不能再推回。"))
IN_SIGN_TERM = Condition(
    "in_sign_term",
    lambda s: s.sign_due_at is None or s.at <= s.sign_due_at,
    _("已过签收时限，不能再推回，请签收办理。"),
)
LEADS = Condition("leads", lambda s: s.is_lead, _("由牵头部门汇总。"))
ALL_FILED = Condition("all_filed", lambda s: s.are_all_filed, _("还有部门没有报送办理情况，报齐了才能汇总。"))
ON_SITE = Condition("on_site", lambda s: s.is_on_site, _("这一家不要求到现场。"))
ARRIVED = Condition("arrived", lambda s: s.has_arrived, _("部门还没有报到。"))
ARRIVED_IF_ON_SITE = Condition(
    "arrived_if_on_site", lambda s: s.has_arrived or not s.is_on_site, _("要求到现场，请先报到，再报送办理情况。")
)
NOT_ARRIVED = Condition("not_arrived", lambda s: not s.has_arrived, _("已经报到。"))
NOT_CONFIRMED = Condition("not_confirmed", lambda s: not s.is_arrival_confirmed, _("到场已经由街道确认。"))
OWES_ACCOUNT = Condition("owes_account", lambda s: s.owes_account, _("没有等待说明的超时。"))

# --- the score ------------------------------------------------------------------------------------------------------

NOT_SCORED = Condition("not_scored", lambda s: not s.score, _("这个部门这一次已经评过分，一次呼叫只评一次。"))
IN_SCORE_TERM = Condition(
    "in_score_term", lambda s: s.score_until is not None and s.at <= s.score_until, _("已过评分期限。")
)
IN_OBJECT_TERM = Condition(
    "in_object_term", lambda s: s.object_until is not None and s.at <= s.object_until, _("已过申诉期限。")
)
NOT_SCORER = Condition("not_scorer", lambda s: not s.is_scorer, _("要由街道的另一个人复核，评分人自己不能复核。"))
DISINTERESTED = Condition(
    "disinterested", lambda s: not s.took_part, _("在这个部门任职或者经手过这一次办理的人，不能给它评分。")
)
NEUTRAL = Condition(
    "neutral", lambda s: not s.is_of_either, _("在评分的街道或者被评的部门任职的人，以及评过分、经手过的人，不能裁定。")
)
