"""Words with a slash do what buttons do, and a little more; a refusal is said, never kept (T7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.official.commands import BY_WORD, COMMANDS, differing, nearest
from handlers.text import texts_chat
from handlers.text.parts import LIMIT, units
from states.audit import AuditAction
from states.decision import Decision
from states.facts import Audience, Rules
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Action, Appeal, History, Status
from states.lifecycle.digest import Digest
from states.lifecycle.tasks import Job, Task
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    replied,
    roads,
    said,
    sends,
    wrote,
)  # fmt: skip
from tests.handlers.in_chat import CODE, COLLEAGUE, OTHER, PHOTO_OF, TEAM, press, say, snack, task_of, the
from tests.small import NOW

WORK = appeal(status=Status.IN_WORK)
LATE = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=2), NOW - timedelta(days=1))
DUE = Deadline(TermClock.FIRST_ANSWER, NOW, NOW + timedelta(hours=3))


def line(action: Action, actor: int = OFFICIAL, version: int = 2, code: str = CODE) -> History:
    return History(code, version, NOW, actor, action, Status.WAITING, Status.ROUTED)


# As much as was said.


@pytest.mark.parametrize(
    "text, job",
    [
        ("/ответ", Job.ANSWER), ("/вопрос", Job.ASK), ("/промежуточный", Job.INTERIM), ("/отложить", Job.POSTPONE),
        ("/отклонить", Job.DECLINE), ("/отклонить грубо", Job.DECLINE), ("/ОТВЕТ", Job.ANSWER),
    ],
)  # fmt: skip
def test_a_word_alone_begins_the_dialogue_of_its_button(text: str, job: Job) -> None:
    assert task_of(say(text, WORK)).job is job


@pytest.mark.parametrize(
    "text, part",
    [
        ("/ответ Сделали вчера, двор чист", "Сделали вчера, двор чист"),
        ("/ответ\nСделали вчера,\nдвор чист", "Сделали вчера,\nдвор чист"),
        ("/вопрос  Какой подъезд?", "Какой подъезд?"),
        ("/промежуточный до 26 ноября: едем", "не позднее 26 ноября"),
    ],
)
def test_a_word_with_all_that_is_needed_is_the_whole_dialogue(text: str, part: str) -> None:
    assert part in said(say(text, WORK))


def test_a_word_with_a_file_only_is_an_answer_too() -> None:
    assert sends(say("/ответ", WORK, files=PHOTO_OF), ANNA)


@pytest.mark.parametrize(
    "text, asked", [("/промежуточный завтра", "что ответить пока"), ("/отложить зима", "к какому дню")]
)
def test_what_is_missing_is_asked_for(text: str, asked: str) -> None:
    assert asked in said(say(text, WORK), ROADS_CHAT)


@pytest.mark.parametrize(
    "text, said_back",
    [
        ("/промежуточный 31.02: едем", texts_chat.DATE_NO_SUCH_DAY),
        ("/промежуточный когда-нибудь", texts_chat.DATE_NOT_A_DATE),
        ("/промежуточный 20.11.2027: едем", "Так далеко нельзя"),
    ],
)
def test_a_wrong_day_is_refused_in_words(text: str, said_back: str) -> None:
    """R40."""
    decision = say(text, WORK)
    assert said_back in said(decision, ROADS_CHAT) and not decision.appeals


def test_a_day_without_words_after_its_colon_still_asks_for_them() -> None:
    assert task_of(say("/промежуточный завтра: ", WORK)).until is not None


@pytest.mark.parametrize("text", ["/направить roads", "/повтор", "/объединить", "/заблокировать", "/всем слова"])
def test_words_of_the_cur_are_unknown_elsewhere(text: str) -> None:
    assert said(say(text, WORK), ROADS_CHAT) == texts_chat.UNKNOWN_COMMAND


@pytest.mark.parametrize("text", ["/пауза Миндор до завтра", "/возобновить Миндор"])
def test_only_the_cur_pauses(text: str) -> None:
    decision = say(text, WORK)
    assert said(decision, ROADS_CHAT) == texts_chat.UNKNOWN_COMMAND and decision.chat is None


@pytest.mark.parametrize("text", ["/принять", "/ответ Готово всё", "/закрыть", "/история", "/вопрос Где?", "/не наше"])
def test_a_word_needs_a_card_of_this_chat(text: str) -> None:
    """I4, R22."""
    elsewhere = appeal(chat=SECRET_CHAT)
    decision = say(text, elsewhere)
    assert not decision.appeals and "сейчас не у этого чата" in said(decision, ROADS_CHAT)


def test_every_word_that_is_known_is_understood() -> None:
    """None of them says «Такой команды нет»."""
    for word in sorted(BY_WORD.keys() - {"не"} | {"не наше"}):
        for chat, held in ((roads(), WORK), (cur(), in_cur(status=Status.IN_WORK))):
            decision = say(f"/{word}", held, chat=chat, digest=Digest())
            if chat.agency == "cur" or word not in BY_WORD or not BY_WORD[word].centre:
                assert texts_chat.UNKNOWN_COMMAND not in said(decision, chat.peer), word


# Closing.


def test_an_answered_one_is_closed_at_once() -> None:
    """rules.md §3.1."""
    decision = say("/закрыть", appeal(status=Status.ANSWERED, answered_at=NOW))
    assert the(decision).status is Status.CLOSED and texts_chat.CLOSED in said(decision, ROADS_CHAT)
    assert said(decision) == "Сообщение №1124-AAAA закрыто."


def test_an_agency_does_not_close_without_an_answer() -> None:
    decision = say("/закрыть надоело", WORK)
    assert not decision.appeals and "Сейчас так сделать нельзя: в работе" in said(decision, ROADS_CHAT)


def test_the_cur_says_why_it_closes_without_an_answer() -> None:
    asked = say("/закрыть", in_cur(), chat=cur())
    assert task_of(asked).job is Job.CLOSE and "без ответа" in said(asked, CUR_CHAT)
    done = say("/закрыть Писали не нам", in_cur(), chat=cur())
    assert the(done).held[0].reason == "Писали не нам", "the history keeps it (R34)"


# Lists.


def listed(text: str, *found: Appeal, chat: Any = None, **more: Any) -> str:
    chat = chat or roads()
    return said(say(text, WORK, chat=chat, listed=found, officials=TEAM, **more), chat.peer)


def test_mine_are_those_that_this_person_has_to_do_with() -> None:
    worked = appeal(code="1124-WWWW", worker=OFFICIAL, deadline=DUE)
    begun = appeal(code="1124-TTTT", tasks=(Task(ROADS_CHAT, OFFICIAL, Job.ANSWER, NOW),))
    leaving = appeal(code="1124-HHHH", held=(Held("c", "answer", OFFICIAL, NOW),))
    drafted = appeal(code="1124-DDDD", approval=Approval(OFFICIAL, NOW, ROADS_CHAT, 3, "answer", "x"))
    others = appeal(code="1124-OOOO", worker=COLLEAGUE)
    told = listed("/мои", worked, begun, leaving, drafted, others)
    assert [row[-9:] for row in told.splitlines()] == ["1124-WWWW", "1124-TTTT", "1124-HHHH", "1124-DDDD"]
    assert "Снег на дороге · Миасс, Мира, 1: передано, ждёт ответа, срок 24 ноября в 17:00. №1124-WWWW" in told
    assert listed("/мои", others) == texts_chat.MINE_NONE


def test_overdue_are_those_whose_clock_has_run_out() -> None:
    """R51."""
    told = listed("/просрочено", appeal(code="1124-LATE", deadline=LATE), appeal(deadline=DUE), appeal(deadline=None))
    assert told.endswith("№1124-LATE") and len(told.splitlines()) == 1
    assert listed("/просрочено", appeal(deadline=DUE)) == texts_chat.OVERDUE_NONE


def test_what_is_looked_for_is_shown_only_where_it_is_held() -> None:
    """R22: the ЦУР sees all, and whose each is."""
    here, there = appeal(), appeal(code=OTHER, chat=SECRET_CHAT)
    assert OTHER not in listed("/найти 1124", here, there)
    assert listed("/найти 1124", there) == texts_chat.FOUND_NONE
    assert f"№{OTHER}" in listed("/найти 1124", here, there, chat=cur())
    assert "Министерство дорог" in listed("/найти 1124", here, chat=cur())
    assert listed("/найти") == texts_chat.FIND_WHAT


def test_a_single_one_that_was_found_is_a_handle() -> None:
    """The ЦУР may take in hand what it never had a card of."""
    for chat, held in ((roads(), appeal()), (cur(), appeal())):
        (line,) = sends(say("/найти 1124-AAAA", WORK, chat=chat, listed=(held,)), chat.peer)
        assert line.appeal == CODE and [one.label for row in line.keyboard.rows for one in row] == ["Ещё"]
    two = sends(say("/найти 1124", WORK, listed=(appeal(), appeal(code=OTHER))), ROADS_CHAT)
    assert two[0].keyboard is None


def test_a_long_list_is_cut_and_says_so() -> None:
    told = listed("/мои", *(appeal(code=f"1124-{n:04}", worker=OFFICIAL) for n in range(25)))
    assert len(told.splitlines()) == 21 and told.endswith(texts_chat.MORE_LEFT)


# What happened.


def test_the_history_tells_every_step_with_time_and_official() -> None:
    """R34."""
    known = (line(Action.SUBMIT, ANNA, 1), line(Action.ACCEPT), line(Action.EXPIRE, 0, 3), line(Action.ASK, code=OTHER))
    told = said(say("/история", WORK, history=known, officials=TEAM), ROADS_CHAT)
    assert told.splitlines() == [
        "Что было с №1124-AAAA:",
        "— 24 ноября в 14:00: отправлено жителем",
        f"— 24 ноября в 14:00: принято в работу, [id{OFFICIAL}|Ольга]",
        "— 24 ноября в 14:00: закрыто: возражений не было",
    ]
    assert str(ANNA) not in told, "R21"
    assert said(say("/история", WORK), ROADS_CHAT) == texts_chat.NO_HISTORY


def test_the_history_names_the_model_that_named_the_topic() -> None:
    """Each decision says which model made it."""
    learned = replace(WORK, topic_by=3)
    told = said(say("/история", learned, history=(line(Action.SUBMIT, ANNA, 1), line(Action.ACCEPT))), ROADS_CHAT)
    assert told.splitlines()[1].endswith("отправлено жителем, тема предложена моделью № 3")
    assert told.count("моделью") == 1


def test_a_very_long_history_comes_in_parts() -> None:
    known = tuple(line(Action.ADD, OFFICIAL, n) for n in range(2, 120))
    parts = sends(say("/история", WORK, history=known, officials=TEAM), ROADS_CHAT)
    assert len(parts) > 1 and all(units(part.text) <= LIMIT for part in parts)
    assert len({part.cause for part in parts}) == len(parts)


def test_who_else_tells_who_is_at_it_and_who_was() -> None:
    """So that two do not answer at once."""
    stale = Task(ROADS_CHAT, 7, Job.ASK, NOW - timedelta(hours=2))
    held = replace(
        WORK,
        tasks=(Task(ROADS_CHAT, COLLEAGUE, Job.ANSWER, NOW), stale),
        held=(Held("c", "answer", OFFICIAL, NOW),),
        approval=Approval(COLLEAGUE, NOW, ROADS_CHAT, 3, "answer", "x"),
    )
    known = (line(Action.ACCEPT), line(Action.ADD, ANNA, 3), line(Action.ASK, OFFICIAL, 4))
    told = said(press("who", CODE, held, officials=TEAM, history=known), ROADS_CHAT)
    assert told.splitlines() == [
        f"[id{COLLEAGUE}|Иван] готовит ответ",
        f"[id{OFFICIAL}|Ольга]: ответ уже уходит",
        f"[id{COLLEAGUE}|Иван]: ответ ждёт согласования",
        f"[id{OFFICIAL}|Ольга] занимался(ась) раньше",
    ]
    assert said(press("who", CODE, WORK), ROADS_CHAT) == texts_chat.WHO_NOBODY.format(code=CODE)


# Of the ЦУР.


def of_cur(text: str, held: Appeal | None = None, **more: Any) -> Decision:
    return say(text, held or in_cur(topic="snow"), chat=cur(), **more)


def test_without_a_card_nothing_is_sent_on() -> None:
    told = decide(facts(chat=cur()), replied("/направить roads", peer=CUR_CHAT, reply=None))
    assert said(told, CUR_CHAT) == texts_chat.ASSIGN_WHOM
    for text in ("/ответ Готово", "/закрыть", "/история"):
        silent = decide(facts(chat=cur()), replied(text, peer=CUR_CHAT, reply=None))
        assert said(silent, CUR_CHAT) == texts_chat.NOT_A_CARD


def test_a_blocked_author_may_write_again() -> None:
    """T9."""
    decision = of_cur("/разблокировать")
    assert decision.dialogue is not None and decision.dialogue.blocked_until is None
    assert decision.audit[0].action is AuditAction.UNBLOCKED and "снова принимаем" in said(decision, CUR_CHAT)
    assert "Сейчас так сделать нельзя" in said(say("/разблокировать", WORK), ROADS_CHAT)


def test_one_that_is_not_merged_is_not_separated() -> None:
    decision = of_cur("/отделить")
    assert not decision.appeals and "ни с чем не объединено" in said(decision, CUR_CHAT)
    pressed = press("separate", CODE, in_cur(), chat=cur())
    assert snack(pressed) == "Сейчас так сделать нельзя: в центре управления регионом."


# A word that nobody knows.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/прасрочено", "просрочено"),
        ("/свод", "сводка"),
        ("/принял", "принять"),
        ("/промежуточ до пятницы: едем", "промежуточный"),
        ("/ОТВЕТТ Сделали", "ответ"),
        ("/истроия", "история"),
        ("/weather", ""),
        ("/погода", ""),
        ("/эт", ""),
        ("/", ""),
        ("/" + "я" * 300, ""),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    """E.4: what is like none of ours may be another bot's (T7)."""
    assert nearest(typed, roads(), Rules()) == meant
    alone = decide(facts(chat=roads()), wrote(typed, peer=ROADS_CHAT, author=OFFICIAL))
    if meant:
        assert f"Может быть, /{meant}?" in said(alone, ROADS_CHAT) and not alone.appeals
    else:
        assert alone.ignored == "незнакомая команда"


def test_only_the_cur_is_offered_its_own_commands() -> None:
    assert nearest("/напрваить", cur(), Rules()) == "направить" and nearest("/напрваить", roads(), Rules()) == ""
    assert differing("", "ответ") == 5 and differing("ответ", "") == 5 and differing("ответ", "ответ") == 0
    assert len(BY_WORD) == sum(len(one.words) for one in COMMANDS), "no word stands in two rows"
    assert all(one.offered is Audience.CENTRE for one in COMMANDS if one.centre)
