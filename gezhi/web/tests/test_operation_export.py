"""The list as a table for a spreadsheet."""

import csv
import io
from collections.abc import Callable
from typing import Any

from django.test import Client

from gezhi.cases.models import Case
from gezhi.testing import Town

Browser = Callable[[str], Client]
Report = Callable[..., Case]


def rows(answer: Any) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_filtered_list_with_names(client_as: Browser, reported: Report, town: Town) -> None:
    case = reported(text="灯", reporter_name="张三丰", reporter_phone="13812345678")
    reported(text="井盖", grid=town.next_grid)
    answer = client_as("clerk").get(f"/operation/export.csv?area={town.grid}")
    assert answer["Content-Disposition"].startswith("attachment")
    (row,) = rows(answer)
    assert (row["编号"], row["标题"], row["阶段"]) == (case.number, "灯", "待受理")
    assert row["岗台"] == town.desk(town.community).name
    assert not any("138" in cell or "张三丰" in cell for cell in row.values())


def test_cells_can_t_become_formulas(client_as: Browser, reported: Report) -> None:
    for title in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＠SUM(A1)"):
        reported(text=f"{title} 的事", title=title)
    cells = [row["标题"] for row in rows(client_as("clerk").get("/operation/export.csv"))]
    assert len(cells) == 7
    assert all(cell[0] == "'" for cell in cells), cells


def test_of_another_street_nothing(client_as: Browser, reported: Report) -> None:
    reported()
    assert rows(client_as("stranger").get("/operation/export.csv?scope=area&stage=all")) == []
