"""One invitation for a person and post, at the core: when, in which words, and where none is said."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config.settings import Settings
from features.comments import texts
from features.comments.handlers import INVITE, cause_under
from features.comments.model.asked import CommentAsked, CommentFacts, Room
from features.comments.model.inviting import TOLD, invitation, invitation_at, unused_wording
from features.comments.model.posts import silence_of
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from states.decision import Decision
from states.dialogue import AskingText, Dialogue, Draft, Idle, Step
from states.effects import WORDS_TIMER, CancelSend, CancelTimer, Kind, Send, StartTimer
from states.events import CommentChange, CommentTold, DeliveryEnded, DeliveryOutcome, MessageNew, PostTold, TimerFired
from states.lifecycle.appeal import Piece
from states.messages import Attachment, Command, Message
from states.people.comments import Comment, CommentKind, CommentPolicy, Marks, Silence, WallPost, wall_peer
from tests.comments.test_handlers import ANSWERS, NUMBER, POST, PROBLEM, event, kept, under_posts
from tests.handlers.given import ANNA, BORIS, CUR_CHAT, OFFICIAL, cur, dialogue, facts, of, sends
from tests.handlers.in_chat import works
from tests.small import COMMUNITY, NOW, POLICY

OPEN = WallPost(POST, NOW, NOW)
HOUR = timedelta(hours=1)


def tells(told: CommentTold | PostTold, **more: Any) -> Decision:
    known = CommentFacts(**more.pop("known", {}))
    return decide(facts(rules=RULES, policy=more.pop("policy", ANSWERS), answers={CommentAsked: known}, **more), told)


def invites(comment: Comment | None = None, **more: Any) -> Decision:
    known = CommentFacts(comment or kept(), post=more.pop("post", OPEN), room=more.pop("room", Room()))
    policy, fired = more.pop("policy", ANSWERS), TimerFired(INVITE, str(NUMBER), wall_peer(POST), NOW)
    return decide(facts(rules=RULES, policy=policy, answers={CommentAsked: known}, **more), fired)


def planned(decision: Decision) -> list[StartTimer]:
    return [one for one in of(StartTimer, decision) if one.name == INVITE]


# When.


def test_a_problem_waits_for_a_human_first() -> None:
    (timer,) = planned(tells(event()))
    assert (timer.key, timer.peer, timer.at) == (str(NUMBER), wall_peer(POST), NOW + timedelta(minutes=10))
    assert planned(tells(event(), policy=POLICY)) == [], "BOT_COMMENTS=watch"
    assert planned(tells(event(), known={"room": Room(invited=True)})) == []
    assert planned(tells(event(at=NOW - timedelta(days=1)))) == []
    assert planned(tells(event(answered=True))) == []


@pytest.mark.parametrize("said", [one for one in CommentKind if one is not CommentKind.PROBLEM])
def test_nothing_else_is_invited(said: CommentKind) -> None:
    assert planned(tells(event(marks=Marks(said)))) == []


def test_an_edit_that_tells_a_problem_is_invited() -> None:
    thanked = {"comment": kept(marks=Marks(CommentKind.THANKS))}
    assert planned(tells(event(CommentChange.EDITED), known=thanked)) != []
    done = {"comment": kept(marks=Marks(CommentKind.THANKS), invited_at=NOW, wording=1)}
    assert planned(tells(event(CommentChange.EDITED), known=done)) == []


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-24 21:49", "2026-11-24 21:59"),
        ("2026-11-24 21:50", "2026-11-25 08:00"),
        ("2026-11-24 21:59", "2026-11-25 08:00"),
        ("2026-11-24 22:00", "2026-11-25 08:10"),
        ("2026-11-25 03:00", "2026-11-25 08:10"),
        ("2026-11-25 08:00", "2026-11-25 08:10"),
    ],
)
def test_at_night_the_pause_begins_in_the_morning(now: str, at: str) -> None:
    then = datetime.fromisoformat(now).replace(tzinfo=POLICY.zone).astimezone(UTC)
    found = invitation_at(then, POLICY.zone, CommentPolicy(), 0)
    assert found.astimezone(POLICY.zone).isoformat(" ")[:16] == at


def test_those_that_wait_already_are_let_go_first() -> None:
    policy = CommentPolicy(timedelta(), per_minute=2)
    minutes = [(invitation_at(NOW, POLICY.zone, policy, n) - NOW) / timedelta(minutes=1) for n in range(6)]
    assert minutes == [0, 0, 1, 1, 2, 2]


# In which words.


def test_it_says_what_it_is_about_and_where_to_write() -> None:
    decision = invites(kept(top=11))
    (said,) = sends(decision)
    assert isinstance(said, Send) and said.kind is Kind.COMMENT
    assert (said.peer, said.reply_to, said.thread) == (wall_peer(POST), NUMBER, 11)
    assert said.text.startswith("Ямы на дороге: напишите нам") and str(ANNA) not in said.text + said.link
    assert said.link == f"https://vk.me/club{COMMUNITY}?ref=k{POST}-{NUMBER}"
    (after,) = decision.comments
    assert (after.invited_at, after.wording) == (NOW, 1)


@pytest.mark.parametrize("topic", ["doctor", "", "nowhere"])
def test_of_health_nothing_is_named_beside_a_person(topic: str) -> None:
    (said,) = sends(invites(kept(marks=replace(PROBLEM, topic=topic))))
    assert said.text.startswith("Напишите нам")


def test_the_same_words_never_stand_twice_in_a_thread() -> None:
    (after,) = invites(room=Room(wordings=frozenset({1, 2}))).comments
    assert after.wording == 3
    every = frozenset(range(1, len(TOLD) + 1))
    assert unused_wording(every) == 0 and invites(room=Room(wordings=every)).ignored == "здесь уже звали"
    said = {invitation(number, "Ямы") for number in every}
    assert len(said) == len(TOLD) and all(one.startswith("Ямы: ") for one in said)
    assert all(invitation(number, "")[0].isupper() for number in every)


# Where none is said.


def test_one_for_a_person_and_post() -> None:
    assert invites(room=Room(invited=True)).ignored == "здесь уже звали"


@pytest.mark.parametrize("silence", [one for one in Silence if one is not Silence.NONE])
def test_under_such_a_post_nobody_is_invited(silence: Silence) -> None:
    assert invites(post=replace(OPEN, silence=silence)).ignored == "под этой записью не зовут"


def test_under_a_post_that_nobody_has_read_nobody_is_invited() -> None:
    assert invites(post=None).ignored == "под этой записью не зовут"


@pytest.mark.parametrize(
    "comment",
    [
        kept(answered_at=NOW), kept(invited_at=NOW), kept(came_at=NOW), kept(public_at=NOW), kept(gone=True),
        kept(marks=Marks(CommentKind.THANKS)), kept(at=NOW - timedelta(days=1)),
    ],
)  # fmt: skip
def test_what_is_settled_meanwhile_is_left_alone(comment: Comment) -> None:
    assert invites(comment).ignored == "звать уже незачем"


def test_without_the_setting_or_the_comment_nobody_is_invited() -> None:
    assert invites(policy=POLICY).ignored == "звать уже незачем"
    fired = TimerFired(INVITE, str(NUMBER), wall_peer(POST), NOW)
    assert decide(facts(rules=RULES, policy=ANSWERS), fired).ignored == "звать уже незачем"
    assert needs(fired, None, RULES).questions == (CommentAsked(NUMBER, post=POST, invites=True, silence=True),)


def test_of_a_crowd_the_centre_reads_one_line_a_day() -> None:
    few, many = (sends(tells(event(), known={"room": Room(waiting)})) for waiting in (19, 20))
    assert few == [] and len(many) == 1 and many[0].peer == CUR_CHAT and "ждут 20" in many[0].text
    assert sends(tells(event(), known={"room": Room(20)}, chats={})) == []
    (again,) = sends(tells(replace(event(), comment=NUMBER + 1), known={"room": Room(25)}))
    assert again.cause == many[0].cause, "one cause is said once"


def test_not_more_than_so_many_a_minute() -> None:
    full = Room(recent=(NOW - timedelta(seconds=59),) * 5)
    decision = invites(room=full)
    assert sends(decision) == [] and planned(decision)[0].at == NOW + timedelta(minutes=1)
    assert sends(invites(room=Room(recent=(NOW - timedelta(seconds=60),) * 5)))


# Somebody answered first.


def answers_it(**more: Any) -> Decision:
    known = {"replied": kept()} | more
    return tells(event(comment=13, author=-COMMUNITY, replies_to=NUMBER), known=known)


def test_the_community_or_an_official_answered_first() -> None:
    for decision in (
        answers_it(),
        tells(event(comment=13, replies_to=NUMBER), known={"replied": kept(), "official": True}),
    ):
        (after,) = decision.comments
        assert after == kept(answered_at=NOW) and CancelTimer(INVITE, str(NUMBER)) in decision.effects
        assert CancelSend(cause_under(facts(policy=ANSWERS), after, "invite")) in decision.effects


def test_what_the_bot_says_itself_is_no_answer_of_people() -> None:
    assert answers_it(own=True).ignored == "наш комментарий"
    for replied in (None, kept(gone=True), kept(answered_at=NOW - HOUR)):
        assert answers_it(replied=replied).ignored == "написал сотрудник"


def test_an_answer_that_the_wall_shows_counts_from_when_it_is_seen() -> None:
    (after,) = tells(event(CommentChange.SEEN, answered=True)).comments
    assert after.answered_at == NOW
    known = {"comment": kept(answered_at=NOW - HOUR)}
    assert tells(event(CommentChange.SEEN, answered=True), known=known).ignored == "ничего нового"
    danger = tells(event(CommentChange.SEEN, Marks(CommentKind.DANGER), answered=True))
    assert under_posts(danger) == [] and len(sends(danger)) == 1, "those on duty are called all the same"


def test_of_a_deleted_one_its_wording_stays() -> None:
    known = {"comment": kept(top=11, invited_at=NOW, wording=2)}
    (after,) = tells(event(CommentChange.DELETED, Marks(), author=0), known=known).comments
    assert (after.gone, after.author, after.top, after.wording, after.invited_at) == (True, 0, 11, 2, NOW)


def test_an_invitation_that_vk_does_not_take_is_no_alarm() -> None:
    (said,) = sends(invites())
    ended = DeliveryEnded(said.cause, Kind.COMMENT, said.peer, "", DeliveryOutcome.SET_ASIDE, NOW)
    decision = decide(facts(rules=RULES, policy=ANSWERS, answers={CommentAsked: CommentFacts(kept())}), ended)
    assert decision.ignored == "не встало под комментарием"


# Posts.


@pytest.mark.parametrize(
    ("text", "silence"),
    [
        ("Засыпали ямы на Тургоякском шоссе", Silence.NONE),
        ("Выражаем соболезнования родным и близким", Silence.MOURNING),
        ("Сегодня в области день траура", Silence.MOURNING),
        ("Поздравляем с Днём учителя!", Silence.CONGRATULATION),
        ("С Новым годом, дорогие земляки", Silence.CONGRATULATION),
        ("В посёлке введён режим ЧС, идёт эвакуация", Silence.EMERGENCY),
        ("Итоги совещания #безответа", Silence.RULE),
        ("Итоги совещания #безответа2", Silence.NONE),
        ("Вырубили лес у озера", Silence.RULE),
        ("Лес: что сделано", Silence.RULE),
        ("Отремонтировали лестницу в лесу", Silence.NONE),
        ("Полесье ждёт гостей", Silence.NONE),
        ("Выборов не будет, выборный штаб закрыт", Silence.RULE),
        ("Перевыборы старосты", Silence.NONE),
        ("Пожар потушен, жертв нет", Silence.NONE),
        ("Обошлось без жертв и пострадавших", Silence.NONE),
        ("Жертв и пострадавших нет. Движение открыто", Silence.NONE),
        ("Погибших и пострадавших нет", Silence.NONE),
        ("Нет погибших, движение открыто", Silence.NONE),
        ("Вспоминаем жертв аварии", Silence.MOURNING),
        ("Память жертв репрессий почтили в парке", Silence.MOURNING),
        ("Имена погибших высечены на камне", Silence.MOURNING),
        ("", Silence.NONE),
    ],
)
def test_what_a_post_is(text: str, silence: Silence) -> None:
    assert silence_of(text, ("#безответа", "лес", "выбор*")) is silence


def told_post(silence: Silence = Silence.NONE, before: WallPost | None = None) -> Decision:
    return tells(PostTold(POST, NOW, silence), known={"post": before})


def test_what_is_kept_of_a_post() -> None:
    assert told_post(Silence.MOURNING).posts == (replace(OPEN, silence=Silence.MOURNING),)
    assert told_post(before=OPEN).ignored == "о записи всё известно"
    assert told_post(Silence.RULE, OPEN).posts == (replace(OPEN, silence=Silence.RULE),)
    muted = replace(OPEN, silence=Silence.MUTED, muted_by=OFFICIAL)
    assert told_post(before=muted).ignored == "о записи всё известно", "a person's word stands above the post's"
    assert needs(PostTold(POST, NOW), None, RULES).questions == (CommentAsked(0, post=POST, silence=True),)
    assert decide(facts(), PostTold(POST, NOW)).ignored == "комментарии не читаются"
    assert decide(facts(rules=RULES), PostTold(POST, NOW)).posts == (OPEN,)


def types(text: str, **more: Any) -> Decision:
    message = Message(CUR_CHAT, 10, OFFICIAL, NOW, text)
    people = {OFFICIAL: works(OFFICIAL, "Анна Лис", CUR_CHAT)}
    known: dict[str, Any] = {"rules": RULES, "policy": ANSWERS, "chat": cur(), "officials": people} | more
    return decide(facts(**known), MessageNew(message))


def test_the_centre_mutes_a_post_and_opens_it_again() -> None:
    link = f"https://vk.com/wall-{COMMUNITY}_{POST}?reply=12"
    muted = types(f"/тихо {link}")
    assert muted.posts == (replace(OPEN, silence=Silence.MUTED, muted_by=OFFICIAL),)
    assert sends(muted)[0].text == texts.MUTED
    opened = types(f"/звать {link}")
    assert opened.posts == (replace(OPEN, muted_by=OFFICIAL),) and sends(opened)[0].text == texts.OPENED


@pytest.mark.parametrize(
    "rest", ["", "5", f"wall-{COMMUNITY}_", "wall-5_5", f"wall-{COMMUNITY}_x", f"wall-{COMMUNITY}_٣"]
)
def test_what_is_no_link_to_a_post_of_ours(rest: str) -> None:
    decision = types(f"/тихо {rest}")
    assert decision.posts == () and sends(decision)[0].text == texts.NO_POST


def test_where_nobody_is_invited_there_is_nothing_to_mute() -> None:
    assert sends(types(f"/тихо wall-{COMMUNITY}_5", policy=POLICY))[0].text == texts.NO_ANSWERS


def test_a_person_and_a_community_are_told_apart() -> None:
    assert needs(event(author=BORIS, replies_to=3), None, RULES).questions == (
        CommentAsked(NUMBER, BORIS, POST, 3, invites=True),
    )


# Who comes by the link.

CODE = f"k{POST}-{NUMBER}"


def comes(talk: Dialogue | None, comment: Comment | None, **more: Any) -> Decision:
    author, ref = more.pop("author", ANNA), more.pop("ref", CODE)
    message = Message(author, 10, author, NOW, "", command=Command("start"), ref=ref, **more)
    known = {CommentAsked: CommentFacts(comment)}
    return decide(facts(talk, rules=RULES, policy=ANSWERS, answers=known), MessageNew(message))


def test_who_has_agreed_is_asked_to_say_it_again() -> None:
    decision = comes(dialogue(), kept())
    assert decision.comments == (kept(came_at=NOW),)
    (said,) = sends(decision)
    assert said.text.startswith(texts.CAME) and decision.dialogue is not None
    assert isinstance(decision.dialogue.step, AskingText) and decision.dialogue.door == CODE
    again = comes(dialogue(), kept(came_at=NOW - HOUR))
    assert again.comments == (kept(came_at=NOW - HOUR),)


def test_before_the_consent_only_the_link_is_kept() -> None:
    decision = comes(None, kept())
    assert decision.comments == (kept(came_at=NOW),) and decision.dialogue is not None
    assert decision.dialogue.door == CODE and all(texts.CAME not in one.text for one in sends(decision))
    asked = replace(decision.dialogue, consent=POLICY.consent_hash, step=AskingText())
    shown = decide(facts(asked, rules=RULES), MessageNew(Message(ANNA, 11, ANNA, NOW, command=Command("write"))))
    assert texts.CAME in sends(shown)[0].text


@pytest.mark.parametrize("comment", [None, kept(author=BORIS), kept(post=6), kept(gone=True, author=0)])
def test_a_link_that_was_passed_on_is_no_word_about_oneself(comment: Comment | None) -> None:
    decision = comes(dialogue(), comment)
    assert decision.comments == () and all(texts.CAME not in one.text for one in sends(decision))
    assert decision.dialogue is None or decision.dialogue.door == ""


def test_an_old_visit_is_over() -> None:
    talk = dialogue(door=CODE, came_at=NOW - timedelta(hours=6))
    decision = decide(facts(talk, rules=RULES), MessageNew(Message(ANNA, 11, ANNA, NOW, command=Command("write"))))
    assert texts.CAME not in sends(decision)[0].text
    other = replace(talk, door="k5", came_at=NOW)
    decision = decide(facts(other, rules=RULES), MessageNew(Message(ANNA, 11, ANNA, NOW, command=Command("write"))))
    assert texts.CAME not in sends(decision)[0].text


def test_what_a_link_asks_for() -> None:
    came = Message(ANNA, 10, ANNA, NOW, ref=CODE)
    assert needs(MessageNew(came), None, RULES).questions == (CommentAsked(NUMBER),)
    for ref in ("k5", "k5-x", "x5-12", "k05-12", "plakat-miass"):
        assert needs(MessageNew(replace(came, ref=ref)), None, RULES).questions == ()


# Late, and at night.


def at(local: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{local}").replace(tzinfo=POLICY.zone).astimezone(UTC)


def test_whose_turn_would_come_at_night_waits_for_the_morning() -> None:
    """Seven wait already, two a minute: the pause ends before ten, the turn comes after."""
    policy = CommentPolicy(per_minute=2)
    assert invitation_at(at("24 21:47"), POLICY.zone, policy, 7) == at("25 08:00")
    assert invitation_at(at("24 21:47"), POLICY.zone, policy, 5) == at("24 21:59")


def test_a_timer_that_fires_at_night_waits_for_the_morning_too() -> None:
    """The bot was down, or the minute was full."""
    decision = invites(kept(at=at("24 21:40")), now=at("24 22:03"))
    assert sends(decision) == [] and decision.comments == () and planned(decision)[0].at == at("25 08:00")
    assert sends(invites(kept(at=at("24 21:40")), now=at("25 08:00")))


@pytest.mark.parametrize("pause", [0, 10, 600])
@pytest.mark.parametrize("written", ["24 00:00", "24 08:00", "24 13:00", "24 21:59", "24 22:00", "24 23:59"])
def test_whatever_the_pause_somebody_is_invited(pause: int, written: str) -> None:
    """A comment is older than a day by no pause that may be set (600 minutes at most)."""
    policy = replace(ANSWERS, comments=CommentPolicy(timedelta(minutes=pause)))
    told = tells(event(at=at(written)), policy=policy, now=at(written))
    (timer,) = planned(told)
    assert sends(invites(kept(at=at(written)), policy=policy, now=timer.at))


# Its words, once its author has agreed.

READS = replace(ANSWERS, comments=CommentPolicy(reads=True))


def asked_for(decision: Decision) -> list[StartTimer]:
    return [one for one in of(StartTimer, decision) if one.name == WORDS_TIMER]


def opens(talk: Dialogue | None, **more: Any) -> Decision:
    message = Message(ANNA, 10, ANNA, NOW, "", command=Command("start"), ref=CODE)
    known = {"rules": RULES, "policy": READS, "answers": {CommentAsked: CommentFacts(kept())}} | more
    return decide(facts(talk, **known), MessageNew(message))


def test_who_has_agreed_has_the_comment_read() -> None:
    decision = opens(dialogue())
    assert asked_for(decision) == [StartTimer(WORDS_TIMER, CODE, ANNA, NOW)]
    assert texts.CAME_AND_READ in sends(decision)[0].text
    assert asked_for(opens(dialogue(), policy=ANSWERS)) == [], "without the service key"
    assert asked_for(opens(dialogue(), answers={CommentAsked: CommentFacts(kept(author=BORIS))})) == []


def test_before_the_consent_nothing_is_read_and_after_it_at_once() -> None:
    first = opens(None)
    assert asked_for(first) == [] and first.dialogue is not None
    yes = MessageNew(Message(ANNA, 11, ANNA, NOW, "Даю согласие", command=Command("consent")))
    agreed = decide(facts(first.dialogue, rules=RULES, policy=READS), yes)
    assert agreed.consent is not None and asked_for(agreed) == [StartTimer(WORDS_TIMER, CODE, ANNA, NOW)]
    late = decide(facts(first.dialogue, rules=RULES, policy=READS, now=NOW + 6 * HOUR), yes)
    assert asked_for(late) == [], "the visit is over"


def test_who_wrote_only_a_greeting_has_it_read_too() -> None:
    paused = TimerFired("pause", str(ANNA), ANNA, NOW)
    talk = dialogue(AskingText(), door=CODE, came_at=NOW)
    assert asked_for(decide(facts(talk, rules=RULES, policy=READS), paused)) == [
        StartTimer(WORDS_TIMER, CODE, ANNA, NOW)
    ]
    told = replace(talk, draft=Draft(pieces=(Piece(7, "", (Attachment("photo", "photo1_2"),)),)))
    assert asked_for(decide(facts(told, rules=RULES, policy=READS), paused)) == [], "a story is told already"


@pytest.mark.parametrize("step", [AskingText(), Idle()])
def test_what_was_read_is_shown_and_never_forwarded(step: Step) -> None:
    said = MessageNew(Message(ANNA, -NUMBER, ANNA, NOW - HOUR, "Снег на дороге не чистят, Миасс"))
    decision = decide(facts(dialogue(step), rules=RULES, policy=READS), said)
    assert "Прочитали ваш комментарий: «Снег на дороге" in sends(decision)[0].text
    assert decision.dialogue is not None
    (piece,) = decision.dialogue.draft.pieces
    assert piece.reworded and piece.cmid == -NUMBER


@pytest.mark.parametrize(("minutes", "fits"), [(0, True), (600, True), (601, False), (-1, False)])
def test_a_pause_is_ten_hours_at_most(minutes: int, fits: bool) -> None:
    """A longer one would invite people to what has been answered."""
    named = {"operator_name": "Орган", "operator_address": "Миасс", "operator_email": "a@b.ru"}
    with nullcontext() if fits else pytest.raises(ValidationError, match="comments_pause"):
        Settings(vk_token="group-101", policy_url="https://b.ru/p", comments_pause=minutes, **named)
