"""Search by words, place and page: what is found is what says them, now; of what is forgotten nothing stays (T21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from given import NOW, at
from sqlalchemy import delete, select

from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.statistics.filter import LONGEST, Filter
from storage.db.database import Database
from storage.db.schema import search_token
from storage.db.transaction import Transaction
from storage.ops import rebuild, search
from storage.privacy import forgetting
from storage.records import appeals, search_tokens

TODAY = search.Today(NOW, at(8 * 3600), NOW.date(), {"миасс": ("miass",)})


def said(number: int, text: str, **more: Any) -> Appeal:
    known: dict[str, Any] = {"place": "miass", "address": f"улица Мира, {number}"} | more
    return Appeal(
        f"1124-AAA{number}", 1000 + number, 1, Status.ROUTED, 1, "pits", NOW, pieces=(Piece(1, text),), **known
    )


async def keep(db: Database, *some: Appeal) -> None:
    lines = [History(one.code, one.version, NOW, one.resident, Action.SUBMIT, None, one.status) for one in some]
    await db.run(lambda tx: appeals.keep_appeals(tx, list(some), lines))


async def found(db: Database, words: str) -> set[str]:
    wanted = Filter(words=words)

    async def body(tx: Transaction) -> set[str]:
        rows = await search.some(tx, wanted, TODAY, 0, 100)
        assert len(rows) == await search.number(tx, wanted, TODAY), "a list and its number are the same messages"
        return {row.code[-1] for row in rows}

    return await db.run(body)


async def hashes(db: Database) -> list[tuple[int, str]]:
    rows = await db.run(lambda tx: tx.rows(select(search_token.c.token, search_token.c.code)))
    return [(row["token"], row["code"]) for row in rows]


PIT, SNOW, DOG = (
    said(1, "Большая яма на дороге"),
    said(2, "Снег не чистят, ямы не видно", place="zlatoust"),
    said(3, "Бегают собаки, мой телефон 89000000000"),
)


class TestFinding:
    async def test_all_words_in_any_form_and_order(self, db: Database) -> None:
        await keep(db, PIT, SNOW, DOG)
        assert await found(db, "яму") == {"1", "2"} and await found(db, "снегом ямами") == {"2"}
        assert await found(db, "яма собака") == set() and await found(db, "кот") == set()

    async def test_of_three_words_and_of_as_many_as_a_search_may_have_each_must_be_said(self, db: Database) -> None:
        letters = "бвгджзклмнпрст"
        many = " ".join(f"{one}{other}" for one in letters for other in letters if one != other)[:LONGEST]
        await keep(db, PIT, SNOW, said(4, many), said(5, many[:-3]))
        assert await found(db, "ямы снег видно") == {"2"} and await found(db, "ямы снег видно кот") == set()
        assert await found(db, many) == {"4"} and len(await hashes(db)) > 120

    async def test_the_address_the_place_and_the_number(self, db: Database) -> None:
        await keep(db, PIT, SNOW, DOG)
        assert await found(db, "Мира 3") == {"3"} and await found(db, "яма в Миассе") == {"1"}
        assert await found(db, "Миасс") == {"1", "3"}
        assert await found(db, "№1124-aaa2") == {"2"} and await found(db, "1124") == {"1", "2", "3"}

    async def test_a_page_finds_its_author(self, db: Database) -> None:
        await keep(db, PIT, SNOW, DOG)
        for page in ("https://vk.com/id1002", "vk.ru/id1002/", "id1002", "m.vk.com/id1002"):
            assert await found(db, page) == {"2"}, page

    async def test_long_numbers_are_nobodys_key(self, db: Database) -> None:
        await keep(db, DOG)
        assert await found(db, "89000000000") == set()

    async def test_whoever_changes_the_words_is_found_by_the_new_ones_only(self, db: Database) -> None:
        await keep(db, PIT)
        changed = replace(PIT, version=2, pieces=(Piece(1, "Открытый люк"),))
        await keep(db, changed)
        assert await found(db, "люк") == {"1"} and await found(db, "яма") == set()

    async def test_what_does_not_change_writes_nothing(self, db: Database) -> None:
        await keep(db, PIT)
        before = await hashes(db)
        await keep(db, replace(PIT, version=2, status=Status.IN_WORK))
        assert await hashes(db) == before and before

    async def test_older_messages_are_found_after_a_rebuild(self, db: Database) -> None:
        await keep(db, PIT, SNOW)
        before = sorted(await hashes(db))
        await db.run(lambda tx: tx.execute(delete(search_token)))
        assert await found(db, "яма") == set()
        await rebuild.words(db)
        assert sorted(await hashes(db)) == before and await found(db, "яма") == {"1", "2"}


class TestForgetting:
    async def test_of_a_forgotten_message_no_hash_is_left(self, db: Database) -> None:
        await keep(db, PIT, SNOW)
        done = await db.run(lambda tx: forgetting.erase(tx, PIT.resident, NOW))
        assert done is not None and done.appeals == 1
        assert {code for _, code in await hashes(db)} == {SNOW.code}
        assert await found(db, "яма") == {"2"}


class TestHiding:
    async def test_another_community_has_other_hashes_of_the_same_word(self, db: Database) -> None:
        async def token(tx: Transaction) -> int:
            (one,) = search_tokens.tokens_of(tx, "яма").values()
            return one

        assert await db.run(token) == await db.run(token) != await db.of(db.community + 1).run(token)
