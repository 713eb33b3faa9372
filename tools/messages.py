"""English texts: collect the Chinese source strings, keep the translations, compile.

Run inside the environment: `python -m tools.messages [collect|compile]`. The catalogue is sorted and has neither
dates nor line numbers, so that it changes only when a text does.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.shell import ROOT, say

CATALOGUE = ROOT / "gezhi" / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
SOURCES = ("gezhi", "config")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# English texts of Gezhi. The source strings are the Chinese texts in the code; `./dev messages` collects them.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def collect(root: Path = ROOT) -> Catalog:
    """Every text in the code and the templates, without translations."""
    found = Catalog(locale="en", fuzzy=False)
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "tests" in path.parts or "static" in path.parts:
                continue
            if path.suffix != ".py" and "templates" not in path.parts:
                continue
            source = path.relative_to(root).as_posix()
            for line, words, context in _strings(path):
                found.add(words, locations=[(source, line)], context=context)
    return found


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into calls of gettext, one a line; its indentation is no Python's.
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(path)).split("\n"))
    for line, words, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        yield line, words, context


def translated(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is written down."""
    if not path.exists():
        return Catalog(locale="en", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def merge() -> tuple[int, int, int]:
    """Rewrite the catalogue; gives how many texts it has, how many wait for English, how many were dropped."""
    catalogue, found = translated(), collect()
    dropped = [
        message.id for message in catalogue if message.id and not found.get(sources(message)[0], message.context)
    ]
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(HEADER + body.getvalue().decode().strip() + "\n", encoding="utf-8")
    waiting = sum(1 for message in catalogue if message.id and not is_complete(message))
    return len(catalogue), waiting, len(dropped)


def sources(message: Message) -> list[str]:
    """The Chinese text, in one form or two."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def forms(message: Message) -> list[str]:
    """The English text, in one form or two; an empty text where it is missing."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def is_complete(message: Message) -> bool:
    """Whether every form of the English text is there."""
    return all(form.strip() for form in forms(message)) and (not message.pluralizable or len(forms(message)) == 2)


def placeholders_kept(message: Message) -> bool:
    """Whether each English form asks for nothing that the Chinese does not give, and together they use all of it."""
    given = {name for source in sources(message) for name in PLACEHOLDER.findall(source)}
    used = [set(PLACEHOLDER.findall(form)) for form in forms(message)]
    return all(names <= given for names in used) and set().union(*used) == given


def compile_catalogue() -> None:
    """Write the binary that Django reads, whole or not at all."""
    part = COMPILED.with_suffix(".part")
    with part.open("wb") as file:
        write_mo(file, translated())
    part.replace(COMPILED)


def main(words: list[str]) -> int:
    """`compile`, or collect and compile."""
    if words != ["compile"]:
        texts, waiting, dropped = merge()
        say(
            f"{CATALOGUE.relative_to(ROOT)}: {texts} texts, {waiting} without English, {dropped} no longer used dropped"
        )
    compile_catalogue()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
