"""What a resident is asked to agree to: processing (rules.md §4.3) and, apart from it, publication (R6, R9).

Drafts for the operator's lawyer. It must never be joined with anything else that is said.
"""

from __future__ import annotations

CONSENT = (
    "Согласие на обработку персональных данных.\n"
    "Оператор: {operator}, {address}.\n"
    "Зачем: передать сообщение и вернуть ответ.\n"
    "Что: имя и профиль ВК, текст, файлы, адрес. Увидит тот, кто отвечает.\n"
    "Об опасности для жизни сообщим в ЦУР сразу, до «Отправить».\n"
    "Храним {days} дней после закрытия.\n"
    "Отозвать: «Удалить мои данные» или {email}."
)
"""Short, for it is read before everything else; the rest stands behind «Подробнее» and in the policy."""

TELLS_DUTY = "об опасности для жизни сообщим в цур"
"""The words, in small letters, by which a text of the operator's own says that an alarm waits for no press (R28)."""

MORE = (
    "{consent}\n\n"
    "Что делаем с данными: записываем, храним, передаём в орган, который отвечает (его сотрудники увидят сообщение "
    "вместе с именем), удаляем. Автоматически и вручную, на серверах в России. Телефон — только если вы его пришлёте.\n"
    "Срок: {days} дней после закрытия или до отзыва. Политика: {policy}"
)
"""Behind «Подробнее»: the same with what is done to the data."""

PUBLISH = (
    "Согласие на публикацию. Оно необязательное: ответят вам и без него.\n"
    "Оператор: {operator}, {address}.\n"
    "Что: суть вашего сообщения и ответ на него — без вашего имени, ссылки на профиль, телефона, точного адреса и "
    "фото.\n"
    "Где: на странице {page}, её видят все.\n"
    "Зачем: чтобы те, у кого такой же вопрос, увидели ответ.\n"
    "Срок: {days} дней со дня публикации или до отзыва.\n"
    "Отозвать: «Мои данные» → «Отозвать разрешение» или письмо на {email}. Опубликованное уберём."
)
