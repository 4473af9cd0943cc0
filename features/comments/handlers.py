"""What follows from a comment under a post: its marks are kept, those on duty are called where people are in danger,
until somebody presses «Вижу», and its author reads whom to call where people are answered (BOT_COMMENTS=answer). It
must never hold a word of a comment (R7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import assert_never

from features.comments import texts
from features.comments.model.asked import CommentAsked, CommentFacts, PublicAsked, RecentAsked, Room
from features.comments.model.inviting import MINUTE, by_day, invitation, invitation_at, unused_wording
from features.comments.model.public import refusal
from handlers.lifecycle.alarms import names
from handlers.lifecycle.warnings import alarm_words
from handlers.text import keyboards
from handlers.text.relayed import clean
from handlers.text.words import moment
from handlers.views.alarm_card import officer
from handlers.views.cards import anonymous
from handlers.views.turn import hint
from states.cause import parse
from states.decision import Decision, ignore
from states.effects import CancelSend, CancelTimer, Edit, Effect, Kind, Priority, Send, StartTimer
from states.events import (
    ButtonPressed,
    CommentChange,
    CommentTold,
    DeliveryEnded,
    DeliveryOutcome,
    PostTold,
    TimerFired,
)
from states.facts import Facts
from states.lifecycle.alerts import Alert
from states.lifecycle.appeal import Appeal
from states.messages import Message
from states.people.chats import Chat
from states.people.comments import Comment, CommentKind, Silence, WallPost, post_of, wall_peer
from states.screen import Colour, Keyboard

TIMER = "comment_alarm"
"""Keyed by the number of the comment: when those on duty are called again."""

INVITE = "comment_invite"
"""Keyed by the number of the comment: when its author is invited into the dialogue."""

DANGER, INVITATION, ANSWER = "danger", "invite", "answer"
STAGES = (DANGER, INVITATION)
"""What may be said under a comment, each once. An answer that was taken back may be written anew."""

UNDO = "comment_undo"
"""The action of «Отменить» beside an official's answer; its value is the number of the comment."""

SEEN = "comment_seen"
"""The action of «Вижу»; its value is the number of the comment."""

SOON = timedelta(hours=1)
"""Whom to call is said under the comment until then or never: later a person decides, and the post's other comments are
not held up by it."""

RECENT = timedelta(hours=48)
"""So long after a comment its author is asked whether his message is about it."""

CROWD = 20
"""So many who wait under one post to be invited are no matter of each by himself."""

FRESH = timedelta(days=1)
"""Nobody is called for an older one: whoever was in danger a day ago is helped, or not by this."""


# What is told of a comment.


def take_comment(facts: Facts, event: CommentTold) -> Decision:
    """What follows from a comment that VK told of. An official's own comment answers the one above it; what an erased
    resident wrote before the erasure is not kept again (R14)."""
    known = facts.answer(CommentAsked) or CommentFacts()
    before = known.comment
    match event.change:
        case CommentChange.DELETED:
            return forget_comment(facts, event, known)
        case _ if known.own:
            return ignore("наш комментарий")
        case _ if known.official or event.author < 0:
            return note_answer(facts, known.replied)
        case _ if known.forgotten_at is not None and event.at <= known.forgotten_at:
            return ignore("автора забыли")
        case CommentChange.RESTORED:
            return keep_marks(facts, event, known)
        case CommentChange.NEW | CommentChange.EDITED | CommentChange.SEEN if before is not None and before.gone:
            return ignore("удалён в VK")
        case CommentChange.NEW if before is not None:
            return ignore("уже знаем")
        case CommentChange.NEW | CommentChange.EDITED | CommentChange.SEEN:
            return keep_marks(facts, event, known)
        case _:
            assert_never(event.change)


def keep_marks(facts: Facts, event: CommentTold, known: CommentFacts) -> Decision:
    """The newest reading counts; but an alarm that was raised ends by a person, not by other words."""
    before = known.comment
    fresh = Comment(event.comment, event.post, event.author, event.at, facts.now)
    fresh = replace(before or fresh, author=event.author, at=event.at, top=event.top, marks=event.marks, gone=False)
    if event.answered and fresh.answered_at is None:
        fresh = replace(fresh, answered_at=facts.now)
    if before == fresh:
        return ignore("ничего нового")
    if fresh.alarm_at is None and calls_duty(facts, fresh):
        fresh = replace(fresh, alarm_at=facts.now)
        effects = (*answer_alarm(facts, fresh), *alarm_card(facts, fresh), next_call(facts, fresh))
        return Decision(comments=(fresh,), effects=effects)
    return Decision(comments=(fresh,), effects=plan_invitation(facts, fresh, known.room))


def note_answer(facts: Facts, comment: Comment | None) -> Decision:
    """An official, or the community by a person's hand, answered it first: nobody is invited any more."""
    if comment is None or comment.gone or comment.answered_at is not None:
        return ignore("написал сотрудник")
    after = replace(comment, answered_at=facts.now)
    effects = (CancelTimer(INVITE, str(comment.id)), CancelSend(cause_under(facts, comment, INVITATION)))
    return Decision(comments=(after,), effects=effects)


def calls_duty(facts: Facts, comment: Comment) -> bool:
    """Whether those on duty are called: it tells of danger and is less than a day old."""
    return comment.marks.said is CommentKind.DANGER and facts.now - comment.at < FRESH


def forget_comment(facts: Facts, event: CommentTold, known: CommentFacts) -> Decision:
    """Deleted in VK is deleted here. Its number stays: an event that comes late brings it back no more."""
    before = known.comment
    if before is not None and before.gone:
        return ignore("уже удалён")
    empty = Comment(event.comment, event.post, 0, facts.now, facts.now, gone=True)
    if before is None:
        return Decision(comments=(empty,))
    # What we said under it still stands in the thread: its restored comment is not invited or answered again.
    public = None if known.held else before.public_at
    stands = replace(empty, invited_at=before.invited_at, wording=before.wording, public_at=public)
    said = replace(stands, at=before.at, top=before.top)
    waits = [cause_under(facts, before, stage) for stage in STAGES]
    waits += [known.held] if known.held else []
    effects: tuple[Effect, ...] = (*map(CancelSend, waits), CancelTimer(INVITE, str(before.id)))
    if known.held:
        effects += line_of_answer(facts, known.held, "gone", texts.NO_COMMENT)
    if before.alarming:
        told = to_duty_chat(facts, "gone", before, deletion_words(facts, before))
        effects += (CancelTimer(TIMER, str(before.id)), *told)
    return Decision(comments=(said,), effects=effects)


# Under the post.


def answer_alarm(facts: Facts, comment: Comment) -> tuple[Effect, ...]:
    """The reply under a comment with the numbers to call, without any pause, whatever the post is about (R28)."""
    if facts.policy.comments is None or answered_before(comment):
        return ()
    words = alarm_words(facts.directory, comment.marks.place or None, "")
    return (replace(under(facts, comment, DANGER, words), not_after=facts.now + SOON),)


def answered_before(comment: Comment) -> bool:
    """Whether somebody's answer stood there when those on duty were called."""
    assert comment.alarm_at is not None, "only an alarm calls"
    return comment.answered_at is not None and comment.answered_at <= comment.alarm_at


# The invitation.


def plan_invitation(facts: Facts, comment: Comment, room: Room) -> tuple[Effect, ...]:
    """Starts the timer of an invitation, and tells the ЦУР of a crowd; nothing where its author was invited under this
    post already."""
    policy = facts.policy.comments
    if policy is None or not waits_for_invitation(facts, comment) or room.invited:
        return ()
    at = invitation_at(facts.now, facts.policy.zone, policy, room.planned)
    return (StartTimer(INVITE, str(comment.id), wall_peer(comment.post), at), *tell_of_crowd(facts, comment, room))


def tell_of_crowd(facts: Facts, comment: Comment, room: Room) -> tuple[Effect, ...]:
    """One line in a day about a post under which many complain at once: by its cause it is said once."""
    if room.planned < CROWD or facts.cur is None:
        return ()
    post = f"https://vk.com/wall-{facts.policy.community}_{comment.post}"
    day = facts.now.astimezone(facts.policy.zone)
    cause = facts.cause("comment", facts.cur.peer, f"{comment.post}.crowd.{day:%y%m%d}")
    return (Send(facts.cur.peer, cause, texts.crowd(post, room.planned), Kind.NOTICE, Priority.NOTICE),)


def waits_for_invitation(facts: Facts, comment: Comment) -> bool:
    """A problem that nobody has answered and whose author has not come. Of a question, thanks or a quarrel the bot says
    nothing."""
    done = (comment.answered_at, comment.invited_at, comment.came_at, comment.public_at, comment.dropped_at)
    open_ = comment.marks.said is CommentKind.PROBLEM and not comment.gone and facts.now - comment.at < FRESH
    return open_ and done == (None,) * len(done)


def invite(facts: Facts, event: TimerFired) -> Decision:
    """The pause is over: one invitation for a person and post, in words that do not stand in this thread yet."""
    known, policy = facts.answer(CommentAsked) or CommentFacts(), facts.policy.comments
    comment, room = known.comment, known.room
    if policy is None or comment is None or not waits_for_invitation(facts, comment):
        return ignore("звать уже незачем")
    if known.post is None or known.post.silence is not Silence.NONE:
        return ignore("под этой записью не зовут")
    number = unused_wording(room.wordings)
    if room.invited or not number:
        return ignore("здесь уже звали")
    at = by_day(facts.now + MINUTE if is_full(facts, room) else facts.now, facts.policy.zone)
    if at > facts.now:
        return Decision(effects=(StartTimer(INVITE, event.key, event.peer, at),))
    return say_invitation(facts, comment, number)


def is_full(facts: Facts, room: Room) -> bool:
    """Whether as many have been invited under the post in this minute as may be."""
    policy = facts.policy.comments
    return policy is not None and sum(at > facts.now - MINUTE for at in room.recent) >= policy.per_minute


def say_invitation(facts: Facts, comment: Comment, number: int) -> Decision:
    """Sends the invitation under the comment with a link into the dialogue, in the wording with this number."""
    text = invitation(number, topic_of(facts, comment))
    said = replace(under(facts, comment, INVITATION, text), link=way_here(facts, comment), priority=Priority.NOTICE)
    return Decision(comments=(replace(comment, invited_at=facts.now, wording=number),), effects=(said,))


def topic_of(facts: Facts, comment: Comment) -> str:
    """What everybody may read of it: of health nothing is named beside a person."""
    topic = facts.directory.topic_by_code.get(comment.marks.topic)
    return topic.name if topic is not None and not topic.health and not topic.anonymous_card else ""


def way_here(facts: Facts, comment: Comment) -> str:
    """A link that opens the dialogue, with the post and the comment in it."""
    return f"https://vk.me/club{facts.policy.community}?ref={code_of(comment.post, comment.id)}"


def code_of(post: int, comment: int) -> str:
    """The `ref` of an invitation's link, as k<post>-<comment>."""
    return f"k{post}-{comment}"


def behind_link(code: str) -> tuple[int, int] | None:
    """The post and the comment of such a link."""
    post, comment = number_behind(code, "k"), number_behind(code, "-")
    return (post, comment) if code == code_of(post, comment) else None


def question_of_link(code: str) -> CommentAsked | None:
    """What to load for whoever comes by this link; None where it is no invitation's."""
    found = behind_link(code)
    return CommentAsked(found[1]) if found is not None else None


def comment_of_visitor(facts: Facts, message: Message) -> Comment | None:
    """The comment that whoever opened this link wrote himself: a link may be passed on."""
    comment, found = (facts.answer(CommentAsked) or CommentFacts()).comment, behind_link(message.ref)
    if comment is None or comment.author != message.author or (comment.post, comment.id) != found:
        return None
    return replace(comment, came_at=comment.came_at or facts.now)


def greet(facts: Facts, code: str) -> str:
    """What somebody hears who came by an invitation; "" by any other link."""
    if behind_link(code) is None:
        return ""
    return texts.CAME_AND_READ if reads_words(facts, code) else texts.CAME


def reads_words(facts: Facts, code: str) -> bool:
    """Whether the bot reads the words of the comment once its author, who came by this link, has agreed."""
    policy = facts.policy.comments
    return behind_link(code) is not None and policy is not None and policy.reads


def ask_own(facts: Facts) -> tuple[str, str]:
    """The question to somebody who writes by himself about what he commented on lately; «Да» is as good as its link.
    Empty where nothing is asked."""
    found = facts.answer(RecentAsked)
    if not found or facts.now - found[0]["at"] >= RECENT:
        return "", ""
    newest = found[0]
    return texts.OWN, code_of(newest["post"], newest["comment"])


def tell_of(facts: Facts, appeal: Appeal) -> Comment | None:
    """The comment about which its author has sent a message."""
    comment = (facts.answer(CommentAsked) or CommentFacts()).comment
    if comment is None or comment.gone or comment.author != appeal.resident:
        return None
    return replace(comment, came_at=comment.came_at or facts.now, appeal=appeal.code)


# An official's answer, which everybody reads.


def answer_here(facts: Facts, chat: Chat, message: Message, rest: str) -> Decision | str:
    """By a command with a link."""
    comment = (facts.answer(CommentAsked) or CommentFacts()).comment
    where, *words = rest.split(maxsplit=1) or [""]
    text = clean("".join(words)).strip()
    if facts.policy.comments is not None and not (text and comment_in(where)):
        return texts.HOW_TO_ANSWER
    if comment is not None and comment.post != post_in(where, facts.policy.community):
        comment = None
    answer = answer_under(facts, comment, text, str(message.cmid))
    if isinstance(answer, str):
        return answer
    shown = preview(facts, message.peer, answer, message.cmid)
    return replace(answer.decision, effects=(*answer.decision.effects, shown))


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """An answer that waits for its undo, and what follows from it."""

    comment: Comment
    said: Send
    decision: Decision


def answer_under(facts: Facts, comment: Comment | None, text: str, origin: str) -> PublicAnswer | str:
    """The public answer held for the undo, once for a comment, never with a personal fact; else why not."""
    if facts.policy.comments is None:
        return texts.NO_ANSWERS
    if comment is None or comment.gone:
        return texts.NO_COMMENT
    if comment.public_at is not None:
        return texts.ANSWERED
    health = frozenset(topic.code for topic in facts.directory.topics if topic.health)
    if (why := refusal(text, facts.find, health)) is not None:
        return texts.refused(why)
    said = under(facts, comment, f"{ANSWER}.{origin}", text)
    said = replace(said, not_before=facts.now + facts.policy.undo, priority=Priority.ANSWER)
    waits = (CancelTimer(INVITE, str(comment.id)), CancelSend(cause_under(facts, comment, INVITATION)))
    after = replace(comment, public_at=facts.now)
    return PublicAnswer(comment, said, Decision(comments=(after,), effects=(*waits, said)))


def preview(facts: Facts, peer: int, answer: PublicAnswer, reply_to: int | None = None) -> Send:
    """The message to the ЦУР about a public answer that waits and can be taken back."""
    comment, said = answer.comment, answer.said
    words = texts.will_stand(said.text, link(facts, comment), int(facts.policy.undo.total_seconds()))
    undo = keyboards.inline((keyboards.callback(texts.UNDO, UNDO, str(comment.id)),))
    cause = facts.cause("comment", peer, parse(said.cause).origin)
    return Send(peer, cause, words, Kind.STATUS, Priority.DIALOGUE, keyboard=undo, reply_to=reply_to)


def take_back(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Takes the public answer back whose line it is, and no other: another one may wait by now."""
    known = facts.answer(CommentAsked) or CommentFacts()
    other = facts.replied and known.held and parse(facts.replied).origin != parse(known.held).origin
    if known.comment is None or not known.held or other:
        nothing = known.comment is not None and known.comment.public_at is None
        return "", ignore(texts.TAKEN_BACK if nothing or other else texts.LEFT)
    return texts.UNDO, stop_answer(facts, known.comment, known.held)


def stop_answer(facts: Facts, comment: Comment, held: str) -> Decision:
    """Takes a held answer back, so that the comment may be answered again, and says so under its preview."""
    line = line_of_answer(facts, held, "back", texts.TAKEN_BACK)
    return Decision(comments=(replace(comment, public_at=None),), effects=(CancelSend(held), *line))


def answer_ended(facts: Facts, event: DeliveryEnded, comment: Comment) -> Decision:
    """The line in the chat says the truth. What VK has refused may be written anew; what nobody knows may not."""
    if event.outcome is DeliveryOutcome.SENT:
        there = () if comment.public_at is not None else (replace(comment, public_at=facts.now),)
        line = line_of_answer(facts, event.cause, "stands", texts.stands(link(facts, comment), comment.appeal))
        return Decision(comments=there, effects=line)
    told = texts.does_not_stand(link(facts, comment), event.code)
    after = replace(comment, public_at=None if event.code else comment.public_at)
    end = "refused" if event.code else "unknown"
    return Decision(comments=(after,), effects=line_of_answer(facts, event.cause, end, told))


def also_in_public(facts: Facts) -> str:
    """The line behind an answer that its author has now: what is told to one and to all must not contradict. Not where
    the card hides its author, whom the link names (R21)."""
    comment = facts.answer(PublicAsked)
    if comment is None or comment.gone or comment.public_at is None:
        return ""
    if any(anonymous(appeal, facts.directory) for appeal in facts.appeals if appeal.code == comment.appeal):
        return ""
    return texts.also_in_public(link(facts, comment))


def line_of_answer(facts: Facts, cause: str, end: str, text: str) -> tuple[Effect, ...]:
    """Changes the line about a public answer in the chat of the ЦУР, and where it was written. Each end has a cause of
    its own: a later one is told too."""
    origin, cur = parse(cause).origin, facts.cur
    told = dict.fromkeys([*([cur.peer] if cur is not None else []), *chat_in(origin)])
    return tuple(
        Edit(peer, facts.cause("comment", peer, f"{origin}.{end}"), facts.cause("comment", peer, origin), text)
        for peer in told
    )


def origin_in(message: Message) -> str:
    """The origin of an answer that was written as a reply to a card: in which chat its line stands."""
    return f"{message.peer}c{message.cmid}"


def chat_in(origin: str) -> list[int]:
    """The chat that an answer's preview stands in, as its origin names it; empty for an answer written in the panel."""
    peer, mark, _ = origin.split(".")[-1].partition("c")
    return [int(peer)] if mark and peer.isdecimal() else []


def comment_in(text: str) -> int:
    """The number in a link to a comment, 0 where there is none."""
    return number_behind(text, "reply=")


# Posts.


def take_post(facts: Facts, event: PostTold) -> Decision:
    """What a person has said of it stands above its words."""
    before = (facts.answer(CommentAsked) or CommentFacts()).post
    if before is not None and (before.muted_by or before.silence is event.silence):
        return ignore("о записи всё известно")
    return Decision(posts=(WallPost(event.post, event.at, facts.now, event.silence),))


def mute(facts: Facts, chat: Chat, message: Message, rest: str) -> Decision | str:
    """«/тихо»: nobody is invited under this post any more."""
    return of_post(facts, message, rest, Silence.MUTED, texts.MUTED)


def unmute(facts: Facts, chat: Chat, message: Message, rest: str) -> Decision | str:
    """«/звать»: people are invited under this post again."""
    return of_post(facts, message, rest, Silence.NONE, texts.OPENED)


def of_post(facts: Facts, message: Message, rest: str, silence: Silence, said: str) -> Decision | str:
    """Sets whether people are invited under the post of this link, and confirms it in the chat; else a sentence with
    what is wrong."""
    if facts.policy.comments is None:
        return texts.NO_ANSWERS
    number = post_in(rest, facts.policy.community)
    if not number:
        return texts.NO_POST
    post = WallPost(number, message.at, facts.now, silence, message.author)
    return Decision(posts=(post,), effects=(hint(facts, message, said),))


def post_in(text: str, community: int) -> int:
    """The number in a link to a post of ours, 0 where there is none."""
    return number_behind(text, f"wall-{community}_")


def number_behind(text: str, mark: str) -> int:
    """The digits right behind the mark, at most 16; 0 where there are none. It reads ASCII digits only."""
    _, mark, rest = text.partition(mark)
    digits = "".join(takewhile(str.isdecimal, rest[:16])) if mark else ""
    return int(digits) if digits.isascii() and digits else 0


# Our own comments.


def under(facts: Facts, comment: Comment, stage: str, text: str) -> Send:
    """A comment of ours under this one. Each stage is said once: its cause is unique for ever (I7)."""
    peer, cause = wall_peer(comment.post), cause_under(facts, comment, stage)
    answers, thread = comment.id, comment.top or comment.id
    return Send(
        peer, cause, text, Kind.COMMENT, Priority.DIALOGUE, reply_to=answers, thread=thread, report=True
    )  # fmt: skip


def cause_under(facts: Facts, comment: Comment, stage: str) -> str:
    """The cause of what is said under this comment at this stage; the same again means the same message."""
    return facts.cause("comment", wall_peer(comment.post), f"{comment.id}.{stage}")


def own_comment_ended(facts: Facts, event: DeliveryEnded) -> Decision:
    """What did not reach the post, or perhaps not, a person looks up."""
    comment, stage = (facts.answer(CommentAsked) or CommentFacts()).comment, parse(event.cause).origin.split(".")[1]
    if stage == ANSWER and comment is not None and not comment.gone:
        return answer_ended(facts, event, comment)
    if event.outcome is DeliveryOutcome.SENT:
        return ignore("стоит под комментарием")
    if comment is None or comment.gone:
        return ignore("комментария уже нет")
    if stage != DANGER:
        return ignore("не встало под комментарием")
    words = texts.alarm_unanswered(link(facts, comment), facts.directory.emergency)
    return Decision(effects=to_duty_chat(facts, "unanswered", comment, words))


# Those on duty.


def alarm_card(facts: Facts, comment: Comment) -> tuple[Effect, ...]:
    """Sends those on duty a card of the alarm with a link and «Вижу», never with the comment's words (R7)."""
    at = moment(comment.at, facts.policy.zone)
    text = card_words(facts, comment, at)
    return to_duty_chat(facts, "card", comment, text, see_button(comment))


def card_words(facts: Facts, comment: Comment, at: str) -> str:
    """The card's text: where, when, whom to call, and whether anybody answered there."""
    emergency = facts.directory.emergency
    there = texts.NOT_ANSWERING if facts.policy.comments is None else texts.answering(emergency)
    there = texts.ANSWERED_FIRST if facts.policy.comments is not None and answered_before(comment) else there
    return texts.alarm(link(facts, comment), at, emergency, there)


def next_call(facts: Facts, comment: Comment) -> StartTimer:
    """The timer that calls those on duty again, by the same intervals as for an alarm in a message."""
    assert comment.alarm_at is not None, "only an alarm calls"
    at = Alert(comment.alarm_at).next_call(facts.now)
    return StartTimer(TIMER, str(comment.id), wall_peer(comment.post), at)


def call_again(facts: Facts, event: TimerFired) -> Decision:
    """Calls by name whoever is on duty, later a deputy too, and starts the next timer; nothing once somebody pressed
    «Вижу»."""
    comment = (facts.answer(CommentAsked) or CommentFacts()).comment
    if comment is None or comment.alarm_at is None or not comment.alarming:
        return ignore("тревога уже не ждёт")
    substitute = Alert(comment.alarm_at).needs_substitute(facts.now)
    who = ", ".join(names(facts, substitute=substitute))
    text = texts.calling(who, link(facts, comment), moment(comment.at, facts.policy.zone))
    call = to_duty_chat(facts, f"call.{event.at:%y%m%d%H%M%S}", comment, text, see_button(comment))
    return Decision(effects=(*call, next_call(facts, comment)))


def to_duty_chat(
    facts: Facts, stage: str, comment: Comment, text: str, keyboard: Keyboard | None = None
) -> tuple[Effect, ...]:
    """A notice to the chat where alarms are read; without one the next call tries again."""
    chat = facts.duty_chat
    if chat is None:
        return ()
    cause = facts.cause("comment", chat.peer, f"{comment.id}.{stage}")
    return (Send(chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, keyboard=keyboard, mentions=True),)


def see_button(comment: Comment) -> Keyboard:
    """The keyboard with «Вижу», whose press ends the calls."""
    return keyboards.inline((keyboards.callback(texts.SEE, SEEN, str(comment.id), Colour.PRIMARY),))


def see(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Carries out «Вижу»: the first press counts, and the message says whose it was."""
    comment = (facts.answer(CommentAsked) or CommentFacts()).comment
    if comment is not None and comment.seen_at is not None:
        return "", ignore(texts.seen_already(moment(comment.seen_at, facts.policy.zone)))
    if comment is None or not comment.alarming:
        return "", ignore(texts.ENDED)
    after = replace(comment, seen_at=facts.now, seen_by=event.user)
    effects = (CancelTimer(TIMER, str(comment.id)), *card_seen(facts, event, after))
    return texts.SEE, Decision(comments=(after,), effects=effects)


def card_seen(facts: Facts, event: ButtonPressed, comment: Comment) -> tuple[Effect, ...]:
    """Edits the card: who pressed «Вижу» and when. Nothing where the pressed message's number is not known."""
    if not facts.replied:
        return ()
    zone = facts.policy.zone
    words = card_words(facts, comment, moment(comment.at, zone))
    text = texts.alarm_seen(words, officer(facts, event.user), moment(facts.now, zone))
    cause = facts.cause("comment", event.peer, f"{comment.id}.seen")
    return (Edit(event.peer, cause, facts.replied, text),)


def deletion_words(facts: Facts, comment: Comment) -> str:
    """What those on duty read when the comment that alarmed them is deleted: when it was written and the post's
    link."""
    post = f"https://vk.com/wall-{facts.policy.community}_{comment.post}"
    return texts.comment_deleted(moment(comment.at, facts.policy.zone), post)


def offer_deletion(facts: Facts, event: TimerFired) -> Decision:
    """Tells the ЦУР that somebody was forgotten whose comments we have answered: VK shows there whom, and only a person
    deletes it."""
    if facts.cur is None:
        return ignore("некому удалить наш ответ")
    post = f"https://vk.com/wall-{facts.policy.community}_{post_of(event.peer)}"
    text = texts.answers_left([f"{post}?reply={number}" for number in event.key.split(",")])
    cause = facts.cause("comment", facts.cur.peer, f"{event.key}.left")
    return Decision(effects=(Send(facts.cur.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE),))


def link(facts: Facts, comment: Comment) -> str:
    """Where it stands in VK."""
    thread = f"&thread={comment.top}" if comment.top else ""
    return f"https://vk.com/wall-{facts.policy.community}_{comment.post}?reply={comment.id}{thread}"
