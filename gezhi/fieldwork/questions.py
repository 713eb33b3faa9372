"""The questions of a campaign's form: what may be asked, and whether an answer fits. Pure: plain values in and out."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.refusals import Refused
from gezhi.kernel.secrets import holds_identity_number
from gezhi.kernel.texts import typed

MOST_QUESTIONS, MOST_CHOICES, MOST_PHOTOS = 20, 12, 6
LONGEST_LABEL, LONGEST_CHOICE, LONGEST_ANSWER, LONGEST_CODE = 60, 30, 80, 20
LARGEST_NUMBER = 1_000_000_000


class QuestionKind(TextChoices):
    YES_NO = "yes_no", _("是或否")
    CHOICE = "choice", _("单选")
    NUMBER = "number", _("数字")
    TEXT = "text", _("短文字")
    PHOTO = "photo", _("照片（不强制）")


# What no form of ours asks at a door, whoever makes it: who somebody is, what they believe, what they are like, what they suffer from.
NEVER_ASKED = (
    "身份证", "证件号", "银行卡", "密码", "姓名", "户主", "电话", "手机", "微信", "联系方式", "家庭成员", "户籍", "民族", "籍贯",
    "出生", "年龄", "宗教", "信仰", "政治面貌", "党派", "态度", "思想", "倾向", "情绪", "重点人", "重点户", "黑名单", "人脸", "指纹",
    "虹膜", "病史", "疾病", "患病", "精神病", "残疾", "收入", "低保", "婚姻", "打卡", "签到",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `code` stays when the words are improved, so that answers of two versions can be counted together."""

    code: str
    label: str
    kind: str
    is_required: bool = False
    choices: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        return asdict(self) | {"choices": list(self.choices)}


def question_of(row: Mapping[str, Any]) -> Question:
    """From the row that a form keeps."""
    return Question(row["code"], row["label"], row["kind"], row["is_required"], tuple(row["choices"]))


def checked(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions, trimmed and fit to be asked; those without a code get one. Raises `Refused` with the number of the one that is not."""
    if not questions:
        raise Refused("no_questions", _("至少要有一道题。"), field="questions")
    if len(questions) > MOST_QUESTIONS:
        raise Refused("too_many", _("最多 %(most)s 道题。") % {"most": MOST_QUESTIONS}, field="questions")
    taken = {one.code for one in questions if one.code}
    found = []
    for number, one in enumerate(questions, start=1):
        code = one.code or next(name for i in range(1, 100) if (name := f"q{i}") not in taken)
        taken.add(code)
        found.append(fit(one, code, number))
    if len({one.code for one in found}) != len(found):
        raise Refused("same_code", _("两道题用了同一个代码。"), field="questions")
    return tuple(found)


def fit(one: Question, code: str, number: int) -> Question:
    where = f"question{number}"
    if one.kind not in QuestionKind.values:
        raise Refused("no_such_kind", _("没有这种题型。"), field=where)
    if not (code.isascii() and code.isidentifier() and len(code) <= LONGEST_CODE):
        raise Refused("bad_code", _("题目代码只能用字母、数字和下划线。"), field=where)
    label = typed(one.label, field=where, longest=LONGEST_LABEL, empty=_("请写下要问什么。"))
    choices = tuple(
        typed(choice, field=where, longest=LONGEST_CHOICE, empty=_("选项不能是空的。")) for choice in one.choices
    )
    if (one.kind == QuestionKind.CHOICE) != bool(choices):
        raise Refused("choices", _("单选题要写选项，其他题型不写。"), field=where)
    if one.kind == QuestionKind.CHOICE and not 2 <= len(set(choices)) == len(choices) <= MOST_CHOICES:
        message = _("单选题要有 2 到 %(most)s 个不同的选项。")
        raise Refused("choices", message % {"most": MOST_CHOICES}, field=where)
    if one.kind == QuestionKind.PHOTO and one.is_required:
        raise Refused("photo_required", _("照片不能设成必填：拍不拍由上门的人决定。"), field=where)
    for words in (label, *choices):
        for never in NEVER_ASKED:
            if never in words:
                message = _(
                    "这里不能问“%(word)s”：排查看的是地方和事，不登记人。要联系对方的，转为事件并征得同意后再留联系方式。"
                )
                raise Refused("never_asked", message % {"word": never}, field=where)
    return Question(code, label, one.kind, one.is_required, choices)


def answered(
    questions: Sequence[Question], values: Mapping[str, Any], photos: Collection[str] = ()
) -> dict[str, bool | int | float | str]:
    """The values that fit, by code; what was left empty is left out. `photos` are the codes to which photos came. Raises `Refused`."""
    known = {one.code: one for one in questions}
    for code in (*values, *photos):
        if code not in known:
            raise Refused("no_such_question", _("表里没有这道题，可能表已经改过，请更新后再填。"), field=code[:40])
    for code in photos:
        if known[code].kind != QuestionKind.PHOTO:
            raise Refused("no_photo_here", _("这道题不收照片。"), field=code)
    found: dict[str, bool | int | float | str] = {}
    for one in questions:
        if one.kind == QuestionKind.PHOTO:
            continue
        value = values.get(one.code)
        if value is None or value == "":
            if one.is_required:
                raise Refused("empty", _("请回答：%(what)s") % {"what": one.label}, field=one.code)
            continue
        found[one.code] = READERS[one.kind](one, value)
    return found


def yes_or_no(one: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("not_yes_or_no", _("请选是或否：%(what)s") % {"what": one.label}, field=one.code)
    return value


def chosen(one: Question, value: Any) -> str:
    if value not in one.choices:
        raise Refused("no_such_choice", _("请从选项里选：%(what)s") % {"what": one.label}, field=one.code)
    return str(value)


def number(one: Question, value: Any) -> int | float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or abs(value) > LARGEST_NUMBER:
        raise Refused("not_a_number", _("请填一个数：%(what)s") % {"what": one.label}, field=one.code)
    return int(value) if value == int(value) else round(value, 2)


def words(one: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("not_words", _("请填文字：%(what)s") % {"what": one.label}, field=one.code)
    text = typed(value, field=one.code, longest=LONGEST_ANSWER)
    if holds_identity_number(text):
        raise Refused("identity_number", _("这里不能写身份证号码，请删去后再提交。"), field=one.code)
    return text


Value = bool | int | float | str
READERS: dict[str, Callable[[Question, Any], Value]] = {
    QuestionKind.YES_NO: yes_or_no,
    QuestionKind.CHOICE: chosen,
    QuestionKind.NUMBER: number,
    QuestionKind.TEXT: words,
}
