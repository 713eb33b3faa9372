"""The five functions of the district committee, and the roles that carry each out. Pure but for the translated names.

A function gives nobody a right by itself: rights come with posts, by the one table in `roles`. This table says in which roles the
committee's will reaches the desks, and the page of the organisation shows both side by side.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gezhi.people.roles import ROLE_RIGHTS, Role


class Function(TextChoices):
    PLAN = "plan", _("统筹规划")
    LEAD = "lead", _("牵头抓总")
    DISPATCH = "dispatch", _("指挥调度")
    COORDINATE = "coordinate", _("协调运转")
    INSPECT = "inspect", _("督查考核")


FUNCTION_ROLES: dict[Function, tuple[Role, ...]] = {
    Function.PLAN: (Role.SUPPORT_CLERK, Role.DISTRICT_CLERK),
    Function.LEAD: (Role.FIRST_PERSON,),
    Function.DISPATCH: (Role.DISTRICT_CLERK,),
    Function.COORDINATE: (Role.DISTRICT_CLERK, Role.SUPPORT_CLERK),
    Function.INSPECT: (Role.INSPECTOR, Role.ASSESSOR),
}


def rights_of(function: Function) -> list[str]:
    """The rights that the roles of a function hold together, in the order of the table."""
    return list(dict.fromkeys(right for role in FUNCTION_ROLES[function] for right in ROLE_RIGHTS[role]))
