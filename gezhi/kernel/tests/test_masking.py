"""What is shown of a person to those who needn't know more."""

import pytest

from gezhi.kernel.secrets import mask_name, mask_phone, redact


@pytest.mark.parametrize(
    ("name", "shown"), [("张三丰", "张**"), ("李四", "李*"), (" 王五 ", "王*"), ("赵", "*"), ("", ""), ("John", "J***")]
)
def test_of_a_name_only_the_family_name_stays(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("0531-82078888", "053*****8888"),
        ("82078888", "******88"),
        ("110", "***"),
        ("", ""),
        ("无", ""),
    ],
)
def test_of_a_phone_number_the_middle_is_hidden(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13812345678找我", "请打138****5678找我"),
        ("电话138-1234-5678或138 1234 5678", "电话138****5678或138****5678"),
        ("+8613812345678", "138****5678"),
        ("手机１３８１２３４５６７８", "手机138****5678"),
        ("座机0531-82078888。", "座机053*****8888。"),
        ("身份证370103199001011234", "身份证370***************"),
        ("身份证37010319900101123X，", "身份证370***************，"),
        ("卡号6222021602001234567", "卡号*******************"),
        ("车牌鲁A12345占道", "车牌鲁A*****占道"),
        ("鲁AD12345新能源", "鲁A******新能源"),
        ("鲁A·8888学", "鲁A******"),
        ("邮箱zhangsan@example.com", "邮箱z*******************"),
    ],
)
def test_numbers_of_people_in_free_text_are_masked(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345热线，110也打过",
        "网格370103001001001，社区370103001001，街道370103001",
        "事项编号370103-261123-0001234",
        "查询码7KQM-2XWD-9HTA",
        "2026年11月23日18:30，经十路88号3号楼2单元501",
        "花了12800元，面积1380.5平方米，北纬36.651216东经117.120098",
        "云A座写字楼，川A小区",
    ],
)
def test_what_names_nobody_is_left_alone(text: str) -> None:
    assert redact(text) == text
