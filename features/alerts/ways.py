"""The ways past VK and past the database: a letter and a webhook.

It must never say an address or a password of its own, nor let a refusal of one be anything else than `NotTold`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.config import mail
from bot.config.mail import Mail
from bot.config.settings import Settings
from bot.process.clock import is_loopback

SECONDS = 10.0
"""For one step of a delivery."""


class NotTold(Exception):
    """It did not leave. The message is Russian, and holds no address and no password."""


Send = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """`shown`: what `check` may say of it."""

    shown: str
    send: Send


def ways_of(settings: Settings) -> list[Way]:
    """The ways that are set: a webhook, a letter or both."""
    ways = []
    if settings.alarm_webhook:
        ways.append(
            Way(
                f"веб-хук {mail_host(settings.alarm_webhook)}",
                lambda said: post_to_webhook(settings.alarm_webhook, said),
            )
        )
    if settings.alarm_smtp:
        address = mail.read(settings.alarm_smtp)
        ways.append(Way(f"письмо на {', '.join(address.to)}", lambda said: asyncio.to_thread(send_mail, address, said)))
    return ways


def mail_host(url: str) -> str:
    """The host of an address, without the name and the password before it."""
    return url.split("/")[2].rpartition("@")[2]


def trial() -> dict[str, Any]:
    """The message that `bot alarm try` sends."""
    return {"source": "priemnaya", "kind": "trial", "state": "began", "text": "Приёмная: проба тревоги, всё в порядке."}


async def post_to_webhook(url: str, said: Mapping[str, Any]) -> None:
    """Sends the alarm to a webhook. Raises NotTold where it is not taken."""
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as http,
            http.post(url, json=dict(said), allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise NotTold(f"веб-хук не ответил ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise NotTold(f"веб-хук ответил {status}")


def send_mail(address: Mail, said: Mapping[str, Any]) -> None:
    """Sends the alarm by e-mail; to be called in a thread, for the library waits.

    Raises:
        NotTold
    """
    import smtplib
    import ssl

    try:
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(address.host, address.port, timeout=SECONDS, context=context)
            if address.smtps
            else smtplib.SMTP(address.host, address.port, timeout=SECONDS)
        ) as server:
            server.ehlo()
            if not address.smtps and server.has_extn("starttls"):
                server.starttls(context=context)
            elif not address.smtps and address.user and not is_loopback(f"smtp://{address.host}"):
                raise NotTold("почтовый сервер не шифрует, поэтому пароль ему не дан: нужен STARTTLS или smtps://")
            if address.user:
                server.login(address.user, address.password)
            server.send_message(letter(address, said), address.sender, address.to)
    except smtplib.SMTPAuthenticationError:
        raise NotTold("почтовый сервер не принял имя или пароль") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotTold(f"почтовый сервер не принял письмо ({type(error).__name__})") from None


def letter(address: Mail, said: Mapping[str, Any]) -> Any:
    """The e-mail that an alarm, or its end, is sent as."""
    from email.message import EmailMessage
    from email.utils import localtime, make_msgid

    made = EmailMessage()
    made["From"], made["To"] = address.sender, ", ".join(address.to)
    made["Subject"] = "Приёмная: всё снова в порядке" if said["state"] == "over" else "Приёмная: нужна помощь"
    made["Date"], made["Message-ID"] = localtime(), make_msgid(domain=address.sender.partition("@")[2])
    details = "\n".join(f"{name}: {value}" for name, value in said.items() if name != "text")
    made.set_content(f"{said['text']}\n\n{details}\n")
    return made
