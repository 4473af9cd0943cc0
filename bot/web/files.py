"""Styles, scripts and fonts, read once at the start: nothing outside of this folder can be asked for by any name."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
FOR_EVER = "public, max-age=31536000, immutable"
"""The address changes with the content."""


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """By name: the content and its mark."""
    found = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in KINDS}
    return {name: (content, sha256(content).hexdigest()[:12]) for name, content in found.items()}


def address(name: str) -> str:
    """The address of a static file with its version, so that a browser may keep it."""
    return f"/static/{name}?v={static_files()[name][1]}"


async def answer(request: Request) -> Response:
    """Serves a static file; with its own version in the address the browser may keep it for ever."""
    name = request.path_params["name"]
    if name not in static_files():
        raise HTTPException(404)
    content, mark = static_files()[name]
    fresh = request.query_params.get("v") == mark
    headers = {"cache-control": FOR_EVER if fresh else "no-cache", "etag": f'"{mark}"'}
    if request.headers.get("if-none-match") == f'"{mark}"':
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=KINDS[Path(name).suffix])
