"""What a browser may do with our pages: run, draw and ask only what this very address gives."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
YEAR = 365 * 24 * 3600

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: with it a browser calls the origin of our own forms «null» (csrf.py).
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
}
ON_HTTPS = {"strict-transport-security": f"max-age={YEAR}"}
PRIVATE = "no-store"
"""No page stays in a browser's cache: the next person at the same computer must not see it."""


class Guarded:
    """Every answer carries these headers, whoever made it."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        named = {**HEADERS, **ON_HTTPS} if secure else HEADERS
        self.headers = [(name.encode(), value.encode()) for name, value in named.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and adds the security headers to the answer; «private, no-store» too where the page
        names no cache of its own."""
        async def with_headers(message: Message) -> None:
            """Sends a message on; to the one that begins the answer it adds the headers."""
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                if not any(name.lower() == b"cache-control" for name, _ in said):
                    said.append((b"cache-control", PRIVATE.encode()))
                message = {**message, "headers": [*said, *self.headers]}
            await send(message)

        await self.app(scope, receive, with_headers)
