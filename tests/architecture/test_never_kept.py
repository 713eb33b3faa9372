"""What the software must never measure, force or keep, whatever somebody asks for later (docs/domain)."""

import re

from django.apps import apps

from tests.architecture.source import listing

# Of those who work here: no compulsory check-in, no time online, no counting of sign-ins, no points, no likes.
# Of residents: no identity number, no face, no file on a person, no score and no label.
FORBIDDEN = re.compile(
    r"check_?in|clock_?in|online_(time|minutes|seconds|duration)|login_count|sign_in_count|likes?$|points_rank"
    r"|id_?card|id_number|identity_number|passport|face_|religion|ethnic|political|attitude|opinion_of"
    r"|credit_score|person_score|key_person|risk_person|health|illness|disab",
)


def test_no_column_for_what_is_never_kept() -> None:
    findings = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("gezhi.")
        for field in model._meta.get_fields()
        if field.concrete and FORBIDDEN.search(field.name)
    ]
    assert not findings, listing(findings)


def test_no_table_of_residents() -> None:
    """Nothing joins what one person said or where one was: there is no row for a resident."""
    names = {model.__name__.lower() for model in apps.get_models() if model.__module__.startswith("gezhi.")}
    assert not names & {"resident", "citizen", "person", "household", "family"}
