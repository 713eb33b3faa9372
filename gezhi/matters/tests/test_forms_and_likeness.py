"""What a matter asks of workers: minutes a week, fields that are held already, and matters that it resembles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.kernel.access import Denied
from gezhi.kernel.refusals import Refused
from gezhi.matters.actions import NewDemand, define_field, load_governance, take
from gezhi.matters.alike import alike
from gezhi.matters.burden import Every, Form, is_far, minutes_a_week, total
from gezhi.matters.dictionary import fields, plain
from gezhi.matters.likeness import Described, likeness, similar
from gezhi.matters.models import DataField, DemandField
from gezhi.matters.situation import held_fields
from gezhi.matters.tests.story import approved, drafted, examine, reviewed, submitted
from gezhi.testing import NOON, SYSTEM, Town

asked = st.builds(
    Form,
    st.just("表"),
    st.integers(1, 1000),
    st.sampled_from([every.value for every in Every]),
    st.integers(1, 6000),
)


# --- minutes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "cases", "minutes"),
    [
        (Form("周报", 1, "week", 10), 0, 10),
        (Form("日报", 5, "week", 6), 0, 30),
        (Form("月报", 1, "month", 30), 0, 30 * 12 * 7 / 365.25),
        (Form("年报", 1, "year", 60), 0, 60 * 7 / 365.25),
        (Form("登记表", 1, "case", 10), 3.5, 35),
        (Form("登记表", 2, "case", 10), 0, 0),
    ],
)
def test_what_a_form_costs_in_a_week(form: Form, cases: float, minutes: float) -> None:
    assert minutes_a_week(form, cases_a_week=cases) == pytest.approx(minutes)


@given(st.lists(asked, max_size=8), st.integers(0, 5_000).map(lambda tenths: tenths / 10))
def test_costs_add_up_and_never_fall_with_more_cases(forms: list[Form], cases: float) -> None:
    assert total(forms, cases_a_week=cases) == pytest.approx(sum(minutes_a_week(f, cases_a_week=cases) for f in forms))
    assert total(forms, cases_a_week=cases) <= total(forms, cases_a_week=cases + 1)
    assert total(forms) >= 0


def test_far_is_half_as_much_again() -> None:
    assert not is_far(10, 15)
    assert is_far(10, 15.1)
    assert is_far(16, 10)
    assert is_far(0, 1)
    assert not is_far(0, 0)


# --- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["事发地址", "地址", "请填写地址：", " 地 址 ", "居民户数", "联系电话（网格员）", "经度"]
)
@pytest.mark.django_db
def test_what_the_house_holds_is_found_under_any_of_its_names(town: Town, name: str) -> None:
    assert fields().held(name) is not None


@pytest.mark.django_db
def test_asking_for_a_held_field_is_shown_and_refused(town: Town) -> None:
    form = NewDemand("就业台账", "month", 60, 1, ("期望工种", "居住地址", "所属网格", "联系电话"))
    application = drafted(town, demands=(form,))
    shown = [(one.name, held.held_in) for one, held in held_fields(application)]
    assert [name for name, _where in shown] == ["所属网格", "联系电话"]
    with pytest.raises(Refused) as refused:
        take("submit", application, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "nothing_held"


@pytest.mark.django_db
def test_what_one_matter_asks_no_other_asks_again(town: Town) -> None:
    first = approved(town)
    held = DataField.objects.get(name="期望工种")
    assert (held.matter_id, held.held_in) == (first.matter_id, first.name)
    assert set(DemandField.objects.values_list("field__name", flat=True)) == {"就业意愿", "期望工种"}
    second = drafted(town, name="零工市场宣传", demands=(NewDemand("零工表", "week", 5, 1, ("期望工种",)),))
    with pytest.raises(Refused) as refused:
        take("submit", second, actor=town.actor("handler"), at=NOON)
    assert refused.value.code == "nothing_held"


@pytest.mark.django_db
def test_two_on_the_way_that_ask_the_same_do_not_both_come_in(town: Town) -> None:
    one, other = reviewed(town), submitted(town, name="零工市场宣传", content="发单页", words=("零工市场",))
    examine(other, town.actor("street_clerk"))
    take("approve", one, actor=town.actor("district_clerk"), at=NOON, comment="同意")
    with pytest.raises(Refused) as refused:
        take("approve", other, actor=town.actor("district_clerk"), at=NOON, comment="同意")
    assert refused.value.code == "nothing_held"


@pytest.mark.django_db
def test_the_dictionary_has_each_name_once(town: Town) -> None:
    assert load_governance(actor=SYSTEM, at=NOON)["inserted"] == 0
    with pytest.raises(Refused) as refused:
        define_field(actor=SYSTEM, at=NOON, code="place", name="地址", held_in="别处")
    assert refused.value.code == "name_taken"
    row, done = define_field(actor=SYSTEM, at=NOON, code="pets", name="养犬数", held_in="养犬登记", aliases=["犬只数"])
    assert (done, fields().held("犬只数")) == ("inserted", fields().by_id[row.pk])
    _row, done = define_field(actor=SYSTEM, at=NOON, code="pets", name="养犬数", held_in="公安登记", aliases=["犬只数"])
    assert done == "updated"
    with pytest.raises(Denied):
        define_field(actor=town.actor("handler"), at=NOON, code="cats", name="养猫数", held_in="没有")


@given(st.text(max_size=30))
def test_a_name_is_compared_the_same_twice(name: str) -> None:
    assert plain(plain(name)) in (plain(name), plain(plain(plain(name))))
    assert plain(f" {name}：") == plain(name)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (NewDemand("", "week", 5), "empty"),
        (NewDemand("表", "day", 5), "bad_form"),
        (NewDemand("表", "week", 0), "bad_form"),
        (NewDemand("表", "week", 5, 0), "bad_form"),
        (NewDemand("表", "week", 5, 1, ("长" * 41,)), "bad_form"),
    ],
)
@pytest.mark.django_db
def test_a_form_says_how_often_and_how_long(town: Town, form: NewDemand, code: str) -> None:
    with pytest.raises(Refused) as refused:
        drafted(town, demands=(form,))
    assert refused.value.code == code


@pytest.mark.django_db
def test_a_form_stands_once(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        drafted(town, demands=(NewDemand("表", "week", 5), NewDemand("表", "month", 5)))
    assert refused.value.code == "form_twice"


# --- likeness ---------------------------------------------------------------------------------------------------------


def test_alike_by_name_or_by_what_has_to_be_done() -> None:
    wages = Described("w", "拖欠工资", "登记被拖欠工资的情况，转劳动监察。")
    assert [one.key for one in similar(Described("", "拖欠工资登记"), [wages])] == ["w"]
    assert similar(Described("", "讨薪登记", "登记被拖欠工资的情况，转劳动监察部门。"), [wages])
    assert similar(Described("", "路灯巡查", "夜里看路灯亮不亮。"), [wages]) == []
    assert likeness(wages, wages).shared == ("拖欠", "欠工", "工资")


@given(st.text("拖欠工资路灯登记", max_size=8), st.text("拖欠工资路灯登记", max_size=8))
def test_likeness_is_mutual_and_whole_with_itself(one: str, other: str) -> None:
    here, there = Described("a", one), Described("b", other)
    assert likeness(here, there).score == likeness(there, here).score
    assert 0 <= likeness(here, there).score <= 1


@pytest.mark.django_db
def test_what_resembles_another_is_approved_only_with_a_word_why(town: Town) -> None:
    application = reviewed(town, name="路灯坏了报修", words=("路灯报修",))
    assert [one.matter_id for one in alike(application)] == [town.matter("lamp").id]
    with pytest.raises(Refused) as refused:
        take("approve", application, actor=town.actor("district_clerk"), at=NOON)
    assert (refused.value.code, refused.value.field) == ("similar_matters", "comment")
    take("approve", application, actor=town.actor("district_clerk"), at=NOON, comment="原来的只管市政路灯")
    assert application.matter_id is not None


@pytest.mark.django_db
def test_another_application_on_its_way_is_shown_too(town: Town) -> None:
    first, second = submitted(town), submitted(town, name="灵活就业登记")
    assert [one.application_id for one in alike(second)] == [first.pk]
