"""Acts by written rules: what a short text asks of the bot itself, in natural words (R12), and words that say nothing
by themselves (I15).

It must never take a told problem for a wish: what may be more than a wish is none. The bot asks back before it acts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from screening.acts.act import Act

LONGEST = {Act.WITHDRAW: 16, Act.ERASE: 9, Act.THANKS: 10}
"""Words; a longer text says more than the wish. Others: eight."""

EIGHT = 8

_OWN = r"(?:мо[ейиюя]\w*|сво[ейиюя]\w*)"
_MESSAGE = r"(?:сообщени\w+|обращени\w+|заявк\w+|вопрос\w*|жалоб\w+)"
_SHOW = "какие|покажите|пришлите|увидеть|посмотреть|выгрузить|скачать"
_LIVE = r"человек\w*|оператор\w*|сотрудник\w*|специалист\w*|живым"
_DONE = r"сделали|починили|убрали|вывезли|заделали|исправили|устранили|почистили|включили|отремонтировали|покрасили"

_FIGURES = "сколько|какое количество|количество|число|статистика"
_PERIOD = (
    r"(?:за|в) (?:\w+ )?(?:сутки|день|недел\w+|месяц\w*|квартал\w*|год\w*|январ\w|феврал\w|март\w?|апрел\w|ма[йе]|июн\w"
    r"|июл\w|август\w?|сентябр\w|октябр\w|ноябр\w|декабр\w)"
)

_SAID = {
    Act.WITHDRAW: (
        r"\b(?:отзыв\w+|отозвать|забира\w+|отменя\w+)(?: \w+){0,2} согласи\w+(?! на (?!обработк))",
        r"\b(?:запреща\w+|прекратите|перестаньте) обрабатывать\b.* данные",
        r"\bне (?:да\w+|соглас\w+)(?: \w+){0,2} на обработку\b",
    ),
    Act.ERASE: (
        r"\b(?:удал\w+|сотри\w*|стереть|уничтож\w+|уберите)\b.*"
        rf"\b(?:{_OWN}.* данные|обо мне|{_OWN} (?:профиль|переписк\w+|сообщения|данные)|меня из)\b",
        r"\bзабудьте меня\b",
    ),
    Act.DATA: (r"\b(?:что|какие|какая)\b.*\bобо мне\b", rf"\b(?:{_SHOW})\b.*\b{_OWN}(?: персональные)? данные\b"),
    Act.CANCEL: (
        r"^(?:стоп|stop|хватит|отстаньте|остановитесь|отписаться|отпишите(?: меня)?|передумала?)(?: не надо)?$",
        r"^(?:я )?(?:больше )?не хочу(?: больше)?(?: писать)?$",
        r"^(?:больше )?(?:мне )?не пишите(?: мне)?(?: больше)?$",
        r"^(?:ничего )?не надо(?: ничего)?(?: отправлять)?$",
        r"^(?:\w+ ){0,6}(?:уже|все|дали|включили|починили|приехали|сделали|решил\w*|сами|нашл\w+|спасибо)(?: \w+){0,5}"
        r" не (?:надо|нужно|актуально)(?: \w+)?$",
        r"^(?:уже |все |это |вопрос |больше )*не ?актуально(?: уже| больше| спасибо)*$",
        r"^отбой\b",
        r"\b(?:отменяйте|отменяем|отмените все)$",
    ),
    Act.WHEN: (
        r"\bкогда\b.*\bответ(?:\w+)?$",
        r"^(?:ну )?(?:сколько|долго)(?: мне)?(?: еще)? ждать(?: ответ\w*)?$",
        r"\bпочему\b.*\bне отвеча\w+$",
        r"^(?:я )?(?:все еще )?жду ответ",
        r"^(?:ну )?где(?: же)?(?: мой)? ответ$",
        r"^(?:(?:до сих пор|так и|все еще) нет ответа|ответа(?: до сих пор| так и| все еще)? нет)$",
        r"\bтак и не ответили$",
        r"^какой срок ответа$",
        r"^(?:ну |и |так )*(?:когда|скоро)(?: же| уже| наконец)*(?: будет| сделаете| почините| решите)?$",
        r"^(?:есть|будет)(?: ли| уже| какой нибудь| какие нибудь)* (?:ответ|новости|результат|движение)$",
        r"^(?:ну )?сколько (?:же )?можно(?: ждать| писать| терпеть| тянуть| уже)*$",
        r"^(?:да |а |ну )*вы (?:что |там |меня |нас |вообще |хоть |это |хотя бы )*"
        r"(?:издеваетесь|смеетесь|уснули|спите|молчите|работаете|читаете|слышите|видите|отвечаете|игнорируете|вымерли|живы|живые)"
        r"(?: там| что ли| меня| нас| вообще| сообщения| это| людей| или нет)*$",
        r"^(?:я |вам |уже )*пишу (?:вам |уже |во )*(?:второй|третий|четвертый|пятый|десятый|сотый|который|какой) раз$",
        r"^(?:почему|чего|что) (?:вы )?(?:молчите|тишина|никто не пишет)$",
        r"^(?:алло|але|ало|ау|вы где|где вы|есть кто|кто нибудь|хоть кто нибудь|вы тут|вы здесь)"
        r"(?: (?:алло|ау|есть|кто|кто нибудь|ответьте|живой|там))*$",
        r"^(?:ответьте|отзовитесь|ответите)(?: уже| наконец| пожалуйста| мне| кто нибудь| хоть)*$",
    ),
    Act.STATUS: (
        rf"^(?:какой |проверить |узнать )?статус(?: мо\w+)?(?: {_MESSAGE})?$",
        r"\b(?:где|что с|что там с|как там|что по|в каком состоянии|дошл[оа] ли|новости по|получили)\b"
        rf".*\b{_OWN} {_MESSAGE}$",
    ),
    Act.TAKE_BACK: (
        r"^(?:хочу |прошу |можно |пожалуйста )*"
        r"(?:отзовите|отозвать|отзываю|заберите|забрать|отмените|отменить|снимите)"
        rf"(?: пожалуйста)?(?: {_OWN}| это| последнее)? {_MESSAGE}(?: пожалуйста)?$",
    ),
    Act.WHERE: (
        r"^(?:\w+ )?(?:не знаю )?(?:куда|кому|к кому)(?: (?:мне|нам|можно|надо|нужно|лучше))* "
        r"(?:обра\w+|п?о?жалова\w+|н?а?писать|п?о?звонить)(?: жалобу)?$",
    ),
    Act.PERSON: (
        rf"\b(?:позовите|соедините|переключите|дайте|нужен|хочу|можно)\b.*\b(?:{_LIVE})$",
        r"\b(?:живой|настоящий) человек$",
        r"^оператор$",
        r"\bвы (?:робот|бот|человек|живой)\b",
        r"\bлюди\b.*\bробот$",
        r"\bс (?:ботом|роботом) (?:говорить|общаться) не\b",
        r"^(?:а |ну |и |так |здравствуйте |простите |извините )*(?:вы кто|кто вы|ты кто|кто ты)"
        r"(?: тако[йе]| такие| вообще)*$",
        r"^(?:а |ну |и |так |здравствуйте |подскажите |скажите )*(?:что|че|чего|чем)"
        r"(?: (?:вы|ты|этот|он|бот|вообще|тут|еще|мне))* (?:умее(?:шь|те|т)|можешь|можете|поможешь|поможете)"
        r"(?: (?:вообще|делать|сделать|помочь|мне|быть полезны|бот))*$",
    ),
    Act.PRESS: (
        rf"^(?!.*\b(?:я|мы|мне|нам|{_OWN}|наш\w*|(?:на)?писал\w*|подал\w*)\b)"
        rf"(?:{_FIGURES})\b.*\b(?:обращени\w+|жалоб|сообщений|заявок)\b.*\b{_PERIOD}$",
        r"^(?:\w+ ){0,3}(?:статистик\w+(?: \w+){0,2} (?:обращений|жалоб|сообщений)|открыт\w+ данн\w+)",
    ),
    Act.DONE: (
        r"^(?:(?:вроде|бы|это|ну|и|да|вот|я|у меня|на|этом|сегодня|уже|пока|больше|теперь|кажется|наверное|пожалуй"
        r"|думаю|короче|собственно|в общем|в целом) )*"
        r"(?:все|готово|ничего|конец|закончила?|закончу|дописала?|отправляйте|посылайте|вся история|добавить нечего"
        r"|(?:больше )?(?:нечего|нет ничего)(?: больше)?(?: добавить| сказать)?)"
        r"(?: (?:написала?|рассказала?|отправляйте|готово|сказала?|сказано|вроде|пока|больше ничего"
        r"|что (?:я )?хотела?(?: сказать| написать)?|что есть))*$",
    ),
    Act.AGAIN: (
        r"\bтак (?:и|ничего и) не(?:т)?\b",
        r"^(?:\w+ )?(?:опять|снова|по прежнему|до сих пор)\b",
        r"\bничего не (?:сделали|сделано|изменилось|поменялось)\b",
        r"\bпроблема (?:осталась|не решена)\b",
        rf"^(?:\w+ )?не (?:{_DONE})$",
        r"\bобещали и не\b",
    ),
}
_ASKS_WHEN = re.compile(
    r"^(?:ну |и |а |так |же |что |скажите |подскажите |пожалуйста )*"
    r"(?:когда|скоро|долго|до каких пор|сколько (?:еще|можно|ждать)"
    r"|(?:починят|уберут|сделают|дадут|включат|почистят)\b.* или нет)\b"
)
_WHITHER = re.compile(
    r"\b(?:куда|кому)(?: (?:мне|нам|можно|надо|нужно|лучше|еще|теперь))* (?:обра[тщ]\w+|п?о?жалов\w+"
    r"|(?:на)?писать|(?:по)?звонить|сообщ\w+|идти|бежать|подать|подавать)"
    r"(?: с)?(?: жалоб\w+| заявление| обращение)? (?:на|с|со|по поводу|про|о|об|от|из-за|насчет|если|когда|раз)"
    r" (?!(?:вопрос|проблем|жалоб|просьб|предложени)\w*$)(.+)"
)
_IMPATIENT = re.compile(
    r"^(?:(?:а |ну |меня |нас )*(?:кто нибудь|хоть кто нибудь|кто то|хоть кто то|хоть один|никто)"
    r"(?: меня| нас| это| тут| там| вообще| не)* (?:читает|слышит|видит|ответит|отвечает|работает)"
    r"(?: меня| нас| это)*"
    r"|(?:и |опять |снова |одна |полная |а в ответ |в ответ )*(?:тишина|молчание|глухо|игнор)"
    r"|(?:ноль|никакой|ни какой|нет) (?:реакции|ответа|внимания)|реакции (?:ноль|никакой|нет)|ни ответа ни привета"
    r"|вам (?:все равно|пофиг|плевать|наплевать))"
)
_GENERAL = re.compile(
    rf"{_DONE}|ничего|так|и|не|нет|ну|вы|мне|нам|а|но|же|то|самое|опять|снова|до|сих|пор|по|прежнему|проблема|вопрос|осталась"
    "|решена|решен|сделано|изменилось|поменялось|обещали|написали|сказали|что|все|никто|сломалось|сломали|повторилось"
)


@cache
def _patterns() -> Mapping[Act, re.Pattern[str]]:
    """The compiled patterns of each act, made with the first text: a bot at rest does without."""
    return {intent: re.compile("|".join(said)) for intent, said in _SAID.items()}


_GRATEFUL = re.compile(r"\b(?:спасиб\w*|спасибочки|благодар(?!я\b)\w*|пасиб\w*|спс|мерси)\b")
_HOW_GRATEFUL = frozenset({"большое", "огромное", "вам", "всем"})
_MORE = re.compile(
    r"\b(?:но|не|нет|однако|хотя|только|еще|опять|снова|когда|почему|где|заранее|прошу|просьба|нужно|надо"
    r"|зато|не ?актуальн\w*)\b"
)
_SIGNS = frozenset("👍🙏❤💐🌹🤝👏😊☺🥰")
_HIDDEN = "\ufe0f\u200d 🏻🏼🏽🏾🏿"
_WORD = re.compile(r"[a-zа-я]+")
_KINDLY = re.compile(
    rf"{_GRATEFUL.pattern}|^(?:здравствуйте|привет|добр\w+ \w+)(?: уважаем\w+| всем)?$|\b(?:{_DONE})\b"
    r"|\b(?:молодц\w*|отлично|супер|быстро|хорошо|рад|рада|приятно|здоровья|удачи|решен\w*|все)\b"
)
_THANKS = """
    а аж вы ты вам вас вами ваш ваша ваше вашу ваши вашей за и ну ой от с со что это эту уже я мы мне нам меня нас всем
    всего большое большущее огромное огромнейшее спасибище сердечное искреннее человеческое просто души сердца очень
    так вот там тут ответ ответы ответили отклик помощь помогли понимание внимание работу труд оперативность скорость
    информацию консультацию совет старание старания участие заботу терпение отзывчивость вежливость разъяснение
    разъяснения решение реакцию быструю быстрый быстрое скорый скорое полный подробный хороший хорошую хорошего
    доброго день дня вечер вечера утро утра ночи здоровья удачи успехов добра мира счастья пусть бог дай храни добрые
    добрый милые дорогие вопрос проблема люди ребята друзья девочки девушки парни бот робот народ господа человек жду
    буду ждать ок ладно понятно понял поняла приняли передали сообщили написали подсказали
"""
_FORMULA = frozenset(_THANKS.split())
"""Words of thanks that name nobody but those who read them."""

READ = 400
"""Letters of a text that are looked at: a wish is short."""


def act(text: str) -> Act | None:
    """The act of the whole text where it is certain; None where a problem is told, or may be."""
    if (found := wish(text)) is not None:
        return found
    if says_send(text):
        return Act.DONE
    if (yes := agrees(text)) is not None:
        return Act.YES if yes else Act.NO
    if acknowledges(text):
        return Act.ACKNOWLEDGE
    if says_unknown(text):
        return Act.UNKNOWN
    if is_starred(text):
        return Act.CORRECTION
    if is_further(text):
        return Act.ADDITION
    return Act.GREETING if is_greeting(text) or says_nothing(text) else None


def wish(text: str) -> Act | None:
    """The act that asks something of the bot itself, thanks among them; None for any other text."""
    if grateful(text):
        return Act.THANKS
    low = text.casefold().replace("ё", "е")
    if len(low) > READ or any(map(str.isdigit, low)):
        return None
    words = _WORD.findall(low)
    said = " ".join(words)
    return next(
        (
            meant
            for meant, pattern in _patterns().items()
            if len(words) <= LONGEST.get(meant, EIGHT) and pattern.search(said)
        ),
        None,
    )


_NO = re.compile(r"(?:нет |это |вопрос |проблема |так и |все еще |ничего ){0,4}не решен[оа]?")
_YES = re.compile(r"(?:да |это |уже |вопрос |проблема |все ){0,4}решен[оа]?")


def verdict(text: str) -> bool | None:
    """Whether a text says that it is solved, or that it is not, and nothing else: «Решено», «Нет, не решено»."""
    said = " ".join(_WORD.findall(text.casefold().replace("ё", "е")))
    if "?" in text or any(map(str.isdigit, text)):
        return None
    return False if _NO.fullmatch(said) else True if _YES.fullmatch(said) else None


def asks_when(text: str) -> bool:
    """Whether a short text begins with when: of one's own trouble that is impatience, of another it is a story."""
    said = words(text)
    return len(said) <= EIGHT and _ASKS_WHEN.search(" ".join(said)) is not None


def asked_about(text: str) -> str:
    """What somebody asks whither to complain of («куда жаловаться на шум»: «шум»); empty where he only asks."""
    found = _WHITHER.search(" ".join(words(text)))
    return found[1] if found is not None else ""


def is_impatient(text: str) -> bool:
    """Whether somebody is impatient («Опять тишина», «никто не отвечает»): behind the number of one's own message that
    is meant, elsewhere it is a part of what is told (I14)."""
    said = words(text)
    return len(said) <= EIGHT and _IMPATIENT.fullmatch(" ".join(said).replace("-", " ")) is not None


def names_nothing(text: str) -> bool:
    """Whether «так и не сделали» says only that, and not of what."""
    return all(map(_GENERAL.fullmatch, _WORD.findall(text.casefold().replace("ё", "е"))))


def grateful(text: str) -> bool:
    """Whether it is thanks and nothing else: signs alone, or a few words each sentence of which is kind, without a
    question or a number; what may be more is taken for more."""
    if "?" in text:
        return False
    low = text.casefold().replace("ё", "е")
    signs = [sign for sign in low if sign not in _HIDDEN]
    if signs and all(sign in _SIGNS for sign in signs):
        return True
    few = len(low.split()) <= LONGEST[Act.THANKS]
    more = _MORE.search(low.replace("еще раз", "")) or any(map(str.isdigit, low))
    return few and bool(_GRATEFUL.search(low)) and not more and all(map(_KINDLY.search, _sentences(low)))


def without_thanks(text: str) -> str:
    """The text without words of thanks, in small letters."""
    words = text.casefold().replace("ё", "е").split()
    kept = [word for word in words if not _GRATEFUL.search(word) and word.strip(",.!") not in _HOW_GRATEFUL]
    return " ".join(kept).strip(" ,.!")


def thanks_somebody(text: str) -> bool:
    """Whether thanks name whom or what they are for («хирургу Петрову», «за новую площадку»), and are no formula
    («спасибо за ответ»)."""
    return any(word not in _FORMULA and not _KINDLY.search(word) for word in words(without_thanks(text)))


def _sentences(low: str) -> list[str]:
    """The sentences as plain words: a formula at the end makes no thanks («Уберите надпись. Спасибо»)."""
    return [sentence for sentence in (" ".join(_WORD.findall(part)) for part in re.split(r"[.!\n]", low)) if sentence]


# Words that tell nothing: a greeting, «помогите», «да». What is not in the lists may be a part of a problem.

YES = frozenset({"да", "верно", "да верно", "ага", "угу", "точно", "правильно", "да правильно", "все верно", "конечно"})
NO = frozenset({"нет", "неверно", "не верно", "нет не верно", "не то", "нет другое", "неправильно", "другое"})
"""Words that answer «Верно?» as its buttons do."""

_FILLERS = """
    здравствуйте здравствуй здрасте здрасьте привет приветик приветствую салам алло але ало ау эй добрый доброе доброго
    доброй день дня утро утра вечер вечера ночи уважаемые люди ребята граждане товарищи девушка мужчина админ
    помогите помоги поможете можете помочь помощь нужна нужно надо срочно пожалуйста пожалуйсто пожалуста пж пжл
    пжлст плиз прошу очень подскажите подскажи скажите скажи ответьте ответь отзовитесь откликнитесь
    хочу хотел хотела хотелось бы можно спросить узнать сообщить пожаловаться обратиться написать рассказать поделиться
    вопрос вопросик вопросы проблема проблемка проблемы проблему беда ситуация ситуацию дело история случай жалоба
    просьба просьбой обращение тут там здесь такое такая такой такую такие одно одна один одну какое какая какой вот
    ну и а но в
    к ко вам вас с со мне нам меня у нас я мы есть по поводу это что как быть делать кто нибудь кто-нибудь кто-то вы
    слышите читаете меня бот сказать можно ли ли же то да нет ок окей окэй хорошо ладно ясно понятно понял поняла
    понятненько принято добро ага угу верно точно правильно конечно спс ок-ок так не все
"""
FILLERS = frozenset(_FILLERS.split())

GREETINGS = frozenset(
    {"начать", "старт", "start", "привет", "здравствуйте", "здравствуй", "меню", "добрый день", "добрый вечер"}
    | {"доброе утро", "доброй ночи", "доброго дня", "приветствую", "добрый день всем", "ку", "хай"}
)
"""Words that open the menu."""

ACKNOWLEDGED = frozenset(
    {"ок", "окей", "окэй", "хорошо", "ладно", "ясно", "понятно", "понял", "поняла", "принято", "добро", "ага", "угу"}
    | {"да", "хор", "жду", "буду ждать", "хорошо жду", "ок жду"}
)
"""What somebody says who has read, and to which nobody expects a word."""

_UNKNOWN = re.compile(
    r"(?:не (?:знаю|знаем|помню|помним|припомню|вспомню|скажу|уверена?|в курсе)(?: кто)?|не ?знай|незнаю|хз+"
    r"|знать не знаю|(?:фиг|хрен|черт|бог|шут|кто)(?: его| ее| их| ж| же)* знает"
    r"|(?:без|ни малейшего|нет) понятия|понятия нет|(?:ни малейшего )?понятия не имею|не имею(?: ни малейшего)? понятия"
    r"|(?:откуда|почем) (?:мне|нам|я) зна(?:ть|ю)|затрудняюсь(?: ответить)?|не могу (?:сказать|ответить)"
    r"|забыла?|запамятовала?|неизвестно|адреса нет|нет адреса|без адреса)"
)
_NEAR_IT = """
    я мы точно точного точный и но к сожалению какой какая какое какую каком дом дома номер номера улица улицу улицы как
    где это там тут ну ой да нет вот уж даже честно говоря если сказать правда просто пока сам сама сами извините
    простите адрес адреса город города район тема тему теме раздел название называется относится кому куда выбрать
    ведомство орган служба
"""
_AROUND = frozenset(_NEAR_IT.split())
_WHAT = re.compile(r"\bчто (?:выбрать|ответить|указать|написать|писать|сказать)\b")

_FURTHER = re.compile(r"забыла?|уточн(?:ю|яю|ение)|дополн(?:ю|яю|ение)|добавл(?:ю|яю)|поправка|исправля(?:ю|юсь)")

_ANY_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in small letters, «ё» as «е»."""
    return _ANY_WORD.findall(text.casefold().replace("ё", "е"))


def says_nothing(text: str) -> bool:
    """Whether the whole text is courtesy, a filler or a sign: on a card it would be noise (I15)."""
    return all(word in FILLERS for word in words(text))


def is_greeting(text: str) -> bool:
    """Whether the whole text is one of the words that open the menu."""
    return " ".join(text.casefold().split()).strip("!.,?() ") in GREETINGS


def acknowledges(text: str) -> bool:
    """Whether the whole text only acknowledges («ок», «понятно»), and asks nothing."""
    return "?" not in text and " ".join(words(text)) in ACKNOWLEDGED


def agrees(text: str) -> bool | None:
    """True for «да», False for «нет» as a whole; None for any other words."""
    typed = " ".join(words(text))
    return typed in YES if typed in YES | NO else None


_BEFORE = "да|все|ну|ок|верно|правильно|так|можно|можете|уже|тогда|давай|давайте|пожалуйста|хорошо|готово|и"
_BEHIND = "это|так|все|сообщение|обращение|жалобу|заявку|его|ее|пожалуйста|уже|туда|спасибо|скорее|быстрее|да"
LONGEST_ORDER = 80
"""Letters: what is longer says more."""
_SENDS = re.compile(
    rf"^(?:(?:{_BEFORE}) )*(?:отправ(?:ить|лять|ляй|ляйте|ляем|ляю|ь|ьте|им)|шли|шлите|отсылай(?:те)?|передай(?:те)?"
    rf"|передавай(?:те)?)(?: (?:{_BEHIND}))*"
)


def says_send(text: str) -> bool:
    """Whether the text says to send («Отправляйте», «да, отправить»): under the preview it is the button, elsewhere no
    word of a story."""
    return len(text) <= LONGEST_ORDER and "?" not in text and _SENDS.fullmatch(" ".join(words(text))) is not None


_AGREED = frozenset({"да", "ага", "угу", "конечно"})
_BEGGED = _AGREED | frozenset(
    {"хорошо", "ладно", "можно", "пожалуйста", "прошу", "очень", "срочно", "скорее", "тогда", "ну", "мне", "нам"}
)
_LETS = frozenset(
    {"передайте", "передай", "передавайте", "передавай", "передать", "передайте дежурному", "надо передать"}
    | {"сообщите", "сообщи", "помогите", "помоги", "нужна помощь", "помощь нужна"}
    | {"надо", "нужно", "давай", "давайте"}
)
_REFUSED = frozenset({"да", "ой", "ну", "пока", "уже", "спасибо", "пожалуйста", "просто", "это"})
_KEEPS = frozenset(
    {"не надо", "не нужно", "не хочу", "не стоит", "не передавайте", "не передавай", "не надо передавать"}
    | {"не надо никому", "никому не надо", "не надо никому передавать", "не надо никуда передавать"}
    | {"не сообщайте", "не надо сообщать", "не надо никому сообщать", "не говорите", "не говорите никому"}
    | {"никому не говорите", "не надо никому говорить", "не надо никого вызывать", "не звоните никому"}
    | {"опасности нет", "опасности", "опасности никакой", "опасности никакой нет", "никакой опасности нет", "не опасно"}
    | {"все хорошо", "все нормально", "все в порядке", "все спокойно"}
)


def lets_tell(text: str) -> bool | None:
    """What answers «Передать?» as its buttons do, as a whole; None for any other words: they may be a cry."""
    if "?" in text:
        return None
    typed = words(text)
    refusing = " ".join(word for word in typed if word not in _REFUSED)
    if refusing == "нет" or refusing.removeprefix("нет ") in _KEEPS:
        return False
    letting = " ".join(word for word in typed if word not in _BEGGED)
    return True if letting in _LETS or (not letting and not _AGREED.isdisjoint(typed)) else None


def is_starred(text: str) -> bool:
    """Whether a star stands before a few words («*Гагарина»): in chats that puts right what was written last."""
    low = text.lstrip()
    return low.startswith("*") and not low.startswith("**") and 0 < len(words(low)) <= EIGHT


def is_further(text: str) -> bool:
    """Whether the author says that it is more to what was told: «Уточню: у школы», «забыла сказать»."""
    said = words(text)
    return 0 < len(said) <= EIGHT and _FURTHER.fullmatch(said[0]) is not None


def says_unknown(text: str) -> bool:
    """Whether the whole text says only that its author does not know («хз», «понятия не имею»)."""
    typed = words(_WHAT.sub("", " ".join(words(text))))
    told = " ".join(word for word in typed if word not in _AROUND)
    return any(_UNKNOWN.fullmatch(said) is not None for said in (" ".join(typed), told))
