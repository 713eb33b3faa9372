"""Every write to cases, a file a theme: `report` (in), `steps` (through the loop), `alarms` (the clock), `reporter` (personal data)."""

from gezhi.cases.actions.alarms import sound_alarms
from gezhi.cases.actions.report import Draft, report, report_many, solve
from gezhi.cases.actions.reporter import reveal_reporter
from gezhi.cases.actions.steps import take

__all__ = ["Draft", "report", "report_many", "reveal_reporter", "solve", "sound_alarms", "take"]
