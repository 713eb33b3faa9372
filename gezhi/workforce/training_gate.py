"""Pre-service training (岗前培训) as a gate before posts: `gezhi.people.gates` asks, this answers from the requirements and passes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from gezhi.kernel.registers import Cached
from gezhi.people.access import valid_on
from gezhi.people.gates import Wanting, register
from gezhi.people.models import Post
from gezhi.workforce.models import Exemption, Pass, Requirement
from gezhi.workforce.policies import REGISTER

KEY = "training"


@dataclass(frozen=True, slots=True)
class Demand:
    """A course that posts of a role must have passed which begin within these days."""

    course_id: int
    course: str
    valid_from: date
    valid_until: date | None

    def wants(self, from_on: date) -> bool:
        return self.valid_from <= from_on and (self.valid_until is None or from_on <= self.valid_until)


def load() -> dict[str, list[Demand]]:
    found: dict[str, list[Demand]] = defaultdict(list)
    for row in Requirement.objects.select_related("course").order_by("pk"):
        found[row.role].append(Demand(row.course_id, row.course.name, row.valid_from, row.valid_until))
    return dict(found)


demands: Cached[dict[str, list[Demand]]] = Cached(REGISTER, load)


def wanted_of(post: Wanting) -> list[Demand]:
    """What this post asks for, passed or not. No query."""
    return [one for one in demands.get().get(post.role, ()) if one.wants(post.from_on)]


def shut(posts: Sequence[Wanting], on: date) -> dict[int, Any]:
    """The posts among these whose training is neither passed nor excused on this day. No statement where none is asked; else two, and one
    for each post that is still wanting."""
    asked = {post.post_id: courses for post in posts if (courses := wanted_of(post))}
    if not asked:
        return {}
    concerned = [post for post in posts if post.post_id in asked]
    passed = set(
        Pass.objects.filter(
            user_id__in={post.user_id for post in concerned},
            course_id__in={one.course_id for row in asked.values() for one in row},
        ).values_list("user_id", "course_id")
    )
    excused = set(
        Exemption.objects.filter(post_id__in=asked, is_granted=True, until_on__gte=on).values_list("post_id", flat=True)
    )
    found: dict[int, Any] = {}
    for post in concerned:
        missing = [one for one in asked[post.post_id] if (post.user_id, one.course_id) not in passed]
        missing = [one for one in missing if not served_before(post, one)]
        if missing and post.post_id not in excused:
            names = "、".join(one.course for one in missing)
            found[post.post_id] = _("岗前培训还没有通过：%(courses)s。") % {"courses": names}
    return found


def served_before(post: Wanting, demand: Demand) -> bool:
    """Was this person in such a post the day before the demand began? Then a new grid, or a plan that seats everybody anew, changes nothing."""
    eve = demand.valid_from - timedelta(days=1)
    return Post.objects.filter(valid_on(eve), user_id=post.user_id, role=post.role).exists()


register(KEY, shut)
