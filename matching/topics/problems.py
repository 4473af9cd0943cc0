"""Several problems in one message, taken apart: one pure function, so that a better one may take its place.

It must never drop a word: the parts together are the whole text, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from screening.acts import Act, votes
from screening.words import BOUND, fold

MOST = 5
"""Parts; what follows stays with the last."""

LEAST = 2
"""Words of a part: «спасибо» alone is no problem of its own."""

STORY = 500
"""Letters; a longer text is a story that touches on much, and only what the resident marks is cut."""

SENTENCE = 12
"""Words of a sentence that may tell of two problems without a sign between them."""

STORY_ALONE = 0.8
"""So surely a piece of a sentence tells a problem by itself."""

_BULLETS = " -–—•*\t\n"

_NEXT = (
    r"(?:а\s+)?(?:ещё|еще)\s|и\s+(?:ещё|еще)\s|(?:а\s+)?также\s|кроме\s+того|помимо\s+этого|во-?вторых|в-?третьих|плюс\s"
    r"|и\s+второе|второе\s|третье\s|другой\s+вопрос|(?:и\s+|а\s+)?заодно\s|и\s+также\s|плюс\s+(?:ещё|еще)\s"
)
_JOINED = r"а\s+(?:ещё|еще|также|заодно)|и\s+(?:ещё|еще|также|заодно)|кроме\s+того|во-?вторых|плюс\s+(?:ещё|еще)"
"""Where no sign stands before them either."""
_SENTENCES = r"(?<!\d\.)(?<=[.!?;\n])\s+|(?<=[^\s])\n\s*"
_AFTER_A_HOUSE = r"(?<=[а-яё]\s\d\.)\s+(?=[а-яё])|(?<=[а-яё]\s\d\d\.)\s+(?=[а-яё])"
_WORDS = rf"(?<=[,.!?;])\s+(?=(?:{_NEXT}))|(?<!\s)\s+(?=(?:{_JOINED})\b)"
_NUMBERS = r"(?<!\s)\s+(?=\d[.)]\s)"
_BREAK = re.compile(rf"{_SENTENCES}|{_AFTER_A_HOUSE}|{_WORDS}", re.IGNORECASE)
_NUMBERED_BREAK = re.compile(rf"{_SENTENCES}|{_NUMBERS}|{_WORDS}", re.IGNORECASE)
_SOFT = re.compile(r"(?<!\s)\s+(?=и\s)|(?<=,)\s+", re.IGNORECASE)
"""Within a sentence a problem of its own may begin here: «нет отопления и яма во дворе»."""
_AND = re.compile(r"\Aи\s", re.IGNORECASE)
_MARKED = re.compile(rf"(?:(?:прошу|просим)\s)?(?:{_NEXT})", re.IGNORECASE)
_NUMBERED = re.compile(r"\d[.)]\s")
_LIST = re.compile(r"(?:^|[\n:]\s{0,3})1[.)]\s.{1,2000}?\s2[.)]\s", re.DOTALL)
"""A list begins with its first number at the beginning or after a colon: «дом 5. Кран» is none."""


def _beginning(words: str) -> re.Pattern[str]:
    """At the beginning of a word; «+» is any end of it, «_» a blank."""
    each = "|".join(words.replace("_", r"\s").replace("+", r"\w*").split())
    return re.compile(rf"(?<!\w)(?:{each})(?!\w)")


_TROUBLE = _beginning("""
    не нет нету без ни никто никак невозможно нельзя отсутству+ просим прошу требу+ поставь+ верни+ спили+
    обреж+ убер+ почист+ починит+ отремонт+ слома+ разби+ разру+ развал+ провал+ прорва+ порва+ оборва+ сбит+
    забит+ засор+ перепол+ протек+ теч+ тек+ затоп+ подтоп+ зали+ луж+ ям ям[аыу] яма+ колдоб+ сугроб+ голол+
    налед+ сосул+ лед льд+ скользк+ замело завален+ вон+ пахн+ запах+ дымит дымят горит горят мига+ темно
    темнота холодн+ ржав+ гряз(ь|и|но|н[ыао][йяе]) груб[ия]т+ хам[ия]т+ шум[ия]т+ бродяч+ ста[яеи] крыс+
    таракан+ клоп+ свал+ пропада+ пропал+ отключ+ отмен+ закрыл+ открыт+ сня[лт]+ выруб+ паркую+ вис[ия]т
    торч[аи]т опасн+ выброс+ слива+ граффити надпис+ упал+ закрыт+ незаконн+ самоволь+ брошен+ вырос+ опаздыв+
    плесен+
""")
"""Something is wrong, or is asked for."""

_FOLLOWS = _beginning("""
    дет[ия]+ ребен+ люди людям жители жильцы пешеходы машины бабушк+ дедушк+ пожил+ пенсионер+ инвалид+ мам[ау]
    мы нам нас я мне меня он она они оно его ее их скорая водител+ слесар+ рабочие мастер+ диспетчер+ управляющ+
    ук администрац+ полици+ прокуратур+ больные учител+ врач+ никто все карт[ау] талон+ там тут здесь туда это
    этот эта эти этого этой такой такая такие теперь сейчас вчера сегодня позавчера недавно весной зимой летом
    осенью утром вечером ночью раньше потом затем после поэтому из-за приходится пришлось рядом вокруг возле
    иначе хотя но и а то ведь причем притом тем при уже снова опять третий второй звони+ обраща+ писал+ жалова+
    обеща+ говор+ сказа+ отвеча+ плат+ плач+ упал+ хочу хотел+ надеюсь помогите разберитесь примите сделайте
    спасибо вода_(за|по|теч|беж|сто|ль|хлещ)+ если когда пока чтобы только даже может мог+ можно сколько почему
    кто куда как в_результате в_итоге в_связи
""")
"""So a sentence goes on: whom it strikes, when and why, who was told of it."""

_COMES_OF_IT = _beginning("""
    теперь из-за поэтому тоже рядом управляющ+ ук тсж жэк жкс обслуживающ+ администрац+ подрядчик+
    не_(смог+_|могут_|может_)?(про|подъ|за|до|вы|раз)?(ех+|ед[уе]т+|езжа+|брат+|йти)
""")
"""What came of the trouble that was told."""

_ACTS = re.compile(r"^(?!просим|требуем|нет)\w+(?:ют|ут|ат|ят|ет|ит|им|ем)(?:ся)?(?!\w)")
"""A verb of the present first: who does it was said before."""

_ASKS = re.compile(r"\w{1,20}?(?:йте|ьте|ите)(?!\w)")
"""What is asked for behind a comma is the remedy of the trouble before it: «машины летят, поставьте знак»."""

_OUTAGE = _beginning("отключ+_(свет+|электр+) нет_(света|электричества) света_нет обесточ+")
_STANDS_STILL = _beginning("не_работа+ нет не_(вод|отоплен|тепл|интернет|связ)+")
"""Without light lifts, pumps and boilers stand still: no problem of its own."""

_WIRES = _beginning("провод+ подстанци+ трансформатор+")
"""Torn, they leave a village without light."""

_OF_ANSWERS = _beginning("отписк+ отвеча+ ответ+ жалоб+ жалова+ обращен+ обраща+ игнор+ бездейств+ реагир+")
"""How a body answers. What it was asked follows, and is no problem beside it."""

About = Callable[[str], str | None]
"""The topic that a few words are clearly about, if any."""

Apart = Callable[[str, Collection[str], bool], str | None]
"""The same, where it has nothing to do with the topics that were heard before; fewer words do where it is marked."""


def split(text: str, about: About, apart: Apart | None = None) -> tuple[str, ...]:
    """The problems of the text, each in its words; empty where there is one.

    A part begins where the resident says so («ещё», «кроме того», «2.») and the words are clearly about something else;
    with `apart` also at a sentence that tells of a trouble of its own.
    """
    listed = _LIST.search(text[:BOUND]) is not None
    clauses = [one for one in (_NUMBERED_BREAK if listed else _BREAK).split(text[:BOUND]) if one.strip()]
    apart = apart if len(text) <= STORY else None
    parts = _parts(clauses, about, apart, listed=listed)
    if apart is not None and len(clauses) == 1:
        parts = _within(clauses[0], about, apart)
    return _made(parts[:MOST], text[BOUND:]) if len(parts) >= LEAST else ()


def _within(sentence: str, about: About, apart: Apart) -> list[list[str]]:
    """A text that is one sentence may tell of two problems: «нет отопления и яма во дворе»."""
    if len(sentence.split()) > SENTENCE:
        return [[sentence]]
    pieces = [one for one in _SOFT.split(sentence) if one.strip()]

    def plainly_about(clause: str) -> str | None:
        return about(clause) or apart(clause, (), True)

    return _parts(pieces, plainly_about, apart, listed=False, soft=True)


def _parts(
    clauses: Sequence[str], about: About, apart: Apart | None, *, listed: bool, soft: bool = False
) -> list[list[str]]:
    """`soft`: the clauses are pieces of one sentence, and what tells a story by itself is a trouble."""
    parts: list[list[str]] = [[]]
    known: list[str | None] = [None]
    for clause in clauses:
        topic, marked = about(clause), _marked(clause, listed=listed)
        opens = topic not in known and len(clause.split()) > LEAST if marked else False
        heard = [one for one in known if one is not None]
        if apart is not None and heard and _may_open(clause, parts[-1], topic, marked=marked, soft=soft):
            own = apart(_head(_bare(clause)), heard, marked or (soft and _AND.match(clause) is not None))
            topic, opens = own or topic, own is not None
        if opens and topic is not None and _told(parts[-1], known[-1], marked=marked) and len(parts) < MOST:
            parts.append([])
            known.append(topic)
        parts[-1].append(clause)
        known[-1] = known[-1] or topic
    return parts


def _bare(clause: str) -> str:
    """Without the word that joins it."""
    marked = _MARKED.match(clause)
    return _AND.sub("", clause[marked.end() :] if marked else clause)


def _made(parts: Sequence[Sequence[str]], rest: str) -> tuple[str, ...]:
    made = [" ".join(part).strip() for part in parts]
    return (*made[:-1], made[-1] + rest)


def _marked(clause: str, *, listed: bool) -> bool:
    return _MARKED.match(clause) is not None or (listed and _NUMBERED.match(clause) is not None)


def _told(part: Sequence[str], topic: str | None, *, marked: bool) -> bool:
    """Whether the part before is a problem: of a known topic, or where the next is marked, at least a trouble."""
    if not marked and all(_OF_ANSWERS.search(fold(clause)) for clause in part):
        return False
    return topic is not None or (marked and any(_TROUBLE.search(fold(clause)) for clause in part))


def _may_open(clause: str, before: Sequence[str], topic: str | None, *, marked: bool, soft: bool) -> bool:
    """Whether a clause tells of a trouble whose topic its few words do not name clearly."""
    if marked:
        return topic is None and _is_trouble(_bare(clause), soft=soft)
    return _own_trouble(clause, before, soft=soft)


def _is_trouble(said: str, *, soft: bool) -> bool:
    return _TROUBLE.search(fold(said)) is not None or (soft and votes(said).model.get(Act.STORY, 0.0) >= STORY_ALONE)


def _own_trouble(clause: str, before: Sequence[str], *, soft: bool) -> bool:
    """Whether a sentence says that something is wrong and does not go on with what stands before it."""
    said = fold(_bare(clause.lstrip(_BULLETS)))
    head = _head(said)
    if len(head.split()) < LEAST or len(said.split()) <= LEAST or not _is_trouble(head, soft=soft):
        return False
    last = fold(before[-1]) if before else ""
    if (_STANDS_STILL.match(said) and _OUTAGE.search(last)) or (_OUTAGE.search(head) and _WIRES.search(last)):
        return False
    if soft and (_ASKS.match(said) or len(" ".join(before).split()) < LEAST):
        return False
    return not (_FOLLOWS.match(said) or _ACTS.match(said) or _COMES_OF_IT.search(said))


def _head(clause: str) -> str:
    """A sentence names its trouble first; after the comma stands what came of it."""
    return clause.partition(",")[0]
