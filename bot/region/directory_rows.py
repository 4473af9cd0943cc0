"""What an entry of the directory is: its keys, what may stand in them, what people read beside them. Files, facts, the
panel's forms and the check are made of it.

It must never let an unknown key or a silent conversion pass: a slip would become somebody's silence. Whether a day of
checking may be missing says directory_check.py: in files never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from states.directory import Level, PlaceKind, Regime, Scene, Where
from states.worktime.calendar import LastDay

BUTTON = 40
"""Letters on a VK button; a longer name would be cut there (vk-api.md, keyboards)."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=BUTTON)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Heard = Annotated[str, StringConstraints(pattern=r"^[а-яa-z0-9]+(_[а-яa-z0-9]+)?\*?$", max_length=60)]
"""A word as screening/phrases.py reads it: small letters without «ё», «слово», «слов*», «два_слова»."""
Asked = Annotated[
    str, StringConstraints(pattern=r"^[а-яa-z0-9][а-яa-z0-9_*|]*( [а-яa-z0-9][а-яa-z0-9_*|]*)*$", max_length=300)
]
"""Such words that must stand near each other, a space between them and «|» between those that mean the same."""
Words = Annotated[tuple[Text, ...], Field(max_length=200)]

_TIME = r"([01]\d|2[0-4]):[0-5]\d"
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
Spans = tuple[Annotated[str, StringConstraints(pattern=rf"^{_TIME}-{_TIME}$")], ...]
Days = Annotated[str, StringConstraints(pattern=rf"^{_DAY}(-{_DAY})?$")]
Amount = Annotated[int, Field(ge=1, le=365)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{2,20}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
People = Annotated[int, Field(ge=0, le=30_000_000)]

# What a form in the panel says of a field (features/directory_editor/fields.py): what has no title stands in none.
ONCE, LONG = "once", "long"
"""Given once and never changed; a text of several lines."""
LINES = "По одному в строке или через запятую."
ON_BUTTON = f"Стоит на кнопке: до {BUTTON} знаков."
ONLY_59 = "Только для обращений по 59-ФЗ."
OFFICER_HINT = "По одному в строке: номер страницы ВКонтакте и имя, например «1234567 Олег Петров»."
JOINABLE_HINT = "Дороги, свет, вода, мусор, транспорт: один ответ подходит всем. Не о людях, здоровье, выплатах."
ROLE_HINT = "Одна на всех, кто в разных муниципалитетах делает одно и то же. Пусто — у администраций она общая."
CODE_HINT = "Латинские строчные буквы, цифры, дефис. Даётся один раз и не меняется."
OwnCode = Annotated[Code, ONCE, Field(title="Код", description=CODE_HINT)]
Checked = Annotated[date | None, Field(title="Проверено", description="День, когда сведения проверили.")]


FACTS = {"checked": "checked_on"}
"""Where a fact (states/directory.py) calls it otherwise than its row."""
T = TypeVar("T")


class DirectoryRow(BaseModel):
    """A part of a directory file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def fact(self, made: type[T], **said: Any) -> T:
        """The row as a fact of this type, by the same names; `said` is what the fact says otherwise or has of others.
        What nobody has said has the default of the fact."""
        given = {FACTS.get(name, name): value for name, value in self if value is not None}
        wanted: Any = made
        return made(
            **{name: value for name, value in given.items() if name in {of.name for of in fields(wanted)}} | said
        )


class SpanDayRow(DirectoryRow):
    """A day of its own: without hours the agency is closed."""

    day: date
    hours: Spans = ()


class ScheduleRow(DirectoryRow):
    """Working hours by days of the week, and the days that differ from them."""

    hours: Annotated[dict[Days, Spans], Field(min_length=1)]
    works_on_holidays: bool = False
    own_days: tuple[SpanDayRow, ...] = ()
    confirmed: bool = False


class TermRow(DirectoryRow):
    """How long: exactly one of the units."""

    minutes: Amount | None = None
    hours: Amount | None = None
    working_days: Amount | None = None
    days: Amount | None = None
    source: Said = ""
    confirmed: bool = False


class TermsRow(DirectoryRow):
    """Only what differs: from R46 for the region, from the region for an agency."""

    route: TermRow | None = None
    first_answer: TermRow | None = None
    urgent: TermRow | None = None
    after_interim: TermRow | None = None
    postponed: TermRow | None = None
    question: TermRow | None = None
    last_day: Annotated[LastDay, Field(strict=False)] | None = None


class OfficeRow(DirectoryRow):
    """Hours and terms of every agency that has none of its own."""

    schedule: ScheduleRow | None = Field(None, title="Часы работы", description="Для всех, у кого нет своих.")
    terms: TermsRow | None = Field(None, title="Сроки", description="Для всех, у кого нет своих.")
    checked: Checked = None


class PhoneRow(DirectoryRow):
    """A telephone of an agency; `checked` is the day on which somebody made sure of it."""

    number: Number
    about: Said = ""
    checked: date | None = None


class TemplateRow(DirectoryRow):
    """A ready answer: what its button is called, and its text of at most 3,500 characters."""

    name: Label
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3500)]


class RegionRow(DirectoryRow):
    """The region itself: its name, where an official appeal is written, its time zone."""

    name: Text = Field(title="Название")
    formal_channel: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] = Field(
        title="Ссылка на официальное обращение"
    )
    timezone: Annotated[str, StringConstraints(pattern=r"^[A-Z]+[a-z]+/[A-Za-z_/-]+$")] | None = Field(
        None, title="Часовой пояс", description="Как в базе поясов: Europe/Moscow."
    )
    places_count: Annotated[int, Field(ge=1, le=1000)] | None = Field(None, title="Сколько должно быть муниципалитетов")
    checked: Checked = None


class EmergencyRow(DirectoryRow):
    """An emergency number, of one municipality or, without a place, of the whole region."""

    number: Number = Field(title="Номер")
    about: Text = Field(title="Чей")
    place: Code | None = Field(None, title="Где")
    checked: Checked = None


class CommunityRow(DirectoryRow):
    """A community of the region in VK, by its number there."""

    id: Annotated[int, Field(ge=1), ONCE] = Field(title="Номер во ВКонтакте")
    name: Text = Field(title="Название")
    screen_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]{2,40}$")] | None = Field(
        None, title="Короткое имя", description="Как в адресе vk.com/имя: его печатают на плакатах."
    )
    place: Code | None = Field(None, title="Где")
    checked: Checked = None


class AgencyRow(DirectoryRow):
    """An agency: its level and place, its hours, terms and ready answers."""

    code: OwnCode
    name: Text = Field(title="Полное название")
    short: Label = Field(title="Коротко", description=ON_BUTTON)
    level: Annotated[Level, Field(strict=False)] = Field(title="Уровень")
    place: Code | None = Field(None, title="Где")
    words: Words = Field((), title="Слова, по которым его ищут", description=LINES)
    phones: Annotated[tuple[PhoneRow, ...], Field(max_length=20)] = Field((), title="Телефоны")
    role: Label | None = Field(None, title="Роль", description=ROLE_HINT)
    anonymous_card: bool = Field(False, title="Карточка без профиля жителя")
    approval: bool = Field(False, title="Ответ смотрит второй сотрудник")
    regime: Annotated[Regime, Field(strict=False)] = Field(Regime.MESSAGE, title="Что принимает")
    act: Said = Field("", title="Акт органа", description=ONLY_59)
    identification: Said = Field("", title="Как устанавливает личность", description=ONLY_59)
    schedule: ScheduleRow | None = Field(None, title="Свои часы работы", description="Пусто — общие часы.")
    terms: TermsRow | None = Field(None, title="Свои сроки", description="Пусто — общий срок.")
    templates: Annotated[tuple[TemplateRow, ...], Field(max_length=50)] = ()
    checked: Checked = None


class TopicRow(DirectoryRow):
    """A topic; what it leaves empty (place, scene, health) is taken from its group."""

    code: OwnCode
    name: Label = Field(title="Название", description=ON_BUTTON)
    about: Text = Field(title="Пояснение", description="Одно простое предложение.")
    words: Words = Field((), title="Как об этом говорят жители", description=LINES)
    where: Annotated[Where, Field(strict=False)] | None = Field(None, title="Что спросить о месте")
    scene: Annotated[Scene, Field(strict=False)] | None = Field(None, title="Где бывает")
    urgent: bool = Field(False, title="Срочная: сначала показать 112")
    health: bool | None = Field(None, title="О здоровье: просить не называть диагнозы")
    anonymous_card: bool = Field(False, title="Карточка без профиля жителя")
    joinable: bool = Field(False, title="Общая беда: жители могут присоединиться", description=JOINABLE_HINT)
    approval: bool = Field(False, title="Ответ смотрит второй сотрудник")
    checked: Checked = None


class GroupRow(DirectoryRow):
    """A group of topics with what is usual for all of them."""

    code: OwnCode
    name: Label = Field(title="Название")
    checked: Checked = None
    health: bool = False
    where: Annotated[Where, Field(strict=False)] = Where.HOUSE
    scene: Annotated[Scene, Field(strict=False)] | None = None
    topics: Annotated[tuple[TopicRow, ...], Field(min_length=1)]


class PlaceRow(DirectoryRow):
    """A municipality with everything that residents may call it by."""

    code: OwnCode
    name: Text = Field(title="Полное название")
    short: Label = Field(title="Коротко", description=ON_BUTTON)
    kind: Annotated[PlaceKind, Field(strict=False)] = Field(title="Вид")
    centre: Text = Field(title="Центр")
    aliases: Words = Field((), title="Старые названия", description=LINES)
    districts: Words = Field((), title="Районы города", description=LINES)
    nicknames: Words = Field((), title="Как называют в народе", description=LINES)
    settlements: Annotated[tuple[Text, ...], Field(max_length=1000)] = Field(
        (), title="Населённые пункты", description=LINES
    )
    population: People = Field(0, title="Жителей в центре")
    residents: People = Field(0, title="Жителей всего")
    checked: Checked = None


class RouteRow(DirectoryRow):
    """Who answers for these topics or groups in this place; without a place, in the whole region."""

    agency: Code = Field(title="Кто отвечает")
    place: Code | None = Field(None, title="Где")
    topics: tuple[Code, ...] = ()
    groups: tuple[Code, ...] = ()
    checked: Checked = None


class OutsideRow(DirectoryRow):
    """Somebody who answers but is no agency here: the resident is given the contact (rules.md §3.1)."""

    code: OwnCode
    name: Label = Field(title="Название", description=ON_BUTTON)
    contact: Annotated[Text, LONG] = Field(title="Контакт", description="Так его прочитает житель.")
    words: Annotated[tuple[Heard, ...], Field(max_length=100)] = Field(
        (), title="Слова", description="Строчными, без «ё»: слово, слов*, два_слова."
    )
    checked: Checked = None


class FaqRow(DirectoryRow):
    """A question that many ask, and its answer. Without an answer and a source it is off, and `check` asks for them."""

    code: OwnCode
    question: Text = Field(title="Вопрос")
    answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600), LONG] = Field(
        "", title="Ответ", description="Так его прочитает житель: до 600 знаков."
    )
    link: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)] | None = Field(
        None, title="Ссылка", description="Начинается с https://."
    )
    phone: Number | None = Field(None, title="Телефон")
    phrases: Annotated[tuple[Asked, ...], Field(max_length=50)] = Field(
        (), title="Как спрашивают", description="По одной фразе в строке: когда|часы поликлин*."
    )
    place: Code | None = Field(None, title="Где")
    until: date | None = Field(None, title="Верно до")
    source: Said = Field("", title="Источник", description="Без ответа и источника жителям его не показывают.")
    needs_source: bool = Field(False, title="Источника пока нет, не показывать")
    checked: Checked = None


class WordingRow(DirectoryRow):
    """A sentence for residents in the region's own words."""

    code: OwnCode
    was: Annotated[str, StringConstraints(min_length=1, max_length=2000), LONG] = Field(
        title="Как сейчас", description="Фраза программы слово в слово; вместо номеров и названий — {…}."
    )
    now: Annotated[str, StringConstraints(min_length=1, max_length=4000), LONG] = Field(
        title="Как надо", description="То, что в фигурных скобках, бот подставит сам: оставьте."
    )


class DoorRow(DirectoryRow):
    """A link with a code: what is known of a message that comes by it."""

    code: OwnCode
    name: Name = Field(title="Название", description="Так её прочитают сотрудники.")
    about: Short = Field("", title="Что спрашивает плакат")
    topic: Code | None = Field(None, title="Тема")
    place: Code | None = Field(None, title="Муниципалитет")
    address: Short = Field("", title="Улица, дом")
    agency: Code | None = Field(None, title="Кто отвечает")
    page: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)] | None = Field(
        None, title="Официальная страница", description="https://…"
    )
    closed: bool = Field(False, title="Закрыта: ничего не подставляет")
    checked: Checked = None


class DutyOfficerRow(DirectoryRow):
    """Somebody who reads alarms of danger to life; `user` is the number of the VK page."""

    user: Annotated[int, Field(ge=1, le=2_000_000_000)]
    name: Name


class DutyRow(DirectoryRow):
    """Who is on duty for danger to life, when, who steps in, and how 112 is told."""

    people: Annotated[tuple[DutyOfficerRow, ...], Field(max_length=30)] = Field(
        (), title="Дежурные", description=OFFICER_HINT
    )
    substitute: DutyOfficerRow | None = Field(
        None, title="Заместитель", description="Его зовут, если за 15 минут никто не нажал «Вижу»."
    )
    schedule: ScheduleRow | None = Field(None, title="Часы дежурства", description="Пусто — общие часы.")
    handover: Said = Field("", title="Как передают в 112")
    checked: Checked = None


class CrisisRow(DirectoryRow):
    """A line for people in despair. Without a number or a source it is off, and `check` asks for it."""

    who: Annotated[Text, ONCE] = Field(title="Кто отвечает")
    number: Number | None = Field(None, title="Номер")
    audience: Said = Field("", title="Для кого")
    hours: Said = Field("", title="Часы")
    cost: Said = Field("", title="Сколько стоит звонок", description="Так и прочитает житель: бесплатно.")
    source: Said = Field("", title="Источник", description="Без номера и источника жителям его не показывают.")
    needs_source: bool = Field(False, title="Источника пока нет, не показывать")
    checked: Checked = None


class ControlCentreRow(DirectoryRow):
    """What waits for the ЦУР on purpose."""

    topics: tuple[Code, ...] = Field((), title="Темы", description=f"Коды, {LINES.lower()}")
    groups: tuple[Code, ...] = Field((), title="Группы", description=f"Коды, {LINES.lower()}")
    checked: Checked = None


SECTIONS: dict[str, type[DirectoryRow]] = {
    "region": RegionRow,
    "office": OfficeRow,
    "control_centre": ControlCentreRow,
    "emergency": EmergencyRow,
    "communities": CommunityRow,
    "agencies": AgencyRow,
    "groups": GroupRow,
    "places": PlaceRow,
    "routes": RouteRow,
    "outside": OutsideRow,
    "doors": DoorRow,
    "duty": DutyRow,
    "crisis": CrisisRow,
    "faq": FaqRow,
    "wordings": WordingRow,
}
SINGLE = ("region", "office", "control_centre", "duty")


def model_of(section: str, loc: Sequence[str | int]) -> type[DirectoryRow]:
    """The row that a fault at `loc` is in, to name the nearest key that it has."""
    model = SECTIONS[section]
    for part in loc[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        model = (_row_in(field.annotation) if field else None) or model
    return model


def _row_in(annotation: Any) -> type[DirectoryRow] | None:
    if isinstance(annotation, type) and issubclass(annotation, DirectoryRow):
        return annotation
    return next((found for part in get_args(annotation) if (found := _row_in(part))), None)
