"""Which tables there are and whether they fit this program. It must never change them: migrations do (F25)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, column, make_url, select, table
from sqlalchemy.exc import DBAPIError

from storage.db.engines import sqlstate
from storage.db.errors import WrongSchema

if TYPE_CHECKING:
    from storage.db.transaction import Transaction

_REVISION: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """Every version this program knows, oldest first: the numbers that the files of migrations begin with.

    Read from the names, because Alembic costs a running bot 12 MB that it never uses; a test compares the two.
    """
    folder = Path(__file__).parent / "migrations" / "versions"
    return tuple(sorted(path.name.split("_")[0] for path in folder.glob("[0-9]*_*.py")))


def newest() -> str:
    """The newest migration's revision that this program has."""
    return revisions()[-1]


async def check(tx: Transaction, url: str) -> None:
    """Refuse tables that are older (migrate first) or newer (a newer program made them)."""
    try:
        row = await tx.row(_REVISION)
    except DBAPIError as error:
        if sqlstate.is_down(error):
            raise
        shown = make_url(url).render_as_string(hide_password=True)
        raise WrongSchema(f"В базе нет таблиц ({shown}). Выполните: python -m bot migrate") from error
    found = row["version_num"] if row else None
    if found == newest():
        return
    if found is None:
        raise WrongSchema(
            "База не готова. Пустую готовит python -m bot migrate. Если оборвалось bot restore, освободите базу "
            "(DROP SCHEMA public CASCADE; CREATE SCHEMA public;) и верните копию ещё раз, уже без --keys."
        )
    if found in revisions():
        raise WrongSchema(f"Таблицы базы старее программы ({found}). Выполните: python -m bot migrate")
    raise WrongSchema(f"Базу создала более новая версия программы ({found}); эта её испортила бы. Обновите программу.")
