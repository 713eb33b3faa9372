import pytest

from gezhi.territory.names import short_name


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("花园街道办事处", "花园街道"),
        ("清泉镇人民政府", "清泉镇"),
        ("东门社区居民委员会", "东门社区"),
        ("东门社区居委会", "东门社区"),
        ("新城社区村民委员会", "新城社区"),
        ("柳村村民委员会", "柳村"),
        ("柳家庄村村民委员会", "柳家庄村"),
        ("柳家庄村民委员会", "柳家庄村"),
        ("柳家庄村委会", "柳家庄村"),
        ("槐树居居民委员会", "槐树居"),
        ("清溪居民委员会", "清溪"),
        ("纺织厂宿舍家属居委会", "纺织厂宿舍家属居委会"),
        ("某某区", "某某区"),
        ("街道办事处", "街道办事处"),
    ],
)
def test_official_names_are_shortened_as_people_say_them(official: str, short: str) -> None:
    assert short_name(official) == short
