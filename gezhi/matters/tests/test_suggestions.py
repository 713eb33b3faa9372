"""From the words of a report to the matters it may be about, with the words shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.matters.catalogue_files import read_catalogue
from gezhi.matters.suggest import LONGEST, Suggester, Suggestion

LAMP, PARKING, FIRE, POLICE = 1, 2, 3, 4
SUGGESTER = Suggester(
    {
        LAMP: ["路灯", "照明"],
        PARKING: ["停车", "停车位", "乱停"],
        FIRE: ["消防通道", "消防", "占用"],
        POLICE: ["占用", "打架"],
    }
)


def ids(text: str) -> list[int]:
    return [suggestion.matter_id for suggestion in SUGGESTER.suggest(text)]


def test_the_words_that_led_there_are_named_in_the_order_of_the_text() -> None:
    (suggestion,) = SUGGESTER.suggest("照明不好，路灯坏了")
    assert suggestion.matter_id == LAMP
    assert suggestion.words == ("照明", "路灯")
    assert 0 < suggestion.score < 1


def test_nothing_speaks_for_anything() -> None:
    assert SUGGESTER.suggest("今天天气很好") == []
    assert SUGGESTER.suggest("") == []
    assert SUGGESTER.suggest("灯") == []
    assert Suggester({}).suggest("路灯坏了") == []


def test_a_longer_word_swallows_the_shorter_inside_it() -> None:
    assert SUGGESTER.suggest("消防通道")[0].words == ("消防通道",)
    assert SUGGESTER.suggest("停车位不够")[0].words == ("停车位",)
    assert SUGGESTER.suggest("消防通道和消防")[0].words == ("消防通道", "消防")


def test_more_words_speak_louder() -> None:
    assert ids("路灯坏了，停车位没有，还乱停") == [PARKING, LAMP]


def test_what_is_said_first_counts_more() -> None:
    far = "，然后还有别的一些事情想说一说，比如说"
    assert ids(f"路灯{far}打架") == [LAMP, POLICE]
    assert ids(f"打架{far}路灯") == [POLICE, LAMP]


def test_a_word_that_many_share_says_less() -> None:
    scores = {one.matter_id: one.score for one in SUGGESTER.suggest("占用")}
    assert scores.keys() == {FIRE, POLICE}
    assert max(scores.values()) < SUGGESTER.suggest("路灯")[0].score


def test_full_width_and_capitals_are_read_alike() -> None:
    one = Suggester({LAMP: ["KTV"]})
    assert one.suggest("楼下ｋｔｖ太吵")[0].words == one.suggest("楼下Ktv太吵")[0].words == ("ktv",)


def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    assert ids("啊" * (LONGEST - 2) + "路灯") == [LAMP]
    assert ids("啊" * 10_000_000 + "路灯") == []


def test_no_more_than_asked_for() -> None:
    text = "路灯 停车 消防 打架"
    assert len(SUGGESTER.suggest(text)) == 3
    assert len(SUGGESTER.suggest(text, limit=1)) == 1


@pytest.mark.parametrize("word", ["灯", " 灯 ", ""])
def test_a_word_of_one_character_is_no_word(word: str) -> None:
    with pytest.raises(ValueError, match="one character"):
        Suggester({LAMP: [word]})


@given(st.text(alphabet="路灯停车位消防通道占用乱照明打架，。a ", max_size=80))
def test_every_word_named_stands_in_the_text_and_belongs_to_the_matter(text: str) -> None:
    found = SUGGESTER.suggest(text, limit=9)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.words
        for word in one.words:
            assert word in text
            assert one.matter_id in SUGGESTER.owners[word]
    # And nothing is overlooked: a matter is missing only if none of its words stands there uncovered by a longer one.
    if any(word in text for word in SUGGESTER.owners):
        assert found


SHIPPED = dict(enumerate(read_catalogue().matters))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小区东门的路灯三天不亮了，晚上看不清路", "路灯不亮"),
        ("垃圾桶满了没人清，夏天味道很大", "垃圾清运"),
        ("门口摆摊占道经营，走路都走不了", "占道经营"),
        ("有人把电动车推上楼充电", "电动车进楼和飞线充电"),
        ("消防通道被私家车堵死了", "消防通道堵塞"),
        ("暖气不热，家里才十五度", "供暖问题"),
        ("电梯又停了，老人下不了楼", "电梯故障"),
        ("楼上漏水把我家天花板泡了", "房屋漏水维修"),
        ("公司拖欠工资三个月", "拖欠工资"),
        ("想问养老保险怎么补缴", "养老保险咨询办理"),
        ("邻居家的狗整夜狗叫", "文明养犬"),
        ("井盖不见了很危险", "井盖缺失损坏"),
        ("党员组织关系转到社区需要什么手续", "党员组织关系转接"),
        ("健身房关门不退款", "消费纠纷"),
        ("想给老楼加装电梯，一楼不同意", "加装电梯"),
        ("半夜工地施工噪音吵得睡不着", "施工噪音"),
    ],
)
def test_everyday_reports_find_their_matter_in_the_shipped_catalogue(text: str, name: str) -> None:
    suggester = Suggester({index: row.words for index, row in SHIPPED.items()})
    found: list[Suggestion] = suggester.suggest(text)
    assert SHIPPED[found[0].matter_id].name == name, [(SHIPPED[one.matter_id].name, one.words) for one in found]
