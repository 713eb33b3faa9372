"""Plates as they stand: what one says now, whether it still says the truth, and the key that signs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gezhi.kernel.events import canonical, sm3
from gezhi.kernel.keyfile import own_key
from gezhi.people.models import Plate, Post, Publication
from gezhi.people.signing import Content, key_name, public_bytes, sign
from gezhi.territory.queries import name_path

# Why a plate no longer says the truth, in the order in which it is looked for.
STALE = {
    "recalled": _("已收回"),
    "post_ended": _("岗位已结束"),
    "withdrawn": _("已撤回公示"),
    "changed": _("姓名、电话、服务项目或网格名称有变"),
    "expired": _("过了有效期"),
}


def signing_key() -> Ed25519PrivateKey:
    """The installation's own key for plates."""
    return key_of(settings.VAR, settings.PLATE_KEY)


@cache
def key_of(var: Path, configured: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(configured or own_key(var, "plates")))


def public_keys() -> dict[str, bytes]:
    """The public keys by name, for whoever verifies."""
    public = public_bytes(signing_key())
    return {key_name(public): public}


def content_now(plate: Plate, publication: Publication | None) -> Content:
    """What the plate would say if it were printed now."""
    post = plate.post
    return Content(
        plate.number,
        post.user.name,
        post.user.work_phone,
        publication.services if publication is not None else "",
        post.desk.area.code,
        name_path(post.desk.area.code),
        plate.issued_on.isoformat(),
        plate.valid_until.isoformat(),
    )


def print_of(content: Content) -> str:
    """The digest that is kept of what was printed."""
    return sm3(canonical([content.name, content.work_phone, content.services, content.grid, content.place]))


def signed(content: Content) -> str:
    return sign(content, signing_key())


@dataclass(frozen=True, slots=True)
class Standing:
    """A plate with what it says, and why it is stale ("" for one that is good)."""

    plate: Plate
    content: Content
    stale: str

    @property
    def why(self) -> str:
        return str(STALE[self.stale]) if self.stale else ""


def standing_of(plate: Plate, publication: Publication | None, *, on: date) -> Standing:
    content = content_now(plate, publication)
    post = plate.post
    if plate.recalled_on is not None and plate.recalled_on <= on:
        stale = "recalled"
    elif not post.holds_on(on) or not post.user.is_active:
        stale = "post_ended"
    elif publication is None:
        stale = "withdrawn"
    elif print_of(content) != plate.printed:
        stale = "changed"
    else:
        stale = "expired" if plate.valid_until < on else ""
    return Standing(plate, content, stale)


def standings_of(plates: Iterable[Plate], *, on: date) -> list[Standing]:
    """Many plates, their posts, users and areas in hand: one statement for the consents."""
    several = list(plates)
    users = {plate.post.user_id for plate in several}
    shown = Publication.objects.filter(withdrawn_at__isnull=True, user_id__in=users)
    by_user = {one.user_id: one for one in shown}
    return [standing_of(plate, by_user.get(plate.post.user_id), on=on) for plate in several]


def with_posts(within: str = "") -> "list[Plate]":
    """The plates that were not recalled, of the grids of a subtree, with all that is asked of them: one statement."""
    rows = Plate.objects.filter(recalled_on__isnull=True, post__desk__area__code__startswith=within)
    return list(rows.select_related("post__user", "post__desk__area").order_by("post__desk__area__code", "number"))


def may_bear(post: Post, *, on: date) -> bool:
    return post.holds_on(on) and post.user.is_active
