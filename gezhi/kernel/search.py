"""Full-text search in Chinese, with an index on every database, that also finds words of two characters and of one.

Chinese has no spaces, and a word list of a district's streets and nicknames would never be finished. So a run of
characters is cut into overlapping pairs and its last character: 小区停车 becomes 小区 区停 停车 车. A word of the
query is the same pairs in the same order, which is the word itself, wherever it stands. A single character asks for
pairs that begin with it, and the last one of a run stands alone for that reason. Latin words and numbers are whole
tokens. Width and case are folded (NFKC, casefold).

A query: words between spaces or punctuation must all occur; what stands in quotation marks must occur as it is.
Nothing else has a meaning, so nothing a person types can raise or do harm.
"""

import re
import time
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby, islice
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Expression, F

from gezhi.kernel.models.search_entry import SearchEntry

# PostgreSQL counts positions in a text up to 16,383 and keeps lexemes up to 2 KB; more of either is beyond any report.
TEXT_LIMIT = 16_000
WORD_LIMIT = 64
QUERY_LIMIT = 200
# Three columns a row, and SQLite takes 999 parameters a statement.
BATCH = 333
# From so many texts on a word counts as common.
COMMON = 3_000
QUOTED = re.compile(r"[\"“”„「」『』]([^\"“”„「」『』]*)[\"“”„「」『』]?")

Phrase = tuple[str, ...]


# --- writing --------------------------------------------------------------------------------------------------------


def put(kind: str, key: int, text: str) -> None:
    """Make `text` the words under which the `kind` with this primary key is found. One statement, in the caller's
    transaction.
    """
    put_many(kind, [(key, text)])


def put_many(kind: str, rows: Iterable[tuple[int, str]]) -> None:
    """`put` for many: one statement a batch. A key that comes twice keeps its last text."""
    source = iter(rows)
    while texts := dict(islice(source, BATCH)):
        batch = [SearchEntry(kind=kind, key=key, tokens=stored(tokens(text))) for key, text in texts.items()]
        if connection.features.supports_update_conflicts_with_target:
            SearchEntry.objects.bulk_create(
                batch, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["tokens"]
            )
        else:
            remove(kind, *(entry.key for entry in batch))
            SearchEntry.objects.bulk_create(batch)


def remove(kind: str, *keys: int) -> None:
    """Forget these; what was never put is no error."""
    SearchEntry.objects.filter(kind=kind, key__in=keys).delete()


# --- asking ---------------------------------------------------------------------------------------------------------


def matching(kind: str, query: str) -> "Matching":
    """The primary keys of the `kind` that fit the query, as a subquery: `cases.filter(id__in=matching("case", "停车
    噪音"))`.

    The keys stay in the database. A query without any letter or number fits nothing; ask `is_searchable` whether to
    search at all.
    """
    return Matching(kind, parse(query))


def is_searchable(query: str) -> bool:
    """Does the query hold anything to look for?"""
    return bool(parse(query))


def fits(kind: str, query: str, key: str = "pk") -> "Fits":
    """Does the `kind` with the key in this column fit the query? A condition for rows that are looked at one by one anyway:
    `cases.filter(fits("case", "停车"))`. It says what `matching` says, from the row's own words instead of the index.
    """
    return Fits(kind, parse(query), F(key))


def is_common(query: str) -> bool:
    """May the words stand in so many texts that fetching all their keys costs more than a look at some rows? One statement.

    A hint for choosing between `matching` and `fits`, no promise: it goes by statistics on PostgreSQL, by the index on SQLite, and is
    remembered for a minute.
    """
    phrases = parse(query)
    return bool(phrases) and are_common(phrases, int(time.monotonic() // 60))


@lru_cache(maxsize=500)
def are_common(phrases: tuple[Phrase, ...], minute: int) -> bool:
    with connection.cursor() as cursor:
        match connection.vendor:
            case "sqlite":
                text = "SELECT count(*) FROM (SELECT 1 FROM kernel_search WHERE kernel_search MATCH %s LIMIT %s)"
                cursor.execute(text, [" AND ".join(fts5(phrase) for phrase in phrases), COMMON])
                return bool(cursor.fetchone()[0] >= COMMON)
            case "postgresql":
                whole = {token for phrase in phrases for token in (phrase[:-1] if is_open(phrase) else phrase)}
                cursor.execute(COMMON_TOKENS, [list(whole), COMMON])
                return bool(cursor.fetchone()[0] == len(whole))
    return False


# How many of these tokens are each known to stand in at least so many rows.
COMMON_TOKENS = """
SELECT count(*) FROM pg_class c JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname,
 unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) token(word, share)
 WHERE c.oid = 'kernel_searchentry'::regclass AND s.attname = 'tokens' AND token.word = ANY(%s) AND token.share * c.reltuples >= %s
"""


class Fits(Expression):
    """`(SELECT tokens fit ...)` for the row at hand; not true where the row has no words."""

    output_field = BooleanField()
    contains_aggregate = False

    def __init__(self, kind: str, phrases: tuple[Phrase, ...], key: Any) -> None:
        super().__init__(output_field=BooleanField())
        self.kind, self.phrases, self.key = kind, phrases, key

    def get_source_expressions(self) -> list[Any]:
        return [self.key]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.key,) = exprs

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.phrases:
            return "1 = 0", ()
        key, parameters = compiler.compile(self.key)
        if connection.vendor == "postgresql":
            test, words = "entry.tokens @@ %s::tsquery", [" & ".join(f"({tsquery(phrase)})" for phrase in self.phrases)]
        else:
            # The column holds the tokens with blanks between them, and the blanks around them make sure of whole ones.
            test = " AND ".join(["' ' || entry.tokens || ' ' LIKE %s"] * len(self.phrases))
            words = [f"% {' '.join(phrase)}{'' if is_open(phrase) else ' '}%" for phrase in self.phrases]
        # Not EXISTS, which a planner may turn into a join that begins with the words.
        sql = f"(SELECT {test} FROM kernel_searchentry entry WHERE entry.kind = %s AND entry.key = {key})"  # noqa: S608 - holds placeholders
        return f"COALESCE({sql}, {'FALSE' if connection.vendor == 'postgresql' else '0'})", (
            *words,
            self.kind,
            *parameters,
        )


class Matching(Expression):
    """`(SELECT key ...)` in the words of the database at hand."""

    output_field = BigIntegerField()
    contains_aggregate = False

    def __init__(self, kind: str, phrases: tuple[Phrase, ...]) -> None:
        super().__init__(output_field=BigIntegerField())
        self.kind = kind
        self.phrases = phrases

    def as_postgresql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.phrases:
            return NOTHING
        sql = "(SELECT key FROM kernel_searchentry WHERE kind = %s AND tokens @@ %s::tsquery)"
        return sql, (self.kind, " & ".join(f"({tsquery(phrase)})" for phrase in self.phrases))

    def as_sqlite(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.phrases:
            return NOTHING
        # CROSS JOIN fixes the order: words first, then their rows. The planner, which knows nothing of a virtual
        # table, might begin with all rows of the kind.
        sql = (
            "(SELECT entry.key FROM kernel_search CROSS JOIN kernel_searchentry entry ON entry.id = kernel_search.rowid"
            " WHERE kernel_search MATCH %s AND entry.kind = %s)"
        )
        return sql, (" AND ".join(fts5(phrase) for phrase in self.phrases), self.kind)

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Any other database: the plain table, read through. Right, and slow where there is much of it."""
        if not self.phrases:
            return NOTHING
        tests = " AND ".join(["tokens LIKE %s"] * len(self.phrases))
        patterns = (f"% {' '.join(phrase)}{'' if is_open(phrase) else ' '}%" for phrase in self.phrases)
        sql = f"(SELECT key FROM kernel_searchentry WHERE kind = %s AND {tests})"  # noqa: S608 - `tests` holds placeholders
        return sql, (self.kind, *patterns)


NOTHING: tuple[str, tuple[Any, ...]] = ("(SELECT key FROM kernel_searchentry WHERE 1 = 0)", ())


def parse(query: str) -> tuple[Phrase, ...]:
    """The phrases of a query, each the tokens that must stand side by side; the last may be open (`is_open`)."""
    query = query[:QUERY_LIMIT]
    texts = QUOTED.findall(query)
    for _, words in groupby(fold(QUOTED.sub(" ", query)), key=sort_of_break):
        texts.append("".join(words))
    return tuple(dict.fromkeys(phrase for text in texts if (phrase := wanted(text))))


def wanted(text: str) -> Phrase:
    """The tokens of what is looked for: as stored, but the text may go on after it, so the closing single character
    is dropped.
    """
    found = tokens(text)
    return found[:-1] if len(found) > 1 and is_open(found) and len(found[-2]) == 2 and is_running(found[-2]) else found


def is_open(phrase: Phrase) -> bool:
    """Does the phrase end in a single character, which stands for every pair that begins with it?"""
    return len(phrase[-1]) == 1 and is_running(phrase[-1])


def fts5(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"{" *" if is_open(phrase) else ""}'


def tsquery(phrase: Phrase) -> str:
    return " <-> ".join(phrase) + (":*" if is_open(phrase) else "")


# --- cutting --------------------------------------------------------------------------------------------------------


def tokens(text: str) -> Phrase:
    """The tokens of a text in order. They hold letters, digits and marks only, so they need no quoting anywhere."""
    found: list[str] = []
    for sort, characters in groupby(fold(text[:TEXT_LIMIT]), key=sort_of):
        run = "".join(characters)
        if sort == "running":
            found += [run[i : i + 2] for i in range(len(run))]
        elif sort == "word":
            found.append(run[:WORD_LIMIT])
    return tuple(found[:TEXT_LIMIT])


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def sort_of(character: str) -> str:
    """running: of a script written without spaces between words; word: of other words and numbers; break: anything
    else.
    """
    category = unicodedata.category(character)
    if category == "Lo" or character in "々〇":
        return "running"
    return "word" if category[0] in "LMN" else "break"


def sort_of_break(character: str) -> bool:
    return sort_of(character) == "break"


def is_running(token: str) -> bool:
    return sort_of(token[0]) == "running"


def stored(found: Phrase) -> str:
    """The tokens as the column holds them."""
    match connection.vendor:
        case "postgresql":
            return " ".join(f"{token}:{position}" for position, token in enumerate(found, start=1))
        case "sqlite":
            return " ".join(found)
        case _:
            return f" {' '.join(found)} "
