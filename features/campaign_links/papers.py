"""Papers to print: a page for officials and a leaflet for residents with a QR code, drawn from the live product.

The card on the page is the one that a chat sees, with its buttons. It must never hold words or data of real people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from bot.printing.fonts import BOLD, PLAIN
from bot.process.advice import Refusal
from handlers.text import actions
from handlers.views.card_buttons import LABELS, card_keyboard
from handlers.views.cards import card
from states.directory import Agency, Directory
from states.facts import CommunityPolicy, Facts
from states.lifecycle.appeal import Appeal, Piece, Status
from states.people.chats import Chat
from states.screen import Colour, Keyboard
from states.worktime.deadlines import Deadline, TermClock

MEMO, LEAFLET = "pamyatka.pdf", "listovka.pdf"
MM = 72 / 25.4
A4, A5 = (210 * MM, 297 * MM), (148 * MM, 210 * MM)
INK, DIM, ACCENT, LINE, PAPER, WHITE = "#141a22", "#566273", "#2563c9", "#cfd8e3", "#eef2f7", "#ffffff"
KEYS = {
    Colour.POSITIVE: ("#237a3b", WHITE),
    Colour.PRIMARY: (ACCENT, WHITE),
    Colour.NEGATIVE: ("#c23434", WHITE),
    Colour.SECONDARY: ("#dfe7f2", "#1d3f73"),
}
WRITTEN = "Большая яма на дороге, улица Ленина, дом\u00a05. Машины бьют колёса."
AT = datetime(2026, 11, 27, 14, 20, tzinfo=UTC)
FIVE = (
    (actions.ACCEPT, "Вы взялись. Житель узнает об этом; срок ответа остаётся."),
    (actions.ANSWER, "Напишите, что сделано, и приложите фото или документ. Ответ уйдёт через 30 секунд, до этого его "
     "можно отменить."),
    (actions.ASK, "Если чего-то не хватает: подъезд, время, фото. Ваши часы стоят, пока житель не ответит."),
    (actions.INTERIM, "Быстро не сделать? Скажите, что уже сделано и к какому дню будет ответ."),
    (actions.NOT_OURS, "Выберите, чьё это. Сообщение уйдёт туда, житель узнает куда."),
)  # fmt: skip
"""The five things that an official does, by the button that does them."""

RULES = (
    "Жителю уходит только ответ на карточку или на его слова. Разговоры в чате и строки с\u00a0«//» остаются у вас.",
    "Часы идут в ваши рабочие часы. Бот напомнит; о просрочке узнает и центр управления регионом.",
    "Кнопка не сработала? Ответьте на карточку словом: /принять, /ответ …, /вопрос …, /не\u00a0наше.",
    "Ошиблись в ответе? Ответьте на карточку ещё раз: правку в чате бот не видит.",
)


@dataclass(frozen=True, slots=True)
class PosterCommunity:
    """`screen_name` is what stands after vk.me/."""

    name: str
    screen_name: str

    @property
    def address(self) -> str:
        """The address of the community's dialogue."""
        return f"vk.me/{self.screen_name}"


def write(folder: Path, directory: Directory, community: PosterCommunity) -> list[Path]:
    """Writes both papers into this folder; the same input gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / MEMO, folder / LEAFLET]
    page = PaperPage(made[0], A4, "Памятка сотруднику")
    memo(page, directory, community)
    page = PaperPage(made[1], A5, f"{community.name}: листовка")
    leaflet(page, community)
    return made


class PaperPage:
    """One page. Places are in millimetres from the upper left corner; `text` says where the next line would begin."""

    def __init__(self, path: Path | BinaryIO, size: tuple[float, float], title: str) -> None:
        try:
            from reportlab.pdfbase import pdfmetrics
            from reportlab.pdfbase.ttfonts import TTFont
            from reportlab.pdfgen.canvas import Canvas
        except ImportError as error:
            raise Refusal("Для бумаг нужны reportlab и segno. Поставьте: uv sync --extra papers") from error
        for name, font in (("plain", PLAIN), ("bold", BOLD)):
            pdfmetrics.registerFont(TTFont(name, str(font)))
        self._measure = pdfmetrics.stringWidth
        self.high = size[1]
        self.canvas = Canvas(str(path) if isinstance(path, Path) else path, pagesize=size, invariant=1, lang="ru")
        self.canvas.setTitle(title)

    def text(
        self, words: str, x: float, y: float, wide: float, size: float = 10, font: str = "plain", colour: str = INK
    ) -> float:
        """Draws words from this point down, broken at `wide`; returns the y of the last line, in millimetres."""
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        for line in self.lines(words, wide, size, font):
            y += size * 0.47
            self.canvas.drawString(x * MM, self.high - y * MM + 0.28 * size, line)
        return y

    def lines(self, words: str, wide: float, size: float, font: str) -> list[str]:
        """The words broken into lines that are no wider than `wide` millimetres."""
        found: list[str] = []
        for paragraph in words.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}".strip()
                if line and self._measure(longer, font, size) > wide * MM:
                    found.append(line)
                    longer = word
                line = longer
            found.append(line)
        return found

    def fitting(self, words: str, wide: float, largest: float, font: str) -> float:
        """The largest size at which these words stand in one line."""
        return min(largest, float(largest * wide * MM / self._measure(words, font, largest)))

    def box(self, x: float, y: float, wide: float, high: float, fill: str, edge: str = "", radius: float = 2.5) -> None:
        """Draws a filled box, in millimetres from the top left."""
        self.canvas.setFillColor(fill)
        self.canvas.setStrokeColor(edge or fill)
        self.canvas.roundRect(x * MM, self.high - (y + high) * MM, wide * MM, high * MM, radius * MM, fill=1)

    def centre_text(self, words: str, x: float, y: float, size: float, font: str = "bold", colour: str = INK) -> None:
        """Writes words around this place: millimetres from the left and from above, size in points."""
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        self.canvas.drawCentredString(x * MM, self.high - y * MM, words)

    def mark(self, number: int, x: float, y: float) -> None:
        """Draws a number in a circle."""
        self.canvas.setFillColor(ACCENT)
        self.canvas.circle(x * MM, self.high - y * MM, 3.2 * MM, stroke=0, fill=1)
        self.centre_text(str(number), x, y + 1.3, 10, colour=WHITE)

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draws a line; places in millimetres from the upper left corner."""
        self.canvas.setStrokeColor(ACCENT)
        self.canvas.setLineWidth(0.8)
        self.canvas.line(x * MM, self.high - y * MM, to_x * MM, self.high - to_y * MM)

    def code(self, address: str, x: float, y: float, wide: float) -> None:
        """A QR code as squares, sharp at any size."""
        import segno

        rows = [bytes(row) for row in segno.make(address, error="q").matrix_iter(border=0)]
        side = wide / len(rows)
        self.canvas.setFillColor(INK)
        for down, row in enumerate(rows):
            for right, dark in enumerate(row):
                if dark:
                    place = (x + right * side) * MM, self.high - (y + (down + 1) * side) * MM
                    self.canvas.rect(*place, side * MM + 0.05, side * MM + 0.05, stroke=0, fill=1)

    def save(self) -> None:
        """Ends the page and writes the PDF."""
        self.canvas.showPage()
        self.canvas.save()


# The page for officials.


def memo(page: PaperPage, directory: Directory, community: PosterCommunity) -> None:
    """Draws the page for officials."""
    y = page.text("Сообщение жителя: что с ним делать", 15, 16, 180, 22, "bold")
    told = f"{community.name}. Карточка приходит в чат вашего органа."
    y = page.text(told, 15, y + 1.5, 180, 12, colour=DIM)
    words, keyboard = sample(directory)
    below = drawn_card(page, words, keyboard, y + 7)
    y = page.text("Пять действий", 15, below + 11, 180, 16, "bold") + 1
    for action, told in FIVE:
        label, colour = LABELS[action]
        key(page, label, colour, 15, y + 3, 50)
        y = max(page.text(told, 70, y + 2.2, 125, 11.5), y + 10.5) + 1.5
    foot(page, y + 7)
    page.save()


def foot(page: PaperPage, y: float) -> None:
    """Draws the rules at the foot of the page."""
    size, wide = 11.0, 166.0
    high = sum(len(page.lines(rule, wide, size, "plain")) * size * 0.47 + 2 for rule in RULES)
    page.box(15, y, 180, high + 5, PAPER)
    y += 2.5
    for rule in RULES:
        page.text("•", 19, y, 4, size, "bold", ACCENT)
        y = page.text(rule, 24, y, wide, size) + 2


def drawn_card(page: PaperPage, words: str, keyboard: Keyboard, y: float) -> float:
    """The card as in a chat on the left, what is what on the right; says where it ends."""
    first, _, rest = words.partition("\n")
    wide, inner = 104.0, 92.0
    head = len(page.lines(first, inner, 11, "bold")) * 11 * 0.47
    body = sum(0.47 * 10 for _ in page.lines(rest, inner, 10, "plain"))
    quote = 0.47 * 10 * (1 + len(page.lines(WRITTEN, inner - 5, 10, "plain")))
    high = head + body + quote + 11
    page.box(15, y, wide, high, WHITE, LINE, 4)
    at = page.text(first, 21, y + 3, inner, 11, "bold")
    at = page.text(rest, 21, at + 1, inner, 10)
    quoted = at + 2
    page.box(21, quoted, 0.8, quote, ACCENT, radius=0.3)
    at = page.text("Ольга С.", 24, quoted - 0.5, inner - 5, 10, "bold", ACCENT)
    page.text(WRITTEN, 24, at, inner - 5, 10)
    keys_at = y + high + 2
    below = drawn_keys(page, keyboard, 15, keys_at, wide)
    notes(
        page,
        (
            ("Что, где и до какого часа ответить. По номеру карточку легко найти.", y + 5),
            ("Слова жителя и его фото.", quoted + quote / 2),
            ("Кнопки: нажмите ту, что нужна. Остальное — в «Ещё».", (keys_at + below) / 2),
        ),
        15 + wide,
    )
    return below


def notes(page: PaperPage, told: Sequence[tuple[str, float]], x: float) -> None:
    """Draws numbered notes to the right, each with a line to what it explains."""
    for number, (words, y) in enumerate(told, 1):
        page.line(x + 1.5, y, x + 9, y)
        page.mark(number, x + 12, y)
        page.text(words, x + 18, y - 4.2, 58, 10.5)


def drawn_keys(page: PaperPage, keyboard: Keyboard, x: float, y: float, wide: float) -> float:
    """Draws the keyboard from `y` down; where it ends. Everything in millimetres."""
    for row in keyboard.rows:
        each = (wide - 2 * (len(row) - 1)) / len(row)
        for number, button in enumerate(row):
            key(page, button.label, button.colour, x + number * (each + 2), y, each)
        y += 9.5
    return y - 2


def key(page: PaperPage, label: str, colour: Colour, x: float, y: float, wide: float) -> None:
    """Draws a button as VK shows it."""
    fill, ink = KEYS[colour]
    page.box(x, y, wide, 7.5, fill)
    page.centre_text(label, x + wide / 2, y + 5, 10, colour=ink)


def sample(directory: Directory) -> tuple[str, Keyboard]:
    """A card of an invented resident as the chat of this region's agency would see it, with its buttons."""
    topic = next((topic for topic in directory.topics if topic.name.startswith("Ямы и разбитый")), directory.topics[0])
    place = max(directory.places, key=lambda place: place.population)
    agency = directory.agency_for(topic.code, place.code) or directory.agencies[0]
    chat = Chat(2_000_000_001, agency.code, AT)
    known = appeal(topic.code, place.code, agency, chat)
    policy = CommunityPolicy(1, "", "", "", UTC, "", "")
    facts = Facts(AT, policy=policy, directory=directory, find=cast(Any, None), judge=cast(Any, None),
                  chats={agency.code: chat})  # fmt: skip
    keyboard = card_keyboard(facts, chat, known)
    assert keyboard is not None, "a new card has buttons"
    return card(known, facts), keyboard


def appeal(topic: str, place: str, agency: Agency, chat: Chat) -> Appeal:
    """A made-up message for the picture of a card."""
    due = (AT + timedelta(days=3)).replace(hour=18, minute=0)
    return Appeal(
        code="1127-AHK7",
        resident=1,
        source=1,
        status=Status.ROUTED,
        version=1,
        topic=topic,
        created_at=AT,
        pieces=(Piece(1, WRITTEN),),
        place=place,
        address="улица Ленина, дом 5",
        agency=agency.code,
        chat=chat.peer,
        deadline=Deadline(TermClock.FIRST_ANSWER, AT, due),
    )


# The leaflet for residents.


STEPS = (
    "Напишите, что случилось и где. Фото помогает.",
    "Проверьте и нажмите «Отправить»: сообщение получит номер.",
    "Ответ придёт туда же. Не сделали? Нажмите «Не\u00a0решено».",
)


def leaflet(page: PaperPage, community: PosterCommunity) -> None:
    """Draws the leaflet for residents."""
    page.box(0, 0, 148, 44, ACCENT, radius=0.1)
    page.text("Яма? Темно? Не вывозят мусор?", 12, 10, 124, 19, "bold", WHITE)
    told = "Напишите нам во ВКонтакте: передадим тем, кто отвечает, и пришлём их ответ."
    page.text(told, 12, 21, 122, 13, colour=WHITE)
    page.code(f"https://{community.address}", 46, 54, 56)
    page.centre_text(community.address, 74, 120, 17)
    page.centre_text("Наведите камеру телефона или наберите адрес", 74, 127, 10.5, "plain", DIM)
    y = 132.0
    for number, words in enumerate(STEPS, 1):
        page.mark(number, 17, y + 4)
        y = page.text(words, 24, y, 114, 12) + 3.4
    page.box(12, y + 1, 124, 17, PAPER)
    y = page.text("Опасность для жизни — звоните 112.", 16, y + 2.4, 116, 12, "bold")
    page.text("Это не официальное обращение по 59-ФЗ: его подают на Госуслугах.", 16, y + 1, 116, 10, colour=DIM)
    page.text(community.name, 12, 197, 124, 9.5, colour=DIM)
    page.save()
