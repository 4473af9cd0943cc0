"""Whether a short text asks where the official page of a body is: «страница школы № 5 в Миассе», or something that the
page may answer: «до скольки работает поликлиника № 5?», and by which words it is looked for. It must never take a told
problem for such a question: what may be more than the question is none.
"""

from __future__ import annotations

import re

READ = 200
"""Letters of a text that are looked at: the question is short."""
WORDS, LEFT = 16, 4
"""Words at most; and words that are neither of the question nor of the body: the town, a name, «городская»."""

_TOKEN = re.compile(r"[0-9a-zа-я]+")


def _words(listed: str) -> re.Pattern[str]:
    """A pattern of these words: «школ*» is any of its forms, four more letters at most; «**» is any end."""
    return re.compile("|".join(listed.split()).replace("**", r"\w+").replace("*", r"\w{0,4}"))


_PAGE = _words("страниц* страничк* паблик* сообществ* аккаунт* соцсет*")
"""What is surely a page."""
_MAYBE = _words("групп[аыуе] группой группам групп канал канал[аеу]")
"""And what a kindergarten, a clinic or a street has too."""
_NETWORK = _words("вк vk вконтакте контакте телегр* тг одноклассник* макс макс[ае] max интернете")
_ASKS = _words("""
    подска** скажите дай дайте кинь киньте скинь скиньте пришлите отправьте покажите найдите найти ищу нужн[аоы]
    нужен где как как(ая|ой|ие|ую) есть ли имеется существует можно хочу хотел хотел[аи] хотелось узнать
    посмотреть почитать ссылк* адрес называется подписаться зайти попасть вступить знаете интересует ведет
    завели
""")
_QUIET = _words("""
    а б бы в во на у и с со о об по для до из к от при номер n г город город[ауе] район район[ауе] округ округ[ауе]
    мне нам вас вы нибудь имени это эта такая там тут его ее их свой своя сам сама то пожалуйста будьте добры
    здравствуйте привет добр(ый|ое|ая) день вечер утро дня спасибо заранее официальн* настоящ* ваш* наш* сети
    сетях социальн* госметк*
""")
_RULES = _words("""
    администраци* горадминистраци* глав[аыеу] главой мэр* мэри* губернатор* правительств* министерств* министр*
    минздрав* минобр* минстрой* минсоц* минспорт* минкульт* комитет* департамент* дум[аыеу] мфц цур
""")
"""Bodies of which nobody says «группа» but of a page."""
_OTHERS = _words("""
    школ* гимнази* лице[йяюе] лицеем детсад* сад сад[ауе] садом садик* детск* больниц* горбольниц* црб гкб окб
    поликлиник* роддом* госпитал* амбулатори* диспансер* управлени* совет совет[аеу] собрани* колледж* техникум*
    училищ* университет* институт* библиотек* музе[йяюе] театр* дк дворец дворц* дом дом[ауе] культур* клуб*
    спортшкол* дюсш сшор стадион* центр* соцзащит* интернат* приют* филармони* зоопарк* лесничеств* поселени*
    сельсовет*
""")
_VERBS = (
    "ет", "ют", "ут", "ит", "ат", "ят", "ишь", "ешь", "ила", "или", "ало", "ала", "али", "ела", "ели", "ула", "ули",
    "ться", "тся", "лся", "лась", "лись", "ите", "йте", "аны", "ена", "ено", "ены", "ано", "ать", "ять", "ить", "еть",
)  # fmt: skip
_TOLD = _words("""
    не нет ни почему зачем когда кто сколько куда я мы он она они мо[йяеию] моей моего меня реб** сын* доч* дети
    детей детям жалоб* удал** заблок** забан** взлом** комментари* пост пост[аыеу] хам** груб** оскорб** возле
    около напротив рядом за под мимо перед между через ложь вран** обман** игнор* фейк** мошенник* реклам**
    хорош** плох** ужас** отличн** закрыт** ремонт** холодн** продленн** инвалид** карантин* младш** старш**
    ясельн** подготовительн** смет* журнал* дневник* учебник* паспорт* люд** граждан* родител** учащ** крови
""")
"""A verb, a person, or what a complaint is about: then it is no question for a page."""
_PLACES = _words("бакал*")
"""What only looks like a verb."""
_WANTED = _words("""
    когда скольки доскольки скольких какого каких какой какие как(ое|ую) час* график* режим* расписан* врем* работ*
    открыт* закрыва* телефон* позвонить дозвониться регистратур* находится сегодня завтра выходн* суббот* воскресен*
    понедельник* прием* принима* записать* запис* попасть чтобы документ* адрес*
""")
"""What is asked of a body besides its page."""
_REGION = re.compile(r"\b(?:\w+ой (?:области|республики)|\w+ого края|республики \w+)\b")
_SPELLED = (
    (re.compile("(?:садик|детсад).*"), "сад"),
    (re.compile("мэри.+"), "администрация"),
    (re.compile("мэр.?.?"), "глава"),
    (re.compile("минздрав.*"), "здравоохранения"),
    (re.compile("минобр.*"), "образования"),
    (re.compile("минсоц.*"), "социальных"),
    (re.compile("минстрой.*"), "строительства"),
    (re.compile("минспорт.*"), "спорта"),
    (re.compile("минкульт.*"), "культуры"),
)
"""As registries write them."""


def page_asked(text: str) -> str:
    """The words by which the page is looked for; empty where no page is asked for."""
    if len(text) > READ:
        return ""
    tokens = _TOKEN.findall(_REGION.sub(" ", text.casefold().replace("ё", "е")))
    if len(tokens) > WORDS or not _names_page(tokens) or not _asks(text, tokens):
        return ""
    wanted = [token for token in tokens if not _of_the_question(token)]
    left = [word for word in wanted if not (_body(word) or word.isdecimal())]
    if not any(map(_body, wanted)) or len(left) > LEFT or any(map(_tells, left)):
        return ""
    return " ".join(map(_official_word, wanted))


def body_asked(text: str) -> str:
    """The words by which the page of a body is looked for that something else is asked of; a body of which nothing but
    its kind is told is none in particular."""
    if len(text) > READ or page_asked(text):
        return ""
    tokens = _TOKEN.findall(_REGION.sub(" ", text.casefold().replace("ё", "е")))
    wanted = [token for token in tokens if not (_of_the_question(token) or _WANTED.fullmatch(token))]
    named = [word for word in wanted if not _body(word)]
    asks = len(tokens) <= WORDS and any(map(_WANTED.fullmatch, tokens))
    if not asks or not named or len(named) == len(wanted) or len(named) > LEFT or any(map(_tells, named)):
        return ""
    return " ".join(map(_official_word, wanted))


def _body(token: str) -> bool:
    """Whether the word names a kind of body."""
    return bool(_RULES.fullmatch(token) or _OTHERS.fullmatch(token))


def _of_the_question(token: str) -> bool:
    return any(pattern.fullmatch(token) for pattern in (_PAGE, _MAYBE, _NETWORK, _ASKS, _QUIET))


def _tells(token: str) -> bool:
    """Whether the word is a verb that tells of something."""
    verb = token.endswith(_VERBS) and not _PLACES.fullmatch(token)
    return verb or _TOLD.fullmatch(token) is not None


def _official_word(token: str) -> str:
    return next((official for said, official in _SPELLED if said.fullmatch(token)), token)


def _names_page(tokens: list[str]) -> bool:
    """Whether a page is named. «Группа» alone may be one of a kindergarten."""
    if any(map(_PAGE.fullmatch, tokens)):
        return True
    if not any(map(_MAYBE.fullmatch, tokens)):
        return False
    belongs = any(word == "у" and _body(of) for word, of in zip(tokens, tokens[1:], strict=False))
    return (
        belongs or "ссылку" in tokens or any(_NETWORK.fullmatch(token) or _RULES.fullmatch(token) for token in tokens)
    )


def _asks(text: str, tokens: list[str]) -> bool:
    """A question, a request, or nothing but the name: «группа администрации Карабаша»."""
    if "?" in text or any(map(_ASKS.fullmatch, tokens)):
        return True
    first = next((token for token in tokens if not _QUIET.fullmatch(token)), "")
    return _body(first) or any(pattern.fullmatch(first) for pattern in (_PAGE, _MAYBE, _NETWORK))
