"""What the demo's residents say: topics with their weights, short phrases, streets. Made up, all of it.

It must never hold a text that a real person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.demo.profile import Season


@dataclass(frozen=True, slots=True)
class Subject:
    """How often a topic is written about, when, and how it begins."""

    weight: float
    season: Season
    phrases: tuple[str, ...]


def _of(weight: float, season: Season, *phrases: str) -> Subject:
    """A topic's weight, season and phrases."""
    return Subject(weight, season, phrases)


SUBJECTS: Mapping[str, Subject] = {
    "dorogi-yamy": _of(9, Season.PITS, "Дорога вся в ямах", "После зимы асфальт рассыпался", "Яма на проезжей части"),
    "dorogi-sneg-doroga": _of(9, Season.SNOW, "Дорогу не чистят от снега", "Колея и снежная каша", "Не вывозят снег"),
    "dorogi-sneg-trotuar": _of(5, Season.SNOW, "Тротуар не чищен, люди идут по дороге", "Гололёд, тротуар не посыпан"),
    "dorogi-osveshchenie-doroga": _of(3, Season.DARK, "Не горят фонари", "Вечером на дороге совсем темно"),
    "dorogi-perehod": _of(2, Season.ALWAYS, "Нужен пешеходный переход", "Разметки на переходе не видно"),
    "dorogi-svetofor": _of(1.5, Season.ALWAYS, "Не работает светофор", "Светофор горит слишком коротко"),
    "dorogi-znaki": _of(1, Season.ALWAYS, "Знак закрыт ветками", "Упал дорожный знак"),
    "dorogi-trotuar": _of(1.5, Season.PITS, "Тротуар разбит", "Нет тротуара, ходим по обочине"),
    "dorogi-luzhi-doroga": _of(1.5, Season.MUD, "Лужа во всю дорогу", "После дождя не пройти и не проехать"),
    "dorogi-grunt": _of(1.2, Season.MUD, "Грунтовую дорогу размыло", "Просим отсыпать дорогу щебнем"),
    "zhkh-otoplenie": _of(8, Season.HEATING, "Батареи холодные", "В квартире плюс пятнадцать", "Нет отопления"),
    "zhkh-net-vody": _of(4, Season.ALWAYS, "Нет холодной воды", "Отключили воду без предупреждения"),
    "zhkh-avariya-voda": _of(4, Season.HEATING, "Прорвало трубу, вода течёт по улице", "Авария на водопроводе"),
    "zhkh-kachestvo-vody": _of(1.5, Season.MUD, "Из крана идёт ржавая вода", "Вода с запахом"),
    "zhkh-kanalizaciya": _of(1.5, Season.ALWAYS, "Забита канализация", "Запах канализации в подъезде"),
    "zhkh-uk": _of(2, Season.ALWAYS, "Управляющая компания не отвечает на заявки", "Дом никто не обслуживает"),
    "zhkh-plata": _of(2, Season.HEATING, "Непонятно начислили плату", "В квитанции лишняя строка"),
    "zhkh-krysha": _of(1.5, Season.MUD, "Течёт крыша", "После дождя вода на верхнем этаже"),
    "zhkh-sosulki": _of(1.2, Season.SNOW, "Сосульки над подъездом", "С крыши сходит снег"),
    "zhkh-kapremont": _of(1, Season.GREEN, "Капитальный ремонт бросили на середине", "Когда дом дождётся ремонта"),
    "zhkh-podval": _of(1.2, Season.MUD, "В подвале стоит вода", "Затопило подвал"),
    "zhkh-lift": _of(1, Season.ALWAYS, "Лифт стоит третий день", "Лифт дёргается и застревает"),
    "blago-sneg-dvor": _of(3.5, Season.SNOW, "Двор не чистят", "К подъезду не подойти из-за снега"),
    "blago-yamy-dvor": _of(2.5, Season.PITS, "Ямы во дворе", "Въезд во двор разбит"),
    "blago-dvor": _of(2, Season.GREEN, "Двор просит ремонта", "Обещали благоустроить двор"),
    "blago-detskaya": _of(2.2, Season.GREEN, "Сломаны качели", "На детской площадке торчат болты"),
    "blago-derevya": _of(2, Season.GREEN, "Дерево вот-вот упадёт", "Ветки лежат на проводах"),
    "blago-zelen": _of(1.5, Season.GREEN, "Трава выше пояса", "Газон не косили с весны"),
    "blago-musor-dvor": _of(1.8, Season.MUD, "Двор завален мусором", "Листву не убирают"),
    "blago-musor-gorod": _of(1.2, Season.MUD, "Урны переполнены", "В сквере не убирают"),
    "blago-livnevka": _of(1.5, Season.MUD, "Ливнёвка забита", "После дождя затопило двор"),
    "blago-osveshchenie-dvor": _of(1.8, Season.DARK, "Во дворе не горит ни один фонарь", "Темно у подъездов"),
    "blago-lyuki": _of(1.2, Season.ALWAYS, "Открытый люк", "Крышка люка провалилась"),
    "blago-parkovka-gazon": _of(1, Season.GREEN, "Машины стоят на газоне", "Паркуются на тротуаре"),
    "blago-broshenka": _of(0.8, Season.ALWAYS, "Во дворе третий год стоит брошенная машина"),
    "blago-kleshchi": _of(1, Season.TICKS, "Когда обработают парк от клещей", "В сквере клещи"),
    "blago-maf": _of(0.8, Season.GREEN, "Сломана скамейка", "Лестница без перил"),
    "othody-vyvoz": _of(3, Season.ALWAYS, "Мусор не вывозят", "Контейнеры переполнены четвёртый день"),
    "othody-konteyner": _of(1.5, Season.ALWAYS, "Не хватает контейнеров", "Контейнерная площадка без ограждения"),
    "othody-svalka": _of(2, Season.MUD, "Свалка за домами", "Кто-то выгружает строительный мусор"),
    "zhivotnye-otlov": _of(4, Season.DOGS, "Стая бродячих собак", "Собаки бросаются на детей"),
    "zhivotnye-vygul": _of(0.8, Season.ALWAYS, "Большую собаку водят без поводка"),
    "transport-grafik": _of(4, Season.RIDES, "Автобус не пришёл", "Ждём автобус по сорок минут", "Сократили рейсы"),
    "transport-marshrut": _of(2, Season.RIDES, "Верните маршрут", "Просим продлить маршрут до посёлка"),
    "transport-ostanovka": _of(2.5, Season.RIDES, "На остановке нет павильона", "Стекло остановки разбито"),
    "transport-sostoyanie-ts": _of(1.5, Season.RIDES, "В автобусе холодно", "Автобус грязный, двери не закрываются"),
    "transport-voditeli": _of(1.2, Season.RIDES, "Водитель проехал мимо остановки", "Водитель нагрубил"),
    "energo-net-sveta": _of(3, Season.ALWAYS, "Нет света", "Отключили электричество на всей улице"),
    "energo-kachestvo-sveta": _of(1, Season.DARK, "Напряжение скачет", "Лампочки еле горят"),
    "energo-gazifikaciya": _of(1, Season.GREEN, "Когда к нам проведут газ"),
    "zdrav-zapis": _of(2, Season.SCHOOL, "Не записаться к терапевту", "Талонов нет на месяц вперёд"),
    "zdrav-net-vrachey": _of(1.2, Season.ALWAYS, "В поликлинике нет узких специалистов"),
    "zdrav-lekarstva-lgot": _of(1.5, Season.ALWAYS, "Нет льготного лекарства", "Рецепт на отсрочке третью неделю"),
    "zdrav-remont-bolnicy": _of(1, Season.ALWAYS, "Поликлиника ждёт ремонта", "В палате дует из окон"),
    "obr-remont-shkoly": _of(2, Season.SCHOOL, "В школе холодно", "Спортзал на ремонте второй год"),
    "obr-detsad-mesto": _of(1.2, Season.SCHOOL, "Не дают место в детском саду"),
    "obr-pitanie-shkola": _of(0.8, Season.SCHOOL, "Обеды в школе остывшие"),
    "soc-edinoe": _of(2, Season.ALWAYS, "Отказали в едином пособии", "Пособие задерживают"),
    "soc-pensionery": _of(0.8, Season.ALWAYS, "Как получить компенсацию ветерану труда"),
    "eko-vozduh": _of(2.5, Season.SMOKE, "Ночью нечем дышать", "Запах гари, окна не открыть"),
    "eko-voda-vodoem": _of(0.8, Season.GREEN, "В реку что-то сливают", "Пруд зацвёл, рыба плавает кверху"),
    "svyaz-internet": _of(1.2, Season.ALWAYS, "Интернет пропадает", "В посёлке нет связи"),
    "svyaz-pochta": _of(0.8, Season.ALWAYS, "Почта закрыта вторую неделю"),
    "bez-poryadok": _of(1, Season.GREEN, "Шумят под окнами до утра", "Распивают на детской площадке"),
    "bez-pozhar": _of(0.25, Season.GREEN, "Горит сухая трава у домов", "Дым из подвала"),
    "bez-policiya": _of(0.8, Season.ALWAYS, "Участкового не найти"),
    "vlast-chinovniki": _of(1, Season.ALWAYS, "Администрация не отвечает на письма"),
    "vlast-inoe": _of(0.8, Season.ALWAYS, "Не знаю, к кому с этим идти"),
    "svo-vyplaty": _of(0.8, Season.ALWAYS, "Выплату задерживают третий месяц"),
    "svo-dokumenty": _of(0.5, Season.ALWAYS, "Какие бумаги нужны на удостоверение"),
}
RARE = 0.06
"""The weight of any other topic of the directory; its name is all that is said then."""

SPIKES: tuple[tuple[str, Season], ...] = (
    ("zhkh-otoplenie", Season.HEATING),
    ("zhkh-avariya-voda", Season.HEATING),
    ("zhkh-net-vody", Season.ALWAYS),
    ("energo-net-sveta", Season.ALWAYS),
    ("dorogi-sneg-doroga", Season.SNOW),
    ("transport-grafik", Season.RIDES),
    ("eko-vozduh", Season.SMOKE),
    ("othody-vyvoz", Season.ALWAYS),
    ("blago-livnevka", Season.MUD),
)
"""What many people of one place write about within an hour or two."""

STREETS = (
    "улица Мира", "улица Ленина", "улица Гагарина", "улица Победы", "улица Труда", "улица Советская", "улица Школьная",
    "улица Молодёжная", "улица Садовая", "улица Лесная", "улица Набережная", "улица Строителей", "улица Заводская",
    "улица Центральная", "улица Пушкина", "улица Чехова", "улица Южная", "улица Северная", "улица Парковая",
    "улица Полевая", "улица Первомайская", "улица Горького", "улица Комсомольская", "улица Свободы", "улица Луговая",
    "улица Берёзовая", "улица Рабочая", "улица Зелёная", "улица Вокзальная", "переулок Тихий",
)  # fmt: skip

ASKS = (
    "Прошу помочь.", "Когда исправят?", "Так уже вторую неделю.", "Ходим с детьми, опасно.", "Помогите, пожалуйста.",
    "Звонили, не помогло.", "Просим разобраться.", "Каждый год одно и то же.", "Пожилым людям не пройти.", "",
)  # fmt: skip

ELSEWHERE: Mapping[str, str] = {
    "blago": "minzhkh", "dorogi": "mindor", "othody": "mineco", "zhivotnye": "minselhoz", "bez": "minbez",
    "svo": "minsoc", "vlast": "governor",
}  # fmt: skip
"""Who of the region answers for a group where the directory names nobody, or where the first one says «не наше»."""
