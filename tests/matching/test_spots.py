"""What answers the question of one topic alone: the route of a bus, the one hospital of a district."""

from __future__ import annotations

import pytest

from matching.addresses import spot
from states.directory import Where

ROUTES = (
    ("Автобус 64 не ходит вообще!!! ждали час на морозе", "автобус 64"),
    ("троллейбус номер 12", "троллейбус 12"),
    ("маршрутка №123к, хамит водитель", "маршрутка 123к"),
    ("22 автобус опять опоздал", "автобус 22"),
    ("на 64-м автобусе", "автобус 64"),
    ("нет 22го автобуса", "автобус 22"),
    ("по маршруту 45 ходит гнилая маршрутка", "маршрут 45"),
    ("трамваи 7 и 9 не ходят", "трамвай 7"),
    ("автобуса 40 минут нет", ""),
    ("автобус 8 утра не пришёл", ""),
    ("2 автобуса сломались", ""),
    ("автобус ходит 2 раза в день", ""),
    ("в трамвае 5 человек", ""),
    ("Автобусы ходят плохо", ""),
    ("автобус 10:30 не пришёл", ""),
    ("автобус 17.20 отменили", ""),
    ("в 8 автобус не пришёл", ""),
    ("к 7 автобус всегда полный", ""),
    ("10:30 автобус не пришёл", ""),
    ("автобус 4 остановки едет полчаса", ""),
    ("автобус 2 рейса отменил", ""),
    ("в 64 автобусе холодно", "автобус 64"),
    ("автобус 64. Ждали час", "автобус 64"),
    ("в 8 утра автобус 64 не пришёл", "автобус 64"),
)

CLINICS = (
    ("хочу похвалить врача из районной больницы Сатка", "районная больница"),
    ("в ЦРБ нет лора", "районная больница"),
    ("закрывают ФАП в селе", "ФАП"),
    ("в центральной районной больнице холодно", "центральная районная больница"),
    ("областная больница, второй корпус", "областная больница"),
    ("в больнице грязно", ""),
    ("районная поликлиника", ""),
    ("в этом районе больницы нет", ""),
)


@pytest.mark.parametrize(("text", "named"), ROUTES)
def test_a_bus_is_named_by_its_route(text: str, named: str) -> None:
    assert spot(text, Where.STOP) == named


@pytest.mark.parametrize(("text", "named"), CLINICS)
def test_a_hospital_is_named_where_a_municipality_has_one(text: str, named: str) -> None:
    assert spot(text, Where.CLINIC) == named


@pytest.mark.parametrize("where", [one for one in Where if one not in (Where.STOP, Where.CLINIC)])
def test_other_topics_have_no_such_place(where: Where) -> None:
    assert spot("автобус 64 у районной больницы", where) == ""
