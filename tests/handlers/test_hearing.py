"""Whether a chat is heard: a sign, two looks, lost; back again, said once, with what has to be answered again (F16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.system.hearing import MUTE_AGAIN, NAMED, RIGHTS_AGAIN, RIGHTS_TIMER, RIGHTS_WAIT
from handlers.text import texts_hearing
from states.decision import Decision
from states.effects import CancelSend, CancelTimer, Release, Retell, Send, StartTimer
from states.events import ChatAction, ChatChanged, ChatRefused, ChatUnseen, MembersListed, TimerFired
from states.facts import Listing
from states.lifecycle.appeal import Status
from states.people.chats import CUR, DUTY, LOOKS, Chat, Doubt
from states.people.officials import Member, Official, Standing
from tests.handlers.given import (
    CHATS,
    CUR_CHAT,
    LOOSE_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    of,
    roads,
    said,
    sends,
    wrote,
)
from tests.small import NOW

LISTED = roads(listed_at=NOW - timedelta(hours=3))
OLGA = Member(OFFICIAL, "Ольга")
MINUTE = timedelta(minutes=1)
AT_TWO = NOW.replace(hour=9, minute=2) - timedelta(hours=1)
"""13:02 in the region."""


def known(chat: Chat | None) -> dict[str, Any]:
    return CHATS | {chat.agency: chat} if chat is not None and chat.agency else dict(CHATS)


def shown(chat: Chat | None, *members: Member, at: datetime = NOW, listed: Any = (), **more: Any) -> Decision:
    peer = chat.peer if chat is not None else ROADS_CHAT
    here = {OFFICIAL: Official(peer, OFFICIAL, Standing.WORKS, NOW - timedelta(days=9), name="Ольга")}
    told = facts(chat=chat, chats=known(chat), listed=listed, officials=here)
    first = chat.doubt.first if chat is not None and chat.doubt is not None else 0
    return decide(told, MembersListed(peer, members, at, **{"first": first} | more))


def refused(chat: Chat | None, at: datetime = NOW) -> Decision:
    return decide(facts(chat=chat, chats=known(chat)), ChatRefused(ROADS_CHAT, at, 901))


def unseen(chat: Chat | None, first: int = 0) -> Decision:
    return decide(facts(chat=chat), ChatUnseen(ROADS_CHAT, NOW, first))


def changed(action: ChatAction, chat: Chat, cmid: int = 40) -> Decision:
    return decide(facts(chat=chat, chats=known(chat)), ChatChanged(chat.peer, cmid, OFFICIAL, NOW, action))


def doubted(chat: Chat = LISTED, **more: Any) -> Chat:
    return replace(chat, doubt=Doubt(NOW - MINUTE, **more))


def after(decision: Decision) -> Chat:
    assert decision.chat is not None
    return decision.chat


# Signs.


def test_a_hole_that_history_does_not_fill_is_a_sign_and_nobody_hears_of_it() -> None:
    """A look follows, no more."""
    decision = unseen(LISTED, 41)
    assert decision == Decision(chat=replace(LISTED, doubt=Doubt(NOW, first=41)))
    assert unseen(after(decision), 44).ignored and unseen(after(decision)).ignored
    assert after(unseen(after(decision), 39)).doubt == Doubt(NOW, first=39)
    assert after(unseen(LISTED)).doubt == Doubt(NOW), "VK's list of chats is without it"
    assert after(unseen(doubted(), 41)).doubt == Doubt(NOW - MINUTE, first=41)
    assert unseen(None).ignored and unseen(Chat(ROADS_CHAT)).ignored


def test_refused_words_are_a_sign_and_wait_where_they_are() -> None:
    decision = refused(LISTED)
    assert decision == Decision(chat=replace(LISTED, doubt=Doubt(NOW, refused=True)))
    assert refused(after(decision)).ignored, "the next one of the same lane says nothing new"
    assert after(refused(doubted(first=7))).doubt == Doubt(NOW - MINUTE, first=7, refused=True)
    for chat in (None, Chat(ROADS_CHAT), replace(LISTED, lost=True)):
        assert refused(chat).ignored == "чат не подключён или потерян"


# Looks.


def test_a_look_that_fails_twice_loses_the_chat_and_both_sides_are_told_what_to_click() -> None:
    once = shown(doubted(first=41))
    assert once == Decision(chat=doubted(first=41, failed=1)), "once may be VK's"
    twice = shown(after(once), at=NOW + MINUTE)
    lost = after(twice)
    assert lost.lost and lost.doubt is not None and (lost.doubt.first, lost.doubt.failed) == (41, LOOKS)
    assert "«Назначить администратором»" in said(twice, ROADS_CHAT) and "новых карточек" in said(twice, ROADS_CHAT)
    assert "Министерство дорог" in said(twice, CUR_CHAT) and "«Назначить администратором»" in said(twice, CUR_CHAT)
    assert of(StartTimer, twice) == [StartTimer(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW + RIGHTS_AGAIN)]
    assert not of(Retell, twice), "nothing waits for it"
    assert shown(lost, at=NOW + 2 * MINUTE).ignored == "чат и так потерян"


def test_a_chat_that_was_never_shown_has_no_rights_to_lose() -> None:
    """It is bound a moment ago: what to click is said at once."""
    decision = shown(roads())
    assert after(decision).lost and "он здесь не администратор" in said(decision, ROADS_CHAT)


def test_a_look_that_is_all_right_ends_the_doubt_in_silence() -> None:
    decision = shown(doubted(first=41, failed=1), OLGA)
    assert after(decision) == replace(LISTED, listed_at=NOW) and not sends(decision, ROADS_CHAT)
    assert shown(None).ignored and shown(Chat(ROADS_CHAT), OLGA).ignored
    assert after(shown(LISTED, OLGA)) == replace(LISTED, listed_at=NOW), "the list of a day"


def test_what_was_refused_is_sent_once_more_before_a_shown_chat_is_believed() -> None:
    """901 each minute for hours: found, lost and told so each time."""
    asked = after(refused(LISTED))
    first = shown(asked, OLGA)
    assert of(Release, first) == [Release(ROADS_CHAT)] and not sends(first, ROADS_CHAT)
    tried = after(first)
    assert tried.doubt == Doubt(NOW, refused=True, tried=True)
    fine = shown(tried, OLGA, at=NOW + MINUTE)
    assert after(fine).doubt is None and not sends(fine, ROADS_CHAT)
    again = after(refused(tried))
    assert again.doubt == Doubt(NOW, refused=True, failed=1) and not again.lost
    once_more = after(shown(again, OLGA, at=NOW + MINUTE))
    mute = refused(once_more, at=NOW + MINUTE)
    assert after(mute).lost and after(mute).doubt == Doubt(NOW + MINUTE, 0, LOOKS, refused=True, mute=True)
    assert of(Retell, mute) == [Retell(ROADS_CHAT)], "what waits for it goes to the ЦУР"
    assert "не принимает карточек: Министерство дорог" in said(mute, CUR_CHAT) and not sends(mute, ROADS_CHAT)


def test_a_chat_that_takes_nothing_has_to_take_something_before_it_is_found() -> None:
    """Once in ten minutes, and nobody hears of a trial that fails."""
    mute = replace(LISTED, lost=True, doubt=Doubt(NOW, failed=LOOKS, refused=True, mute=True))
    early = shown(mute, OLGA, at=NOW + MINUTE)
    assert after(early).lost and not early.effects
    trial = shown(mute, OLGA, at=NOW + MUTE_AGAIN)
    assert not after(trial).lost and of(Release, trial) and said(trial, ROADS_CHAT) == texts_hearing.HEARD_AGAIN
    failed = refused(after(trial), at=NOW + MUTE_AGAIN)
    assert after(failed).lost and failed.effects == (Retell(ROADS_CHAT),)
    again = shown(after(failed), OLGA, at=NOW + 2 * MUTE_AGAIN)
    assert of(Release, again) and not sends(again, ROADS_CHAT), "what was said waits there"
    found = shown(after(again), OLGA, at=NOW + 2 * MUTE_AGAIN + MINUTE)
    assert after(found).certain and not sends(found, ROADS_CHAT) and not of(CancelSend, found)


def test_of_a_refusal_in_a_chat_that_is_not_shown_either_its_own_line_waits_there() -> None:
    """As soon as it takes words it says what to click; what waits besides goes to the ЦУР."""
    lost = shown(doubted(refused=True, failed=1))
    assert of(Retell, lost) and [one.peer for one in sends(lost)] == [CUR_CHAT, ROADS_CHAT]
    later = shown(after(lost), at=NOW + MINUTE)
    assert later.effects == (Release(ROADS_CHAT),) and after(later).lost
    assert shown(after(later), at=NOW + 2 * MINUTE).ignored


# The ЦУР's own chat.


def test_the_cur_that_is_not_heard_stays_and_is_told_once_a_day() -> None:
    """Nothing could go anywhere else; said every ten minutes it would not be read."""
    chat = cur(listed_at=NOW - timedelta(hours=1))
    once = shown(chat)
    assert not once.effects
    twice = shown(after(once), at=NOW + MINUTE)
    assert not after(twice).lost and after(twice).deaf and [one.peer for one in sends(twice)] == [CUR_CHAT]
    assert "Кнопки и команды" in said(twice, CUR_CHAT)
    assert of(StartTimer, twice) == [StartTimer(RIGHTS_TIMER, CUR, CUR_CHAT, NOW + RIGHTS_AGAIN)]
    assert shown(after(twice), at=NOW + 2 * MINUTE).ignored
    back = shown(after(twice), OLGA, at=NOW + 3 * MINUTE)
    assert after(back).certain and said(back, CUR_CHAT) == texts_hearing.HEARD_AGAIN
    assert of(CancelTimer, back) == [CancelTimer(RIGHTS_TIMER, CUR)]


def test_a_cur_that_takes_nothing_is_lost() -> None:
    """Then its cards wait where nobody would read them; the administrator hears it by the second way."""
    chat = replace(cur(listed_at=NOW), doubt=Doubt(NOW, refused=True, tried=True, failed=1))
    decision = decide(facts(chat=chat, chats=CHATS | {CUR: chat}), ChatRefused(CUR_CHAT, NOW, 917))
    assert after(decision).lost and of(Retell, decision) == [Retell(CUR_CHAT)]
    deaf = replace(cur(listed_at=NOW), doubt=Doubt(NOW, failed=LOOKS))
    decision = decide(facts(chat=deaf, chats=CHATS | {CUR: deaf}), ChatRefused(CUR_CHAT, NOW, 917))
    assert after(decision).lost and not after(decision).doubt.mute  # type: ignore[union-attr]
    back = shown(replace(deaf, doubt=Doubt(NOW, failed=LOOKS, refused=True)), OLGA)
    assert after(back).doubt == Doubt(NOW, refused=True, tried=True)
    assert said(back, CUR_CHAT) == texts_hearing.HEARD_AGAIN, "and not once more when that is over"


def test_without_a_cur_its_own_chat_is_told() -> None:
    alone = decide(facts(chat=roads(), chats={"roads": roads()}), MembersListed(ROADS_CHAT, (), NOW))
    assert {one.peer for one in sends(alone)} == {ROADS_CHAT}


# Taken out and taken back.


@pytest.mark.parametrize("lost", [True, False])
def test_a_bound_chat_that_takes_the_bot_back_is_lost_until_vk_shows_who_is_there(lost: bool) -> None:
    """F16, T5: without administrator's rights nobody would hear its answers."""
    back = changed(ChatAction.BOT_INVITED, roads(lost=lost))
    assert back.chat == roads(lost=True, doubt=Doubt(NOW, failed=LOOKS))
    waits = StartTimer(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW + RIGHTS_WAIT)
    assert back.effects == (Retell(ROADS_CHAT), waits)
    found = shown(back.chat, OLGA)
    assert found.chat == roads(lost=False, listed_at=NOW)
    assert found.effects[:2] == (Release(ROADS_CHAT), CancelTimer(RIGHTS_TIMER, "roads"))
    assert said(found, ROADS_CHAT) == texts_hearing.HEARD_AGAIN and found.officials
    assert not of(CancelSend, found)


def test_a_bound_chat_that_removes_the_bot_is_lost_at_once() -> None:
    """F16: what waits for it goes to the ЦУР, which hears of it once."""
    gone = changed(ChatAction.BOT_REMOVED, LISTED)
    assert gone.chat == replace(LISTED, lost=True, doubt=Doubt(NOW, first=41, failed=LOOKS))
    assert "Чат органа недоступен боту: Министерство дорог" in said(gone, CUR_CHAT) and of(Retell, gone)
    for chat in (roads(lost=True), cur()):
        again = changed(ChatAction.BOT_REMOVED, chat)
        assert again.effects == (Retell(chat.peer), CancelTimer(RIGHTS_TIMER, chat.agency or ""))
    assert decide(facts(chat=None), ChatChanged(LOOSE_CHAT, 1, 1, NOW, ChatAction.BOT_REMOVED)).ignored


@pytest.mark.parametrize("action", [ChatAction.BOT_REMOVED, ChatAction.BOT_INVITED])
def test_what_vk_tells_too_late_says_nothing_of_a_chat_that_it_has_shown_since(action: ChatAction) -> None:
    """Or one return were told twice."""
    since = roads(listed_at=NOW + timedelta(seconds=1))
    assert changed(action, since).ignored == "чат с тех пор видно"


def test_the_chat_of_those_on_duty_is_named() -> None:
    gone = changed(ChatAction.BOT_REMOVED, Chat(LOOSE_CHAT, DUTY, NOW))
    assert "недоступен боту: Дежурные ЦУР" in said(gone, CUR_CHAT) and after(gone).lost


def test_both_sides_are_told_again_each_day_and_the_line_of_the_day_before_is_taken_back() -> None:
    """Or a chat that takes words again after a week would hear it seven times."""
    lost = roads(lost=True, doubt=Doubt(NOW, failed=LOOKS, told="v1|101|chat|1|rights.1|0"))
    fired = TimerFired(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW)
    decision = decide(facts(chat=lost, chats=CHATS | {"roads": lost}), fired)
    assert "«Назначить администратором»" in said(decision, ROADS_CHAT)
    assert "Министерство дорог" in said(decision, CUR_CHAT)
    assert of(CancelSend, decision) == [CancelSend("v1|101|chat|1|rights.1|0")] and of(Release, decision)
    (line,) = sends(decision, ROADS_CHAT)
    assert after(decision).doubt == Doubt(NOW, failed=LOOKS, told=line.cause)
    assert CancelSend(line.cause) in shown(after(decision), OLGA).effects
    assert of(StartTimer, decision) == [StartTimer(RIGHTS_TIMER, "roads", ROADS_CHAT, NOW + RIGHTS_AGAIN)]
    assert after(decide(facts(chat=roads(lost=True)), fired)).doubt is not None, "lost by an older copy"
    for there in (roads(), None, Chat(ROADS_CHAT, lost=True)):
        assert decide(facts(chat=there), fired).ignored == "права уже есть"


def test_after_a_message_from_a_chat_that_was_thought_lost_vk_is_asked_who_is_there() -> None:
    """What names the bot it sees without rights too, so the words prove nothing."""
    decision = decide(facts(chat=roads(lost=True)), wrote("обычный разговор", peer=ROADS_CHAT, author=OFFICIAL))
    assert decision.chat == roads(lost=True) and not decision.effects


# What was written meanwhile.

LOST = replace(LISTED, lost=True, doubt=Doubt(AT_TWO, first=41, failed=LOOKS))
HOLE = {"unread": 2, "since": AT_TWO}


def back(chat: Chat = LOST, **more: Any) -> str:
    known = {"listed": (appeal(), appeal(code="1124-BBBB", status=Status.MERGED))} | HOLE | more
    decision = shown(chat, OLGA, **known)
    assert len([one for one in sends(decision, ROADS_CHAT) if isinstance(one, Send)]) <= 1
    return said(decision, ROADS_CHAT)


def test_what_nobody_can_read_any_more_is_asked_for_again_by_its_titles() -> None:
    """«написанное с 14:02 не ушло, ответьте ещё раз»."""
    assert back() == (
        "Бот снова в чате. Написанное с 13:02 не ушло, ответьте ещё раз:\n— Снег на дороге · Миасс, Мира, 1"
    )


def test_of_another_day_it_says_which() -> None:
    assert "Написанное с 23 ноября в 13:02 не ушло" in back(since=AT_TWO - timedelta(days=1))


@pytest.mark.parametrize("chat", [doubted(first=41), LOST])
@pytest.mark.parametrize("first", [0, 42])
def test_a_look_from_before_a_hole_was_noticed_ends_no_doubt_about_it(chat: Chat, first: int) -> None:
    """The invitation was handled before the hole below it: the look that it rang for asked about no message."""
    early = shown(chat, OLGA, first=first)
    assert early.chat == replace(chat, listed_at=NOW) and not early.effects
    assert "ответьте ещё раз" in back(after(early)) and after(shown(chat, OLGA, first=40)).doubt is None


def test_only_a_few_are_named() -> None:
    many = tuple(appeal(code=f"1124-AAA{n}", address=f"ул. Мира, {n}") for n in range(NAMED + 3))
    text = back(listed=many)
    assert text.count("—") == NAMED and text.endswith("… и ещё 3: /мои")


def test_what_could_be_read_after_all_is_said_too() -> None:
    assert back(unread=0, late=3) == texts_hearing.HEARD_AGAIN_READ
    assert "он прочитал не всё" in back(unread=1, late=3)
    assert "он прочитал не всё" in back(unread=1, forgotten=1)  # §13: some of it may have gone before the restore


def test_where_nobody_wrote_or_nothing_waits_the_bot_is_just_back() -> None:
    assert back(unread=0) == texts_hearing.HEARD_AGAIN == back(listed=())


def test_a_hole_in_a_chat_that_was_heard_all_the_time_is_told() -> None:
    """Rights that were away for half a minute: no look has failed, and the words are gone all the same. Where another
    bot is, a hole is most likely its own message."""
    heard = doubted(first=41)
    assert back(heard).startswith("Написанное с 13:02 до 14:00 бот не увидел.")
    assert back(heard, others=True) == "" == back(heard, listed=())
    assert back(doubted(first=41, failed=1), others=True)
    assert back(doubted(first=41, refused=True)) and not back(doubted(refused=True), unread=0)


def test_a_look_asks_for_the_open_messages_of_its_chat() -> None:
    assert needs(MembersListed(ROADS_CHAT, (OLGA,), NOW, unread=1), None).listing is Listing.MINE
    assert needs(MembersListed(ROADS_CHAT, (OLGA,), NOW), None).listing is None, "it says nothing of them"
