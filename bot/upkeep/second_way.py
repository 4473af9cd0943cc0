"""A second way of alarm, past VK and past the database: by letter and by a webhook, when one of the two is gone.

It must never hold up anything else, hold a word or an id of a person, nor say an address or a password of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.config import mail
from bot.config.mail import Mail
from bot.config.settings import Settings
from bot.process.advice import advice
from bot.process.clock import is_loopback
from bot.process.log import log
from bot.process.retry import Class, classify
from handlers.text.texts_hearing import HOW_TO

if TYPE_CHECKING:
    from bot.runtime import Runtime

EVERY = 5.0
LONG = timedelta(minutes=5)
"""So long VK or the database may be away before somebody is woken. A key that is refused does not mend by itself."""
TRIES = 5
PAUSE = 10.0
"""Seconds before the second try; each next pause is twice as long."""
SECONDS = 10.0
"""For one step of a delivery."""


class NotTold(Exception):
    """It did not leave. The message is Russian, and holds no address and no password."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`text` says what is wrong and what to do, `over` that it is over."""

    since: datetime
    text: str
    over: str


def troubles(bot: Runtime) -> dict[str, Trouble]:
    """What the control centre cannot be told of, or may not hear in time, by its name."""
    health, now = bot.health, bot.clock.now()
    found = {}
    refused = health.halted or (health.refused if classify(health.refused) is Class.HALT else 0)
    if refused:
        text = f"ВКонтакте не даёт боту работать (ошибка {refused}): ответы жителям ждут. {advice(refused)}"
        found["vk_refused"] = Trouble(health.unheard or now, text, "ВКонтакте снова пускает бота, ответы уходят.")
    elif health.unheard is not None and now - health.unheard > LONG:
        how = f"отвечает боту ошибкой {health.refused}" if health.refused else "не отвечает боту"
        text = f"ВКонтакте {how} {since(bot, health.unheard)}. Проверьте сеть сервера; бот пробует дальше."
        found["vk_away"] = Trouble(health.unheard, text, "ВКонтакте снова отвечает боту. Пропущенное он дочитает сам.")
    if health.down_since is not None and now - health.down_since > LONG:
        text = f"База данных не отвечает боту {since(bot, health.down_since)}. Проверьте её сервер и место на диске."
        found["store_away"] = Trouble(
            health.down_since, text, "База данных снова отвечает. Пропущенное бот дочитает сам."
        )
    if health.unseen_alarm is not None:
        text = (
            f"Тревога об опасности для жизни ждёт {since(bot, health.unseen_alarm)}: её никто не прочитал или до "
            f"{bot.directory.emergency} не дозвонились. Откройте чат дежурных или ЦУР."
        )
        found["alarm_unseen"] = Trouble(health.unseen_alarm, text, "Тревогу об опасности прочитали или закрыли.")
    if health.cur_unheard is not None:
        text = (
            f"Бот не видит ответов в чате ЦУР или не может туда писать {since(bot, health.cur_unheard)}. Пусть в этом "
            f"чате {HOW_TO}: бот должен быть там администратором."
        )
        found["cur_unheard"] = Trouble(health.cur_unheard, text, "Бот снова видит ответы в чате ЦУР.")
    return found


def since(bot: Runtime, at: datetime) -> str:
    return f"с {at.astimezone(bot.policy.zone):%H:%M %d.%m}"


Send = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """`shown`: what `check` may say of it."""

    shown: str
    send: Send


def ways_of(settings: Settings) -> list[Way]:
    ways = []
    if settings.alarm_webhook:
        ways.append(
            Way(f"веб-хук {mail_host(settings.alarm_webhook)}", lambda said: posted(settings.alarm_webhook, said))
        )
    if settings.alarm_smtp:
        address = mail.read(settings.alarm_smtp)
        ways.append(Way(f"письмо на {', '.join(address.to)}", lambda said: asyncio.to_thread(mailed, address, said)))
    return ways


def mail_host(url: str) -> str:
    return url.split("/")[2].rpartition("@")[2]


@dataclass(slots=True)
class Told:
    """How far one trouble has been told in one way."""

    trouble: Trouble
    told: bool = False
    tries: int = 0
    next_try: float = field(default=0.0)


async def tell_elsewhere(bot: Runtime, way: Way) -> None:
    """Until told to stop: each trouble once when it begins, once when it is over."""
    known: dict[str, Told] = {}
    while not bot.stopping.is_set():
        await one_look(bot, way, known)
        await bot.clock.sleep(EVERY)


async def one_look(bot: Runtime, way: Way, known: dict[str, Told]) -> None:
    found = troubles(bot)
    for kind, trouble in found.items():
        one = known.setdefault(kind, Told(trouble))
        if not one.told and one.tries < TRIES and bot.clock.monotonic() >= one.next_try:
            one.told = await tried(bot, way, one, message(bot, kind, "began", trouble.since, trouble.text))
    for kind in [kind for kind in known if kind not in found]:
        one = known[kind]
        heard = one.told and one.tries < TRIES  # else nobody knows that it began, or nobody can be told any more
        if heard and bot.clock.monotonic() < one.next_try:
            continue
        if not heard or await tried(bot, way, one, message(bot, kind, "over", one.trouble.since, one.trouble.over)):
            del known[kind]


async def tried(bot: Runtime, way: Way, one: Told, said: Mapping[str, Any]) -> bool:
    """Whether it left. What failed is tried again a few times."""
    try:
        await way.send(said)
    except NotTold as refusal:  # in our own words
        one.tries += 1
        one.next_try = bot.clock.monotonic() + PAUSE * 2 ** (one.tries - 1)
        log.warning("alarm_not_told", loop="second_way", kind=said["kind"], reason=str(refusal), attempts=one.tries)
        return False
    one.tries, one.next_try = 0, 0.0
    log.info("alarm_told", loop="second_way", kind=said["kind"], state=said["state"])
    return True


def message(bot: Runtime, kind: str, state: str, at: datetime, text: str) -> dict[str, Any]:
    """`text` is what a person reads; a chat that takes webhooks shows it as it is."""
    own = {"source": "priemnaya", "community": bot.community, "worker": bot.settings.worker}
    return {**own, "kind": kind, "state": state, "since": at.isoformat(timespec="seconds"), "text": f"Приёмная: {text}"}


def trial() -> dict[str, Any]:
    """What `bot alarm try` sends."""
    return {"source": "priemnaya", "kind": "trial", "state": "began", "text": "Приёмная: проба тревоги, всё в порядке."}


async def posted(url: str, said: Mapping[str, Any]) -> None:
    """
    Raises:
        NotTold
    """
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


def mailed(address: Mail, said: Mapping[str, Any]) -> None:
    """In a thread: the library waits.

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
    from email.message import EmailMessage
    from email.utils import localtime, make_msgid

    made = EmailMessage()
    made["From"], made["To"] = address.sender, ", ".join(address.to)
    made["Subject"] = "Приёмная: всё снова в порядке" if said["state"] == "over" else "Приёмная: нужна помощь"
    made["Date"], made["Message-ID"] = localtime(), make_msgid(domain=address.sender.partition("@")[2])
    details = "\n".join(f"{name}: {value}" for name, value in said.items() if name != "text")
    made.set_content(f"{said['text']}\n\n{details}\n")
    return made
