"""What the resident sees at each step: a function of the step, the draft and the facts. Nothing else asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from handlers.text import actions, keyboards, texts, texts_danger, texts_parts, texts_where
from handlers.text.keyboards import DATA, HELP, LEAVE, MINE, RESTART, TO_AGENCY, WRITE, button, page_of, under
from handlers.text.relayed import one_line
from handlers.views import own_alarm, own_screens, personal
from handlers.views.cards import agency_name, topic_name
from handlers.views.doors import greeting_line
from handlers.views.preview import preview
from handlers.views.titles import title_with_number
from states.dialogue import (
    AS_IT_IS,
    AddingTo,
    AskingAddress,
    AskingConsent,
    AskingPublication,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingParts,
    ChoosingPlace,
    ChoosingSame,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    ConfirmingErasure,
    ConfirmingSafety,
    ConfirmingWithdrawal,
    Dialogue,
    Draft,
    Idle,
    ListingAppeals,
    OfferingDuty,
    Preview,
    Rating,
    Refused,
    ReportingDanger,
    ShowingAppeal,
    ShowingData,
    Step,
)
from states.directory import Level, Scene, Where
from states.facts import Facts
from states.screen import Button, Colour, Keyboard, Screen

LEVELS: tuple[tuple[Level, str], ...] = (
    (Level.GOVERNOR, "Губернатор и правительство"),
    (Level.REGION, "Министерства и ведомства"),
    (Level.MUNICIPALITY, "Города и округа"),
    (Level.AGENCY, "Учреждения и службы"),
)


MOST_LANGUAGES = 4
"""Each is a row of its own; a keyboard has ten."""

PROBLEM = 100
"""Letters of a problem in the list."""


def show(step: Step, dialogue: Dialogue, facts: Facts) -> Screen:
    """The question of this step and its buttons."""
    draft, directory = dialogue.draft, facts.directory
    match step:
        case Idle():
            return menu(dialogue, facts)
        case AskingConsent() | Refused():
            return consent(dialogue, facts, alarmed=isinstance(step, AskingConsent) and step.alarmed)
        case AskingText():
            return asking_text(dialogue, facts)
        case ChoosingParts(problems):
            return choosing_parts(problems)
        case AskingScene():
            return asking_scene()
        case ChoosingTopic(guesses, alone):
            return confirming_topic(facts, guesses[0]) if alone else choosing_topic(facts, guesses)
        case ChoosingGroup(page):
            groups = [button(group.name, actions.GROUP, group.code) for group in directory.groups]
            return Screen(texts.ASK_GROUP, under(*page_of(groups, page), LEAVE))
        case ChoosingTopicOf():
            return choosing_topic_of(facts, step)
        case ChoosingPlace(options, page):
            return choosing_place(facts, options, page)
        case AskingAddress():
            return asking_address(draft, facts)
        case ChoosingLevel():
            levels = [button(name, actions.LEVEL, level) for level, name in LEVELS if directory.agencies_of(level)]
            return Screen(texts.ASK_LEVEL, under(*keyboards.rows_of_one(levels), LEAVE))
        case ChoosingAgency(level, page, found):
            codes = found or tuple(agency.code for agency in directory.agencies_of(Level(level or Level.REGION)))
            agencies = [agency_button(facts, code) for code in codes]
            return Screen(texts.ASK_AGENCY, under(*page_of(agencies, page), LEAVE))
        case ConfirmingAgency(proper):
            return confirming_agency(facts, proper, draft.named or "")
        case Preview():
            return preview(draft, facts)
        case ChoosingChange():
            return choosing_change(draft)
        case ListingAppeals(page):
            return own_screens.listing(facts, page)
        case ShowingAppeal(code):
            return own_screens.showing(facts, code)
        case AddingTo(code):
            done = button("Готово", actions.DONE, code, Colour.PRIMARY)
            return Screen(texts.ADDING.format(code=code), under((done,), (keyboards.BACK,)))
        case ConfirmingWithdrawal(code):
            yes = button("Да, отозвать", actions.WITHDRAW_YES, code, Colour.NEGATIVE)
            return Screen(texts.CONFIRM_WITHDRAWAL.format(code=code), under((yes,), (keyboards.BACK,)))
        case _:
            return show_personal(step, dialogue, facts)


def show_personal(
    step: ChoosingSame
    | Rating
    | ShowingData
    | ConfirmingErasure
    | AskingPublication
    | ReportingDanger
    | ConfirmingSafety
    | OfferingDuty,
    dialogue: Dialogue,
    facts: Facts,
) -> Screen:
    """The screen of a step about a sent message, personal data or an alarm."""
    match step:
        case ReportingDanger() | ConfirmingSafety() | OfferingDuty():
            return own_alarm.show(step, facts)
        case ChoosingSame(code, own):
            return own_screens.same(facts, code, own=own)
        case Rating(code):
            return own_screens.rating(code)
        case ShowingData():
            return personal.data(dialogue, facts)
        case ConfirmingErasure():
            return personal.erasure(facts)
        case AskingPublication():
            return personal.publication(facts)
        case _:
            assert_never(step)


def menu(dialogue: Dialogue, facts: Facts) -> Screen:
    """The first menu; with a draft it offers to go on, and it names questions that wait for an answer."""
    draft = dialogue.draft
    first = (button("Продолжить", actions.WRITE, colour=Colour.PRIMARY), RESTART) if not draft.empty else (WRITE,)
    text = texts.MENU if draft.empty else texts.MENU_WITH_DRAFT
    if waiting := own_screens.questions_to_answer(facts):
        text = f"{texts.asked_still([title_with_number(appeal, facts.directory) for appeal in waiting])}\n\n{text}"
    last = (HELP, keyboards.formal(facts.directory))
    return Screen(text, under(first, (TO_AGENCY,), (MINE, DATA), last, *language_rows(dialogue, facts)))


def language_rows(dialogue: Dialogue, facts: Facts) -> list[tuple[Button, ...]]:
    """A button for each other language, as many as fit; none where there is one language."""
    others = [language for language in facts.policy.languages if language.code != dialogue.language]
    return [(button(language.name, actions.LANGUAGE, language.code),) for language in others[:MOST_LANGUAGES]]


AFTERWARDS = under((WRITE,), (MINE, keyboards.MENU))
"""Under what was just done, where nothing is asked."""


def consent(dialogue: Dialogue, facts: Facts, *, alarmed: bool = False) -> Screen:
    """A message of its own with its own answers, and nothing else is asked in it but the language (R6). Where an alarm
    was told and somebody is on duty, the first button says what else it does (R28)."""
    told = alarmed and facts.policy.tells_duty and bool(facts.directory.duty.people)
    yes = button(texts_danger.AGREE_AND_TELL if told else "Даю согласие", actions.CONSENT, colour=Colour.POSITIVE)
    no = button("Не даю", actions.REFUSE)
    more = (button("Подробнее", actions.MORE_ON_CONSENT),) if facts.policy.consent_more else ()
    rows = ((yes,), (no, *more)) if told else ((yes, no, *more),)
    text, _ = facts.policy.consent_in(dialogue.language)
    return Screen(text, Keyboard((*rows, *language_rows(dialogue, facts))))


def asking_text(dialogue: Dialogue, facts: Facts) -> Screen:
    """The screen that waits for words; it asks for more where some were told already."""
    draft = dialogue.draft
    rows = (LEAVE, (HELP,)) if draft.pieces or draft.named else ((TO_AGENCY,), LEAVE, (HELP,))
    if draft.pieces:
        rows = (*own_screens.reply_rows(facts), *rows)
    if draft.text.strip():
        return Screen(own_screens.which_reply(facts) or texts.ASK_MORE, under(*rows))
    if draft.pieces:
        return Screen(texts.ASK_WORDS, under(*rows))
    to = f"Кому: {agency_name(facts.directory, draft.named)}.\n" if draft.named is not None else ""
    return Screen(f"{greeting_line(dialogue, facts)}{to}{texts.ASK_TEXT}", under(*rows))


def choosing_parts(problems: Sequence[str]) -> Screen:
    """The question whether several problems are sent one by one or as one message."""
    each = button(texts_parts.EACH, actions.EACH, colour=Colour.PRIMARY)
    listed = texts_parts.question([one_line(problem, PROBLEM) for problem in problems])
    return Screen(listed, under((each,), (button(texts_parts.WHOLE, actions.WHOLE),), LEAVE))


def topic_button(facts: Facts, code: str) -> Button:
    return button(topic_name(facts.directory, code), actions.TOPIC, code)


def agency_button(facts: Facts, code: str) -> Button:
    """The button with the agency's short name."""
    agency = facts.directory.agency_by_code.get(code)
    return button(agency.short if agency else code, actions.AGENCY, code)


SCENES = ((Scene.HOUSE, "В доме"), (Scene.YARD, "Во дворе"), (Scene.STREET, "На улице"), (Scene.OTHER, "Другое"))


def asking_scene() -> Screen:
    """The question where it is: house, yard, street or elsewhere."""
    house, yard, street, other = (button(label, actions.SCENE, scene) for scene, label in SCENES)
    return Screen(texts.ASK_SCENE, under((house, yard), (street, other), LEAVE))


OTHER_TOPIC = button("Другая тема", actions.OTHER_TOPIC)


def confirming_topic(facts: Facts, code: str) -> Screen:
    """The question about one topic that is likely enough to be asked about alone."""
    yes = button("Да, верно", actions.TOPIC, code, Colour.PRIMARY)
    asked = texts.confirm_topic(topic_name(facts.directory, code))
    return Screen(asked, under((yes,), (OTHER_TOPIC, keyboards.CANCEL)))


def choosing_topic(facts: Facts, guesses: Sequence[str]) -> Screen:
    """The likeliest topics to choose from, and a way to all others."""
    rows = keyboards.rows_of_one(topic_button(facts, code) for code in guesses)
    return Screen(texts.ASK_TOPIC, under(*rows, (OTHER_TOPIC, keyboards.CANCEL)))


def choosing_topic_of(facts: Facts, step: ChoosingTopicOf) -> Screen:
    """A page of the topics that were found, or of one group."""
    codes = step.found or tuple(topic.code for topic in facts.directory.topics_of(step.group or ""))
    topics = [topic_button(facts, code) for code in codes]
    return Screen(texts.ASK_TOPIC, under(*page_of(topics, step.page), LEAVE))


def choosing_place(facts: Facts, options: Sequence[str], page: int) -> Screen:
    """A page of municipalities: the possible ones, or those that people here name most."""
    known = facts.directory.place_by_code
    places = [button(known[code].short, actions.PLACE, code) for code in options or likeliest(facts) if code in known]
    question = texts.ASK_WHICH_PLACE if len(options) > 1 else texts.ASK_PLACE
    other = ((button(texts_where.OTHER_PLACE, actions.OTHER_PLACE),),) if options else ()
    return Screen(question, under(*page_of(places, page), *other, LEAVE))


def likeliest(facts: Facts) -> list[str]:
    """All places: the one that the resident wrote about last, then the largest."""
    last = max(facts.appeals, key=lambda appeal: appeal.created_at, default=None)
    largest = sorted(facts.directory.places, key=lambda place: -place.population)
    first = [last.place] if last is not None and last.place else []
    return list(dict.fromkeys([*first, *(place.code for place in largest)]))


def asking_address(draft: Draft, facts: Facts) -> Screen:
    """The question for the address; in a city with districts the district is a part of it, never a place of its own
    (R60)."""
    place = facts.directory.place_by_code.get(draft.place or "")
    topic = facts.directory.topic_by_code.get(draft.topic or "")
    where = topic.where if topic is not None else Where.HOUSE
    text = texts_where.QUESTIONS.get(where, texts.ASK_ADDRESS)
    if where is Where.HOUSE and place is not None and place.districts:
        text += texts.ask_district(place.districts)
    unknown = button(texts_where.UNKNOWN.get(where, "Не знаю адрес"), actions.NO_ADDRESS)
    return Screen(text, under((keyboards.location("Точка на карте"),), (unknown,), LEAVE))


def confirming_agency(facts: Facts, proper: str, named: str) -> Screen:
    """The question which of two agencies gets it; an agency that the directory lost has no button."""
    directory = facts.directory
    choices = [
        button(directory.agency_by_code[code].short, actions.GIVE_TO, code)
        for code in (proper, named)
        if code in directory.agency_by_code
    ]
    text = texts.confirm_agency(agency_name(directory, proper), agency_name(directory, named))
    return Screen(text, under(*keyboards.rows_of_one(choices), LEAVE))


def choosing_change(draft: Draft) -> Screen:
    """The question what to change; of what a person reads as it is nobody asks for a place."""
    where = (button("Место", actions.CHANGE_PLACE), button("Адрес", actions.CHANGE_ADDRESS))
    files = button("Убрать фото и файлы" if draft.files else "Добавить фото", actions.CHANGE_FILES)
    return Screen(
        texts.ASK_CHANGE,
        under(
            (button("Текст", actions.CHANGE_TEXT), button("Тему", actions.CHANGE_TOPIC)),
            *((where,) if draft.topic != AS_IT_IS else ()),
            (files,),
            LEAVE,
        ),
    )
