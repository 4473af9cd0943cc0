"""Danger to life that was told of in the window of a restore (R28, delivery.md §13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.lifecycle import alarms
from handlers.system.endangered import AGAIN, told_again
from handlers.system.recovery import UndeliveredMessage, to_check, unsent
from handlers.system.window import WindowLine, WindowState, carried_out, read, tell_resident
from handlers.text import actions, texts_danger
from states.cause import parse
from states.decision import Decision
from states.dialogue import AskingText, ConfirmingSafety, Dialogue, Doubted, Draft, Idle, OfferingDuty, ReportingDanger
from states.effects import CancelTimer, Edit, Kind, Priority
from states.lifecycle.appeal import Appeal, Piece
from tests.handlers.given import ANNA, CHATS, CUR_CHAT, READY, cur, dialogue, facts, labels, of, said, sends, step_of
from tests.handlers.in_danger import CODE, FIRE, alert_of, raised, seen
from tests.handlers.window_lines import ours, theirs
from tests.small import NOW, POLICY

VOID = "1124-ZZZZ"
SAD = "я не хочу жить"
DOUBT = "за стеной опять крики и грохот"


def found(talk: Dialogue | None, *lines: WindowLine, **more: Any) -> WindowState:
    return read(facts(talk, **more), ANNA, lines, {CODE})


def lines(one: WindowState) -> list[str]:
    """What those on duty read once more of it."""
    return [text for _, text in one.danger.told]


def answer(one: WindowState, **more: Any) -> Decision:
    decision = tell_resident(facts(one.dialogue, **more), one, "r1", waits=False)
    assert decision is not None
    return decision


# Its author.


def test_words_of_danger_are_in_no_draft_and_no_list_of_topics_meets_them() -> None:
    """«стою на крыше» was answered [Крыша течёт] after a restore."""
    one = found(
        dialogue(),
        theirs(3, "стою на крыше, спрыгну"),
        ours(4, f"Звоните 112…\n\n{texts_danger.raised(VOID)}"),
        theirs(5, "третий подъезд"),
    )
    assert lines(one) == ["стою на крыше, спрыгну", "третий подъезд"] and not one.words and one.alarms == (VOID,)
    decision = answer(one)
    assert said(decision) == (
        f"Мы восстановили бота после сбоя. Тревогу №{VOID} передаём ещё раз, номер больше не действует. "
        "Звоните 112: отсюда никто не вызовет."
    )
    assert step_of(decision) == Idle() and decision.dialogue is not None and decision.dialogue.draft.empty


def test_what_was_written_of_something_else_is_in_the_draft_and_told_after_it() -> None:
    one = found(
        dialogue(AskingText(), READY),
        ours(2, "✅ Приняли.\n№1124-YYYY"),
        theirs(3, FIRE),
        theirs(4, "Начать заново"),
        theirs(5, "Яма на дороге"),
        theirs(6, "горит гараж, люди внутри"),
    )
    assert lines(one) == [FIRE, "горит гараж, люди внутри"]
    assert [word.text for word in one.words] == ["Яма на дороге"]
    decision = answer(one)
    text = said(decision)
    assert text.startswith("Мы восстановили бота после сбоя. Тревогу передаём ещё раз. Звоните 112: отсюда никто не")
    assert "вызовет. Сообщение не сохранилось: №1124-YYYY." in text and text.count("Мы восстановили") == 1
    assert step_of(decision) == Idle() and decision.dialogue is not None
    assert "Яма на дороге" in decision.dialogue.draft.text


def test_after_a_press_or_an_hour_the_next_words_are_about_something_else() -> None:
    pressed = found(dialogue(), theirs(3, FIRE), theirs(4, "Помощь", actions.HELP), theirs(5, "Яма"))
    assert lines(pressed) == [FIRE] and [word.text for word in pressed.words] == ["Яма"]
    later = found(dialogue(), theirs(3, FIRE), theirs(4, "Яма", at=NOW + timedelta(hours=2)))
    assert lines(later) == [FIRE] and [word.text for word in later.words] == ["Яма"]
    still = found(dialogue(), theirs(3, FIRE), theirs(4, "Опасность есть", actions.STILL_DANGER), theirs(5, "скорее"))
    assert lines(still) == [FIRE, "скорее"]
    never = found(dialogue(), theirs(4, "Опасность есть", actions.STILL_DANGER, VOID), theirs(5, "скорее"))
    assert not lines(never)


def test_despair_is_asked_about_anew_and_told_only_by_a_press() -> None:
    """Nobody reads it unasked, after a restore neither."""
    asked = found(dialogue(), theirs(3, SAD), ours(4, "Вам очень тяжело"), theirs(5, "никому не нужна"))
    assert not lines(asked) and not asked.words
    decision = answer(asked)
    assert step_of(decision) == OfferingDuty((Piece(3, SAD), Piece(5, "никому не нужна")), despair=True)
    assert "Передать" in labels(sends(decision, ANNA)[0]) and "Вам очень тяжело" in said(decision)
    yes = found(dialogue(), theirs(3, SAD), theirs(5, "Передать", actions.TELL_DUTY), theirs(6, "совсем одна"))
    assert lines(yes) == [SAD, "совсем одна"]
    no = found(dialogue(), theirs(3, SAD), theirs(5, "Не нужно", actions.NO_DUTY))
    assert not lines(no) and not no.danger.asked
    real = found(dialogue(), theirs(3, SAD), theirs(5, "стою на крыше, прыгну"))
    assert lines(real) == [SAD, "стою на крыше, прыгну"] and not real.danger.asked


def test_what_was_asked_when_the_copy_was_made_is_asked_still() -> None:
    talk = dialogue(OfferingDuty((Piece(2, SAD),), despair=True))
    assert lines(found(talk, theirs(5, "Передать", actions.TELL_DUTY))) == [SAD]
    assert found(talk, theirs(5, "Помощь", actions.HELP)).dialogue.step == Idle()
    stale = found(dialogue(), theirs(5, "Передать", actions.TELL_DUTY))
    assert not lines(stale)


def test_what_was_only_asked_about_is_told_again_by_its_press_alone() -> None:
    """The words lie in the draft as ever, until the press makes them an alarm."""
    first, press = theirs(3, DOUBT), theirs(5, "Да, передать", actions.TELL_DUTY, "3")
    on = found(dialogue(), first, theirs(4, "Миасс, Мира 5"))
    assert not lines(on) and [word.text for word in on.words] == [DOUBT, "Миасс, Мира 5"]
    told = found(dialogue(), first, theirs(4, "Миасс, Мира 5"), press)
    assert lines(told) == [DOUBT] and [word.text for word in told.words] == ["Миасс, Мира 5"]
    of_another = found(dialogue(), first, theirs(5, "Да, передать", actions.TELL_DUTY, "1"))
    no = found(dialogue(), first, theirs(5, "Опасности нет", actions.NO_DUTY, "3"))
    assert not lines(of_another) and not lines(no)


def test_what_was_asked_about_when_the_copy_was_made_may_be_told_in_the_window() -> None:
    piece = Piece(2, DOUBT)
    talk = dialogue(AskingText(), Draft((piece,)), doubted=Doubted((piece,), asked=True))
    told = found(talk, theirs(5, "Да, передать", actions.TELL_DUTY, "2"))
    assert lines(told) == [DOUBT] and told.draft.empty and told.dialogue.doubted is None


def test_without_the_sentence_of_the_consent_every_alarm_is_asked_about() -> None:
    one = found(dialogue(), theirs(3, FIRE), policy=replace(POLICY, tells_duty=False))
    assert not lines(one) and one.danger.asked == (Piece(3, FIRE),) and not one.danger.despair


def test_more_of_an_alarm_that_the_copy_knows_is_on_its_card() -> None:
    held = raised()
    talk = dialogue(ReportingDanger(CODE), touched_at=NOW)
    one = found(
        talk, theirs(11, "третий подъезд"), ours(12, "Дописали."), theirs(13, "люди задыхаются"), appeals=(held,)
    )
    assert not lines(one) and not one.words and not one.left
    first, second = carried_out(one)
    assert [piece.cmid for piece in second.appeals[0].pieces] == [9, 11, 13]
    assert "третий подъезд" in of(Edit, first)[0].text and not sends(first)  # it was said then
    assert said(second) == texts_danger.ADDED  # VK shows no answer to this one
    elsewhere = found(talk, theirs(11, "Отмена"), theirs(12, "Яма на дороге"), appeals=(held,))
    assert [word.text for word in elsewhere.words] == ["Яма на дороге"] and elsewhere.dialogue.step == Idle()
    safe = found(dialogue(ConfirmingSafety(CODE)), theirs(11, "Опасности нет", actions.SAFE, CODE), appeals=(held,))
    assert safe.dialogue.step == Idle()


def test_a_void_alarm_is_named_by_when_it_was_told() -> None:
    line = ours(4, f"⚠ Житель ещё пишет, 14:02:\n«Горим»\nГде: не назвал.\n№{VOID}", peer=CUR_CHAT)
    assert line.card == f"тревога, 14:02, №{VOID}"


def test_a_void_alarm_whose_words_are_not_of_the_window_is_named_like_any_other() -> None:
    one = found(dialogue(), ours(4, texts_danger.raised(VOID)))
    assert f"Сообщение не сохранилось: №{VOID}" in said(answer(one))


# Those on duty.


def again(*held: Appeal, words: tuple[Any, ...] = (), **more: Any) -> Decision:
    return told_again(facts(**more), held, words, "w1")


def test_alarms_are_told_once_more_in_a_line_each() -> None:
    decision = again(raised(), words=((NOW, "Тонем! Звоните 8 912 123-45-67"),))
    (line,) = [send for send in sends(decision, CUR_CHAT) if parse(send.cause).kind == AGAIN]
    assert not line.mentions and line.priority is Priority.DIALOGUE and "переданы ли эти тревоги в 112" in line.text
    assert "Миасс, Мира 5 №1124-AAAA" in line.text and "14:00: «Тонем!" in line.text and "123-45-67" not in line.text
    assert labels(line) == [f"Вижу: {CODE}"]
    assert not again().effects and not again(raised(), chats={}).effects


def test_nothing_calls_by_itself_from_then_on() -> None:
    """«Сами они больше не напомнят» holds."""
    decision = again(raised())
    assert alert_of(decision.appeals[0]).silent and CancelTimer(alarms.ALERT_TIMER, CODE) in decision.effects
    assert decision.appeals[0].version == raised().version + 1


def test_a_card_that_vk_does_not_show_is_sent() -> None:
    """What waited in the copy does not leave by itself; an alarm without a card would be a number alone."""
    decision = again(raised())
    (card,) = [send for send in sends(decision, CUR_CHAT) if send.kind == Kind.CARD]
    assert FIRE in card.text and card.cause != raised().card and decision.appeals[0].card == card.cause
    shown = replace(raised(), alert=replace(alert_of(raised()), shown_at=NOW))
    known = again(shown)
    assert not [send for send in sends(known, CUR_CHAT) if send.kind == Kind.CARD]
    assert of(Edit, known)[0].target == shown.card


def test_one_that_somebody_has_seen_needs_no_second_look() -> None:
    known = seen(replace(raised(), alert=replace(alert_of(raised()), shown_at=NOW)))
    decision = again(known)
    assert not labels(sends(decision, CUR_CHAT)[0])
    assert "Передано в 112" in [button.label for row in of(Edit, decision)[0].keyboard.rows for button in row]  # type: ignore[union-attr]


def test_a_chat_that_has_lost_the_bot_reads_it_when_the_bot_is_back() -> None:
    lost = {**CHATS, "cur": cur(lost=True)}
    decision = again(raised(), chats=lost)
    assert [parse(send.cause).kind for send in sends(decision, CUR_CHAT)] == [AGAIN]
    assert decision.appeals[0].chat is None


def test_alarms_are_in_no_other_list() -> None:
    held = raised()
    assert not to_check(facts(), (held,), "w1")
    card = UndeliveredMessage(1, CUR_CHAT, held.card, Kind.CARD, CODE, "")
    assert not unsent(facts(), (card,), {CODE: held}, "w1")
    assert unsent(facts(), (replace(card, kind=Kind.NOTICE),), {CODE: held}, "w1")
