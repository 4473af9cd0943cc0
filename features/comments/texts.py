"""What those on duty read of a comment. It must never hold a word of it, nor a name: they open it in VK (R7)."""

from __future__ import annotations

from collections.abc import Sequence

from features.comments.model.public import LONGEST, PublicRefusal
from handlers.text.words import plural
from states.people.comments import Silence

SEE = "Вижу"
ENDED = "Об этом комментарии уже никого не зовут."


NOT_ANSWERING = "под записью не отвечает"
ANSWERED_FIRST = "под ним не пишет: там уже ответил человек"


def answering(emergency: str) -> str:
    """What the author reads under the comment."""
    return f"под ним пишет «Звоните {emergency}»"


def alarm(link: str, at: str, emergency: str, there: str) -> str:
    """To those on duty: a comment tells of danger. `there`: what the bot does under the comment."""
    return (
        f"⚠ Под записью сообщества пишут об опасности для людей, {at}.\n{link}\n"
        f"Откройте и прочитайте: текст и имя бот не хранит и {there}. Беда настоящая — звоните {emergency}."
    )


def alarm_unanswered(link: str, emergency: str) -> str:
    """To those on duty: VK did not take our reply about danger, or nobody can look whether it stands there."""
    return (
        f"⚠ Под этим комментарием об опасности может не быть нашего «Звоните {emergency}»: ВКонтакте не подтвердил. "
        f"Посмотрите и, если его нет, ответьте сами.\n{link}"
    )


UNDO = "Отменить"
TAKEN_BACK = "Отменили: под комментарием ничего не появится."
LEFT = "Уже ушло под комментарий. Удалить можно только во ВКонтакте."
HOW_TO_ANSWER = "Напишите так: /под ссылка-на-комментарий ответ. Ссылку даёт ВКонтакте: нажмите на время комментария."
NO_COMMENT = (
    "Этого комментария бот не знает: он удалён, не под записью сообщества или старше 30 дней. Ответьте во ВКонтакте."
)
ON_A_CARD = "Ответьте на карточку: /под и короткий ответ. Он встанет под комментарием, прочитают все."
NOT_UNDER_A_POST = "Об этом житель под нашей записью не писал. Ответьте ему: ответом на карточку."
NOT_PUBLISHED = "Житель не разрешал публикацию: ответьте ему лично, ответом на карточку. Под записью пишет ЦУР."
CENTRE_ANSWERS = "По таким сообщениям под записями пишет только ЦУР. Ответьте жителю: ответом на карточку."
SECOND_PERSON = "Ваши ответы смотрит второй человек, под записью пишет ЦУР. Ответьте жителю: ответом на карточку."
NO_WORDS = "Напишите ответ: под записью его прочитают все."
CAME_ALREADY = "Этот житель уже открыл диалог с нами."
INVITED_ALREADY = "Этого жителя под этой записью уже звали."
NO_WORDING = "В этой ветке все наши слова уже стоят: второй раз тем же не зовём. Ответьте здесь."
FULL = "Под этой записью только что позвали нескольких. Нажмите ещё раз через минуту."
ALARMING = "Пишут об опасности. Сначала нажмите «Вижу» на карточке в чате."
SILENCES = {
    Silence.MOURNING: "запись о горе",
    Silence.CONGRATULATION: "запись с поздравлением",
    Silence.EMERGENCY: "запись о чрезвычайной ситуации",
    Silence.RULE: "в записи есть слово, под которым не зовём",
    Silence.MUTED: "вы просили под ней не звать",
}
ANSWERED = "Под этим комментарием наш ответ уже есть или сейчас появится."
REFUSED = {
    PublicRefusal.NAME: "есть имя или упоминание человека",
    PublicRefusal.NUMBER: "есть телефон, сумма, номер квартиры или документа",
    PublicRefusal.HEALTH: "речь о здоровье",
    PublicRefusal.LONG: f"больше {LONGEST} букв",
}
HELP_ANSWER = "/под ссылка ответ — коротко ответить под комментарием, прочитают все"


def silent(silence: Silence) -> str:
    """Why nobody is invited under this post."""
    return f"Под этой записью не зовём: {SILENCES[silence]}."


def refused(why: PublicRefusal) -> str:
    """Why a public answer was not sent."""
    reason = REFUSED[why]
    return f"Не отправили: под записью прочитают все, а здесь {reason}. Перепишите или ответьте в сообщениях."


def will_stand(text: str, link: str, seconds: int) -> str:
    """The words as they will stand."""
    after = f"Через {plural(seconds, 'секунду', 'секунды', 'секунд')} встанет" if seconds else "Встаёт"
    return f"{after} под комментарием, прочитают все: «{text}»\n{link}"


def crowd(post: str, many: int) -> str:
    """That many wait under one post."""
    return (
        f"Под записью жалуются многие сразу: приглашения ждут {many}. Ответьте там всем одним комментарием "
        f"сообщества или не зовите под ней: /тихо и ссылка.\n{post}"
    )


def stands(link: str, code: str = "") -> str:
    """To the ЦУР: the answer stands. `code`: of the message that its author has sent about it."""
    also = f" Он писал и лично, №{code}: пусть ответы не расходятся." if code else ""
    return f"Ответ стоит под комментарием.{also}\n{link}"


def also_in_public(link: str) -> str:
    """Asks whoever answered in private to put right the public reply too, by hand, where it says something else."""
    return f"Под записью ему отвечено и при всех: {link} Если там сказано другое, исправьте и там, во ВКонтакте."


def does_not_stand(link: str, code: int) -> str:
    """To the ЦУР: VK refused the reply with the error `code`; with 0 nobody knows whether it stands, and a person has
    to look."""
    if code:
        return f"Ответ под комментарием не встал: ВКонтакте отказал, ошибка {code}.\n{link}"
    return f"Не знаем, встал ли ответ под комментарием: ВКонтакте не подтвердил. Посмотрите сами.\n{link}"


def answers_left(links: Sequence[str]) -> str:
    """To those on duty: answers to somebody who is forgotten still stand; whom and how many is not said."""
    return (
        "Автор комментария удалил у нас свои данные. Наш ответ ему стоит под записью, и ВКонтакте показывает его имя. "
        "Удалить ответ может только человек: откройте и удалите, если имя там не нужно.\n" + "\n".join(links)
    )


OWN = "Это о вашем комментарии под нашей записью?"
CAME = "Это о вашем комментарии под нашей записью? Его текст бот не хранит."
CAME_AND_READ = "Это о вашем комментарии под нашей записью? Сейчас прочитаем его, перед отправкой проверите."

MUTED = "Под этой записью бот никого не зовёт в сообщения. Снова звать: /звать и ссылка на запись."
OPENED = "Под этой записью бот снова зовёт в сообщения тех, кто пишет о проблеме. Перестать: /тихо и ссылка."
NO_POST = "Не нашли запись. Пришлите ссылку на запись нашего сообщества: /тихо https://vk.com/wall-…"
NO_ANSWERS = "Бот сейчас не отвечает под записями и никого не зовёт. Включает администратор: BOT_COMMENTS=answer."
HELP = "/тихо и /звать со ссылкой на запись — не звать или снова звать под ней в сообщения"


def calling(who: str, link: str, at: str) -> str:
    """To those on duty: nobody has pressed «Вижу» under a comment about danger."""
    names = f"{who}: " if who else ""
    return f"⚠ {names}комментарий об опасности от {at} никто не открыл.\n{link}"


def alarm_seen(text: str, who: str, at: str) -> str:
    """The card's text with a last line that says who saw it and when."""
    return f"{text}\n\nУвидели: {who}, {at}."


def seen_already(at: str) -> str:
    return f"Уже увидели, {at}."


def comment_deleted(at: str, post: str) -> str:
    """To those on duty: a comment about danger was deleted before anybody pressed «Вижу»."""
    return (
        f"⚠ Комментарий об опасности от {at} удалили, раньше чем кто-то нажал «Вижу». Больше о нём не напомним. "
        f"Запись: {post}"
    )
