"""A request that was sent becomes a report, through the same action as a resident's own."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from gezhi.cases.actions import report
from gezhi.cases.models import Case, Source
from gezhi.integrations.open311.asking import Wrong, number
from gezhi.integrations.open311.records import service
from gezhi.kernel.access import Actor
from gezhi.kernel.files import Readable, keep
from gezhi.kernel.inputs import MOST_FILES

LONGEST_ADDRESS = 200
MEDIA = re.compile(r"https?://[^\s<>\"]{1,500}", re.IGNORECASE)


def take_in(given: Mapping[str, str], media: Sequence[Readable], *, at: datetime) -> Case:
    """Raises `Wrong` for what the standard asks and is not there, `Refused` for what the house refuses. Mail and device are not kept."""
    code = given.get("service_code", "").strip()
    if not code:
        raise Wrong(400, "service_code was not provided")
    matter = service(code, at)
    if any(name.startswith("attribute[") for name in given):
        raise Wrong(400, "this service has no attributes")
    lat, lng = number(given, "lat", 90), number(given, "long", 180)
    if (lat is None) != (lng is None):
        raise Wrong(400, "lat and long come together")
    address, area = given.get("address_string", "").strip(), given.get("address_id", "").strip()
    if lat is None and not address and not area:
        raise Wrong(400, "lat and long, address_string or address_id was not provided")
    if len(address) > LONGEST_ADDRESS:
        raise Wrong(400, f"address_string has at most {LONGEST_ADDRESS} characters")
    link = given.get("media_url", "").strip()
    if link and not MEDIA.fullmatch(link):
        raise Wrong(400, "media_url is an address that begins with http or https")
    if len(media) > MOST_FILES:
        raise Wrong(400, f"at most {MOST_FILES} files")
    # A link is written down for whoever handles it; nothing is fetched from elsewhere.
    text = "\n".join(part for part in (given.get("description", "").strip() or matter.name, link) if part)
    files = [keep(upload, at=at) for upload in media]
    if not all(file.is_picture for file in files):
        raise Wrong(400, "media is a picture")
    names = (given.get("last_name", "").strip(), given.get("first_name", "").strip())
    return report(
        actor=Actor.resident(),
        at=at,
        source=Source.PORTAL,
        text=text,
        matter_id=matter.id,
        lng=lng,
        lat=lat,
        address=address,
        area_code="" if lat is not None else area,
        reporter_name=" ".join(name for name in names if name),
        reporter_phone=given.get("phone", "").strip(),
        files=files,
    )
