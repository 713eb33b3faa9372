"""English is complete: `./dev messages` collects the texts, people translate them, nothing may be left over."""

from tests.architecture.source import listing
from tools.messages import CATALOGUE, HEADER, collect, is_complete, placeholders_kept, sources, translated


def test_every_text_has_its_english() -> None:
    catalogue = translated()
    findings = []
    for message in collect():
        if not message.id:
            continue
        here = f"{message.locations[0][0]}: {sources(message)[0]}" if message.locations else sources(message)[0]
        known = catalogue.get(sources(message)[0], message.context)
        if known is None:
            findings.append(f"missing: {here}")
        elif not is_complete(known):
            findings.append(f"empty: {here}")
    assert not findings, "run ./dev messages and translate:" + listing(findings)


def test_nothing_is_fuzzy_or_left_over() -> None:
    catalogue, found = translated(), collect()
    findings = [f"fuzzy: {message.id}" for message in catalogue if message.id and message.fuzzy]
    findings += [f"obsolete: {message.id}" for message in catalogue.obsolete.values()]
    findings += [
        f"no longer used: {message.id}"
        for message in catalogue
        if message.id and found.get(sources(message)[0], message.context) is None
    ]
    assert not findings, "run ./dev messages:" + listing(findings)


def test_placeholders_survive_translation() -> None:
    findings = [
        f"{message.id} -> {message.string}"
        for message in translated()
        if message.id and is_complete(message) and not placeholders_kept(message)
    ]
    assert not findings, listing(findings)


def test_the_catalogue_changes_only_with_its_texts() -> None:
    """No dates and no line numbers, or every merge would be a conflict."""
    text = CATALOGUE.read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert "Creation-Date" not in text
