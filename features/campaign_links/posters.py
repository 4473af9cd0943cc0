"""Posters of doors, to print: a sheet for a wall and a sheet of labels, with a QR code and the address in letters.

What stands on them is true of the directory as it is; the same door gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from features.campaign_links.papers import A4, ACCENT, DIM, LINE, PAPER, STEPS, WHITE, PaperPage
from handlers.views.doors import door_in_words
from states.directory import Community, Directory, Door

ASKS = "Что-то не так? Напишите нам"
TOLD = "Напишите во ВКонтакте: передадим тем, кто отвечает, и пришлём их ответ."
AIM = "Наведите камеру телефона или наберите адрес"
LAW = "Это не официальное обращение по 59-ФЗ: его подают на Госуслугах."
ACROSS, DOWN = 2, 4
"""Labels on a sheet, each 105 by 74 millimetres: cut along the middle and three times across."""


def write(folder: Path, directory: Directory, community: Community, doors: list[Door]) -> list[Path]:
    """Writes both sheets of each link into this folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for door in doors:
        for sheet, name in ((poster, f"plakat-{door.code}.pdf"), (labels, f"nakleyki-{door.code}.pdf")):
            sheet(folder / name, directory, community, door)
            made.append(folder / name)
    return made


def poster(path: Path | BinaryIO, directory: Directory, community: Community, door: Door) -> None:
    """A sheet for a wall: what it is for, where to write, and 112 for what cannot wait."""
    page, link = PaperPage(path, A4, f"{community.name}: {door.name}"), community.link(door.code)
    page.box(0, 0, 210, 64, ACCENT, radius=0.1)
    asks = door.about or ASKS
    y = page.text(asks, 15, 12, 180, fitting_size(page, asks, 180, 34, 30), "bold", WHITE)
    page.text(TOLD, 15, y + 3, 180, 14, colour=WHITE)
    page.code(f"https://{link}", 57, 74, 96)
    page.centre_text(link, 105, 182, page.fitting(link, 180, 24, "bold"))
    page.centre_text(AIM, 105, 190, 12, "plain", DIM)
    y = 196.0
    if facts := door_in_words(door, directory):
        words = f"Уже указано: {'; '.join(facts)}. Это можно изменить."
        high = len(page.lines(words, 170, 11, "plain")) * 11 * 0.47
        page.box(15, y, 180, high + 5, PAPER)
        y = page.text(words, 20, y + 2, 170, 11) + 5
    for number, told in enumerate(STEPS, 1):
        page.mark(number, 20, y + 5)
        y = page.text(told, 28, y + 1.4, 165, 13) + 3.4
    page.box(15, y + 2, 180, 21, WHITE, LINE)
    y = page.text(danger(directory), 20, y + 4.5, 170, 16, "bold")
    page.text(LAW, 20, y + 1.5, 170, 11, colour=DIM)
    whose = f"{community.name}. {door.name}"
    page.text(whose, 15, 285, 180, page.fitting(whose, 178, 9.5, "plain"), colour=DIM)
    page.save()


def labels(path: Path | BinaryIO, directory: Directory, community: Community, door: Door) -> None:
    """Eight small ones on a sheet."""
    page = PaperPage(path, A4, f"{community.name}: {door.name}, наклейки")
    for place in range(ACROSS * DOWN):
        down, right = divmod(place, ACROSS)
        label(page, right * 105.0, down * 74.25, directory, community, door)
    page.save()


def label(page: PaperPage, x: float, y: float, directory: Directory, community: Community, door: Door) -> None:
    """Draws one label with its QR code."""
    link = community.link(door.code)
    page.box(x + 3, y + 3, 99, 68.25, WHITE, LINE, 3)
    page.code(f"https://{link}", x + 8, y + 9, 38)
    asks = door.about or ASKS
    at = page.text(asks, x + 51, y + 7.5, 47, fitting_size(page, asks, 47, 22, 13), "bold")
    at = page.text("Напишите нам во ВКонтакте.", x + 51, at + 1.5, 47, 10)
    page.text(danger(directory), x + 51, at + 2, 47, 10, "bold")
    page.centre_text(link, x + 52.5, y + 56, page.fitting(link, 90, 13, "bold"))
    page.centre_text(community.name, x + 52.5, y + 64, page.fitting(community.name, 90, 8.5, "plain"), "plain", DIM)


def fitting_size(page: PaperPage, words: str, wide: float, high: float, largest: int) -> float:
    """The largest size at which the question stands in its place, whole."""
    sizes = range(largest, 6, -1)
    return next((size for size in sizes if len(page.lines(words, wide, size, "bold")) * size * 0.47 <= high), 6)


def danger(directory: Directory) -> str:
    """The line with the emergency number."""
    return f"Опасность для жизни — звоните {directory.emergency}."
