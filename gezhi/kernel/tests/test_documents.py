"""Word documents open again and say what was put in, whatever people typed."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from gezhi.kernel.documents import as_bytes, heading, new_document, pairs, paragraphs, printable, signatures

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def lines(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def test_a_document_opens_again_and_says_what_it_was_given() -> None:
    document = new_document("督办单", number="第 12 号", at=AT)
    pairs(document, [("编号", "370103-260302-0000012"), ("期限", "3 月 9 日")])
    heading(document, "要求")
    paragraphs(document, "一、尽快办理。\n\n二、办完回报。")
    signatures(document, ["签收人"], date_line="2026 年 3 月 2 日")
    again = opened(as_bytes(document))
    assert lines(again) == [
        "督办单", "第 12 号", "要求", "一、尽快办理。", "二、办完回报。", "签收人：" + "＿" * 8, "2026 年 3 月 2 日",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in again.tables[0].rows] == [
        ["编号", "370103-260302-0000012"],
        ["期限", "3 月 9 日"],
    ]
    page = again.sections[0]
    # The file counts in twentieths of a point.
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_it_names_its_chinese_fonts_and_no_author() -> None:
    content = as_bytes(new_document("通知", at=AT))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles, body = (archive.read(f"word/{name}.xml").decode() for name in ("styles", "document"))
    assert 'w:eastAsia="仿宋"' in styles
    assert 'w:eastAsia="黑体"' in body
    facts = opened(content).core_properties
    assert (facts.title, facts.author, facts.last_modified_by) == ("通知", "", "")
    assert facts.created == AT.replace(tzinfo=facts.created.tzinfo)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_whatever_was_typed_the_file_opens(text: str) -> None:
    document = new_document(text, number=text, at=AT)
    heading(document, text)
    pairs(document, [(text, text)])
    paragraphs(document, text)
    signatures(document, [text])
    again = opened(as_bytes(document))
    assert again.tables[0].rows[0].cells[1].text == printable(text)


def test_control_characters_are_left_out_and_line_ends_kept() -> None:
    assert printable("一\x00二\x0b三\ud800\uffff\r\n四\u2028五\t六") == "一二三\n四\n五\t六"
