"""Words to several that speak to one of them: asked about, and without a choice only for him (R32, I4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle import asking
from handlers.lifecycle.answering import hold, of_member
from handlers.lifecycle.asking import TASK_TIMER, digest
from handlers.text import actions, texts_answers, texts_chat, texts_panel
from states.decision import Decision
from states.effects import CancelSend, Edit, Kind, Send, StartTimer
from states.events import DeliveryOutcome, Did, PanelActed, SourceRead, TimerFired
from states.lifecycle.answers import EVERYBODY, Approval, Beside, Held, Share, Watch
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.reasons import Note
from states.lifecycle.tasks import LIFE, Ask, Job, Task
from states.lifecycle.templates import Template
from states.messages import Message
from states.people.officials import Standing
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    ended,
    facts,
    in_cur,
    labels,
    of,
    replied,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    OTHER,
    PHOTO_OF,
    PROMPT,
    RICH,
    STRICT,
    TEAM,
    busy,
    edits,
    member,
    pick,
    press,
    say,
    snack,
    task_of,
    tell,
    the,
)
from tests.small import COMMUNITY, NEVER, NOW

THIRD, VERA = "1124-CCCC", 1003
ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
PERSONAL = "Ваша заявка № 512 принята, мастер придёт 5 декабря в 14:30"
FOR_ALL = "Воду дадут до 18:00, дорогу отремонтируют до 1 июля"
CARD = appeal().card
JOINED = f"v1|{COMMUNITY}|joined|{ROADS_CHAT}|{OTHER}.{CODE}.1.0|0"
"""The message that brought the words of one who joined."""

LATER = NOW + LIFE + timedelta(seconds=1)


LEAD = appeal(status=Status.IN_WORK, incident=CODE)
MEMBERS = (member(), member(THIRD, VERA, source=12))


def says(text: str = PERSONAL, lead: Appeal = LEAD, **more: Any) -> Decision:
    return say(text, lead, **{"members": MEMBERS, "replied": CARD} | more)


def to_whom(decision: Decision) -> dict[int, str]:
    """Who reads what of the official's words."""
    return {one.peer: one.text for one in decision.effects if isinstance(one, Send) and one.kind is Kind.ANSWER}


def asked(decision: Decision) -> Send | Edit:
    (one,) = (
        one for one in decision.effects if isinstance(one, Send | Edit) and "Отправить" in one.text and one.keyboard
    )
    return one


def chooses(how: str, begun: Decision, **more: Any) -> Decision:
    task = task_of(begun)
    known: dict[str, Any] = {"members": MEMBERS, "replied": task.prompt} | more
    return pick(f"{Ask.SHARE} {how}", the(begun), **known)


def passes(begun: Decision, **more: Any) -> Decision:
    """Nobody chooses for an hour."""
    known: dict[str, Any] = {"appeals": (the(begun),), "members": MEMBERS, "now": LATER, "directory": RICH} | more
    return decide(facts(**known), TimerFired(TASK_TIMER, CODE, ANNA, LATER))


# The question.


def test_what_all_may_read_leaves_to_all_as_before() -> None:
    decision = say(FOR_ALL.replace("отремонтируют", "чинят"), LEAD, members=MEMBERS, replied=CARD)
    assert Ask.SHARE not in {one for task in the(decision).tasks for one in task.more}


def test_words_to_one_are_asked_about_before_anybody_reads_them() -> None:
    decision = says(f"Ответ: {PERSONAL}", officials=TEAM)
    question = asked(decision)
    assert question.text == (
        "[id5001|Ольга], похоже, это для одного: обращение к одному («вы», «ваш»), день и час, номер. Отправить всем 3 "
        f"или только автору?\nСнег на дороге · Миасс, Мира, 1, №{CODE}\nБез выбора через час уйдёт только автору."
    )
    assert labels(question) == ["Всем 3", "Только автору", "Не отправлять"] and not to_whom(decision)
    (timer,) = of(StartTimer, decision)
    assert (timer.name, timer.at) == (TASK_TIMER, LATER)
    assert [one.code for one in decision.appeals] == [CODE]


def test_of_two_no_count_is_told() -> None:
    question = asked(says(f"Ответ: {PERSONAL}", members=MEMBERS[:1]))
    assert "Отправить всем, кто об этом написал, или только автору?" in question.text
    assert labels(question) == ["Всем", "Только автору", "Не отправлять"]


CANNED = Template("Личное", "Ваш долг 1500 руб.")
WITH_CANNED = replace(
    RICH,
    agencies=tuple(replace(one, templates=(CANNED,)) if one.code == "roads" else one for one in RICH.agencies),
)


@pytest.mark.parametrize(
    "begun",
    [
        lambda: says(f"Ответ: {PERSONAL}"),
        lambda: says("Ответ: Сделали", files=PHOTO_OF),
        lambda: says("", files=PHOTO_OF),
        lambda: says(f"/промежуточный до 26.11.2026: {PERSONAL}"),
        lambda: tell("до 26.11.2026: ждём, пока вы оплатите долг", busy(Job.POSTPONE, LEAD), members=MEMBERS),
        lambda: say(f"/закрыть {PERSONAL}", in_cur(incident=CODE), chat=cur(), members=MEMBERS),
        lambda: say(f"/всем {PERSONAL}", in_cur(incident=CODE), chat=cur(), members=MEMBERS),
        lambda: pick(f"template {digest(CANNED)}", busy(Job.TEMPLATE, LEAD), members=MEMBERS, directory=WITH_CANNED),
        lambda: pick("kind answer", busy(Job.REPLY, LEAD, text=PERSONAL, cmid=20), members=MEMBERS),
    ],
    ids=["answer", "with a file", "only a file", "interim", "postponed", "closed", "news", "canned", "kind chosen"],
)
def test_every_kind_of_words_to_several_is_asked_about(begun: Any) -> None:
    decision = begun()
    assert not to_whom(decision) and labels(asked(decision))[:2] == ["Всем 3", "Только автору"]


@pytest.mark.parametrize(
    "begun",
    [
        lambda: says(f"Ответ: {PERSONAL}", members=()),
        lambda: says(f"Ответ: {PERSONAL}", lead=appeal(status=Status.IN_WORK), members=()),
        lambda: says(f"Ответ: {PERSONAL}", directory=NEVER),
        lambda: pick("reason unclear", busy(Job.DECLINE, LEAD), members=MEMBERS),
        lambda: pick("whom rail", busy(Job.OUTSIDE, LEAD), members=MEMBERS),
        lambda: says(f"/вопрос {PERSONAL}?"),
    ],
    ids=["nobody waits", "no incident", "the gate is closed", "a code", "contacts", "a question"],
)
def test_nothing_is_asked_where_one_hears_or_nothing_is_of_one(begun: Any) -> None:
    decision = begun()
    assert to_whom(decision) and not [one for one in of(Send, decision) if "или только автору" in one.text]


# The choice.


def test_to_all_it_leaves_to_all() -> None:
    decision = chooses(Share.ALL, says(f"Ответ: {PERSONAL}"))
    assert set(to_whom(decision)) == {ANNA, BORIS, VERA}
    assert [one.only for appeal in decision.appeals for one in appeal.held] == [EVERYBODY] * 3
    assert the(decision).tasks == ()


def test_only_the_author_reads_it_and_the_others_wait() -> None:
    decision = chooses(Share.ONE, says(f"Ответ: {PERSONAL}"))
    assert set(to_whom(decision)) == {ANNA} and "другие о том же" not in to_whom(decision)[ANNA]
    (held,) = the(decision).held
    assert (held.only, held.also) == (CODE, ())
    (line,) = [one for one in of(Edit, decision) if "уйдёт" in one.text]
    assert "уйдёт жителю через" in line.text and texts_answers.OTHERS_WAIT in line.text


def test_after_it_has_arrived_the_next_one_leads_the_others() -> None:
    """R33: what was promised to them stays open."""
    gone = chooses(Share.ONE, says(f"Ответ: {PERSONAL}"))
    (held,) = the(gone).held
    known = facts(chat=roads(), appeals=(the(gone),), members=MEMBERS)
    arrived = decide(known, ended(held.cause, Kind.ANSWER, DeliveryOutcome.SENT))
    heir, other = the(arrived, OTHER), the(arrived, THIRD)
    assert the(arrived).status is Status.ANSWERED
    assert (heir.status, heir.incident, other.incident) == (Status.ROUTED, OTHER, OTHER)


def test_without_a_choice_for_an_hour_it_is_for_the_author_alone() -> None:
    decision = passes(says(f"Ответ: {PERSONAL}"))
    assert set(to_whom(decision)) == {ANNA} and the(decision).held[0].only == CODE and the(decision).tasks == ()
    assert not [one for one in of(Send, decision) if "не ушёл" in one.text], "nobody is told that it did not go"


def test_a_colleagues_other_dialogue_keeps_its_hour() -> None:
    begun = the(says(f"Ответ: {PERSONAL}"))
    later = busy(Job.INTERIM, begun, user=COLLEAGUE, at=NOW + timedelta(minutes=30), prompt="other")
    known: dict[str, Any] = {"appeals": (later,), "members": MEMBERS, "now": LATER, "directory": RICH}
    decision = decide(facts(**known), TimerFired(TASK_TIMER, CODE, ANNA, LATER))
    (timer,) = [one for one in of(StartTimer, decision) if one.name == TASK_TIMER]
    assert timer.at == NOW + timedelta(minutes=30) + LIFE + timedelta(seconds=1)
    assert [task.user for task in the(decision).tasks] == [COLLEAGUE] and set(to_whom(decision)) == {ANNA}


@pytest.mark.parametrize(("typed", "reads"), [("Всем", {ANNA, BORIS, VERA}), ("только автору.", {ANNA})])
def test_the_choice_may_be_typed(typed: str, reads: set[int]) -> None:
    begun = the(says(f"Ответ: {PERSONAL}"))
    decision = tell(typed, begun, members=MEMBERS, replied=begun.tasks[0].prompt, cmid=21)
    assert set(to_whom(decision)) == reads


def test_other_words_typed_there_are_another_answer() -> None:
    begun = the(says(f"Ответ: {PERSONAL}"))
    decision = tell("Дорогу почистили", begun, members=MEMBERS, replied=begun.tasks[0].prompt, cmid=21)
    assert set(to_whom(decision)) == {ANNA, BORIS, VERA} and "Дорогу почистили" in to_whom(decision)[BORIS]
    files = tell("", begun, members=MEMBERS, replied=begun.tasks[0].prompt, cmid=21, files=PHOTO_OF)
    assert texts_chat.NOT_THAT in said(files, ROADS_CHAT)


def test_a_colleague_does_not_choose() -> None:
    begun = says(f"Ответ: {PERSONAL}", officials=TEAM)
    assert not chooses(Share.ALL, begun, user=COLLEAGUE, officials=TEAM).appeals


def test_where_the_others_have_gone_it_is_asked_no_more() -> None:
    task = Task(ROADS_CHAT, OFFICIAL, Job.ANSWER, NOW, "p", 20, PERSONAL, more=(Ask.SHARE,), aside=True)
    held = replace(LEAD, tasks=(task,))
    decision = pick(f"{Ask.SHARE} go", held, replied="p")
    assert set(to_whom(decision)) == {ANNA}


def test_where_it_cannot_leave_to_him_its_author_is_told() -> None:
    """A colleague's answer waits for consent by now, so this dialogue may not go on: no button says that it could."""
    begun = replace(the(says(f"Ответ: {PERSONAL}")), status=Status.APPROVAL)
    decision = passes(Decision(appeals=(begun,)))
    (told,) = sends(decision, ROADS_CHAT)
    assert texts_answers.AWAITS in told.text and told.keyboard is None and not the(decision).tasks
    homeless = passes(Decision(appeals=(begun,)), chats={})
    assert not to_whom(homeless) and not the(homeless).tasks


# Whose words were replied to.


def replies(text: str = f"Ответ: {PERSONAL}", other: Appeal = MEMBERS[0], lead: Appeal = LEAD, **more: Any) -> Decision:
    """To the message that brought the words of one who joined."""
    known: dict[str, Any] = {"members": (other, MEMBERS[1]), "replied": JOINED, "leads": {CODE: lead}} | more
    return say(text, other, appeals=(other,), **known)


def test_a_reply_to_the_words_of_one_is_for_him_where_it_speaks_to_one() -> None:
    begun = replies()
    question = asked(begun)
    assert f"Снег на дороге · Миасс, Мира, 5, №{OTHER}" in question.text and task_of(begun).about == OTHER
    alone = chooses(Share.ONE, begun)
    assert set(to_whom(alone)) == {BORIS} and OTHER in to_whom(alone)[BORIS]
    assert the(alone).tasks == () and the(alone).held == () and the(alone).incident == CODE
    (held,) = the(alone, OTHER).held
    assert (held.only, held.cause.split("|")[4].partition(".")[2].count(OTHER)) == (OTHER, 0)
    assert set(to_whom(chooses(Share.ALL, begun))) == {ANNA, BORIS, VERA}
    assert set(to_whom(passes(begun))) == {BORIS}


def test_what_all_may_read_answers_them_all_as_before() -> None:
    assert set(to_whom(replies("Ответ: Дорогу почистили"))) == {ANNA, BORIS, VERA}


def test_he_is_answered_alone_and_the_others_go_on_waiting() -> None:
    alone = chooses(Share.ONE, replies())
    (held,) = the(alone, OTHER).held
    known = facts(chat=roads(), appeals=(the(alone, OTHER),), leads={CODE: the(alone)}, members=MEMBERS[1:])
    arrived = decide(known, ended(held.cause, Kind.ANSWER, DeliveryOutcome.SENT, peer=BORIS, appeal=OTHER))
    assert (the(arrived, OTHER).status, the(arrived, OTHER).chat) == (Status.ANSWERED, ROADS_CHAT)
    assert [one.code for one in arrived.appeals] == [OTHER]


def test_taken_back_by_the_button_under_the_lead_it_leaves_to_nobody() -> None:
    alone = chooses(Share.ONE, replies())
    (held,) = the(alone, OTHER).held
    undone = press(
        actions.UNDO, held.cause, the(alone), members=(the(alone, OTHER), MEMBERS[1]), unsent=frozenset({held.cause})
    )
    assert of(CancelSend, undone) == [CancelSend(held.cause)] and the(undone, OTHER).held == ()


@pytest.mark.parametrize("text", [f"Ответ: {PERSONAL}", "Ответ: Дорогу почистили"])
def test_where_one_answer_is_not_for_both_it_is_for_him_without_a_question(text: str) -> None:
    """An older incident: the words about him never reach the one who leads it."""
    assert set(to_whom(replies(text, directory=NEVER))) == {BORIS}
    crime = member(notes=(Note.CRIME.value,))
    assert set(to_whom(replies(text, crime))) == {BORIS}


def test_a_question_to_one_of_them_goes_to_nobody_else() -> None:
    decision = replies("/вопрос Какая у вас квартира?")
    assert not to_whom(decision) and texts_chat.ASK_ONE_OF_THEM.format(code=OTHER) in said(decision, ROADS_CHAT)


def test_who_has_left_the_incident_meanwhile_is_not_mistaken_for_another() -> None:
    begun = replies()
    left = chooses(Share.ONE, begun, members=(replace(MEMBERS[0], status=Status.WAITING, incident=""), MEMBERS[1]))
    assert not to_whom(left) and f"№{OTHER} рассматривают уже отдельно" in snack(left)


def test_news_for_all_are_asked_about_for_the_author_of_the_card() -> None:
    """«/всем» is about the whole incident, whichever message of it was replied to."""
    lead = in_cur(incident=CODE)
    decision = replies(f"/всем {PERSONAL}", lead=lead, chat=cur())
    assert task_of(decision).about == "" and f"№{CODE}" in asked(decision).text


# Words that change, wait for a second person, go beside others, come back.


def read_again(text: str, held: Held, lead: Appeal = LEAD, **more: Any) -> Decision:
    shown = Message(ROADS_CHAT, 20, OFFICIAL, NOW, text, **more)
    lead = replace(lead, held=(held,))
    copies = {one.code: replace(held, cause=of_member(held.cause, one.code), also=()) for one in MEMBERS}
    members = tuple(replace(one, held=(copies[one.code],)) for one in MEMBERS) if held.also else MEMBERS
    unsent = frozenset(one.cause for appeal in (lead, *members) for one in appeal.held)
    known = facts(chat=roads(), appeals=(lead,), members=members, unsent=unsent, directory=RICH)
    return decide(known, SourceRead(ROADS_CHAT, CODE, 20, "old", shown, True, NOW))


def held(**more: Any) -> Held:
    known = {"cause": ANSWER, "action": "answer", "actor": OFFICIAL, "at": NOW, "peer": ROADS_CHAT, "cmid": 20}
    return Held(**known | {"text": "Сделали", "seen": "old"} | more)


@pytest.mark.parametrize("only", ["", EVERYBODY])
def test_new_words_that_speak_to_one_are_asked_about_anew(only: str) -> None:
    """Changed while they were on their way."""
    decision = read_again(PERSONAL, held(also=(OTHER, THIRD), only=only))
    assert len(of(CancelSend, decision)) == 3 and not to_whom(decision)
    task = task_of(decision)
    assert (task.job, task.text, task.more, task.cmid) == (Job.ANSWER, PERSONAL, (Ask.SHARE,), 20)
    (line,) = edits(decision, f"v1|{COMMUNITY}|offer|{ROADS_CHAT}|20|0")
    assert labels(line) == ["Всем 3", "Только автору", "Не отправлять"]
    assert all(the(decision, code).held == () for code in (OTHER, THIRD))
    assert set(to_whom(chooses(Share.ONE, decision))) == {ANNA}


def test_new_news_too() -> None:
    decision = read_again(PERSONAL, held(action="news", also=(OTHER, THIRD)))
    assert task_of(decision).job is Job.BROADCAST


def test_new_words_for_one_stay_for_him() -> None:
    decision = read_again("Теперь так", held(only=CODE))
    assert set(to_whom(decision)) == {ANNA} and the(decision).held[0].only == CODE
    assert not [one for one in of(Edit, decision) if "или только автору" in one.text]


def test_a_second_person_agrees_to_words_for_one() -> None:
    """R39: asked before, and said to whoever agrees."""
    begun = says(f"Ответ: {PERSONAL}", directory=STRICT)
    waits = chooses(Share.ONE, begun, directory=STRICT, officials=TEAM)
    draft = the(waits).approval
    assert draft is not None and draft.only == CODE
    (question,) = [one for one in of(Edit, waits) if one.target == task_of(begun).prompt]
    assert texts_answers.OTHERS_WAIT in question.text and "другие о том же" not in question.text
    value = f"{CODE}.{draft.number}"
    agreed = press(
        actions.APPROVE, value, the(waits), user=COLLEAGUE, members=MEMBERS, directory=STRICT, officials=TEAM
    )
    assert set(to_whom(agreed)) == {ANNA}


def test_a_second_person_agrees_to_words_for_one_who_joined() -> None:
    waits = chooses(Share.ONE, replies(directory=STRICT), directory=STRICT, officials=TEAM)
    draft = the(waits).approval
    assert draft is not None and draft.only == OTHER and not to_whom(waits)
    agreed = press(
        actions.APPROVE, f"{CODE}.{draft.number}", the(waits), user=COLLEAGUE, members=MEMBERS, directory=STRICT,
        officials=TEAM,
    )  # fmt: skip
    assert set(to_whom(agreed)) == {BORIS} and the(agreed).status is Status.IN_WORK and the(agreed).approval is None
    gone = press(
        actions.APPROVE, f"{CODE}.{draft.number}", the(waits), user=COLLEAGUE, members=MEMBERS[1:], directory=STRICT,
        officials=TEAM,
    )  # fmt: skip
    assert not to_whom(gone)
    nobody = chooses(Share.ONE, replies(directory=STRICT), directory=STRICT, members=MEMBERS[1:])
    assert f"№{OTHER} рассматривают уже отдельно" in snack(nobody)


def test_a_draft_of_an_older_program_is_for_its_author_alone() -> None:
    """Whatever leads to `hold`: what was never asked about is not for all."""
    draft = Approval(OFFICIAL, NOW, ROADS_CHAT, 20, "answer", PERSONAL, number=2)
    lead = replace(LEAD, status=Status.APPROVAL, approval=draft)
    agreed = press(
        actions.APPROVE, f"{CODE}.2", lead, user=COLLEAGUE, members=MEMBERS, directory=STRICT, officials=TEAM
    )
    assert set(to_whom(agreed)) == {ANNA}
    words = held(text=PERSONAL)
    assert set(to_whom(hold(facts(members=MEMBERS), roads(), LEAD, words))) == {ANNA}
    assert set(to_whom(hold(facts(members=MEMBERS), roads(), LEAD, replace(words, only=EVERYBODY)))) == {
        ANNA, BORIS, VERA,
    }  # fmt: skip


@pytest.mark.parametrize(("only", "share"), [("", ""), (EVERYBODY, Share.ALL), (CODE, Share.ONE)])
def test_the_same_words_as_another_kind_are_for_the_same(only: str, share: str) -> None:
    lead = replace(LEAD, held=(held(only=only),))
    decision = press(actions.AS_INTERIM, ANSWER, lead, members=MEMBERS, unsent=frozenset({ANSWER}))
    assert task_of(decision).share == share


def test_what_goes_in_place_of_words_for_one_is_for_him() -> None:
    going = held(only=CODE, seen="")
    lead = busy(Job.ANSWER, replace(LEAD, held=(going,)), text="Сделали иначе", cmid=21, more=(Ask.BESIDE,))
    known: dict[str, Any] = {"members": MEMBERS, "unsent": frozenset({ANSWER})}
    decision = pick(f"{Ask.BESIDE} {Beside.REPLACE}", lead, **known)
    assert set(to_whom(decision)) == {ANNA} and the(decision).held[0].only == CODE
    more = pick(f"{Ask.BESIDE} {Beside.ADD}", lead, **known)
    assert set(to_whom(more)) == {ANNA}


@pytest.mark.parametrize(
    ("only", "text", "reads"),
    [(CODE, "Теперь так", {ANNA}), (CODE, PERSONAL, {ANNA}), (EVERYBODY, "Теперь так", {ANNA, BORIS, VERA})],
)
def test_a_correction_reaches_whom_the_words_reached(only: str, text: str, reads: set[int]) -> None:
    """An interim answer was for the author alone, and was changed after it had left."""
    watch = Watch(ROADS_CHAT, 20, "old", "interim", OFFICIAL, LATER, "new", text, line=PROMPT, only=only)
    lead = replace(LEAD, status=Status.INTERIM, watches=(watch,))
    decision = press(actions.CORRECT, f"{CODE} 20 new", lead, members=MEMBERS, officials=TEAM)
    assert set(to_whom(decision)) == reads


def test_new_words_of_what_all_have_are_asked_about_where_they_speak_to_one() -> None:
    watch = Watch(ROADS_CHAT, 20, "old", "interim", OFFICIAL, LATER, "new", PERSONAL, line=PROMPT, only=EVERYBODY)
    lead = replace(LEAD, status=Status.INTERIM, watches=(watch,))
    decision = press(actions.CORRECT, f"{CODE} 20 new", lead, members=MEMBERS, officials=TEAM)
    assert not to_whom(decision) and labels(asked(decision))[0] == "Всем 3"


def test_what_arrives_says_whom_its_correction_is_for() -> None:
    gone = chooses(Share.ONE, says(f"Ответ: {PERSONAL}"))
    known = facts(chat=roads(), appeals=(the(gone),), members=MEMBERS, directory=RICH)
    arrived = decide(known, ended(the(gone).held[0].cause, Kind.ANSWER, DeliveryOutcome.SENT))
    assert [one.only for one in the(arrived).watches] == [CODE]


LEFT = {**TEAM, OFFICIAL: replace(TEAM[OFFICIAL], standing=Standing.GONE, until=NOW + timedelta(seconds=10))}


def wrote_and_left(text: str, **more: Any) -> Decision:
    known: dict[str, Any] = {"members": MEMBERS, "leads": {CODE: LEAD}, "officials": LEFT, "replied": JOINED} | more
    return decide(facts(now=LATER, chat=roads(listed_at=NOW), linked=MEMBERS[0], **known), replied(text, at=NOW))


@pytest.mark.parametrize(
    ("text", "more", "reads"),
    [
        (f"Ответ: {PERSONAL}", {}, {BORIS}),
        ("Ответ: Дорогу почистили", {"directory": NEVER}, {BORIS}),
        ("Ответ: Дорогу почистили", {}, {ANNA, BORIS, VERA}),
    ],
)
def test_words_of_who_was_taken_out_meanwhile_are_for_the_same(
    text: str, more: dict[str, Any], reads: set[int]
) -> None:
    """T5: a colleague sends them; nobody was asked, so what speaks to one is for him."""
    waits = wrote_and_left(text, **more)
    draft = the(waits).approval
    assert draft is not None and not to_whom(waits)
    known = {"members": MEMBERS, "officials": LEFT} | more
    agreed = press(actions.APPROVE, f"{CODE}.{draft.number}", the(waits), user=COLLEAGUE, **known)
    assert set(to_whom(agreed)) == reads


def test_nor_does_a_question_of_his_reach_another() -> None:
    asks = wrote_and_left("Вопрос: какая у вас квартира?")
    assert not asks.appeals and not to_whom(asks) and "какая у вас квартира" in said(asks, CUR_CHAT)


# The panel.


def acts(did: Did, lead: Appeal = LEAD, **more: Any) -> Decision:
    event = PanelActed(ROADS_CHAT, OFFICIAL, CODE, did, NOW, **more)
    return decide(facts(chat=roads(), appeals=(lead,), members=MEMBERS, directory=RICH), event)


@pytest.mark.parametrize(("did", "reads"), [(Did.TO_ALL, {ANNA, BORIS, VERA}), (Did.TO_ONE, {ANNA})])
def test_the_panel_asks_the_same(did: Did, reads: set[int]) -> None:
    begun = acts(Did.ANSWER, text=PERSONAL)
    assert not to_whom(begun) and "или только автору" in asked(begun).text
    assert set(to_whom(acts(did, the(begun)))) == reads


def test_dropped_there_it_leaves_to_nobody() -> None:
    dropped = acts(Did.DROP, the(acts(Did.ANSWER, text=PERSONAL)))
    assert not to_whom(dropped) and the(dropped).tasks == ()
    assert acts(Did.TO_ONE).ignored == texts_panel.NOTHING_WAITS


def test_the_page_offers_the_same_choice() -> None:
    begun = the(acts(Did.ANSWER, text=PERSONAL))
    assert asking.in_the_panel(begun, begun.tasks[0]) == [("Всем", Share.ALL), ("Только автору", Share.ONE)]
    second = busy(Job.ANSWER, LEAD, text="Сделали", more=(Ask.BESIDE,))
    assert [how for _, how in asking.in_the_panel(second, second.tasks[0])] == [Beside.REPLACE, Beside.ADD]


def test_words_of_every_sign_are_named() -> None:
    assert len({*texts_answers.SIGNS.values(), texts_answers.FILE}) == len(texts_answers.SIGNS) + 1
