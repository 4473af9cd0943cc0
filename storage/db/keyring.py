"""Seals and opens fields with the key of the resident they concern (security.md §3, T21). No key leaves this module.

AES-256-GCM with a random 96-bit nonce. Table, column, community, row, key and form are the additional data, so a
sealed value cannot be moved to another row.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from states.messages import is_person
from storage.db import keystore
from storage.db.errors import WrongKeys
from storage.db.keystore import KeyStore
from storage.db.master import Master
from storage.db.packing import pack, unpack

COMMUNITY_KEY = 0
"""Whose key seals what concerns a resident not known yet: rows of chats that are not handled, notices to chats."""

PLAIN, PACKED = "1.", "2."
"""The two forms of a sealed value, by their first letters: the text itself, or packed (packing.py)."""
NONCE = 12
MOST_CACHED = 8000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """A data key. `id` is its version: a resident who comes back after an erasure has another one."""

    id: int
    aes: AESGCM


@dataclass(frozen=True, slots=True)
class Field:
    """A sealed column. `row` of each value is the row's key in words."""

    table: str
    column: str

    def place(self, community: int, row: str, key: int, form: str) -> bytes:
        """What a sealed value is bound to: table, column, community, row and key, so that none can stand in another's
        place."""
        said = f"{self.table}|{self.column}|{community}|{row}|{key}"
        return (said if form == PLAIN else f"{said}|{form}").encode()


RAW = Field("inbox", "raw")
DIALOGUE = Field("dialogue", "body")
APPEAL = Field("appeal", "body")
REASON = Field("history", "reason")
BODY = Field("outbox", "body")
ATTACHMENTS = Field("outbox", "attachments")
LOST = Field("outbox", "lost")
DRAFT = Field("panel_draft", "body")
NAME = Field("official", "name")
VIEWER_NAME = Field("viewer", "name")
VIEWER_SECRET = Field("viewer", "secret")
API_KEY_NAME = Field("api_key", "name")
RESPONSIBLE = Field("official_page", "responsible")
COMMUNITY_TOKEN = Field("community", "token")


def subject_of(peer: int) -> int:
    """Whose key seals what is said with this peer: the person's own, or the community's key for chats and walls."""
    return peer if is_person(peer) else COMMUNITY_KEY


def microseconds(now: datetime) -> int:
    """Microseconds since `EPOCH`."""
    return (now - EPOCH) // timedelta(microseconds=1)


class Keyring:
    """The keys of one open database. `shared`: other processes make and destroy keys beside this one (PostgreSQL)."""

    def __init__(self, store: KeyStore, master: Master, *, shared: bool) -> None:
        self.store = store
        self.shared = shared
        self._master = master
        self._opened: dict[int, Key | None] = {}
        self._current: dict[tuple[int, int], Key] = {}
        self._secret = b""

    # The ring.

    async def begin(self) -> str:
        """Make the ring where there is none. Returns its name, which the database keeps too."""
        fresh = secrets.token_bytes(32)
        names = {
            "ring": secrets.token_hex(8),
            "master": self._master.name,
            "secret": _wrap(self._master, fresh, "ring|secret"),
        }

        def work(connection: Any) -> None:
            """Makes the tables of keys, and the name of the ring where it has none."""
            keystore.create(connection)
            if not keystore.names(connection):
                keystore.name(connection, names)

        await self.store.call(work)
        return await self.open()

    async def open(self, ring: str | None = None) -> str:
        """Open the ring that belongs to this database.

        Raises:
            WrongKeys: in one Russian sentence.
        """
        opened = self.open_by(await self.store.call(keystore.names), ring)
        await self.store.call(keystore.complete)
        return opened

    def open_by(self, names: Mapping[str, str], ring: str | None = None) -> str:
        """The same by what its store says of it (`keystore.names`)."""
        if not names:
            raise WrongKeys("Ключей к базе нет. Верните файл ключей (….keys) из копии не старше 7 дней.")
        if names["master"] != self._master.name:
            raise WrongKeys("Главный ключ не от этой базы. Укажите в BOT_MASTER_KEY_FILE тот, которым она закрыта.")
        if ring is not None and names["ring"] != ring:
            raise WrongKeys("Файл ключей (….keys) от другой базы. Верните тот, что лежал рядом с этой.")
        secret = _unwrap(self._master, names["secret"], "ring|secret")
        if secret is None:
            raise WrongKeys("Файл ключей (….keys) повреждён. Верните его из копии не старше 7 дней.")
        self._secret = secret
        return names["ring"]

    async def rotate(self, master: Master) -> int:
        """Wrap every key with another master key, all or none. From here on only the new one opens this database."""
        old = self._master
        secret = _wrap(master, self._secret, "ring|secret")

        def anew(row: Any) -> str:
            """A wrapped key wrapped under the new master key instead; WrongKeys where the old one does not open it."""
            key = _unwrap(old, row["wrapped"], _about(row))
            if key is None:
                raise WrongKeys("Один из ключей не открывается старым главным ключом; ничего не изменено.")
            return _wrap(master, key, _about(row))

        done = await self.store.call(
            lambda connection: keystore.rewrap(connection, anew, {"master": master.name, "secret": secret})
        )
        self._master = master
        return done

    @property
    def master(self) -> Master:
        """The key that wraps all others now."""
        return self._master

    def beside(self, store: KeyStore) -> Keyring:
        """A ring that reads its keys in another way; its keyed hashes are the same."""
        ring = Keyring(store, self.master, shared=True)
        ring._secret = self._secret
        return ring

    def derive_key(self, purpose: str) -> bytes:
        """A key for keyed hashes; the same for ever, whatever master key wraps it."""
        assert self._secret, "a ring that was never opened would hash without a key"
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def pseudonym(self, community: int, resident: int) -> str:
        """A resident on the erasure list and in the audit log: nobody without the master key can tell who it is."""
        said = f"{community}|{resident}".encode()
        return hmac.digest(self.derive_key("pseudonym"), said, hashlib.sha256).hex()[:32]

    # Keys.

    def view(self, community: int | None) -> Keys:
        """The keys as one transaction sees them. Alone we know what is current; else it is asked once each time."""
        if len(self._opened) > MOST_CACHED:
            self._opened.clear()
            self._current.clear()
        return Keys(self, {} if self.shared else self._current, community)

    async def current(self, community: int, subjects: Sequence[int]) -> dict[int, Key]:
        """The newest key of each, made where there is none, in one short transaction. Durable when this returns."""

        def work(connection: Any) -> list[Any]:
            """Reads the current keys of these subjects, and makes those that are missing."""
            rows = list(keystore.current(connection, community, subjects))
            missing = sorted(set(subjects) - {row["subject"] for row in rows})
            if not missing:
                return rows
            fresh = self._make(connection, community, [(subject, 1) for subject in missing])
            # Another process may have been faster: then its key is the one.
            return list(keystore.current(connection, community, subjects)) if self.shared else [*rows, *fresh]

        found = {row["subject"]: self._keep(row) for row in await self.store.call(work)}
        if None in found.values():
            raise WrongKeys("Ключ в файле ключей (….keys) повреждён. Верните файл из копии не старше 7 дней.")
        return {subject: key for subject, key in found.items() if key is not None}

    def _make(self, connection: Any, community: int, wanted: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
        """New rows of wrapped keys for these subjects and versions, stored; WrongKeys where the master key was changed
        meanwhile."""
        if keystore.master_of(connection, lock=self.shared) != self._master.name:
            raise WrongKeys("Главный ключ сменили, пока бот работал. Запустите бота снова с новым ключом.")
        rows = []
        for subject, version in wanted:
            row = {"community_id": community, "subject": subject, "version": version, "id": secrets.randbits(62) + 1}
            rows.append({**row, "wrapped": _wrap(self._master, secrets.token_bytes(32), _about(row))})
        keystore.add(connection, rows)
        return rows

    async def open_keys(self, ids: Iterable[int]) -> Mapping[int, Key | None]:
        """The opened keys of at least these ids; None where one is destroyed."""
        unknown = [id for id in ids if id not in self._opened]
        if unknown:
            rows = await self.store.call(lambda connection: keystore.by_id(connection, unknown))
            for row in rows:
                self._keep(row)
            for gone in set(unknown) - {row["id"] for row in rows}:
                self._opened[gone] = None
        return self._opened

    def _keep(self, row: Any) -> Key | None:
        """The opened key of a row, kept in memory; None where it cannot be unwrapped."""
        known = self._opened.get(row["id"])
        if known is None:
            key = _unwrap(self._master, row["wrapped"], _about(row))
            known = self._opened[row["id"]] = None if key is None else Key(row["id"], AESGCM(key))
        return known

    async def keys_of(self, community: int, subject: int) -> set[int]:
        """The ids of the subject's keys, of all versions."""
        return set(await self.store.call(lambda connection: keystore.ids_of(connection, community, subject)))

    async def community_keys(self, community: int) -> set[int]:
        """The ids of the community keys there are, the present one and older ones."""
        return await self.keys_of(community, COMMUNITY_KEY)

    async def renew(self, community: int, subject: int) -> Key:
        """A new key of the house, or of a resident; the old ones stay until they are destroyed."""

        def work(connection: Any) -> None:
            """Makes the next key of the subject."""
            rows = keystore.current(connection, community, [subject])
            self._make(connection, community, [(subject, 1 + max((row["version"] for row in rows), default=0))])

        await self.store.call(work)
        self._current.pop((community, subject), None)
        return (await self.current(community, [subject]))[subject]

    async def destroy_old_community_keys(self, community: int, newest: int) -> int:
        """Destroys the community keys but `newest`, also in memory; returns how many."""
        self._opened = {id: key for id, key in self._opened.items() if key is not None and id == newest}
        self._current.clear()
        return await self.store.call(lambda connection: keystore.destroy(connection, community, COMMUNITY_KEY, newest))

    async def forgotten_all(self, community: int) -> dict[str, tuple[int, datetime]]:
        """The erasure list: by pseudonym the last message, and when."""
        rows = await self.store.call(keystore.erasure_list)
        return {
            row["subject"]: (row["cmid"], EPOCH + timedelta(microseconds=row["at"]))
            for row in rows
            if row["community_id"] == community
        }

    async def forgetful(self) -> set[int]:
        """The communities on the erasure list. Asked inside of a transaction, as all that reads keys: their file has
        one connection, and on SQLite it belongs to the database's thread."""
        return {row["community_id"] for row in await self.store.call(keystore.erasure_list)}

    async def forget(
        self, community: int, resident: int, cmid: int, now: datetime, old: Iterable[int] | None = None
    ) -> None:
        """Puts the resident onto the erasure list and destroys the keys, at once: nothing that they sealed can be read
        again (R14). `old`: these keys only, for there is a newer one of another consent."""
        subject = self.pseudonym(community, resident)

        def work(connection: Any) -> list[int]:
            """Destroys the keys of a resident; returns the ids of those that are gone."""
            keystore.forget(connection, community, subject, cmid, microseconds(now))
            gone = list(keystore.ids_of(connection, community, resident) if old is None else old)
            keystore.destroy_these(connection, community, resident, gone)
            return gone

        gone = await self.store.call(work)
        self._opened.update(dict.fromkeys(gone, None))
        current = self._current.get((community, resident))
        if current is not None and current.id in gone:
            del self._current[community, resident]

    async def block(self, community: int, resident: int, until: datetime | None) -> None:
        """Keeps until when a forgotten resident stays blocked, as the erasure list is kept, by pseudonym (T9, R14);
        None ends it."""
        subject = self.pseudonym(community, resident)
        end = None if until is None else microseconds(until)
        await self.store.call(lambda connection: keystore.block(connection, community, subject, end))

    async def blocked_until(self, community: int, residents: Iterable[int]) -> dict[int, datetime]:
        """Until when each of these residents stays blocked after being forgotten; who is not blocked is left out."""
        by_name = {self.pseudonym(community, resident): resident for resident in residents}
        rows = await self.store.call(lambda connection: keystore.blocks(connection, community, sorted(by_name)))
        return {by_name[row["subject"]]: EPOCH + timedelta(microseconds=row["until"]) for row in rows}

    async def end_blocks(self, community: int, now: datetime) -> int:
        """Removes the blocks whose time is over; returns how many."""
        return await self.store.call(lambda connection: keystore.end_blocks(connection, community, microseconds(now)))

    async def last_forgotten(self, community: int, residents: Iterable[int]) -> dict[int, int]:
        """Which of these residents are on the erasure list, each with the last message that must not come back."""
        by_name = {self.pseudonym(community, resident): resident for resident in residents}
        rows = await self.store.call(
            lambda connection: keystore.erasure_list(connection, community, sorted(by_name)) if by_name else []
        )
        return {by_name[row["subject"]]: row["cmid"] for row in rows}

    async def forgotten_at(self, community: int, resident: int) -> datetime | None:
        """When this resident was last forgotten; None for who never was."""
        named = [self.pseudonym(community, resident)]
        rows = await self.store.call(lambda connection: keystore.erasure_list(connection, community, named))
        return max((EPOCH + timedelta(microseconds=row["at"]) for row in rows), default=None)


@dataclass(slots=True)
class Keys:
    """What a transaction seals and opens with. `current`: the newest key by community and resident; `of`: the community
    of the transaction, None where it is of none."""

    ring: Keyring
    current: dict[tuple[int, int], Key]
    of: int | None

    @property
    def community(self) -> int:
        """The community of this transaction. LookupError: it is of none."""
        if self.of is None:
            raise LookupError("this transaction is of no community")
        return self.of

    def pseudonym(self, resident: int) -> str:
        """The resident on the erasure list and in the audit log: keyed, the same every time."""
        return self.ring.pseudonym(self.community, resident)

    async def last_forgotten(self, residents: Iterable[int]) -> dict[int, int]:
        """By resident, the last message number that was forgotten, in this community; who never was is left out."""
        return await self.ring.last_forgotten(self.community, residents)

    async def forgotten_at(self, resident: int) -> datetime | None:
        """The moment at which the resident was erased here last; None: never."""
        return await self.ring.forgotten_at(self.community, resident)

    async def renew(self, resident: int) -> set[int]:
        """Gives the resident a new newest key. Returns the ids of those before; none where there was none."""
        old = await self.ring.keys_of(self.community, resident)
        if old:
            self.current[self.community, resident] = await self.ring.renew(self.community, resident)
        return old

    async def seal(self, field: Field, values: Sequence[tuple[int, str, str]]) -> list[str]:
        """Each (subject, row, text) sealed with the subject's key, in order. An empty text stays empty."""
        community = self.community
        missing = sorted({subject for subject, _, text in values if text and (community, subject) not in self.current})
        if missing:
            found = await self.ring.current(community, missing)
            self.current.update({(community, subject): key for subject, key in found.items()})
        sealed = []
        for subject, row, text in values:
            if not text:
                sealed.append("")
                continue
            key, nonce = self.current[community, subject], secrets.token_bytes(NONCE)
            said = text.encode(errors="replace")
            short = pack(said)
            form = PLAIN if short is None else PACKED
            closed = key.aes.encrypt(nonce, short or said, field.place(community, row, key.id, form))
            whole = key.id.to_bytes(8, "big") + nonce + closed
            sealed.append(form + binascii.b2a_base64(whole, newline=False).decode())
        return sealed

    async def unseal(self, field: Field, values: Sequence[tuple[str, str]]) -> list[str | None]:
        """Each (row, sealed text) opened, in order; None where its key is destroyed, or where it is not what was sealed
        here."""
        parts = [(row, _parts(text)) for row, text in values]
        keys = await self.ring.open_keys({part.key for _, part in parts if part is not None})
        opened: list[str | None] = []
        for row, part in parts:
            key = keys.get(part.key) if part is not None else None
            if part is None or key is None:
                opened.append(None)
                continue
            try:
                said = key.aes.decrypt(part.nonce, part.closed, field.place(self.community, row, key.id, part.form))
            except InvalidTag:
                opened.append(None)
            else:
                opened.append((said if part.form == PLAIN else unpack(said)).decode())
        return opened


class _Parts(NamedTuple):
    """What a sealed value is made of. `key` is the key's id."""

    form: str
    key: int
    nonce: bytes
    closed: bytes


def _parts(text: str) -> _Parts | None:
    """The parts of a sealed text: form, key, nonce, sealed bytes; None for anything else."""
    form, rest = text[:2], text[2:]
    if form not in (PLAIN, PACKED):
        return None
    try:
        whole = binascii.a2b_base64(rest.encode(), strict_mode=True)
    except ValueError:
        return None
    return _Parts(form, int.from_bytes(whole[:8], "big"), whole[8 : 8 + NONCE], whole[8 + NONCE :])


def key_of(text: str) -> int | None:
    """Which key sealed this."""
    parts = _parts(text)
    return None if parts is None else parts.key


def _about(row: Any) -> str:
    """What a wrapped key is bound to: it opens in no other row."""
    return f"data_key|{row['community_id']}|{row['subject']}|{row['version']}|{row['id']}"


def _wrap(master: Master, key: bytes, about: str) -> str:
    """The data key, sealed with the master key, in base64."""
    nonce = secrets.token_bytes(NONCE)
    wrapped = nonce + AESGCM(master.key).encrypt(nonce, key, about.encode())
    return binascii.b2a_base64(wrapped, newline=False).decode()


def _unwrap(master: Master, wrapped: str, about: str) -> bytes | None:
    """The data key; None where it was wrapped by another master key or for another row."""
    try:
        whole = binascii.a2b_base64(wrapped.encode(), strict_mode=True)
        return AESGCM(master.key).decrypt(whole[:NONCE], whole[NONCE:], about.encode())
    except (ValueError, InvalidTag):
        return None
