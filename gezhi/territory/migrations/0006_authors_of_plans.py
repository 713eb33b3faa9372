"""Who wrote a plan is known from its events: drafted it, or revised it."""

from typing import Any

from django.db import migrations

WRITING = ("plan.drafted", "plan.revised")


def name_authors(apps: Any, editor: Any) -> None:
    plans, events = apps.get_model("territory", "Plan"), apps.get_model("kernel", "Event")
    authors: dict[int, list[int]] = {}
    written = events.objects.filter(subject_kind="plan", name__in=WRITING, actor_id__isnull=False)
    for plan, user in written.order_by("subject_id", "seq").values_list("subject_id", "actor_id"):
        if user not in authors.setdefault(plan, []):
            authors[plan].append(user)
    for plan, users in authors.items():
        plans.objects.filter(pk=plan).update(authors=users)


class Migration(migrations.Migration):
    dependencies = [("territory", "0005_pages_of_the_land"), ("kernel", "0001_initial")]
    operations = [migrations.RunPython(name_authors, migrations.RunPython.noop)]
