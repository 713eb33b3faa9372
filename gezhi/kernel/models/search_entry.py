from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TokensField(models.TextField):  # type: ignore[type-arg]  # Django's fields are generic for the type checker alone
    """Tokens in the database's own form: `tsvector` on PostgreSQL, plain text elsewhere."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"


class SearchEntry(models.Model):
    """What can be found by words, one row a searchable thing; written and asked through `gezhi.kernel.search` alone.

    The index over `tokens` belongs to the vendor (migration 0002): GIN on PostgreSQL, on SQLite an FTS5 table kept in
    step by triggers. An `AlterField` on this table would drop the triggers of SQLite: repeat the vendor's part after
    it.
    """

    kind = models.CharField(max_length=30, help_text="what is found: case, matter ...")
    key = models.BigIntegerField(help_text="its primary key")
    tokens = TokensField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
