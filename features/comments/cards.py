"""A short answer under the comment that a message came from, written as a reply to its card: by the agency that holds
it, where its author agreed that it is published (R9), by the ЦУР always. It must never say there by itself what was
told to one person.
"""

from __future__ import annotations

from dataclasses import replace

from features.comments import texts
from features.comments.handlers import answer_here, answer_under, comment_in, origin_in, preview
from features.comments.model.asked import CardAsked
from handlers.official.approving import needs_approval
from handlers.official.commands import reachable
from handlers.text.relayed import clean
from handlers.views.cards import anonymous
from states.decision import Decision
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal
from states.messages import Message
from states.people.chats import Chat
from states.people.who_may import coordinates


def answer_in_chat(facts: Facts, chat: Chat, message: Message, rest: str) -> Decision | str:
    """Answers a comment by «/под»: with a link, which only the ЦУР may, or as a reply to a card."""
    named = comment_in(rest.split(maxsplit=1)[0] if rest else "")
    if message.reply is not None and not named:
        return answer_from_card(facts, chat, message, clean(rest).strip())
    return answer_here(facts, chat, message, rest) if coordinates(chat) else texts.ON_A_CARD


def answer_from_card(facts: Facts, chat: Chat, message: Message, text: str) -> Decision | str:
    """The ЦУР reads an agency's words too, and may take them back."""
    card, appeal = facts.answer(CardAsked), facts.linked
    refusal = reachable(facts, chat, appeal)
    if refusal or appeal is None:
        return refusal
    if anonymous(appeal, facts.directory) and not coordinates(chat):
        return texts.CENTRE_ANSWERS
    if card is None or card.comment.appeal != appeal.code:
        return texts.NOT_UNDER_A_POST
    if not text:
        return texts.NO_WORDS
    if not coordinates(chat) and (why := not_by_agency(facts, chat, appeal, card.agreed)):
        return why
    answer = answer_under(facts, card.comment, text, origin_in(message))
    if isinstance(answer, str):
        return answer
    shown = [preview(facts, message.peer, answer, message.cmid)]
    shown += [preview(facts, facts.cur.peer, answer)] if facts.cur is not None and not coordinates(chat) else []
    return replace(answer.decision, effects=(*answer.decision.effects, *shown))


def not_by_agency(facts: Facts, chat: Chat, appeal: Appeal, agreed: frozenset[str]) -> str:
    """Why an agency may not answer in public, "" where it may. `agreed`: hashes of the texts by which its author agreed
    to publication."""
    if not facts.policy.publish_hash or facts.policy.publish_hash not in agreed:
        return texts.NOT_PUBLISHED
    return texts.SECOND_PERSON if needs_approval(facts, chat, appeal, Action.ANSWER) else ""
