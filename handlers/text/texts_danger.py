"""What is said when somebody's life is in danger: to its author, to those on duty (R28).

It must never promise that anybody comes, nor speak of a person on duty where none is named.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.text.words import plural

NO_SERVICE = "Мы не экстренная служба и никого не вызываем."


def call_now(emergency: str, others: Sequence[str]) -> str:
    """The sentence to call now, before everything else, the same for everybody."""
    return "\n".join([f"Звоните {emergency} прямо сейчас. {NO_SERVICE}", *others])


def crisis_line(number: str) -> str:
    """The line for somebody in despair, the same for all."""
    return f"Тяжело на душе — {number}."


def raised(code: str) -> str:
    """The number of an alarm, at once (R35)."""
    return f"Пишите дальше, всё передаём.\n№{code}"


def hazard(emergency: str, others: Sequence[str]) -> str:
    """Something that may hurt somebody: the message goes its usual way."""
    return "\n".join([f"Если кто-то может пострадать прямо сейчас, звоните {emergency}.", *others])


CRIME_TOLD = "О преступлении сообщите в полицию: 102. Сообщение сюда заявления не заменит."
"""Nothing is happening to anybody now: no 112."""


DUTY = "дежурному"
CENTRE = "в центр управления регионом"
SAFE = "Опасности нет"
STILL_DANGER = "Опасность есть"
TELL = "Передать"
TELL_NOW = "Да, передать"
NO_NEED = "Не нужно"
AGREE_AND_TELL = "Даю согласие, передать дежурному"
WHAT_REMAINS = "Что осталось починить"


def told(at: str, whom: str, emergency: str) -> str:
    """To the author: VK shows the card to those on duty."""
    return f"{at}: сообщили {whom}. Если не звонили {emergency}, звоните."


def nobody_reads(until: str, emergency: str, *, named: bool) -> str:
    """To the author outside the hours of duty: until when nobody reads it. `named`: the region has people on duty."""
    nobody = "Сейчас дежурного нет" if named else "Сейчас в центре управления регионом никого нет"
    return f"{nobody}, прочитают {until}. Звоните {emergency}: отсюда никто не вызовет."


def not_told(emergency: str) -> str:
    """To the author: no chat could be told."""
    return f"Передать не получилось, пробуем ещё. Звоните {emergency}: отсюда никто не вызовет."


def seen(at: str, who: str, emergency: str) -> str:
    """To the author: somebody on duty has read the alarm."""
    return f"{at}: {who} прочитал. {emergency} это не заменяет."


def not_seen(emergency: str) -> str:
    """To the author: nobody on duty has pressed «Вижу» yet."""
    return f"Пока никто не прочитал. Звоните {emergency}."


def handed_over(at: str, who: str, emergency: str) -> str:
    """To the author: who handed the alarm over to 112, and when."""
    return f"{at}: {who} передал в {emergency}. Если осталось что починить, нажмите кнопку: отправим как обычно."


def false_alarm(who: str, emergency: str) -> str:
    """To the author: who marked that there is no danger."""
    return f"{who[:1].upper()}{who[1:]} отметил, что опасности нет. Если она есть, звоните {emergency}."


def unreached(who: str, emergency: str) -> str:
    """To the author: whoever is on duty has not reached the emergency number yet."""
    return f"{who[:1].upper()}{who[1:]} пока не дозвонился до {emergency}. Звоните сами, он пробует ещё."


GO_ON = "Пишите, всё передаём."
ADDED = "Дописали."
ADDED_LATER = "Дописали. Что останется починить, отправите отсюда же."


def is_it_safe(whom: str) -> str:
    """The question before an alarm is marked as no danger by its author."""
    return f"Уже сообщили {whom}. Опасности нет?"


def marked_safe(emergency: str) -> str:
    """To the author after «Опасности нет»: it was passed on to those on duty."""
    return f"Хорошо, передали. Если станет опасно, звоните {emergency}."


def despair(lines: Sequence[str], emergency: str, whom: str) -> str:
    """To somebody who does not want to live, where nothing is under way: he is asked first."""
    numbers = f"Поговорить: {'; '.join(lines)}. " if lines else ""
    return f"Вам очень тяжело. {numbers}Опасно прямо сейчас: {emergency}. Передать {whom}?"


def offer(whom: str) -> str:
    """To the author: whether to tell those on duty, where the consent does not say that an alarm is told at once."""
    return f"Передать это {whom} сейчас?"


def doubtful(emergency: str, others: Sequence[str], whom: str) -> str:
    """To the author of what may tell of danger: 112 does no harm, and one press is the alarm."""
    first = f"Если людям грозит опасность, звоните {emergency}."
    return "\n".join([first, *others, f"Передать {whom} прямо сейчас?"])


def not_needed(lines: Sequence[str], emergency: str) -> str:
    """To the author who does not want those on duty to be told; `lines` are numbers to talk to somebody."""
    numbers = f" Поговорить можно в любой час: {'; '.join(lines)}." if lines else ""
    return f"Хорошо, не передаём.{numbers} Опасно прямо сейчас: {emergency}."


def refused(formal: str, emergency: str) -> str:
    """To the author of an alarm who did not consent: nothing is passed on."""
    return f"Ничего не сохранили. Звоните {emergency}: отсюда никто не вызовет.\nПодать официально: {formal}"


NOTHING_TO_TELL = "Опасно — звоните {emergency} и напишите сюда ещё раз."
ALREADY_OVER = "Эта тревога уже закрыта. Опасно снова — звоните {emergency} и напишите сюда."

# The card of those on duty.

SEE = "Вижу"
HANDED = "Передано в 112"
FALSE = "Ложная тревога"
UNREACHED = "Не дозвонились"
PHOTOS = "Показать фото"
PROFILE = "Показать профиль"

BEGUN = "⚠ Житель ещё пишет, {at}:"
ADDED_AT = "дописал в {at}:"
WHERE = "Где: {where}, со слов."
NOWHERE = "Где: не назвал."
SHOWN_112 = "{emergency} показали; звонил ли, неизвестно."
SAFE_AT = "{at}: автор пишет, что опасности нет."
SEEN_BY = "✓ Видит {who}, {at}."
UNREACHED_BY = "{at}: до {emergency} не дозвонились, звонит {who}. Звоните ещё."
HANDED_BY = "✓ Передано в {emergency}: {who}, {at}."
FALSE_BY = "Ложная тревога: {who}, {at}."
ONLY_FILES = "(фото или файлы)"
WITHDRAWN = "Автор отозвал сообщение."
HANDOVER = "Как передать: {how}."
AGAIN = "⚠ Базу восстановили из копии. Проверьте, переданы ли эти тревоги в {emergency}: сами они больше не напомнят."
NOT_YET = "Сначала нажмите «Вижу»."
SEEN_ALREADY = "Уже видит {who}, {at}."
ENDED_ALREADY = "Тревога уже закрыта."
NO_PHOTOS = "Фото нет."
PHOTOS_OF = "Фото к тревоге №{code}."
FIRST_END = "Это тревога: сначала «Передано в 112» или «Ложная тревога»."


def an_alarm(at: str) -> str:
    """The title of an alarm whose card is void, where nothing else is known of it."""
    return f"тревога, {at}"


def calling(unread: int, unreached: int, who: Sequence[str], emergency: str) -> str:
    """The head of the one message for all alarms that wait: those that nobody has read, and those of which 112 could
    not be told."""
    names = f"{', '.join(who)}: " if who else ""
    what = []
    if unread:
        single = "тревогу никто не прочитал"
        what.append(single if unread == 1 else f"никто не прочитал {plural(unread, 'тревогу', 'тревоги', 'тревог')}")
    if unreached:
        of = f" по {plural(unreached, 'тревоге', 'тревогам', 'тревогам')}" if unreached > 1 else ""
        what.append(f"до {emergency} не дозвонились{of}")
    return f"⚠ {names}{', '.join(what)}."


def waits_for(title: str, at: str, code: str) -> str:
    """An alarm in a list for those on duty: where, what, its number."""
    return ", ".join(filter(None, (at, title))) + f" №{code}"
