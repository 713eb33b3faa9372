"""Reads, a file a theme: `counts` (visits and looks by area and month), `progress` (campaigns), `my_grid` and `my_numbers` (for the phone)."""

from gezhi.fieldwork.queries.counts import AreaCounts, CountsOfMonths, look_counts, visit_counts
from gezhi.fieldwork.queries.my_grid import Colleague, MyGrid, my_grid
from gezhi.fieldwork.queries.my_numbers import Numbers, my_numbers
from gezhi.fieldwork.queries.progress import AreaProgress, Progress, QuestionSummary, progress_of, summaries_of

__all__ = [
    "AreaCounts",
    "AreaProgress",
    "Colleague",
    "CountsOfMonths",
    "MyGrid",
    "Numbers",
    "Progress",
    "QuestionSummary",
    "look_counts",
    "my_grid",
    "my_numbers",
    "progress_of",
    "summaries_of",
    "visit_counts",
]
