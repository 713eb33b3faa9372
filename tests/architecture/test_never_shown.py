"""What no table, no answer of the API and no page may ever have: the absences that the rules on burdens and on privacy demand (D01, D12).

Of those who work here: no time online, no counting of sign-ins, no compulsory check-in, no points that rank people, no likes as proof of work,
no time of learning. Of residents: no file, no list of what one person said, no score, no mark. The tests look at what is there, so that a
later hand which adds such a thing is stopped here, with the reason.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gezhi.kernel.privacy import NEVER, NEVER_NAMES, forbidden, reasons_against
from tests.architecture.source import listing
from tools.shell import ROOT

# Names that would count presence or put people in a row, in any part of the house that programs or people see.
RANKS = re.compile(
    r"(?:^|_)(?:rank(?:ing|ed|s)?|leader_?board|top_?list|league|points_?(?:table|rank|list)"
    r"|online_?(?:time|seconds|minutes|hours|duration)|login_?(?:count|rate|days)|sign_?in_?(?:count|rate)|check_?ins?|clock_?in"
    r"|like_?count|tap_?count|(?:learning|study)_?(?:time|minutes|hours)|step_?count|track_?length)(?:_|$)"
)
FILES = re.compile(
    r"(?:^|_)(?:resident_?(?:id|file|profile|record|score|tag|list)|citizen_?(?:id|file|profile|score)"
    r"|person_?(?:file|profile|score|tag|history)|household_?(?:file|profile|members)|key_?(?:person|people)"
    r"|risk_?(?:person|people)|credit_?score)(?:_|$)"
)
# An address by which one could ask for all that one person reported.
BY_PERSON = re.compile(r"(?:reporters?|residents?|persons?|citizens?)/[{<]")
# Departments stand in a row in the table of their response to streets, as the streets' right to assess them demands; people never do.
OF_DEPARTMENTS = {"gezhi/web/templates/operation/calls/response.html: line.rank", "ResponseLineShape.rank"}
# What a page would have to say to do any of it. Words that deny it are taken away first.
PAGE_WORDS = re.compile(
    r"排行榜|积分排名|工作量排名|网格员排名|在线时长|在线时间|登录次数|登录率|打卡|签到率|点赞数|学习时长|居民档案|重点人员|一人一档"
)
# What a form may not ask for is listed where it is refused.
LISTS_OF_WORDS = {"gezhi/fieldwork/questions.py"}
DENIALS = re.compile(
    r"不打卡|不用(签到|扫码)、打卡|不要求[^。；]{0,6}打卡|(没有|不(设|做|记|看|算|搞|按|留)|禁止|从不)[^。；]{0,12}(排名|时长|次数|打卡|档案|点赞)|没有“居民档案”"
)


def words_of(name: str) -> str:
    """camelCase and dashes as words with underscores."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def offends(name: str) -> bool:
    plain = words_of(name)
    return bool(RANKS.search(plain) or FILES.search(plain))


def test_no_column_and_no_table() -> None:
    names = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("gezhi.")
        for field in model._meta.get_fields()
        if field.concrete and (offends(field.name) or reasons_against(field.name))
    ]
    names += [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("gezhi.") and offends(model.__name__)
    ]
    assert not names, listing(names)
    assert not forbidden(), listing(forbidden())


@pytest.fixture
def document(db: None) -> Any:
    return Client().get("/api/v1/openapi.json").json()


def members(schema: Any, where: str) -> list[str]:
    """Every name of a member of a schema, however deep."""
    found = []
    if isinstance(schema, dict):
        for name in schema.get("properties", {}):
            found.append(f"{where}.{name}")
        for part in schema.values():
            found += members(part, where)
    elif isinstance(schema, list):
        for part in schema:
            found += members(part, where)
    return found


def test_no_answer_of_the_api(document: Any) -> None:
    names = [name for label, schema in document["components"]["schemas"].items() for name in members(schema, label)]
    assert len(names) > 300
    findings = [name for name in names if offends(name.rpartition(".")[2]) or reasons_against(name.rpartition(".")[2])]
    findings += [label for label in document["components"]["schemas"] if offends(label)]
    findings = [name for name in findings if name not in OF_DEPARTMENTS]
    assert not findings, listing(findings)


def test_no_operation_that_lists_by_person(document: Any) -> None:
    """Nobody can ask for all that one resident reported: there is no such address and no such filter."""
    findings = []
    for path, methods in document["paths"].items():
        if BY_PERSON.search(path.lower()) or any(offends(part) for part in path.split("/")):
            findings.append(path)
        for method, operation in methods.items():
            for one in operation.get("parameters", []):
                name = one["name"].lower()
                if name in {
                    "reporter",
                    "reporter_id",
                    "reporter_name",
                    "reporter_phone",
                    "phone",
                    "resident",
                    "person",
                }:
                    findings.append(f"{method} {path} ?{name}")
                if offends(name):
                    findings.append(f"{method} {path} ?{name}")
    assert not findings, listing(findings)


def addresses(patterns: Any, before: str = "") -> list[str]:
    found = []
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += addresses(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            found.append(here)
    return found


def test_no_address_of_a_page() -> None:
    known = addresses(get_resolver().url_patterns)
    assert len(known) > 150
    findings = [
        address for address in known if BY_PERSON.search(address) or any(offends(part) for part in address.split("/"))
    ]
    assert not findings, listing(findings)


def templates() -> list[Path]:
    return sorted((ROOT / "gezhi" / "web").rglob("*.html"))


def test_no_page_says_it() -> None:
    found = templates()
    assert len(found) > 100
    findings = []
    for path in found:
        text = DENIALS.sub("", path.read_text(encoding="utf-8"))
        findings += [f"{path.relative_to(ROOT)}: {match[0]}" for match in PAGE_WORDS.finditer(text)]
        findings += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in re.findall(r"\{\{\s*([\w.]+)|\{% for \w+ in ([\w.]+)", text)
            for name in name
            if name and any(offends(part) for part in name.split("."))
        ]
    findings = sorted(set(findings) - OF_DEPARTMENTS)
    assert not findings, listing(findings)


def test_no_text_of_a_page_in_the_program_says_it() -> None:
    findings = []
    for path in sorted((ROOT / "gezhi").rglob("*.py")):
        if "/tests/" in str(path) or str(path.relative_to(ROOT)) in LISTS_OF_WORDS or path.name == "privacy.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if PAGE_WORDS.search(DENIALS.sub("", line)):
                findings.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not findings, listing(findings)


# --- the test itself can fail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "online_minutes",
        "loginCount",
        "worker_ranking",
        "points_table",
        "check_in_at",
        "ResidentFile",
        "person_score",
        "key_people",
    ],
)
def test_the_names_that_are_looked_for_are_found(name: str) -> None:
    assert offends(name) or reasons_against(words_of(name))


@pytest.mark.parametrize("words", ["网格员排名", "本月在线时长 {{ n }}", "重点人员列表", "请先打卡"])
def test_the_words_that_are_looked_for_are_found(words: str) -> None:
    assert PAGE_WORDS.search(DENIALS.sub("", words))


@pytest.mark.parametrize("words", ["不看在线时长", "没有“居民档案”：一件事就是一件事"])
def test_words_that_deny_it_pass(words: str) -> None:
    assert not PAGE_WORDS.search(DENIALS.sub("", words))


def test_the_list_of_the_kernel_covers_what_this_one_names() -> None:
    assert len(NEVER_NAMES) == len(NEVER)
    for name in ("online_time", "login_rate", "person_tags", "id_card", "birthday", "learning_hours"):
        assert reasons_against(name), name
