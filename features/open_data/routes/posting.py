"""A message that an application sends: taken once, put into the inbox, and told by its token what became of it.

It must never store a word of somebody who has not agreed to it (R7), nor what it does not need: names, phones, mail.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from features.open_data.routes.forms import ApiValue
from features.open_data.routes.opened import Opened
from features.open_data.routes.refused import ApiRefused
from features.open_data.routes.requests import KIND
from handlers.text import texts_posted
from states.directory import Where
from states.events import RequestPosted
from states.messages import Location
from storage.ops import posted
from storage.records import api_keys, sessions
from storage.records.api_keys import ApiKey

TOKEN = "token"  # noqa: S105 - the kind of a name
LONGEST = 4000
"""Letters of a description, as the standard has it."""
LONGEST_ADDRESS = 300
A_MINUTE = 30
FAILED = "Не получилось обработать. Администратор это видит; отправьте ещё раз через час."


@dataclass(frozen=True, slots=True)
class Sent:
    """What an application says. `again` is its `Idempotency-Key`."""

    api_key: str
    topic: str
    place: str
    text: str
    address: str
    lat: float | None
    long: float | None
    media: str
    again: str


async def key_of(opened: Opened, said: str) -> ApiKey:
    """The stored key. Raises ApiRefused: 401 without a key, 403 with a wrong one."""
    if not said:
        raise ApiRefused(401)
    digest = sessions.digest(said)
    found = await opened.site.newest.run(lambda tx: api_keys.key_of_digest(tx, digest))
    if found is None:
        raise ApiRefused(403, "Ключ не подходит или отозван. Новый выдаёт администратор.")
    opened.site.limits.take("api key", digest, A_MINUTE)
    return found


async def post(opened: Opened, sent: Sent) -> ApiValue:
    """Puts a message of an application into the inbox; its token. Raises ApiRefused with what to mend."""
    key = await key_of(opened, sent.api_key)
    event_key = key_of_event(opened, key, sent.again)
    event = event_of(opened, key, sent, source_of(event_key))
    taken = await opened.site.db.run(lambda tx: posted.put_in(tx, event_key, event, opened.site.policy.consent_hash))
    if not taken:
        raise ApiRefused(403, texts_posted.NO_CONSENT)
    opened.site.wake()
    token = opened.ids.of(TOKEN, f"{key.user}.{event_key}")
    notice = "Номер и ответы придут в диалог ВКонтакте."
    return ApiValue("service_requests", [{"token": token, "service_notice": notice, "account_id": None}])


def key_of_event(opened: Opened, key: ApiKey, again: str) -> str:
    """The same for the same application and the same `Idempotency-Key`, whatever happens in between."""
    said = f"{key.digest}|{again or secrets.token_hex(16)}".encode(errors="surrogatepass")
    return f"api|{hmac.digest(opened.site.db.derive_key('posted'), said, hashlib.sha256).hex()[:32]}"


def source_of(event_key: str) -> int:
    """What the number of the message is made of: below zero, for no message of VK has such a number."""
    return -1 - int(event_key.rpartition("|")[2][:15], 16)


def event_of(opened: Opened, key: ApiKey, sent: Sent, source: int) -> RequestPosted:
    """The message as an event of the inbox. ApiRefused with what is wrong: 404 for an unknown topic, 400 for anything
    else."""
    directory = opened.site.directory()
    topic = directory.topic_by_code.get(sent.topic)
    if topic is None:
        raise ApiRefused(404, "Такой темы нет. Список: services.")
    if sent.place not in directory.place_by_code:
        raise ApiRefused(400, "Назовите муниципалитет: attribute[place] или address_id. Список: services/{code}.")
    text = sent.text.strip() + (f"\n{sent.media.strip()}" if sent.media.strip() else "")
    if not sent.text.strip() or len(text) > LONGEST:
        raise ApiRefused(400, f"Напишите в description, что случилось: до {LONGEST} знаков вместе с media_url.")
    if len(sent.address) > LONGEST_ADDRESS:
        raise ApiRefused(400, f"Адрес длиннее {LONGEST_ADDRESS} знаков.")
    location = location_of(sent)
    if topic.where is not Where.NOWHERE and not sent.address.strip() and location is None:
        raise ApiRefused(400, "Для этой темы нужен адрес: address_string или lat и long.")
    now = opened.site.clock.now()
    return RequestPosted(key.user, source, key.name, sent.topic, sent.place, text, now, sent.address.strip(), location)


def location_of(sent: Sent) -> Location | None:
    """The point; ApiRefused where one of the two coordinates is missing."""
    if (sent.lat is None) != (sent.long is None):
        raise ApiRefused(400, "Нужны обе координаты: lat и long.")
    return Location(sent.lat, sent.long) if sent.lat is not None and sent.long is not None else None


async def outcome(opened: Opened, token: str) -> ApiValue:
    """The number of the message of this token, once there is one. Raises ApiRefused: 404, or 403 with the reason why it
    was not taken."""
    user, _, event_key = (opened.ids.text(TOKEN, token) or "").partition(".")
    if not event_key:
        raise ApiRefused(404, "Такого token нет.")
    found = await opened.site.newest.run(lambda tx: posted.outcome(tx, int(user), event_key, source_of(event_key)))
    if found is None:
        raise ApiRefused(404, "Такого token нет.")
    if found.refused or found.failed:
        raise ApiRefused(403, found.refused or FAILED)
    name = opened.ids.of(KIND, found.code) if found.code else None
    return ApiValue("service_requests", [{"service_request_id": name, "token": token}])
