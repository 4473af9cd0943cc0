"""How a text is meant, as far as single words tell: it is over, it was once, it is a wish, a question, a film.

A frame is asked of the whole text, for «бригада откачала» may stand far from «перестала дышать». It decides nothing by
itself: what the weights say of each word is said once more for each frame it stands in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from screening.learned.features import KEPT

_FRAMES = {
    "over": r"обошлось|вызволил\w*|спасл\w*|откачал\w*|потушил\w*|потушен\w*|выписал\w*|зажил\w*|нашл(?:и|ась|ся)"
    r"|починил\w*|устранил\w*|здоров\w*|цел[аы]?|жив[аы]|наградит\w*|премию|молодцы|умнички|герой|благодар\w*"
    r"|поклон|респект|перестал\w*|отбой|р[аэ]хм[аэ]т",
    "past": r"вчера|позавчера|(?:поза)?прошл\w*|назад|раньше|году|давно|однажды|тогда|осенью|весной|летом|зимой"
    r"|январе|феврале|марте|апреле|мае|июне|июле|августе|сентябре|октябре|ноябре|декабре|детстве|былтыр",
    "cond": r"если|чтобы?|бы|вдруг|пока|иначе|опасаемся|дожидаться",
    "ask": r"где|как|когда|почему|зачем|сколько|как(?:ой|ая|ие|ое|ую)|куда|кто|кому|чего|ли|положен\w*|правда|законно"
    r"|можно|\?",
    "wish": r"поставьте|установит[еь]|сделайте|проверьте|проверить|уберите|убрать|почините|починить|замените"
    r"|отремонтируйте|обновите|добавьте|проведите|провести|повесьте|откройте|закройте|верните|оборуд(?:уйте|овать)"
    r"|организуйте|предлагаю|хотим|требуем|включите|снизьте|пересчитайте|посыпьте|засыпьте|огородите|запретите"
    r"|разрешите|отрегулируйте|настройте|переименуйте|запишите",
    "made": r"(?:фильм|сериал|новост|песн|книг|роман|спектакл|передач|ролик|тренировк|урок|сочинени|диктант|викторин"
    r"|памятник|музе|выставк|матч|хокке|тариф|квитанц|справк|очеред|лекц|курс|стих|театр|концерт|конкурс|праздник"
    r"|реклам|секци|ипотек|срок|шашлык|мангал)\w*|игр[аеуы]\w*|учени[яйе]\w*|задач[аеуи]|стать[яюие]|кино|команд[аы]"
    r"|цен[аы]|кафе|кружок",
}
_FRAME = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _FRAMES.items()))


def frames(told: list[str]) -> tuple[str, ...]:
    """The frames of these tokens, each once."""
    return tuple(sorted({frame for token in set(told) if (frame := _frame(token))}))


@lru_cache(maxsize=KEPT)
def _frame(token: str) -> str | None:
    """Which frame this word belongs to (past, wish, question …); None where it belongs to none."""
    found = _FRAME.fullmatch(token)
    return found.lastgroup if found else None
