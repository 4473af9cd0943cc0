"""Which scene a text speaks of: the house, the yard, the street or another place; None where it says none, or two.

It must never take an address for a scene: «улица Ленина, 5» is where somebody lives, the trouble may be in the flat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from screening.words import BOUND, fold
from states.directory import Scene

_OWN = r"(?:(?:наш|мо|сво|этом|жил|многоквартирн|перв|втор|треть|четверт|пят|\d)[\w-]*\s){0,2}"
"""«В нашем доме», «у третьего подъезда»."""
_BODY = r"(?!\s(?:культур|быт|отдых|престарел|ребенк|творчеств|офицер|пионер))"
_INSTITUTION = r"(?!\s(?:школ|сад|детс|больниц|поликлин|гимназ|лице|церк|храм|завод))"

_PLACES: dict[Scene, str] = {
    Scene.HOUSE: rf"""
        в\s{_OWN}(?:подъезд(?:е|ах)|квартир(?:е|ах)|лифт(?:е|ах)|подвал(?:е|ах)|тамбур(?:е|ах)|дом(?:е|ах){_BODY})
        | (?:на|по)\sлестничн\w+\s(?:клетк|площадк|марш|пролет)\w*
        | (?:на|с|со|между)\s(?:[\w-]+\s){{0,3}}этаж(?:е|а|ах|ами)
        | на\s(?:чердаке|крыше\sдома) | дома\s(?:холодно|нет\s(?:воды|света|тепла|отопления|газа)) | холодно\sдома
    """,
    Scene.YARD: rf"""
        во?\s{_OWN}(?:соседн\w+\s)?(?:двор(?:е|ах|у|ы)?|дворик[еи]){_INSTITUTION}
        | под\s{_OWN}окнами
        | (?:у|возле|около|перед|напротив|рядом\sс|к)\s{_OWN}подъезд(?:а|у|ом|ов|ами)
        | на\s(?:дворов|придомов)\w+ | на\sдетск\w+\sплощадк\w+
    """,
    Scene.STREET: r"""
        (?:на|по|вдоль)\s(?:\w+\s)?(?:дороге|дорогам|дороги|трассе|трассы|проезжей\sчасти|обочине|обочинам
        |тротуар(?:е|ах|у|ам|а)|перекрестке|переходе|светофоре|остановк(?:е|ах)|шоссе|проспекте|мосту|путепроводе)
    """,
    Scene.OTHER: r"""
        во?\s(?:\w+\s)?(?:парке|сквере|лесу|школе|детсаду|садике|саду|больнице|поликлинике|магазине|аптеке|автобусе
        |трамвае|троллейбусе|маршрутке|электричке|библиотеке|музее|мфц|снт|гимназии|лицее|колледже|доме\sкультуры)
        | на\s(?:\w+\s)?(?:кладбище|пляже|озере|реке|берегу|набережной|стадионе|вокзале|рынке|заводе|полигоне|почте)
    """,
}
"""Where the trouble is said to be."""

_THINGS: dict[Scene, str] = {
    Scene.HOUSE: r"""
        подъезд(?:а|ы|ов)?(?!\s(?:к|на)\s) | лифт\w* | мусоропровод\w* | домофон\w* | стояк\w* | батаре[июяей]\w*
        | полотенцесушител\w* | чердак\w* | подвал\w* | лестничн\w+\s(?:клетк|площадк)\w+ | крыш[аиеу] | кровл\w+
    """,
    Scene.YARD: rf"""
        двор(?:а|ы|ов|ом|у)?{_INSTITUTION} | (?:внутри|меж)?дворов\w+ | придомов\w+ | детск\w+\sплощадк\w+
        | песочниц\w+ | качел\w+
    """,
    Scene.STREET: r"""
        дорог[аеуи] | дорожн\w+\s(?:покрыти|полотн|знак|разметк)\w* | тротуар\w* | обочин\w+ | светофор\w*
        | пешеходн\w+\sпереход\w* | трасс[аеуы] | перекрест\w+ | остановк[аиу]
    """,
    Scene.OTHER: r"кладбищ\w+ | пляж\w* | озер[оа] | лесополос\w+ | сквер\w*",
}
"""What there is only in one scene; heard where no place is said."""


def _compile(patterns: dict[Scene, str]) -> dict[Scene, re.Pattern[str]]:
    """Each pattern compiled so that it fits whole words only."""
    return {scene: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.VERBOSE) for scene, pattern in patterns.items()}


_PLACE, _THING = _compile(_PLACES), _compile(_THINGS)
_BESIDE = re.compile(r"(?<!\w)(?:у|возле|около|перед|напротив|рядом со?|вокруг|от|до|за|из|мимо) (?:[\w-]+ )?$")
"""What stands before a landmark: «дом напротив остановки» has no stop."""
_BEFORE = 40
"""Letters in front of a word that are looked at."""
_STREET = re.compile(r"(?<!\w)(?:на|по) (?:всей |наш\w+ |эт\w+ )?(?:улице|ул)(?P<rest>(?!\w).{0,40})")
_LIVES = re.compile(r"(?:жив|прожива)\w{1,6} (?:я |мы )?$")
_ADDRESS = re.compile(r"^ (?:[а-я-]+ ){1,3}(?:д |дом |дома )?\d")
_WEATHER = re.compile(r"^ (?:\w+ ){0,2}(?:мороз|холод|жар|минус|плюс|дожд|зим|весн|осен|лет[оа]|тепл|градус|-?\d)")
_SUPPLY = re.compile(r" (?:вод[аыуе]|отоплени\w+|свет[ау]?|электр\w+|газ[ау]?|тепл\w+|интернет\w*|связ\w+)(?!\w)")
_SIGNS = re.compile(r"[^\w-]+")

_ANSWERS: dict[Scene, str] = {
    Scene.HOUSE: "дом дома доме подъезд подъезде квартира квартире внутри",
    Scene.YARD: "двор дворе дворовая придомовая",
    Scene.STREET: "улица улице дорога дороге тротуар тротуаре остановка остановке",
    Scene.OTHER: "другое другом",
}
_BARE = {word: scene for scene, words in _ANSWERS.items() for word in words.split()}
_SHORT = 3
"""Words of an answer that names nothing but the scene."""


def scene_named(text: str) -> Scene | None:
    """The only scene that the words name."""
    plain = _plain(text)
    found = _scenes_in(plain, _PLACE)
    if not found and _on_the_street(plain):
        return Scene.STREET
    found = found or _scenes_in(plain, _THING, beside=_BESIDE)
    return found.pop() if len(found) == 1 else None


def scene_answered(text: str) -> Scene | None:
    """The same of an answer to «Где это: в доме, во дворе или на улице?», where «двор» is enough."""
    words = _plain(text).split()
    named = {_BARE[word] for word in words if word in _BARE}
    if len(words) > _SHORT or not named or "не" in words:
        return scene_named(text)
    return named.pop() if len(named) == 1 else None


def _plain(text: str) -> str:
    """The first `BOUND` characters folded, with every sign a space and one space at each end, so that whole words can
    be sought."""
    return f" {_SIGNS.sub(' ', fold(text[:BOUND])).strip()} "


def _scenes_in(
    plain: str, patterns: Mapping[Scene, re.Pattern[str]], beside: re.Pattern[str] | None = None
) -> set[Scene]:
    return {
        scene
        for scene, pattern in patterns.items()
        if any(_is_meant(plain[max(0, hit.start() - _BEFORE) : hit.start()], beside) for hit in pattern.finditer(plain))
    }


def _is_meant(before: str, beside: re.Pattern[str] | None) -> bool:
    """Whether the scene is meant: not «не во дворе», and no landmark."""
    return not before.endswith(" не ") and not (beside is not None and beside.search(before))


def _on_the_street(plain: str) -> bool:
    """Whether «на улице» is meant («На улице не горят фонари»): no address, no weather, and nothing that comes into a
    house from the street."""
    if _SUPPLY.search(plain):
        return False
    return any(
        not (_ADDRESS.match(hit["rest"]) or _WEATHER.match(hit["rest"]) or _LIVES.search(plain[: hit.start()]))
        for hit in _STREET.finditer(plain)
    )
