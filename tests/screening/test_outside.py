"""Whom a message is for outside the region's own agencies: an addressee is found, a place is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.region.directory_file import read
from screening.outside import addressee
from states.directory import Outside

REGION = Path(__file__).parents[2] / "regions" / "chelyabinsk"
KNOWN = read(REGION, date(2026, 12, 1)).outside


def named(text: str) -> str:
    found = addressee(text, KNOWN)
    return found.code if found is not None else ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("СФР не перечислил пенсию за ноябрь", "socfond"),
        ("Социальный фонд отказал в пособии", "socfond"),
        ("пенсионный фонд потерял мои документы", "socfond"),
        ("Налоговая начислила лишний налог", "nalogovaya"),
        ("ИФНС не отвечает на письмо", "nalogovaya"),
        ("УК не убирает подъезд", "uk"),
        ("Управляющая компания не чинит крышу", "uk"),
        ("Суд не присылает решение", "sud"),
        ("Судья отложил заседание", "sud"),
        ("Банк списал деньги с карты", "bank"),
        ("Сбербанк закрыл отделение", "bank"),
        ("Приставы арестовали карту", "pristavy"),
        ("Росреестр вернул заявление", "rosreestr"),
        ("Прокуратура молчит", "prokuratura"),
        ("Почта России потеряла посылку", "pochta"),
        ("Роспотребнадзор не приехал", "rospotrebnadzor"),
        ("Яма у налоговой", ""),
        ("Возле Сбербанка скользко", ""),
        ("Нет урны на остановке Суд", ""),
        ("Напротив здания суда не горит фонарь", ""),
        ("Банка с краской стоит в подъезде", ""),
        ("Судно на реке", ""),
        ("Большая яма на дороге", ""),
        ("УК и суд молчат", ""),
        ("Указ не исполняют", ""),
    ],
)
def test_addressees(text: str, code: str) -> None:
    assert named(text) == code


def test_without_words_nobody_is_known() -> None:
    assert addressee("СФР", (Outside("sfr", "Фонд", "телефон"),)) is None
    assert addressee("СФР", ()) is None
