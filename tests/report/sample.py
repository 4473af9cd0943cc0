"""An invented week with the figures of the mock-up. `python -m tests.report.sample [folder]` draws it to look at."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

from features.statistics.report.figures import Day, Period, PlaceFigures, Report, Task, Topic
from features.statistics.report.paper import as_pdf, as_picture
from states.statistics.change import Verdict
from states.statistics.summary import Measure, Summary, SummaryFigure
from tests.charts import samples

SITE = "https://panel.example"
MONDAY = date(2026, 11, 16)
NOW, WAS = (812, 796, 768, 749, 702, 531, 554), (780, 752, 731, 716, 690, 483, 485)
TOPICS = (
    ("Снег и наледь", 1204, 592), ("Дороги", 781, 875), ("Отопление и вода", 633, 512), ("Мусор", 498, 535),
    ("Общественный транспорт", 421, 403), ("Уличное освещение", 307, 329), ("Здравоохранение", 284, 278),
)  # fmt: skip
WORSE = (
    ("Копейский ГО", "Копейск", 198, 248), ("Еманжелинский МО", "Еманжелинск", 50, 62),
    ("Верхнеуфалейский ГО", "Верхний Уфалей", 47, 57), ("Саткинский МО", "Сатка", 83, 98),
)  # fmt: skip
BETTER = (
    ("Снежинский ГО", "Снежинск", 70, 72), ("Сосновский МО", "Сосновский округ", 123, 128),
    ("Кыштымский ГО", "Кыштым", 48, 50), ("Магнитогорский ГО", "Магнитогорск", 523, 551),
)  # fmt: skip
METHOD = (
    "Как считали: в срок = окончательные ответы до срока ÷ сообщения, у которых срок наступил за неделю. Медиана "
    "первого ответа в рабочих часах. Сравниваем от 50 сообщений со сроком, интервал 95 % по Уилсону. Имён и контактов "
    "жителей здесь нет. Каждое число открывает свой список в панели: код справа."
)


def days() -> tuple[Day, ...]:
    return tuple(
        Day(MONDAY + timedelta(turn), Measure(now, was, f"/queue?day={MONDAY + timedelta(turn)}"))
        for turn, (now, was) in enumerate(zip(NOW, WAS, strict=True))
    )


def topics() -> tuple[Topic, ...]:
    named = [Topic(name, Measure(now, was, f"/queue?topic={turn}")) for turn, (name, now, was) in enumerate(TOPICS)]
    rest = Measure(
        sum(NOW) - sum(now for _, now, _ in TOPICS), sum(WAS) - sum(was for _, _, was in TOPICS), "/queue?topic=rest"
    )
    return (*named, Topic("Всё остальное", rest, rest=True))


def places(rows: tuple[tuple[str, str, int, int], ...]) -> tuple[PlaceFigures, ...]:
    return tuple(PlaceFigures(*row, f"/queue?place={turn}") for turn, row in enumerate(rows))


def pages() -> Summary:
    figures = (
        SummaryFigure("всего", Measure(5964, 5906, "/pages")),
        SummaryFigure("с госметкой", Measure(3541, 3505, "/pages?state=marked")),
        SummaryFigure("представлены", Measure(0.958, 0.957, "/pages?group=body"), share=True, beside="органов"),
        SummaryFigure("ждут подпись", Measure(144, 151, "/pages?state=signature")),
    )
    return Summary("Официальные страницы", figures)


def week() -> Report:
    return Report(
        sender="Приёмная Челябинской области",
        made="отчёт для чата ЦУР, 23 ноября 2026, 9:00",
        period=Period(MONDAY, MONDAY + timedelta(6)),
        before=Period(MONDAY - timedelta(7), MONDAY - timedelta(1)),
        received=Measure(sum(NOW), sum(WAS), "/queue?week=47", "/queue?week=46"),
        in_time=Measure(0.909, 0.901, "/queue?week=47&in=time", verdict=Verdict.BETTER),
        first_answer=Measure(176, 188, "/queue?week=47&sort=first", verdict=Verdict.BETTER),
        unsolved=Measure(0.076, 0.071, "/queue?week=47&unsolved=1", verdict=Verdict.WORSE),
        days=days(),
        topics=topics(),
        worse=places(WORSE),
        better=places(BETTER),
        map=samples.region_map(),
        tasks=(
            Task("Копейск: 50 просроченных о снеге. Нужен график уборки от администрации до среды.", "/queue?task=1"),
            Task(
                "Еманжелинск: фонари чинят по два раза, «не решено» вернули 9 из 31. Проверить на месте.",
                "/queue?task=2",
            ),
            Task("Шесть ведомств обещали работы до 22 ноября и не отчитались: 14 сообщений.", "/queue?task=3"),
        ),
        method=METHOD,
        summaries=(pages(),),
        link=f"{SITE}/report?week=2026-47",
    )


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "week.png").write_bytes(as_picture(week()))
    (folder / "week.pdf").write_bytes(as_pdf(week(), SITE))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/gallery"))
