"""Names of states in other systems: read with the region, and what is wrong is said in Russian (R64)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.region import directory_file
from bot.region.directory_errors import DirectoryErrors
from features.open_data import statuses_file
from features.open_data.checks import findings as open_data_findings
from states.lifecycle.appeal import Status
from tests.example import REGION

EXAMPLE = (REGION / "statuses.yaml").read_text(encoding="utf-8")


def test_the_example_names_every_state_and_says_what_is_not_confirmed() -> None:
    """R64."""
    found = statuses_file.read(REGION)
    assert set(found.names) == set(Status)
    assert found.statuses_called("open") | found.statuses_called("closed") == set(Status)
    assert found.open311(Status.ANSWERED) == "closed" and found.open311(Status.REOPENED) == "open"
    assert {one.code: one.is_confirmed for one in found.systems} == {"open311": True, "incident": False}


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("  waiting: {open311: open}", "  waiting: {open311: half}", "«waiting»: для open311 нужно open или closed"),
        ("  waiting: {open311: open}\n", "", "«waiting»: для open311"),
        ("  waiting:", "  wating: {open311: open}\n  waiting:", "состояния «wating» у бота нет"),
        ("{open311: open, incident: отложено}", "{open311: open, other: x}", "системы «other» нет"),
        ("incident: отложено}", 'incident: " "}', "название для «incident» пустое"),
        ("    name: Open311 GeoReport v2\n", "", "«open311»: нужны name"),
        ("  open311:\n", "  open:\n", "нет системы «open311»"),
        ("\nstatuses:", "\nstates:", "нужны два раздела"),
        ("\nsystems:", "\nsystems: [", "строка"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in EXAMPLE
    (tmp_path / "statuses.yaml").write_text(EXAMPLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DirectoryErrors, match="statuses.yaml") as wrong:
        statuses_file.read(tmp_path)
    assert told in str(wrong.value)


def test_without_the_file_it_is_said_where_an_example_lies(tmp_path: Path) -> None:
    with pytest.raises(DirectoryErrors, match="Образец — regions/chelyabinsk/statuses.yaml"):
        statuses_file.read(tmp_path)


def test_started_elsewhere_the_program_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert statuses_file.read(Path("regions/chelyabinsk")).systems


def test_the_directory_does_not_take_it_for_its_own() -> None:
    assert directory_file.read(REGION).topics


def test_check_says_what_everybody_sees(tmp_path: Path) -> None:
    settings = Settings(
        vk_token="group-1", operator_name="О", operator_address="Ч", operator_email="a@b.ru", policy_url="https://b.ru/p",
    )  # fmt: skip
    assert open_data_findings(settings) == []
    on = settings.model_copy(update={"open_data": "on"})
    assert [one.wrong for one in open_data_findings(on)] == [True], "without a panel nobody sees it"
    shown = on.model_copy(update={"panel_port": 8443})
    good, look = open_data_findings(shown)
    assert "меньше 5" in good.text and "«Инцидент Менеджмент» не подтверждены" in look.text
    (bad,) = open_data_findings(shown.model_copy(update={"region_folder": str(tmp_path)}))
    assert bad.wrong and "не найден" in bad.todo
    confirmed = EXAMPLE.replace('source: ""', "source: https://example.org")
    (tmp_path / "statuses.yaml").write_text(confirmed, encoding="utf-8")
    assert len(open_data_findings(shown.model_copy(update={"region_folder": str(tmp_path)}))) == 1
