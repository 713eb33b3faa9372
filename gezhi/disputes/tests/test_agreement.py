"""The agreement on paper: what it must say, and what must not stand in it."""

import io

import pytest
from docx import Document

from gezhi.disputes.agreement import agreement_of, as_word
from gezhi.disputes.tests.mediation import ACCOUNT, NAME, PHONE, Mediation
from gezhi.kernel.refusals import Missing
from gezhi.testing import NOON


def texts(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def test_the_word_file_opens_again_and_says_what_it_must(mediation: Mediation) -> None:
    dispute = mediation.agreed().dispute
    found = texts(as_word(dispute, at=NOON))
    for said in (
        "人民调解协议书", dispute.number, "邻里纠纷", "甲方、乙方", "城中区 / 西关街道 / 柳巷社区 / 第1网格", "柳巷社区第1网格", "孙网格（网格长）",
        "2026年3月2日", ACCOUNT, "一、晚十点以后不拖动家具。", "二、双方互相体谅，不再争吵。",
    ):  # fmt: skip
        assert said in found, said
    for signer in ("甲方", "乙方", "调解员"):
        assert any(text.startswith(f"{signer}：＿") for text in found), signer


def test_nobody_is_named_but_the_mediator(mediation: Mediation) -> None:
    everything = "\n".join(texts(as_word(mediation.agreed().dispute, at=NOON)))
    assert NAME not in everything
    assert PHONE not in everything


def test_without_an_agreement_there_is_no_paper(mediation: Mediation) -> None:
    with pytest.raises(Missing):
        agreement_of(mediation.met().dispute)
    mediation.take("refer", "leader", referral="court", reason="谈不拢")
    with pytest.raises(Missing):
        as_word(mediation.dispute, at=NOON)


def test_a_broken_agreement_is_no_paper_any_more(mediation: Mediation) -> None:
    mediation.visited("no").take("reopen", "leader", reason="又吵了")
    with pytest.raises(Missing):
        agreement_of(mediation.dispute)


def test_what_was_pasted_from_anywhere_still_opens(mediation: Mediation) -> None:
    mediation.met().take("agree", "leader", agreement="一、\x0b各退\x07一步。\r\n二、写好\u2028签字。")
    found = texts(as_word(mediation.dispute, at=NOON))
    assert {"一、各退一步。", "二、写好", "签字。"} <= set(found)
