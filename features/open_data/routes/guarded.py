"""The one way to an open endpoint: its limit, its mark, and the words of the standard where it does not answer.

No exception leaves here, for what it says may be anybody's words (T14).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.process.log import log
from bot.web.security.csrf import length_of
from bot.web.security.limits import TooMany, address_of
from features.open_data.routes.forms import KINDS, ApiValue, Form, to_bytes
from features.open_data.routes.marked import FOR_ALL, with_mark
from features.open_data.routes.opened import opened_of
from features.open_data.routes.refused import ApiRefused
from storage.db.errors import Unavailable

A_MINUTE = 120
"""Requests of one address."""
LONGEST_BODY = 64 * 1024


class Guarded(APIRoute):
    """A route behind the limit of requests, whose every error is in the words of the standard."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual answer with the mark of its content; any error as the standard says it."""
        answer = super().get_route_handler()

        async def answer_guarded(request: Request) -> Response:
            try:
                admit(request)
                response = await answer(request)
                return response if "cache-control" in response.headers else with_mark(request, response)
            except Exception as error:  # noqa: BLE001
                return error_response(request, refusal_of(error))

        return answer_guarded


def admit(request: Request) -> None:
    """Counts the request. Raises TooMany for too many in this minute, ApiRefused (413) for too long a body."""
    opened_of(request).site.limits.take("open", address_of(request), A_MINUTE)
    if request.method == "POST" and not 0 <= length_of(request) <= LONGEST_BODY:
        raise ApiRefused(413)


def refusal_of(error: Exception) -> ApiRefused:
    """The status and the words for an error. What the program itself did wrong is logged by its kind and answered with
    500."""
    match error:
        case ApiRefused():
            return error
        case TooMany():
            wait = {"retry-after": str(error.seconds)}
            return ApiRefused(429, f"Слишком часто. Подождите {error.seconds} с.", wait)
        case RequestValidationError():
            where = [mistake["loc"] for mistake in error.errors()]
            return ApiRefused(404 if ("path", "form") in where else 400, wrong_fields(where))
        case HTTPException():
            return ApiRefused(error.status_code)
        case Unavailable():
            return ApiRefused(503, headers={"retry-after": "60"})
        case _:
            log.error("page_failed", loop="web", kind="api", error=type(error).__name__)
            return ApiRefused(500)


def wrong_fields(where: list[tuple[str | int, ...]]) -> str:
    """Which of what was sent is wrong."""
    names = sorted({str(loc[1]) for loc in where if len(loc) > 1})
    return f"Не понято: {', '.join(names)}. Сверьте с описанием: /api/openapi.json." if names else ""


def error_response(request: Request, refused: ApiRefused) -> Response:
    """The list of errors, in the form that was asked for."""
    form = Form.XML if request.url.path.endswith(".xml") else Form.JSON
    said = ApiValue("errors", [{"code": refused.status, "description": refused.words}])
    headers = {"cache-control": "no-store", **FOR_ALL, **refused.headers}
    return Response(to_bytes(said, form), refused.status, headers, media_type=KINDS[form])


async def nowhere(request: Request, error: Exception) -> Response:
    """Answers that no endpoint has this address, or not with this method."""
    return error_response(request, refusal_of(error))
