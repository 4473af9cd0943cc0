"""What is offered once before a told message is asked about: to open an answered one again, or who else answers for it.

It must keep the draft: «Это другое» and «Всё равно написать нам» go on with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.resident import drafting, feedback, guessing, moving, own_appeals
from handlers.resident.floods import full
from handlers.resident.reading import read
from handlers.text import actions, keyboards, texts, texts_wishes
from handlers.text.keyboards import Row, button
from handlers.text.words import day
from handlers.views import own_screens
from handlers.views.addressee import notes_of
from handlers.views.titles import title
from handlers.views.turn import ADDING_TIMER, Turn
from screening.acts import Act, votes, written
from screening.acts.written import agrees, names_nothing, wish
from screening.crimes import crime
from screening.outside import addressee
from states.decision import Decision, ignore
from states.dialogue import AskingText, Draft, Idle
from states.effects import Send, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import Appeal, is_allowed
from states.messages import Command, Message
from states.screen import Colour

REMEMBERED = timedelta(days=60)
"""How long «так и не сделали» may be about an answer."""
WORDS_WITHIN, FILES_WITHIN = timedelta(hours=24), timedelta(hours=1)
"""How long after a message words without a problem of their own, or a bare file, may belong to it."""
ADDING_WAIT = timedelta(seconds=30)
MORE = frozenset({Act.ADDITION, Act.CORRECTION})
"""Acts that go on with a message."""
MOST_WORDS, MOST_OFFERED = 10, 3
"""Words that may be an addition; messages that are offered."""


def end_pause(turn: Turn) -> Decision:
    """What was told is complete: the offer, or the first question."""
    draft = turn.dialogue.draft
    if (asked := ask_who_wrote(turn, draft)) is not None:
        return asked
    offered = before_questions(turn, draft) if draft.text.strip() else offer_adding(turn, draft)
    return offered or drafting.end_pause(turn)


def ask_who_wrote(turn: Turn, draft: Draft) -> Decision | None:
    """Asks once whose words they are, where all are another's: an official should know. Danger waits for no answer;
    None where it is not asked."""
    told = [piece.text for piece in draft.pieces if piece.text]
    others = [words for words in told if words.startswith(texts.FORWARDED)]
    links = all(words.removeprefix(texts.FORWARDED).startswith("http") for words in others)
    if draft.who_asked or draft.warned or others != told or links:
        return None
    rows = tuple((button(label, actions.WROTE, who),) for who, label in texts_wishes.WRITERS.items())
    said = turn.says(texts_wishes.WHO_WROTE, keyboards.inline(*rows))
    return turn.keeps(turn.dialogue.step, replace(draft, who_asked=True), (said,))


def take_writer(turn: Turn, who: str) -> Decision:
    """Puts whose words they are before them on the card."""
    draft, wrote = turn.dialogue.draft, texts_wishes.WROTE[who]
    pieces = tuple(replace(piece, text=piece.text.replace(texts.FORWARDED, wrote)) for piece in draft.pieces)
    return end_pause(replace(turn, dialogue=replace(turn.dialogue, draft=replace(draft, pieces=pieces))))


def before_questions(turn: Turn, draft: Draft) -> Decision | None:
    """One offer for a draft before it is asked about; None where there is nothing to offer."""
    if draft.offered or draft.named is not None:
        return None
    appeal = come_back(turn, draft)
    if appeal is not None:
        return reopening(turn, draft, appeal)
    if (more := offer_adding(turn, draft)) is not None:
        return more
    other = addressee(draft.text, turn.facts.directory.outside) if not draft.warned else None
    if other is None:
        return None
    anyway = button("Всё равно написать нам", actions.WRITE, colour=Colour.PRIMARY)
    return offer(turn, draft, texts_wishes.outside(other.name, other.contact), ((anyway,), (keyboards.CANCEL,)))


def offer_adding(turn: Turn, draft: Draft) -> Decision | None:
    """Whether it belongs to a message that was sent just now, asked where the words name nothing of their own."""
    facts, fresh = turn.facts, () if draft.offered else just_sent(turn, draft)
    if not fresh:
        return None
    if belongs_plainly(turn, draft, fresh):
        return begin_adding(turn, draft, fresh[0])
    new = (button("Это другое", actions.WRITE),)
    if len(fresh) == 1:
        more = button(texts_wishes.ADD, actions.ADD_DRAFT, fresh[0].code, Colour.PRIMARY)
        return offer(turn, draft, texts_wishes.belongs(title(fresh[0], facts.directory)), ((more, *new),))
    named = [
        button(texts_wishes.add_to(title(appeal, facts.directory)), actions.ADD_DRAFT, appeal.code) for appeal in fresh
    ]
    return offer(turn, draft, texts_wishes.WHICH, (*keyboards.rows_of_one(named), new))


def belongs_plainly(turn: Turn, draft: Draft, fresh: Sequence[Appeal]) -> bool:
    """Whether it is added unasked: there is no other open message of these hours, and it puts no address right, says
    nothing that the ЦУР has to see and fits."""
    facts = turn.facts
    if (
        len(fresh) != 1
        or recent_open_appeals(turn, draft) != [*fresh]
        or notes_of(facts, draft.pieces, fresh[0].agency)
    ):
        return False
    more = replace(fresh[0], pieces=(*fresh[0].pieces, *draft.pieces))
    put_right = moving.corrected_by_words(facts, more, draft.pieces)
    return put_right is None and not full(Draft(fresh[0].pieces), len(draft.text))


def begin_adding(turn: Turn, draft: Draft, appeal: Appeal) -> Decision:
    """Said at once, carried out half a minute later: until then «Это другое» takes it back (R26)."""
    said = texts_wishes.adding(title(appeal, turn.facts.directory))
    other = button("Это другое", actions.WRITE, appeal.code)
    decision = offer(turn, replace(draft, adding_to=appeal.code), said, ((other,),))
    due = StartTimer(ADDING_TIMER, appeal.code, turn.peer, turn.facts.now + ADDING_WAIT)
    return replace(decision, effects=(*decision.effects, due))


def end_adding(turn: Turn, code: str) -> Decision:
    """The half minute is over: what nobody took back is added. It was said already, but for what is unexpected."""
    draft, appeal = turn.dialogue.draft, turn.facts.appeal(code)
    if draft.adding_to != code or appeal is None:
        return ignore("слова уже не об этом")
    if not is_allowed(appeal.status, own_appeals.adding_is(appeal)):
        return begin_instead(turn, appeal)
    step = Idle() if isinstance(turn.dialogue.step, AskingText) else turn.dialogue.step
    return own_appeals.extend_appeal(turn, appeal, draft.pieces, step, Draft(), said=True)


def begin_instead(turn: Turn, appeal: Appeal) -> Decision:
    """It ended within the half minute: the words begin a message of their own."""
    draft = replace(turn.dialogue.draft, adding_to="")
    told = Send(turn.peer, turn.cause("over"), texts.ADDING_OVER.format(code=appeal.code), appeal=appeal.code)
    going_on = drafting.end_pause(replace(turn, dialogue=replace(turn.dialogue, step=AskingText(), draft=draft)))
    return replace(going_on, effects=(told, *going_on.effects))


def just_sent(turn: Turn, draft: Draft) -> tuple[Appeal, ...]:
    """Own messages to which this draft may belong, the newest first."""
    facts, fresh = turn.facts, recent_open_appeals(turn, draft)[:MOST_OFFERED]
    put_right = [appeal for appeal in fresh if moving.corrected_by_words(facts, appeal, draft.pieces) is not None]
    return tuple(put_right) or (appeals_it_may_belong_to(facts, draft, fresh) if fresh else ())


def recent_open_appeals(turn: Turn, draft: Draft) -> list[Appeal]:
    """Own messages of the last hours to which anything may be added, the newest first."""
    facts, within = turn.facts, WORDS_WITHIN if draft.text.strip() else FILES_WITHIN
    if draft.empty or draft.warned:
        return []
    fresh = [appeal for appeal in own_screens.mine(facts) if facts.now - appeal.created_at <= within]
    return [appeal for appeal in fresh if own_screens.allows_more(appeal) and not appeal.alarming]


def command_of(turn: Turn, message: Message) -> Command | None:
    """The command of «да» or «нет» typed under an offer, as its buttons say it; None where no offer stands there."""
    draft, yes = turn.dialogue.draft, agrees(message.text) if read(turn.facts, message).only_words else None
    if yes is None or not draft.offered or not isinstance(turn.dialogue.step, AskingText):
        return None
    again, fresh = come_back(turn, draft), just_sent(turn, draft)
    if again is None and not fresh:
        return None
    if not yes:
        return Command(actions.WRITE)
    if again is not None:
        return Command(actions.REOPEN_DRAFT, again.code)
    return Command(actions.ADD_DRAFT, fresh[0].code) if len(fresh) == 1 else None


def appeals_it_may_belong_to(facts: Facts, draft: Draft, fresh: Sequence[Appeal]) -> tuple[Appeal, ...]:
    """Those of these messages to which a bare file belongs, or a few words without a problem or a place of their own:
    «забыл, третий подъезд». Words of what one of them told belong to that one: «там ещё щенки появились»."""
    text = draft.text.strip()
    if not text:
        return tuple(fresh)
    if len(text.split()) > MOST_WORDS or crime(text) or facts.find.place(text).places or facts.find.address(text):
        return ()
    guess, group = guessing.guess_of(facts, draft), group_by_topic(facts)
    about, more = guess.topics[:1], (written.act(text) or votes(text).likely()) in MORE
    if same := tuple(appeal for appeal in fresh if appeal.topic in about):
        return same
    if more and (near := tuple(appeal for appeal in fresh if about and group.get(appeal.topic) == group.get(about[0]))):
        return near
    own = guess.sure or guess.likely or (guess.topics and not more)
    return () if own else tuple(fresh)


def group_by_topic(facts: Facts) -> Mapping[str, str]:
    """By topic, its group."""
    return {topic.code: topic.group for topic in facts.directory.topics}


def reopening(turn: Turn, draft: Draft, appeal: Appeal) -> Decision:
    """Offers to open the answered appeal again in place of the draft."""
    answered = day(appeal.answered_at or appeal.created_at, turn.facts.policy.zone)
    text = texts_wishes.again(title(appeal, turn.facts.directory), answered, appeal.code)
    again = button("Открыть", actions.REOPEN_DRAFT, appeal.code, Colour.PRIMARY)
    return offer(turn, draft, text, ((again,), (button("Это другое", actions.WRITE),)))


def offer(turn: Turn, draft: Draft, text: str, rows: tuple[Row, ...]) -> Decision:
    """Says the offer with its buttons; the step stays, and the draft is marked so that it is offered once."""
    said = turn.says(text, keyboards.inline(*rows))
    return turn.keeps(turn.dialogue.step, replace(draft, offered=True), (said,))


def come_back(turn: Turn, draft: Draft) -> Appeal | None:
    """The answered message that «опять течёт» is about: the last of that topic, or the last one where none is heard."""
    if wish(draft.text) is not Act.AGAIN and votes(draft.text).likely() is not Act.AGAIN:
        return None
    facts = turn.facts
    known = [
        appeal for appeal in own_screens.mine(facts) if own_screens.may_reopen(facts, appeal) and lately(turn, appeal)
    ]
    known.sort(key=lambda appeal: appeal.answered_at or appeal.created_at, reverse=True)
    topics = facts.find.topics(draft.text, 3)
    fitting = [appeal for appeal in known if appeal.topic in topics]
    return next(iter(known if not fitting and (names_nothing(draft.text) or not topics) else fitting), None)


def lately(turn: Turn, appeal: Appeal) -> bool:
    """Whether the appeal was answered within `REMEMBERED`."""
    return appeal.answered_at is not None and turn.facts.now - appeal.answered_at <= REMEMBERED


def handle_press(turn: Turn, command: Command) -> Decision:
    """Reopens a message by «Открыть»: it goes to the ЦУР again, with what was told now (R42)."""
    appeal, pieces = turn.facts.appeal(command.value), turn.dialogue.draft.pieces
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    if pieces and full(Draft(appeal.pieces), len(turn.dialogue.draft.text)):
        return turn.stays(texts.APPEAL_FULL.format(code=appeal.code))
    return feedback.not_solved(turn, appeal, pieces)
