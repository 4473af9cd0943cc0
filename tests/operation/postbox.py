"""A mail server and a receiver of webhooks of a test's own: real sockets, and what came is kept."""

from __future__ import annotations

import asyncio
import base64
import email
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(slots=True)
class Postbox:
    """`tls`: it offers STARTTLS. `password`: whoever signs in must have it."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    password: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    clear: bytes = b""
    """Everything that came unencrypted."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted = False

        def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())

        say("220 box")
        while line := await reader.readline():
            if not encrypted:
                self.clear += line
            word = line.decode().strip().upper().partition(" ")[0]
            if word == "EHLO":
                offers = ["250-STARTTLS"] if self.tls is not None and not encrypted else []
                say("250-box", *offers, "250 AUTH PLAIN")
            elif word == "STARTTLS" and self.tls is not None:
                say("220 go on")
                await writer.drain()
                await writer.start_tls(self.tls)
                encrypted = True
            elif word == "AUTH":
                given = base64.b64decode(line.split()[2]).decode().split("\0")[-1]
                say("235 come in" if given == self.password else "535 no")
            elif word == "DATA":
                say("354 go on")
                text = await reader.readuntil(b"\r\n.\r\n")
                self.clear += b"" if encrypted else text
                self.letters.append(cast(EmailMessage, email.message_from_bytes(text[:-3], policy=default)))
                say("250 kept")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("250 yes")
        writer.close()


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, password: str = "") -> AsyncIterator[Postbox]:
    box = Postbox(tls=tls, password=password)
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """For 127.0.0.1, with the file that makes it trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "box")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "box.pem", folder / "box.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@dataclass(slots=True)
class Hook:
    port: int = 0
    status: int = 200
    came: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=geheim"

    async def take(self, request: web.Request) -> web.Response:
        self.came.append(await request.json())
        return web.Response(status=self.status)


@asynccontextmanager
async def webhook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.port = runner.addresses[0][1]
    try:
        yield hook
    finally:
        await runner.cleanup()
