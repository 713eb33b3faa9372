"""The index over the search table, in the words of each database; see gezhi.kernel.search."""

from django.db import migrations

POSTGRESQL = ["CREATE INDEX kernel_search ON kernel_searchentry USING gin (tokens)"]
POSTGRESQL_BACK = ["DROP INDEX kernel_search"]

# The tokens are cut by us: the ascii tokenizer only splits them at spaces. Nothing is ranked, so no column sizes are kept.
SQLITE = [
    "CREATE VIRTUAL TABLE kernel_search USING fts5("
    "tokens, content='kernel_searchentry', content_rowid='id', tokenize='ascii', columnsize=0)",
    "INSERT INTO kernel_search(kernel_search) VALUES ('rebuild')",
    "CREATE TRIGGER kernel_search_insert AFTER INSERT ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER kernel_search_delete AFTER DELETE ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search(kernel_search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
    "CREATE TRIGGER kernel_search_update AFTER UPDATE ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search(kernel_search, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
    " INSERT INTO kernel_search(rowid, tokens) VALUES (new.id, new.tokens); END",
]
SQLITE_BACK = [
    "DROP TRIGGER kernel_search_update",
    "DROP TRIGGER kernel_search_delete",
    "DROP TRIGGER kernel_search_insert",
    "DROP TABLE kernel_search",
]


def run(schema_editor, statements):
    for statement in statements.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def backwards(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


class Migration(migrations.Migration):
    replaces = [("kernel", "0003_sent_file")]
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
