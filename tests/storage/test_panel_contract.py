"""The panel's rows: who may come in, links that open once, sessions that end."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from given import (
    DIRECTORY,
    HOUSE,
    NOW,
    C,
    NoFinder,
    NoJudge,
    at,
    decide,
    ingest,
    load,
    message,
    waiting_of,
)
from sqlalchemy import select

from handlers.needs import needs
from states.decision import Decision
from states.events import MessageNew
from states.facts import Facts
from states.messages import Message
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from states.people.viewers import Role, SignIn, Viewer
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.schema import session, sign_in, viewer
from storage.privacy import community_key, retention
from storage.records import chats, officials, sessions, viewers
from storage.unit_of_work.facts import load_facts

WHO, ROADS, CENTRE = 5001, 2_000_000_011, 2_000_000_012


async def bind(db: Database, *people: Official) -> None:
    await db.run(lambda tx: chats.keep(tx, [Chat(ROADS, "roads", NOW), Chat(CENTRE, CUR, NOW)]))
    await db.run(lambda tx: officials.keep(tx, people))


async def role_of(db: Database, user: int = WHO) -> Viewer | None:
    return await db.run(lambda tx: viewers.of_user(tx, user, NOW))


class TestViewers:
    async def test_who_works_in_a_chat_comes_in_by_it(self, db: Database) -> None:
        assert await role_of(db) is None
        await bind(db, Official(ROADS, WHO, Standing.WORKS, NOW, name="Анна П."))
        assert await role_of(db) == Viewer(WHO, Role.AGENCY, "roads", "Анна П.")
        await bind(db, Official(CENTRE, WHO, Standing.WORKS, NOW, name="Анна П."))
        assert await role_of(db) == Viewer(WHO, Role.CUR, "", "Анна П."), "the centre sees more than an agency"

    @pytest.mark.parametrize("standing", [Standing.ASKED, Standing.REFUSED, Standing.GONE])
    async def test_who_does_not_work_there_does_not(self, db: Database, standing: Standing) -> None:
        await bind(db, Official(ROADS, WHO, standing, NOW))
        assert await role_of(db) is None

    async def test_a_chat_that_is_not_bound_lets_nobody_in(self, db: Database) -> None:
        await bind(db, Official(ROADS, WHO, Standing.WORKS, NOW))
        await db.run(lambda tx: chats.keep(tx, [Chat(ROADS)]))
        assert await role_of(db) is None

    async def test_what_was_granted_counts_first_and_is_taken_away(self, db: Database) -> None:
        await bind(db, Official(ROADS, WHO, Standing.WORKS, NOW, name="Анна П."))
        given = Viewer(WHO, Role.MUNICIPALITY, "miass", "Анна Петрова")
        await db.run(lambda tx: viewers.grant(tx, given, NOW))
        assert await role_of(db) == given and await db.run(viewers.granted_viewers) == [given]
        assert await db.run(lambda tx: viewers.revoke(tx, WHO))
        assert not await db.run(lambda tx: viewers.revoke(tx, WHO))
        assert await role_of(db) == Viewer(WHO, Role.AGENCY, "roads", "Анна П.")

    async def test_names_and_secrets_are_sealed_and_outlive_a_new_community_key(self, db: Database) -> None:
        await db.run(lambda tx: viewers.grant(tx, Viewer(WHO, Role.ADMINISTRATOR, name="Анна"), NOW))
        assert await db.run(lambda tx: viewers.secret(tx, WHO)) is None
        await db.run(lambda tx: viewers.keep_secret(tx, WHO, "JBSWY3DP"))
        rows = await db.run(lambda tx: tx.rows(select(viewer)))
        assert "Анна" not in str(rows) and "JBSWY3DP" not in str(rows)
        newest = await db.run(community_key.renew)
        await db.run(lambda tx: tx.keys.ring.destroy_old_community_keys(tx.community, newest))
        assert await role_of(db) == Viewer(WHO, Role.ADMINISTRATOR, "", "Анна")
        assert await db.run(lambda tx: viewers.secret(tx, WHO)) == viewers.Secret("JBSWY3DP", 0)
        await db.run(lambda tx: viewers.grant(tx, Viewer(WHO, Role.ADMINISTRATOR, name="Анна П."), NOW))
        assert await db.run(lambda tx: viewers.secret(tx, WHO)) == viewers.Secret("JBSWY3DP", 0), "granted again"

    async def test_a_code_is_taken_once(self, db: Database) -> None:
        await db.run(lambda tx: viewers.grant(tx, Viewer(WHO, Role.ADMINISTRATOR), NOW))
        await db.run(lambda tx: viewers.keep_secret(tx, WHO, "JBSWY3DP"))
        await db.run(lambda tx: viewers.take_code(tx, WHO, 100))
        for used in (100, 99):
            with pytest.raises(Conflict):
                await db.run(lambda tx, used=used: viewers.take_code(tx, WHO, used))
        await db.run(lambda tx: viewers.take_code(tx, WHO, 101))
        kept = await db.run(lambda tx: viewers.secret(tx, WHO))
        assert kept is not None and kept.step == 101


class TestTickets:
    """The way in that a written word gets: the same for the same event, for nobody else, and only where it is asked."""

    async def facts(self, db: Database, *, peer: int = WHO, text: str = "панель", key: str = "m:7") -> Facts:
        waiting = replace(waiting_of(peer, "message", 7), key=key)
        wrote = MessageNew(Message(peer, 7, WHO, NOW, text))
        known = {"directory": DIRECTORY, "find": NoFinder(), "judge": NoJudge()}
        policy = replace(HOUSE, panel="https://panel.test")
        (found,) = await db.run(
            lambda tx: load_facts(tx, [(waiting, wrote)], needs=needs, policy=policy, now=NOW, **known)
        )
        return found

    async def test_the_same_event_gives_the_same_and_another_another(self, db: Database) -> None:
        await bind(db, Official(ROADS, WHO, Standing.WORKS, NOW, name="Анна П."))
        first, again, other = [(await self.facts(db, key=key)).ticket for key in ("m:7", "m:7", "m:8")]
        assert first is not None and other is not None and first == again != other
        assert len(first.token) == 43 and first.digest == sessions.digest(first.token)
        assert first.viewer == Viewer(WHO, Role.AGENCY, "roads", "Анна П.")
        keyed = hashlib.sha256(f"{C}|{WHO}|m:7".encode()).digest()
        assert first.token != urlsafe_b64encode(keyed).decode().rstrip("="), "nobody makes it without the ring"

    async def test_nobody_else_and_nowhere_else(self, db: Database) -> None:
        assert (await self.facts(db)).ticket is None, "a resident"
        await bind(db, Official(ROADS, WHO, Standing.WORKS, NOW))
        assert (await self.facts(db, text="яма")).ticket is None
        assert (await self.facts(db, peer=ROADS)).ticket is None, "in a chat"
        assert (await load(db, (waiting_of(WHO, "message", 7), MessageNew(Message(WHO, 7, WHO, NOW, "панель")))))[
            0
        ].ticket is None, "there is no panel"

    async def test_a_decision_keeps_its_digest(self, db: Database) -> None:
        await ingest(db, message(WHO, 1))
        await decide(db, Decision(sign_in=SignIn("d", WHO, at(600))), peer=WHO)
        assert await db.run(lambda tx: sessions.whose_link(tx, "d", NOW)) == WHO


class TestLinks:
    async def given(self, db: Database, digest: str = "d") -> None:
        await db.run(lambda tx: sessions.keep_links(tx, [SignIn(digest, WHO, at(600))]))

    async def test_looking_uses_nothing_up_and_opening_does(self, db: Database) -> None:
        await self.given(db)
        for _ in range(3):
            assert await db.run(lambda tx: sessions.whose_link(tx, "d", NOW)) == WHO
        assert await db.run(lambda tx: sessions.use_link(tx, "d", NOW)) == WHO
        await self.given(db)
        assert await db.run(lambda tx: sessions.use_link(tx, "d", NOW)) is None, "used is used, whoever makes it again"
        assert await db.run(lambda tx: sessions.whose_link(tx, "d", NOW)) is None

    async def test_it_opens_for_ten_minutes(self, db: Database) -> None:
        await self.given(db)
        assert await db.run(lambda tx: sessions.use_link(tx, "d", at(600))) is None
        assert await db.run(lambda tx: sessions.use_link(tx, "other", NOW)) is None
        assert await db.run(lambda tx: sessions.use_link(tx, "d", at(599))) == WHO


class TestSessions:
    async def begun(self, db: Database, digest: str = "s") -> None:
        await db.run(lambda tx: sessions.begin(tx, digest, WHO, NOW, proven=True))

    async def is_alive(self, db: Database, after: timedelta) -> bool:
        return await db.run(lambda tx: sessions.alive(tx, "s", NOW + after)) is not None

    async def test_it_ends_without_use_and_after_half_a_day(self, db: Database) -> None:
        await self.begun(db)
        assert await self.is_alive(db, sessions.IDLE - timedelta(seconds=1))
        assert not await self.is_alive(db, sessions.IDLE)
        last = sessions.LIFE - timedelta(seconds=1)
        await db.run(lambda tx: sessions.note_use(tx, "s", NOW + last))
        assert await self.is_alive(db, last) and not await self.is_alive(db, sessions.LIFE)

    async def test_what_a_clock_that_was_ahead_began_opens_nothing(self, db: Database) -> None:
        """F23: set back by a year, it would have stayed open for a year."""
        await self.begun(db)
        await db.run(lambda tx: sessions.keep_links(tx, [SignIn("d", WHO, at(600))]))
        assert not await self.is_alive(db, -timedelta(days=365)) and await self.is_alive(db, -timedelta(minutes=1))
        assert await db.run(lambda tx: sessions.whose_link(tx, "d", at(-365 * 24 * 3600))) is None
        assert await db.run(lambda tx: sessions.drop_ended(tx, at(-365 * 24 * 3600))) == 1

    async def test_one_ends_or_all_of_a_person_with_the_links(self, db: Database) -> None:
        for digest in ("s", "t", "u"):
            await self.begun(db, digest)
        await db.run(lambda tx: sessions.keep_links(tx, [SignIn("d", WHO, at(600))]))
        await db.run(lambda tx: sessions.end(tx, "s"))
        assert not await self.is_alive(db, timedelta())
        assert await db.run(lambda tx: sessions.end_all(tx, WHO)) == 2
        assert await db.run(lambda tx: sessions.use_link(tx, "d", NOW)) is None

    async def test_what_is_over_is_dropped_by_the_daily_job(self, db: Database) -> None:
        await self.begun(db)
        await db.run(lambda tx: sessions.keep_links(tx, [SignIn("d", WHO, at(600))]))
        early = await db.run(lambda tx: retention.people(tx, None, at(599), retention.RetentionTerms()))
        later = await db.run(lambda tx: retention.people(tx, None, NOW + sessions.IDLE, retention.RetentionTerms()))
        assert (early.changed, later.changed) == (0, 2)
        left = [len(await db.run(lambda tx, t=t: tx.rows(select(t)))) for t in (session, sign_in)]
        assert left == [0, 0]
