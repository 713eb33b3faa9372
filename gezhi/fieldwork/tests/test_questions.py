"""The form of a campaign: what may be asked at a door, and which answers fit."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.fieldwork.questions import MOST_QUESTIONS, Question, answered, checked, question_of
from gezhi.fieldwork.tests.rounds import FORM
from gezhi.kernel.refusals import Refused


def test_a_form_that_may_be_asked() -> None:
    assert checked(FORM) == FORM
    assert tuple(question_of(one.as_row()) for one in FORM) == FORM


def test_questions_without_a_code_get_a_free_one() -> None:
    several = [Question("", "一", "yes_no"), Question("q1", "二", "yes_no"), Question("", "三", "yes_no")]
    codes = [one.code for one in checked(several)]
    assert codes[1] == "q1"
    assert len(set(codes)) == 3


@pytest.mark.parametrize(
    "label",
    ["户主姓名", "身份证号码", "联系电话", "是否信仰宗教", "对工作的态度", "有无重点人员", "家庭成员几人", "每天签到"],
)
def test_what_a_door_is_never_asked(label: str) -> None:
    for question in (Question("a", label, "text"), Question("a", "选一个", "choice", choices=("没有", label))):
        with pytest.raises(Refused) as refusal:
            checked([question])
        assert refusal.value.code == "never_asked"


@pytest.mark.parametrize(
    "question",
    [
        Question("a", "", "text"),
        Question("a", "问", "video"),
        Question("a b", "问", "text"),
        Question("a", "问", "choice"),
        Question("a", "问", "choice", choices=("一",)),
        Question("a", "问", "choice", choices=("一", "一")),
        Question("a", "问", "text", choices=("一", "二")),
        Question("a", "照片", "photo", is_required=True),
    ],
)
def test_forms_that_are_none(question: Question) -> None:
    with pytest.raises(Refused):
        checked([question])


def test_a_form_has_an_end() -> None:
    with pytest.raises(Refused):
        checked([])
    with pytest.raises(Refused):
        checked([Question("", "问", "yes_no")] * (MOST_QUESTIONS + 1))
    with pytest.raises(Refused):
        checked([Question("a", "问", "yes_no"), Question("a", "再问", "yes_no")])


def test_answers_that_fit() -> None:
    values = {"blocked": True, "bikes": 3.0, "how": "完好", "more": " 二层 ", "photo": None}
    assert answered(FORM, values) == {"blocked": True, "bikes": 3, "how": "完好", "more": "二层"}
    assert answered(FORM, {"blocked": False, "more": ""}, ["photo"]) == {"blocked": False}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "blocked"),
        ({"blocked": 1}, "blocked"),
        ({"blocked": True, "bikes": True}, "bikes"),
        ({"blocked": True, "bikes": float("nan")}, "bikes"),
        ({"blocked": True, "bikes": 10**12}, "bikes"),
        ({"blocked": True, "how": "新的"}, "how"),
        ({"blocked": True, "more": "字" * 81}, "more"),
        ({"blocked": True, "more": "身份证370103199001011234"}, "more"),
        ({"blocked": True, "name": "张三"}, "name"),
    ],
)
def test_answers_that_don_t(values: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        answered(FORM, values)
    assert refusal.value.field == field


def test_photos_go_to_photo_questions_only() -> None:
    with pytest.raises(Refused):
        answered(FORM, {"blocked": True}, ["more"])
    with pytest.raises(Refused):
        answered(FORM, {"blocked": True}, ["other"])


anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90) | st.lists(st.integers(), max_size=2)
)


# The first draw of a process builds tables of characters.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([one.code for one in FORM]), anything))
def test_whatever_comes_in_is_kept_fit_or_refused(values: dict) -> None:
    try:
        kept = answered(FORM, values)
    except Refused:
        return
    assert isinstance(kept["blocked"], bool)
    assert kept.get("how", "完好") in FORM[2].choices
    assert abs(kept.get("bikes", 0)) <= 10**9
    assert answered(FORM, kept) == kept, "what was kept fits again"
