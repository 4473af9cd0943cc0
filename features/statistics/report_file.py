"""Fills the XLSX of a report, a portion of messages at a time, each a short reading. No name stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.process.log import log
from bot.web.downloads import files_of_list
from bot.web.downloads.table_files import Head, Lines
from bot.web.site import Site
from features.statistics.book import Book
from features.statistics.exports import Export, ExportState
from states.statistics.filter import Filter
from states.statistics.listed import ListedAppeal
from storage.ops import search
from storage.ops.search import Today

PORTION = 1000
HOW = (
    "Сообщения: поступившие за период, по одному в строке; имён, контактов и слов жителей здесь нет.",
    "Сводка: каждое число стоит у того дня, когда это случилось. Поэтому ответов за период может быть больше, чем "
    "поступило.",
    "Окончательный ответ: решено, разъяснено, отклонено или отвечают другие. «Приняли» и промежуточный ответ "
    "окончательными не считаются. Вернувшееся с «не решено» ждёт нового ответа.",
    "Время ответов: рабочие минуты ведомства. Среднее точное, медиана с точностью до интервала.",
    "Срок наступил: сообщения, у которых срок ведомства пришёлся на этот период, каждое один раз. Из них ответили в "
    "срок, ответили позже или не ответили. Сегодняшние сроки войдут завтра. В срок, %: первое из трёх ÷ срок наступил.",
    "Решено, разъяснено, отклонено, отвечают другие, отозвано, закрыто без ответа: отдельно, по дню окончания.",
    "Оценка: среднее оценок от 1 до 5, рядом их число.",
)


@dataclass(frozen=True, slots=True)
class Content:
    """What the sheets say before the messages."""

    head: Head
    heads: Sequence[str]
    lines: Lines


async def portions(site: Site, wanted: Filter, today: Today) -> AsyncIterator[list[ListedAppeal]]:
    """The messages of the filter, `PORTION` at a time."""
    last = ""
    while True:
        found = await site.readers.run(lambda tx: search.after(tx, wanted, today, last, PORTION))  # noqa: B023
        if not found:
            return
        yield found
        last = found[-1].code


async def at_once(site: Site, wanted: Filter, today: Today, content: Content, path: Path) -> None:
    """The whole file, for the one who waits for it."""
    export = None
    await _fill_book(site, wanted, today, content, path, export)


async def make(site: Site, wanted: Filter, today: Today, content: Content, export: Export) -> None:
    """Makes the file after the answer has left. Whatever goes wrong is a word on the page, never a file that is
    half."""
    try:
        await _fill_book(site, wanted, today, content, export.path, export)
        export.state = ExportState.CANCELLED if export.cancelled else ExportState.READY
    except BaseException as error:
        export.state = ExportState.FAILED
        if not isinstance(error, Exception):
            raise
        log.error("export_failed", loop="web", error=type(error).__name__)
    finally:
        if export.state is not ExportState.READY:
            await asyncio.to_thread(export.path.unlink, missing_ok=True)


async def _fill_book(
    site: Site, wanted: Filter, today: Today, content: Content, path: Path, export: Export | None
) -> None:
    book = Book(path)
    try:
        book.summary(content.head, content.heads, content.lines)
        book.how(HOW)
        book.heads(files_of_list.HEADS)
        async for found in portions(site, wanted, today):
            lines = [files_of_list.line(site, appeal) for appeal in found]
            await asyncio.to_thread(book.add, lines)
            if export is not None:
                export.done += len(lines)
                if export.cancelled:
                    break
    finally:
        await asyncio.to_thread(book.close)
