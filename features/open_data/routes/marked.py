"""What every open answer has: a mark by which it is not sent twice, how long it keeps, who may read it."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

MINUTE, HOUR = 60, 3600
FOR_ALL = {"access-control-allow-origin": "*"}


def with_mark(request: Request, response: Response, seconds: int = MINUTE) -> Response:
    """The same, or «not modified» to whom has it already."""
    mark = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"etag": mark, "cache-control": f"public, max-age={seconds}", "vary": "accept-encoding", **FOR_ALL}
    response.headers.update(headers)
    if mark in marks_of_asker(request):
        return Response(status_code=304, headers=headers)
    return response


def marks_of_asker(request: Request) -> list[str]:
    """The marks that the asker has."""
    said = request.headers.get("if-none-match", "")
    return [tag.strip().removeprefix("W/") for tag in said.split(",")][:20]
