"""What keeps a PostgreSQL server from being reached, as `Unavailable` in one Russian sentence, never with a password.

It must never hide a fault of ours: what is no loss of the server goes on as it is.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.db.engines import sqlstate
from storage.db.errors import Misplaced, Unavailable

DRIVER = (OSError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError)
"""What a lost server raises: bare where a connection is made, wrapped where one is used."""

FORGETFUL = "PgBouncer перед базой забывает подготовленные запросы: через него бот не работает."
KEEP = "Впишите в pgbouncer.ini max_prepared_statements = 200 (нужен PgBouncer 1.21 или новее) и перезапустите его."

FORGOTTEN = frozenset({"26000", "42P05"})
"""A prepared statement that is not there, or there already: PgBouncer gave the connection to another."""

NO_RIGHT = "42501"
"""The user may not do it: the database was made by another."""

CANCELLED = "57014"
"""A statement that took too long: the server lives."""


@asynccontextmanager
async def reaching(url: URL) -> AsyncIterator[None]:
    """
    Raises:
        Unavailable: the server is away, full, or not where the address says.
    """
    try:
        yield
    except DRIVER as error:
        said = sentence(error, url)
        if said is None:
            raise
        raise (Misplaced if is_misplaced(error) else Unavailable)(said) from error


def is_misplaced(error: BaseException) -> bool:
    """Whether the server answers, and would say the same for ever."""
    code = str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
    return code[:2] == "28" or code in {"3D000", NO_RIGHT, *FORGOTTEN}


def sentence(error: BaseException, url: URL) -> str | None:
    """What is wrong with the server, in Russian; None where nothing is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = str(getattr(cause, "sqlstate", None) or "")
    server = server_of(url)
    known = by_code(code, server, url)
    if known is not None or not is_away(error, code):
        return known
    if nobody_leads(error):
        return (
            f"Среди серверов базы {server} сейчас нет главного: он меняется. Подождите минуту и повторите. "
            "Если не проходит, проверьте адреса в BOT_DATABASE_URL."
        )
    if isinstance(cause, socket.gaierror):
        return f"Сервера базы {server} нет. Проверьте имя сервера в BOT_DATABASE_URL и сеть."
    return (
        f"Сервер базы {server} не отвечает. Проверьте, что PostgreSQL работает, а адрес и порт "
        "в BOT_DATABASE_URL верны."
    )


def server_of(url: URL) -> str:
    """The server's host and port in words, or all between which the driver chooses."""
    several = url.query.get("host", ())
    named = (several,) if isinstance(several, str) else several
    return ", ".join(named) or f"{url.host or 'localhost'}:{url.port or 5432}"


def nobody_leads(error: BaseException) -> bool:
    """Whether of several servers none is what the address asks for: a failover is under way."""
    orig = error.orig if isinstance(error, DBAPIError) else None
    return orig is not None and isinstance(orig.__cause__, asyncpg.exceptions.TargetServerAttributeNotMatched)


def by_code(code: str, server: str, url: URL) -> str | None:
    """What PostgreSQL itself says is wrong with the address or with it."""
    match code[:2], code:
        case _, "3D000":
            return f"На сервере {server} нет базы «{url.database}». Создайте её или исправьте имя в BOT_DATABASE_URL."
        case "28", _:
            who = f"Сервер базы {server} не впустил пользователя «{url.username}»."
            return f"{who} Проверьте имя и пароль в BOT_DATABASE_URL."
        case _, code if code == NO_RIGHT:
            owner = f"ALTER DATABASE {url.database} OWNER TO {url.username}"
            return f"Пользователю «{url.username}» базы {server} не хватает прав. Сделайте базу его: {owner}."
        case _, "53300":
            return f"У сервера базы {server} нет свободных подключений. Поднимите max_connections или закройте лишние."
        case _, code if code in FORGOTTEN:
            return f"{FORGETFUL} {KEEP}"
        case _, "57P03":
            return f"Сервер базы {server} запускается или останавливается. Подождите минуту и повторите."
        case _:
            return None


def is_away(error: BaseException, code: str) -> bool:
    """Whether this error means that the server cannot be reached or takes no writes; a query that was cancelled does
    not."""
    if code == CANCELLED:
        return False
    if isinstance(error, DBAPIError):
        return sqlstate.is_down(error) or nobody_leads(error)
    return isinstance(error, OSError | PoolTimeout | asyncpg.InterfaceError) or code[:2] in sqlstate.DOWN
