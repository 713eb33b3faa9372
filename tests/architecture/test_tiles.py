"""Tiles by setting: which hosts a page may ask, how they are cut, and what can't be."""

import pytest
from django.conf import settings

from config.tiles import tianditu, tiles_of


def test_without_a_setting_nobody_is_asked() -> None:
    assert tiles_of("").hosts == []
    pictures = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"]
    assert [source for source in pictures if str(source).startswith("http")] == list(settings.TILES.hosts)


def test_every_host_by_name() -> None:
    """The policy knows no star within a name: each letter is a host of its own."""
    assert tiles_of("https://t{s}.a.cn/{z}/{x}/{y} https://b.cn:8443/{z}/{x}/{y}.png", subdomains="12").hosts == [
        "https://t1.a.cn", "https://t2.a.cn", "https://b.cn:8443",
    ]  # fmt: skip


def test_tianditu_with_a_key() -> None:
    streets, pictures = tianditu("k3y", "vec_w"), tianditu("k3y", "img_c")
    assert [address.split("/")[3] for address in streets.addresses] == ["vec_w", "cva_w"]
    assert (streets.cut, pictures.cut) == ("wgs84", "degrees")
    assert all("tk=k3y" in address and "{s}" in address and "{z}" in address for address in pictures.addresses)
    assert len(streets.hosts) == 8
    assert streets.credit == "天地图"


@pytest.mark.parametrize("address", ["tiles/{z}/{x}/{y}", "https://a.cn/{z}/{x}", "javascript:{z}{x}{y}"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        tiles_of(address)


def test_what_is_no_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="cut"):
        tiles_of("https://a.cn/{z}/{x}/{y}", cut="bd09")
    with pytest.raises(ValueError, match="ground"):
        tianditu("k", "vec_x")
