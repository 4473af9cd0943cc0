"""What people read where a page cannot be shown: what is wrong and what to do, never what the program knows of it."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.process.log import log
from bot.web.layout import render
from bot.web.security import csp, csrf, destination
from bot.web.security.entry import enter, recognise
from bot.web.security.limits import TooMany
from bot.web.site import Page
from storage.db.engines.readers import TooLong
from storage.db.errors import Conflict, Unavailable


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """The title of the page and what to do, in one sentence."""

    title: str
    text: str


WORDS = {
    400: ErrorWords("Непонятный запрос", "Вернитесь назад и попробуйте ещё раз."),
    403: ErrorWords(
        "Сюда вам нельзя",
        "Эта страница не для вашей роли или форма устарела. Вернитесь назад, обновите страницу и повторите. "
        "Если доступ нужен, попросите администратора.",
    ),
    404: ErrorWords(
        "Такой страницы нет",
        "Проверьте адрес или начните со страницы «Сейчас». Если раздел здесь был, его могли отключить: спросите "
        "администратора.",
    ),
    405: ErrorWords("Так эту страницу не открыть", "Вернитесь назад и нажмите кнопку на самой странице."),
    409: ErrorWords(
        "Пока вы смотрели, это изменил кто-то другой",
        "Ничего не записано. Вернитесь назад, обновите страницу: на ней то, что есть сейчас. Если повторится, скажите "
        "администратору.",
    ),
    413: ErrorWords("Слишком много за один раз", "Сократите текст, отправьте по частям или выберите период короче."),
    429: ErrorWords("Слишком часто", "Подождите минуту и обновите страницу."),
    500: ErrorWords("Не получилось: ошибка в программе", "Повторите; если не поможет, скажите администратору."),
    503: ErrorWords("База данных не отвечает", "Бот ждёт её и ничего не теряет. Обновите страницу через минуту."),
}  # fmt: skip
NO_SUCH_MESSAGE = ErrorWords(
    "Такого сообщения среди ваших нет",
    "Номера с ошибкой и чужие мы не различаем: чужое сообщение видят его ведомство, его муниципалитет и ЦУР. Проверьте "
    "номер; если он верный, спросите ЦУР.",
)
"""The same of a message that is not there and of another's: nobody learns which there are (R24)."""


async def answer_page(request: Request, page: Page) -> Response:
    """The page, or what is said instead of it."""
    shown = await guard(request, page.path, enter(request, page))
    if shown.status_code == 401 and not page.before_code:
        return await signed_out(request, shown)
    return shown


async def signed_out(request: Request, shown: Response) -> Response:
    """The page for a session that is over: whoever pressed comes back to the message, and his words stand on this
    page."""
    if request.method == "GET":
        destination.remember(request, shown)
        return shown
    if not csrf.is_from_here(request) or not 0 <= csrf.length_of(request) <= csrf.MOST_BYTES:
        return shown
    form = await request.form()
    shown = render(request, "signed_out.html", status=401, words=str(form.get("text", "")))
    destination.keep(request, shown, str(form.get("back", "")))
    return shown


async def nowhere(request: Request, error: Exception) -> Response:
    """Answers that no page has this address, or not with this method. Whoever is signed in keeps the menu."""

    async def refuse() -> Response:
        """Looks who is signed in, so that the error page has its menu, then raises the error."""
        await recognise(request)
        raise error

    return await guard(request, "", refuse())


async def guard(request: Request, path: str, work: Coroutine[Any, Any, Response]) -> Response:
    """The answer of `work`, or a page for its exception; none leaves here, for its words may be anybody's (T14)."""
    try:
        return await work
    except HTTPException as refused:
        words = NO_SUCH_MESSAGE if refused.status_code == 404 and path == "/queue" else ErrorWords("", "")
        return error_page(request, refused.status_code, headers=refused.headers, title=words.title, text=words.text)
    except TooMany as many:
        wait = f"Подождите {many.seconds} с и обновите страницу."
        return error_page(request, 429, headers={"retry-after": str(many.seconds)}, text=wait)
    except Conflict:
        return error_page(request, 409)
    except TooLong as slow:
        return error_page(request, 503, headers={"retry-after": "5"}, title="Слишком долго", text=str(slow))
    except Unavailable:
        return error_page(request, 503, headers={"retry-after": "60"})
    except Exception as error:  # noqa: BLE001
        log.error("page_failed", loop="web", kind=path, error=type(error).__name__)
        return error_page(request, 500)


async def broken(request: Request, error: Exception) -> Response:
    """The last resort, where even saying what is wrong has failed: a line without a frame, the class for the log."""
    log.error("page_failed", loop="web", kind="frame", error=type(error).__name__)
    return PlainTextResponse(f"{WORDS[500].title}. {WORDS[500].text}", 500, csp.HEADERS)


def error_page(
    request: Request, status: int, headers: Mapping[str, str] | None = None, text: str = "", title: str = ""
) -> Response:
    """The page that says in Russian what is wrong, with this status; of 401 the one for who is signed out. `title` and
    `text` stand in for the usual words of the status."""
    if status == 401:
        return render(request, "signed_out.html", status=401)
    words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    shown = render(request, "error.html", status=status, title=title or words.title, text=text or words.text)
    shown.headers.update(headers or {})
    return shown
