"""For each step of the table a case that waits for it, who may take it, and what a browser would send."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gezhi.cases.models import Case
from gezhi.kernel.events import dispatch
from gezhi.testing import Town
from gezhi.web.tests.desk import moved

Make = Callable[..., Case]


class Circumstances:
    """Cases of the present, each brought to where a step begins."""

    def __init__(self, town: Town, report: Make) -> None:
        self.town, self.report = town, report

    def move(self, case: Case, step: str, by: str, **inputs: Any) -> Case:
        return moved(self.town, case, step, by, **inputs)

    def accepted(self, matter: str = "lamp", **over: Any) -> Case:
        return self.move(self.report(**over), "accept", "clerk", matter_id=self.town.matter(matter).id)

    def held(self, **over: Any) -> Case:
        return self.move(self.accepted(**over), "claim", "worker")

    def signed(self) -> Case:
        """In the hands of the community's clerk."""
        return self.move(self.accepted("parking"), "sign", "clerk")

    def finished(self, **over: Any) -> Case:
        return self.move(self.held(**over), "finish", "worker", result="换了灯泡。")

    def verified(self) -> Case:
        return self.move(self.finished(), "verify", "clerk")

    def answered(self, **over: Any) -> Case:
        """With all that follows from an answer: it may be drawn for 回访."""
        case = self.move(self.finished(**over), "verify", "clerk", answer="路灯已修好。")
        while dispatch(at=timezone.now()):
            pass
        return case

    def supervised(self, card: str = "yellow") -> Case:
        return self.move(self.held(), "supervise", "inspector", card=card, reason="居民多次反映。")

    def asked(self) -> Case:
        return self.move(self.held(), "ask_extension", "worker", days=3, reason="要等配件。")

    def asked_suspension(self) -> Case:
        review = timezone.localdate() + timedelta(days=60)
        since = timezone.localdate() - timedelta(days=1_000)
        return self.move(
            self.held(), "ask_suspension", "worker", review_on=review, since_on=since, reason="等老旧小区改造。"
        )

    def suspended(self) -> Case:
        return self.move(self.asked_suspension(), "suspend", "clerk")

    def urgent(self) -> Case:
        return self.finished(is_emergency=True)

    def to_be_ruled(self) -> Case:
        """Sent to the grid twice and twice returned: the street rules."""
        case = self.accepted()
        case = self.move(case, "return", "worker", reason="不归网格。")
        case = self.move(case, "assign", "clerk", desk_id=self.town.desk(self.town.grid).id)
        return self.move(case, "return", "worker", reason="还是不归网格。")

    def split(self) -> Case:
        parts = [{"desk_id": self.town.desk(self.town.grid).id, "text": "清理路面。"}]
        return self.move(self.signed(), "split", "clerk", parts=parts)

    def part(self) -> Case:
        return Case.objects.get(part_of=self.split())

    def merged(self) -> Case:
        main = self.held(text="主件：路灯不亮")
        return self.move(self.report(text="又说路灯不亮"), "merge", "clerk", main_id=main.number)

    def closed(self) -> Case:
        """Ended by its clock."""
        from gezhi.cases.actions import take
        from gezhi.kernel.access import Actor

        case = self.answered()
        assert case.rate_until is not None
        return take("close", case, actor=Actor.system("时钟"), at=case.rate_until + timedelta(minutes=1))

    def declined(self) -> Case:
        return self.move(self.report(), "decline", "clerk", reason="不归本区", answer="请拨打供水热线。")

    def appealed(self) -> Case:
        from gezhi.cases.actions import take
        from gezhi.kernel.access import Actor

        return take("appeal", self.declined(), actor=Actor.resident(), at=timezone.now(), reason="供水热线说归区里。")

    def asked_reporter(self) -> Case:
        return self.move(self.held(), "ask_reporter", "worker", question="是几号楼的路灯？")


def situations(town: Town) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Step by step: how the case is made, who takes the step, what is sent besides seal and version."""
    lamp, noise = str(town.matter("lamp").id), str(town.matter("noise").id)
    grid, next_grid = str(town.desk(town.grid).id), str(town.desk(town.next_grid).id)
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    lng, lat = town.point_in(town.next_grid)
    return {
        "accept": ("report", "clerk", {"matter_id": lamp}),
        "decline": ("report", "clerk", {"reason": "不归本区", "answer": "请拨打供水热线。"}),
        "admit": ("appealed", "street_clerk", {"matter_id": lamp, "answer": "由网格来办。"}),
        "dismiss": ("appealed", "street_clerk", {"reason": "核实过。", "answer": "确归供水公司。"}),
        "ask_reporter": ("held", "worker", {"question": "是几号楼的路灯？"}),
        "carry_on": ("asked_reporter", "worker", {}),
        "claim": ("accepted", "worker", {}),
        "sign": ("parking", "clerk", {}),
        "rule": ("to_be_ruled", "street_clerk", {"desk_id": grid, "reason": "路灯在网格里。"}),
        "assign": ("accepted", "clerk", {"desk_id": next_grid}),
        "escalate": ("held", "worker", {"reason": "要登高车。"}),
        "return": ("accepted", "worker", {"reason": "不归网格。"}),
        "reclassify": ("accepted", "clerk", {"matter_id": noise, "reason": "是施工噪声。"}),
        "relocate": ("accepted", "clerk", {"lng": str(lng), "lat": str(lat), "reason": "在隔壁网格。"}),
        "release": ("held", "worker", {}),
        "hand_over": ("held", "leader", {"colleague_id": str(town.user("worker2").pk)}),
        "finish": ("held", "worker", {"result": "换了灯泡。"}),
        "split": (
            "signed", "clerk",
            {"parts-0-desk_id": grid, "parts-0-text": "清路面", "parts-1-desk_id": next_grid, "parts-1-text": "画线"},
        ),
        "withdraw": ("part", "clerk", {"answer": "不用办了。"}),
        "verify": ("finished", "clerk", {}),
        "reject": ("finished", "clerk", {"reason": "还是不亮。"}),
        "ask_extension": ("held", "worker", {"days": "3", "reason": "要等配件。"}),
        "grant_extension": ("asked", "clerk", {}),
        "refuse_extension": ("asked", "clerk", {"reason": "本周能办完。"}),
        "ask_suspension": ("held", "worker", {"review_on": later, "since_on": "2019-05-01", "reason": "等改造。"}),
        "suspend": ("asked_suspension", "clerk", {}),
        "refuse_suspension": ("asked_suspension", "clerk", {"reason": "现在就能办。"}),
        "resume": ("suspended", "worker", {}),
        "urge": ("held", "clerk", {"note": "居民又来问。"}),
        "supervise": ("held", "inspector", {"card": "red", "reason": "居民多次反映。"}),
        "reply": ("supervised", "worker", {"reply": "明天换。"}),
        "lift": ("supervised", "inspector", {"note": "已看过现场。"}),
        "alert": ("held", "clerk", {"reason": "电线垂下来了。"}),
        "stand_down": ("urgent_held", "clerk", {"reason": "没有危险。"}),
        "debrief": ("urgent", "worker", {"review": "十分钟到现场。"}),
        "merge": ("second", "clerk", {}),
        "unmerge": ("merged", "clerk", {"reason": "不是同一处。"}),
        "answer": ("verified", "clerk", {"answer": "路灯已修好。"}),
        "follow_up": (
            "answered", "clerk", {"contacted": "yes", "solved": "no", "service": "4", "outcome": "2", "note": "还闪。"}
        ),
        "reopen": ("closed", "street_clerk", {"reason": "又不亮了。"}),
        "reconsider": ("declined", "street_clerk", {"reason": "原来归本区。"}),
        "note": ("report", "clerk", {"note": "灯杆在东侧。"}),
    }  # fmt: skip


def case_for(how: str, made: Circumstances) -> Case:
    match how:
        case "report":
            return made.report()
        case "parking":
            return made.accepted("parking")
        case "urgent_held":
            return made.held(is_emergency=True)
        case "second":
            made.held(text="主件：路灯不亮")
            return made.report(text="又说路灯不亮")
        case _:
            found: Case = getattr(made, how)()
            return found
