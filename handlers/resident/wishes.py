"""What is said to the bot itself in natural words: asked back with a button, at every step, beside the dialogue (R12).

It must do nothing by itself but what changes nothing, and lose no words: «Это о другом» takes them for what they were
(acts.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.resident import drafting, offers, telling
from handlers.resident.reading import Reading
from handlers.text import actions, keyboards, texts, texts_personal, texts_wishes
from handlers.text.keyboards import Row, button
from handlers.text.words import day
from handlers.views import own_screens, personal
from handlers.views.preview import receiver
from handlers.views.titles import title
from handlers.views.turn import DRAFT_ASKED_AFTER, DRAFT_TIMER, Turn
from handlers.views.waiting import hurry_button, may_hurry, state
from screening.acts import Act
from screening.acts.written import asks_when, words
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingText,
    Idle,
)
from states.effects import Effect, StartTimer
from states.lifecycle.appeal import OPEN, Action, Appeal, is_allowed
from states.messages import Message
from states.screen import Button, Colour

SAME_WORDS = 3
"""Words of a message that may be a repeat of another."""
PRESS_OFFICE = "press"
"""The code of the known answer that a newspaper gets."""
NAMED = 3
"""Open messages that an answer to «когда?» tells of; the others stand in «Мои сообщения»."""


def offer_erasure(turn: Turn, reading: Reading) -> Decision:
    """Answers «Удалите мои данные» with what that means, and one press."""
    text, rows = erasure(turn)
    return offer_beside(turn, reading.message, text, rows)


def offer_withdrawal_of_consent(turn: Turn, reading: Reading) -> Decision:
    """Answers «Отзываю согласие» with one press: it means that the data are deleted."""
    text, rows = erasure(turn)
    said = text if turn.facts.erasure is not None else texts_wishes.withdraw(text)
    return offer_beside(turn, reading.message, said, rows)


def erasure(turn: Turn) -> tuple[str, tuple[Row, ...]]:
    """What is asked back on a wish to erase everything, with its button; the day, where it is under way."""
    facts = turn.facts
    if facts.erasure is not None:
        return texts_personal.erasure_asked(day(facts.erasure.due_at, facts.policy.zone)), ((keyboards.DATA,),)
    yes = button("Да, удалить", actions.ERASE_YES, personal.stamp(facts.now), Colour.NEGATIVE)
    return personal.erasure(facts).text, ((yes,),)


def offer_data(turn: Turn, reading: Reading) -> Decision:
    """Answers «Что вы обо мне знаете?» with the button «Мои данные»."""
    return offer_beside(turn, reading.message, texts_wishes.DATA, ((keyboards.DATA,),))


def offer_to_stop(turn: Turn, reading: Reading) -> Decision:
    """Answers «Не надо ничего» with buttons to drop the draft, or to delete the data."""
    erase = button("Удалить мои данные", actions.ERASE)
    if turn.dialogue.draft.empty:
        return offer_beside(turn, reading.message, texts_wishes.STOP, ((keyboards.MINE,), (erase,)))
    return offer_beside(turn, reading.message, texts_wishes.STOP_DRAFT, ((keyboards.CANCEL,), (erase,)))


def offer_ways(turn: Turn, reading: Reading) -> Decision:
    """Answers «Куда жаловаться?» with the ways there are."""
    rows = (keyboards.WRITE,), (keyboards.TO_AGENCY,), (keyboards.formal(turn.facts.directory),)
    return offer_beside(turn, reading.message, texts_wishes.WHERE, rows)


def offer_people(turn: Turn, reading: Reading) -> Decision:
    """Answers «Позовите человека» with the ways to people."""
    return offer_beside(turn, reading.message, texts_wishes.PERSON, ((keyboards.WRITE,), (keyboards.TO_AGENCY,)))


def tell_state(turn: Turn, reading: Reading) -> Decision:
    """Tells where the newest open messages stand, until when, with «Поторопить» for each, once a day (R36)."""
    facts = turn.facts
    waiting = [appeal for appeal in own_screens.mine(facts) if appeal.status in OPEN][:NAMED]
    if not waiting:
        nothing = texts_wishes.NOTHING_SENT if turn.dialogue.draft.pieces else texts_wishes.NOTHING_OPEN
        return offer_beside(turn, reading.message, nothing, ((keyboards.MINE,),))
    return tell_state_of(turn, reading, waiting)


def tell_state_of(turn: Turn, reading: Reading, waiting: list[Appeal], head: str = "") -> Decision:
    """Says where these messages stand, with «Поторопить» where that is allowed now."""
    facts, several = turn.facts, len(waiting) > 1
    hurry = [hurry_button(facts, appeal, named=several) for appeal in waiting if may_hurry(facts, appeal)]
    rows = keyboards.rows_of_one([*hurry, *([] if several else [look(waiting[0])])])
    told = "\n".join([*([head] if head else []), *(state(facts, appeal) for appeal in waiting)])
    return offer_beside(turn, reading.message, told, (*rows, (keyboards.MINE,)))


def begin_once(turn: Turn, reading: Reading) -> Decision:
    """A message is begun, unless the same words have been sent already, or it is asked when that will be mended: then
    where it stands."""
    waiting = [appeal for appeal in own_screens.mine(turn.facts) if appeal.status in OPEN]
    if again := [appeal for appeal in waiting if says(appeal, reading)]:
        return tell_state_of(turn, reading, again[:1], texts_wishes.ALREADY_SENT)
    if meant := [appeal for appeal in waiting if is_waited_for(appeal, reading)]:
        return tell_state_of(turn, reading, meant[:NAMED])
    return telling.take_words(turn, reading)


def go_on_once(turn: Turn, reading: Reading) -> Decision:
    """Asks once about «когда дадут тепло?» under the question whether the last words belong to a message; other words
    are told."""
    return begin_once(turn, reading) if turn.dialogue.draft.offered else telling.take_words(turn, reading)


def is_waited_for(appeal: Appeal, reading: Reading) -> bool:
    """Whether the words ask when this message's matter is mended («Когда дадут воду?» after one about water): who names
    no other place means that one."""
    asks = asks_when(reading.text) or reading.sounds_like() in (Act.WHEN, Act.STATUS)
    if not (asks and reading.only_words) or reading.address or reading.places.places:
        return False
    return appeal.topic in reading.find.topic(reading.text).topics


def says(appeal: Appeal, reading: Reading) -> bool:
    """Whether the same words stand in it; of few words nobody knows that they are about the same."""
    same = telling.same_words(reading.text)
    return (
        reading.only_words
        and len(same) >= SAME_WORDS
        and any(telling.same_words(piece.text) == same for piece in appeal.pieces)
    )


def find_or_tell_state(turn: Turn, reading: Reading) -> Decision:
    """Looks «статус» up where it may be a part of a name, else tells the state."""
    return telling.search_name(turn, reading) or tell_state(turn, reading)


def find_or_offer_people(turn: Turn, reading: Reading) -> Decision:
    """Looks «оператор» up where it may be a part of a name, else offers people."""
    return telling.search_name(turn, reading) or offer_people(turn, reading)


def look(appeal: Appeal) -> Button:
    """The button that opens an own appeal."""
    return button(f"Открыть №{appeal.code}", actions.APPEAL, appeal.code)


def offer_withdrawal(turn: Turn, reading: Reading) -> Decision:
    """Which message: «Отозвать» stands beside each that may still be taken back, and asks once more (R26)."""
    return offer_withdrawals(turn, reading, texts_wishes.TAKE_BACK)


def offer_withdrawal_of_solved(turn: Turn, reading: Reading) -> Decision:
    """Offers to withdraw after «уже починили» what nobody has answered yet."""
    return offer_withdrawals(turn, reading, texts_wishes.SOLVED_ALREADY)


def offer_withdrawals(turn: Turn, reading: Reading, text: str) -> Decision:
    """Asks which open message is meant, a button for each of the first few; says so where none is open."""
    open_ = revocable(turn)[:NAMED]
    if not open_:
        return offer_beside(turn, reading.message, texts_wishes.NOTHING_OPEN, ((keyboards.MINE,),))
    named = [
        button(texts_wishes.take_back(title(appeal, turn.facts.directory)), actions.WITHDRAW, appeal.code)
        for appeal in open_
    ]
    return offer_beside(turn, reading.message, text, (*keyboards.rows_of_one(named), (keyboards.MINE,)))


def revocable(turn: Turn) -> list[Appeal]:
    """The own appeals that may still be withdrawn."""
    return [appeal for appeal in own_screens.mine(turn.facts) if is_allowed(appeal.status, Action.WITHDRAW)]


def ask_what_happened(turn: Turn, reading: Reading) -> Decision:
    """Asks somebody who only swears what it is about: on a card it would be noise (I15)."""
    return offer_beside(turn, reading.message, texts_wishes.WHAT_HAPPENED, ())


def refuse_advertising(turn: Turn, reading: Reading) -> Decision:
    """Keeps advertising («Займ за 5 минут») from agencies, unless its author says that it is something else."""
    return offer_beside(turn, reading.message, texts_wishes.ADVERTISING, ())


def offer_to_pass_on(turn: Turn, reading: Reading) -> Decision:
    """Asks whether to pass on what is no problem («До скольки работает поликлиника?»): who knows is asked, if the
    resident wants it."""
    return offer_beside(turn, reading.message, texts_wishes.QUESTION, ((keyboards.CANCEL,),), texts_wishes.HAND_ON)


_NUMBER = re.compile(r"\d")
_OF_THIS = re.compile(
    r"\b(?:уйд[её]т|отправ|попад[её]т|(?:это|оно) (?:пойд|прид)[её]т|чита|прочит|прочт|ответ[ия]т|отвеча|видео|фото"
    r"|скрин|аноним|платн|бесплатн|дополн|дописа|добав|обязательн|указ[ыа])",
    re.IGNORECASE,
)
"""What a question before «Отправить» speaks of where it is about the sending; any other is part of the story (I14)."""
WHO = frozenset({"кто", "кому", "кем", "кого", "куда"})
MOST_OF_THIS = 5
"""Words of such a question."""


def tell_receiver(turn: Turn, reading: Reading) -> Decision:
    """Answers «А кто ответит?», «можно фото?» before «Отправить»: who does, and what else may be sent. What speaks of
    anything else, or names a problem, a place or a number, is a part of the story."""
    tells_more = reading.places.places or _NUMBER.search(reading.text) or reading.find.topic(reading.text).sure
    asks = _OF_THIS.search(reading.text) and len(words(reading.text)) <= MOST_OF_THIS
    if tells_more or not asks or not reading.only_words:
        return telling.take_words(turn, reading)
    told = texts_wishes.AT_PREVIEW.format(receiver=receiver(turn.dialogue.draft, turn.facts))
    return offer_beside(turn, reading.message, told, (), texts_wishes.TO_CARD)


def tell_receiver_or_ways(turn: Turn, reading: Reading) -> Decision:
    """Answers «Куда это уйдёт?» for this message, «куда жаловаться?» for any."""
    return tell_receiver(turn, reading) if _OF_THIS.search(reading.text) else offer_ways(turn, reading)


def tell_receiver_or_people(turn: Turn, reading: Reading) -> Decision:
    """Answers «Кто ответит?» before «Отправить» with a name, «позовите человека» with the ways to people."""
    asks_who = not WHO.isdisjoint(words(reading.text)) and _OF_THIS.search(reading.text)
    return tell_receiver(turn, reading) if asks_who else offer_people(turn, reading)


def tell_press(turn: Turn, reading: Reading) -> Decision:
    """A newspaper is answered by the press office, and so is who asks for figures; what is open stands on its page."""
    facts = turn.facts
    today = facts.now.astimezone(facts.policy.zone).date()
    office = next((known for known in facts.directory.faq if known.code == PRESS_OFFICE and known.holds(today)), None)
    told = texts_wishes.known_answer(office.answer, office.phone, office.link) if office is not None else ""
    text = texts_wishes.press(told, facts.policy.figures)
    return offer_beside(turn, reading.message, text, (), texts_wishes.HAND_ON_ANYWAY)


def accept_thanks(turn: Turn, reading: Reading) -> Decision:
    """Answers thanks in the middle of a message, which stays as it is; what only sounds like thanks is a part of it."""
    return turn.stays(texts.THANKS) if reading.listed_act is Act.THANKS else telling.take_words(turn, reading)


def end_telling(turn: Turn, reading: Reading) -> Decision:
    """Carries out «Всё»: on with what was told, or the present question once more."""
    match turn.dialogue.step:
        case AddingTo():
            return turn.shows(Idle())
        case AskingText() if turn.dialogue.draft.text.strip():
            return offers.end_pause(turn)
        case step:
            return turn.shows(step)


KEPT = 5
"""Words before the last ones that are kept in case they were about something else."""


def offer_beside(
    turn: Turn, event: Message, text: str, rows: tuple[Row, ...], label: str = texts_wishes.ANOTHER
) -> Decision:
    """Says something beside the dialogue; the words are kept for a day, in case they were about something else."""
    if turn.dialogue.is_blocked(turn.facts.now):
        return Decision(effects=(turn.says(text, keyboards.inline(*rows)),))
    another = button(label, actions.AS_WORDS, str(event.cmid))
    said = turn.says(text, keyboards.inline(*rows, (another,)))
    known = turn.dialogue.draft
    before = known.meant_before if known.meant is None else (*known.meant_before, known.meant)
    draft = replace(known, meant=drafting.piece_of(event), meant_before=before[-KEPT:])
    at = turn.facts.now + DRAFT_ASKED_AFTER
    forgotten: tuple[Effect, ...] = (StartTimer(DRAFT_TIMER, str(turn.peer), turn.peer, at),) if draft.empty else ()
    return turn.keeps(turn.dialogue.step, draft, (said, *forgotten))
