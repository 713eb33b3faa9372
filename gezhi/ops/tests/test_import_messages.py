"""`gezhi import-messages`: every good row comes in once, every bad one is listed with its line and reason."""

import csv
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from gezhi.cases.models import Case
from gezhi.kernel.models import Event, Installation
from gezhi.testing import NOON, Town, standing_town

HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
QUOTE = '"'


def row(number: int, **over: str) -> dict[str, str]:
    """An invented message with line breaks, tabs, commas and quotes, as files from web pages have them."""
    cells = (
        str(number),
        f"A{number:08d}",
        f"第{number}条，关于路灯",
        "2026/2/3 9:32:09",
        f"\n\t\t\n\t\t编号{number}：路灯坏了，\n1,2,3 号楼都黑。他说{QUOTE}马上修{QUOTE},没有来。\n\t\t",
        f"您好，{number}号留言已收到，\n已修好。",
        "2026/2/9 14:56:53",
    )
    return dict(zip(HEADER, cells, strict=True)) | over


def as_csv(rows: list[dict[str, str]], *, end: str = "\r\n") -> list[str]:
    """Each row as it stands in the file, the header first."""
    texts = []
    for cells in [HEADER, *(list(one.values()) for one in rows)]:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator=end).writerow(cells)
        texts.append(buffer.getvalue())
    return texts


def import_file(path: Path, **options: Any) -> str:
    output = io.StringIO()
    options.setdefault("report", path.with_name("refused.csv"))
    call_command(
        "import_messages", str(path), mapping=options.pop("mapping", "leader-messages"), stdout=output, **options
    )
    return output.getvalue()


def refused(path: Path) -> list[list[str]]:
    listed = path.with_name("refused.csv")
    return list(csv.reader(listed.open(encoding="utf-8-sig")))[1:] if listed.exists() else []


def keys() -> set[str]:
    return set(Case.objects.values_list("external_key", flat=True))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "messages.csv"


def test_rows_become_cases_with_their_own_time(town: Town, file: Path) -> None:
    file.write_text("".join(as_csv([row(7)])), encoding="utf-8")
    assert "收下 1" in import_file(file)
    case = Case.objects.get()
    assert case.external_key == "leader-messages:7"
    assert case.title == "第7条，关于路灯"
    assert case.text.startswith("编号7")
    assert case.text.endswith("没有来。")
    assert case.reported_at.isoformat() == "2026-02-03T01:32:09+00:00"
    assert case.source == "import"
    assert case.area.code == town.district
    assert case.reporter.name == "A00000007"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_encodings_and_line_ends(town: Town, file: Path, encoding: str, end: str) -> None:
    file.write_bytes("".join(as_csv([row(1), row(2)], end=end)).encode(encoding))
    import_file(file)
    assert sorted(Case.objects.values_list("title", flat=True)) == ["第1条，关于路灯", "第2条，关于路灯"]


def test_a_second_run_takes_nothing_again(town: Town, file: Path) -> None:
    texts = as_csv([row(number) for number in range(30)])
    file.write_text("".join(texts[:12]), encoding="utf-8")
    import_file(file, batch=5)
    file.write_text("".join(texts), encoding="utf-8")
    assert "收下 19，以前已收 11" in import_file(file, batch=7)
    assert "收下 0，以前已收 30" in import_file(file)
    assert Case.objects.count() == 30


def test_a_number_that_stands_twice_comes_in_once(town: Town, file: Path) -> None:
    file.write_text("".join(as_csv([row(1), row(2), row(1)])), encoding="utf-8")
    assert "收下 2，以前已收 1" in import_file(file, dry_run=True)
    assert not Case.objects.exists()
    assert "收下 2，以前已收 1" in import_file(file)


def lose_first_quote(text: str) -> str:
    return text.replace(QUOTE, "", 1)


def lose_closing_quote(text: str) -> str:
    return text.replace(f"{QUOTE},{QUOTE}", f",{QUOTE}", 1)


def lose_last_quote(text: str) -> str:
    head, _, tail = text.rpartition(QUOTE)
    return head + tail


def add_quote(text: str) -> str:
    return text.replace("编号", f"编号{QUOTE}", 1)


def lose_all_quotes(text: str) -> str:
    return text.replace(QUOTE, "")


def cut_off(text: str) -> str:
    return text[: len(text) // 2] + "\r\n"


def lose_commas(text: str) -> str:
    return text.replace(",", "", 2)


DAMAGES = [
    lose_first_quote,
    lose_closing_quote,
    lose_last_quote,
    add_quote,
    lose_all_quotes,
    cut_off,
    lose_commas,
]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("position", [0, 13, 39])
def test_a_broken_row_costs_itself_alone(town: Town, file: Path, damage: Callable[[str], str], position: int) -> None:
    texts = as_csv([row(number) for number in range(1000, 1040)])
    broken = damage(texts[1 + position])
    assert broken != texts[1 + position]
    file.write_text("".join([*texts[: 1 + position], broken, *texts[2 + position :]]), encoding="utf-8")
    output = import_file(file)
    wanted = {f"leader-messages:{number}" for number in range(1000, 1040) if number != 1000 + position}
    assert keys() == wanted, output
    line = sum(text.count("\n") for text in texts[: 1 + position]) + 1
    assert refused(file)[0][0] == str(line)


def test_two_broken_rows_in_a_row(town: Town, file: Path) -> None:
    texts = as_csv([row(number) for number in range(10)])
    texts[4], texts[5] = lose_closing_quote(texts[4]), lose_last_quote(texts[5])
    file.write_text("".join(texts), encoding="utf-8")
    import_file(file)
    assert keys() == {f"leader-messages:{number}" for number in range(10) if number not in (3, 4)}
    assert len(refused(file)) == 2


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"留言时间": "昨天下午"}, "时间认不出来"),
        ({"留言时间": "2026/2/30 9:00:00"}, "时间认不出来"),
        ({"留言时间": "1987/2/3 9:00:00"}, "2000 年"),
        ({"留言编号": ""}, "编号"),
        ({"留言编号": "第三号 留言"}, "编号"),
        ({"留言详情": "", "留言主题": ""}, "请写下"),
        ({"留言详情": "很长。" * 4000}, "最多"),
        ({"留言详情": "有一个\x00字符"}, "不能保存"),
        ({"留言用户": "名" * 50}, "最多"),
    ],
)
def test_a_bad_value_refuses_its_row_with_the_reason(town: Town, file: Path, over: dict[str, str], reason: str) -> None:
    file.write_text("".join(as_csv([row(1), row(2, **over), row(3)])), encoding="utf-8")
    output = import_file(file)
    assert keys() == {"leader-messages:1", "leader-messages:3"}
    assert reason in output
    line = as_csv([row(1)])
    assert [one[0] for one in refused(file)] == [str(sum(text.count("\n") for text in line) + 1)]
    assert reason in refused(file)[0][3]


def test_bad_bytes_refuse_their_row(town: Town, file: Path) -> None:
    content = "".join(as_csv([row(1), row(2), row(3)])).encode()
    file.write_bytes(content.replace("编号2".encode(), b"\xff\xfe2"))
    assert "编码" in import_file(file)
    assert keys() == {"leader-messages:1", "leader-messages:3"}


def test_a_long_title_is_kept_in_the_text(town: Town, file: Path) -> None:
    title = "路" * 120
    file.write_text("".join(as_csv([row(1, 留言主题=title)])), encoding="utf-8")
    import_file(file)
    case = Case.objects.get()
    assert len(case.title) == 80
    assert case.text.startswith(title)


def test_a_dry_run_keeps_nothing(town: Town, file: Path) -> None:
    file.write_text("".join(as_csv([row(1), row(2, 留言时间="?")])), encoding="utf-8")
    output = import_file(file, dry_run=True)
    assert "收下 1" in output
    assert "没有收下 1" in output
    assert not Case.objects.exists()
    assert not Event.objects.filter(subject_kind="case").exists()


def test_an_own_mapping_with_points_and_matters(town: Town, file: Path, tmp_path: Path) -> None:
    lng, lat = town.point_in()
    mapping = tmp_path / "own.json"
    columns = {"number": "no", "said_at": "time", "text": "what", "lng": "x", "lat": "y", "matter_code": "matter"}
    mapping.write_text(json.dumps({"system": "town", "columns": columns, "delimiter": ";"}), encoding="utf-8")
    file.write_text(
        "no;time;what;x;y;matter\n"
        f"1;2026-02-03 10:00;坏了;{lng};{lat};{town.matter('lamp').code}\n"
        f"2;2026-02-03 10:00;坏了;{lng};;\n"
        "3;2026-02-03 10:00;坏了;1.5;2.5;\n"
        f"4;2026-02-03 10:00;坏了;{lng};{lat};9999\n"
        "5;2026-02-03 10:00;坏了;东;西;\n",
        encoding="utf-8",
    )
    import_file(file, mapping=str(mapping), source="other")
    case = Case.objects.get()
    assert case.external_key == "other:1"
    assert case.grid_code == town.grid
    assert case.matter is not None
    assert case.matter.code == town.matter("lamp").code
    assert [one[0] for one in refused(file)] == ["3", "4", "5", "6"]


def test_scattering_puts_the_same_message_at_the_same_point(town: Town, file: Path) -> None:
    texts = as_csv([row(number) for number in range(8)])
    file.write_text("".join(texts), encoding="utf-8")
    with transaction.atomic():
        import_file(file, scatter=5)
        first = dict(Case.objects.values_list("external_key", "lng"))
        assert all(code for code in Case.objects.values_list("grid_code", flat=True))
        transaction.set_rollback(True)
    file.write_text("".join([texts[0], *reversed(texts[1:])]), encoding="utf-8")
    import_file(file, scatter=5)
    assert dict(Case.objects.values_list("external_key", "lng")) == first


def test_a_file_with_other_columns_is_refused_whole(town: Town, file: Path) -> None:
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="没有这些列"):
        import_file(file)


def test_an_empty_file_and_an_unknown_mapping(town: Town, file: Path) -> None:
    file.write_bytes(b"")
    with pytest.raises(CommandError, match="没有这些列"):
        import_file(file)
    with pytest.raises(CommandError, match="没有这个对照表"):
        import_file(file, mapping="nothing")


def test_a_demo_takes_no_real_messages(town: Town, file: Path) -> None:
    Installation.objects.create(is_demo=True, founded_at=NOON)
    file.write_text("".join(as_csv([row(1)])), encoding="utf-8")
    with pytest.raises(CommandError, match="演示库"):
        import_file(file)
    assert not Case.objects.exists()


def test_listed_cells_are_no_formulas(town: Town, file: Path) -> None:
    file.write_text("".join(as_csv([row(1, 留言编号="=1+1")])), encoding="utf-8")
    import_file(file)
    assert not any(cell.startswith("=") for one in refused(file) for cell in one)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_every_row_once(file: Path) -> None:
    standing_town()
    file.write_text("".join(as_csv([row(number) for number in range(120)])), encoding="utf-8")
    outputs: list[str] = []

    def run(number: int) -> None:
        try:
            outputs.append(import_file(file, batch=10 + number, report=file.with_name(f"refused{number}.csv")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outputs) == 3
    assert Case.objects.count() == 120
    assert all("没有收下 0" in output for output in outputs)


def test_the_report_lies_in_the_installation_s_own_folder_by_default(town: Town, file: Path) -> None:
    file.write_text("".join(as_csv([row(1, 留言时间="?")])), encoding="utf-8")
    import_file(file, report=None)
    assert (settings.VAR / "imports" / "messages-refused.csv").exists()
