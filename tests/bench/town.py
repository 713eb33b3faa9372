"""The district of the bench, built by the real actions: 17 streets, 206 communities, 1,157 grids, a desk for each, and people at them.

Runs inside a place (`inside.py`).
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.test import Client
from django.utils import timezone

from gezhi.accounts.actions import NewUser, enter_users, issue_token
from gezhi.accounts.models import User
from gezhi.calls.actions import load_score_rules
from gezhi.cases.actions import load_follow_up_rules, load_ladder
from gezhi.kernel import registers
from gezhi.kernel.access import Actor
from gezhi.kernel.actions import load_calendars
from gezhi.kernel.installation import found_installation
from gezhi.matters.actions import load_catalogue
from gezhi.matters.catalogue_files import read_catalogue
from gezhi.matters.queries import catalogue
from gezhi.people.actions import Seat, open_desks_for, seat_many
from gezhi.people.models import Desk
from gezhi.people.roles import Role
from gezhi.territory.actions import draw_town, import_areas
from gezhi.territory.area_rows import AreaRow
from gezhi.territory.crs import Crs, from_wgs84
from gezhi.territory.models import Area, Boundary, Level

STREETS, COMMUNITIES, RESIDENTIAL, DEDICATED = 17, 206, 939, 218
TOWN = Actor.system("bench")
# Who sits at a desk of each kind.
STAFF = {
    "grid": (Role.GRID_WORKER,),
    "community": (Role.COMMUNITY_CLERK,),
    "street": (Role.STREET_CLERK,),
    "district": (Role.DISTRICT_CLERK, Role.DISTRICT_CLERK),
    "department": (Role.DEPARTMENT_HANDLER, Role.DEPARTMENT_LEAD),
}


def build() -> None:
    """Fill an empty database."""
    at = timezone.now()
    registers.look()
    found_installation(is_demo=False, at=at)
    load_calendars(actor=TOWN, at=at)
    import_areas(area_rows(), actor=TOWN, at=at)
    registers.look()
    draw_town(actor=TOWN, at=at, residential_total=RESIDENTIAL, dedicated_total=DEDICATED)
    open_desks_for(Area.objects.select_related("parent").order_by("code"), actor=TOWN, at=at)
    load_catalogue(read_catalogue(), actor=TOWN, at=at)
    # What `gezhi init` loads as well: without its rungs a case would have less of a clock than it has in use.
    load_ladder(actor=TOWN, at=at)
    load_follow_up_rules(actor=TOWN, at=at)
    load_score_rules(actor=TOWN, at=at)
    registers.look()
    desks = [desk for desk in Desk.objects.order_by("pk") for _role in STAFF[desk.kind]]
    roles = [role for desk in Desk.objects.order_by("pk") for role in STAFF[desk.kind]]
    people = [NewUser(f"staff{number}", f"职员{number}") for number in range(len(desks))]
    users = enter_users(people, actor=TOWN, at=at)
    seats = [Seat(*one, date(2020, 1, 1)) for one in zip(users, desks, roles, strict=True)]
    seat_many(seats, actor=TOWN, at=at)


def area_rows() -> list[AreaRow]:
    """Invented names in the shape of the real file."""
    district = settings.DISTRICT
    rows = [(district, "示例区")]
    for street in range(1, STREETS + 1):
        rows.append((f"{district}{street:03d}", f"第{street}街道办事处"))
        count = COMMUNITIES // STREETS + (street <= COMMUNITIES % STREETS)
        rows += [
            (f"{district}{street:03d}{number:03d}", f"第{street}街道第{number}社区居民委员会")
            for number in range(1, count + 1)
        ]
    return [AreaRow(line, code, name) for line, (code, name) in enumerate(rows, start=2)]


# --- what requests need ---------------------------------------------------------------------------------------------


def user_at(kind: str, role: Role, *, area_code: str = "") -> User:
    """Somebody with this role: at the desk of an area, or at the first desk of this kind."""
    posts = {"posts__role": role, "posts__desk__kind": kind}
    if area_code:
        posts["posts__desk__area__code"] = area_code
    return User.objects.filter(**posts).order_by("pk")[0]


def token_of(user: User) -> str:
    at = timezone.now()
    return issue_token(user, actor=TOWN, at=at, label="bench", expires_at=at + timedelta(days=1))[1]


def session_of(user: User) -> str:
    """The cookie of somebody signed in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def points() -> list[tuple[float, float]]:
    """A point in each grid, in GCJ-02 as phones give it."""
    rows = Boundary.objects.current().filter(area__level=Level.GRID).order_by("area__code")
    middle = shapely.point_on_surface(shapely.from_wkb([bytes(blob) for blob in rows.values_list("wkb", flat=True)]))
    lng, lat = from_wgs84(shapely.get_x(middle), shapely.get_y(middle), Crs.GCJ02)
    return [(round(float(x), 6), round(float(y), 6)) for x, y in np.column_stack((lng, lat))]


def cast() -> dict[str, Any]:
    """Tokens, points and matters from which the parent process writes its requests."""
    registers.look()
    district = user_at("district", Role.DISTRICT_CLERK)
    at_grid = catalogue().by_code("0701")
    assert at_grid is not None
    return {"token": token_of(district), "points": points(), "matter": at_grid.id}
