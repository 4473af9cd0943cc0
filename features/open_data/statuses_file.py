"""How states of a message are called in other systems: `statuses.yaml` of the region (R64).

It must never pass a name off as known that no source confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_yaml import STATUSES, data_of
from bot.region.shipped import beside_program
from states.lifecycle.appeal import Status

OPEN311 = "open311"
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class System:
    """Another system that has names of its own. Without a `source` they are «не подтверждено»."""

    code: str
    name: str
    source: str

    @property
    def is_confirmed(self) -> bool:
        """Whether a source says that the names are right."""
        return bool(self.source)


@dataclass(frozen=True, slots=True)
class Statuses:
    """`names` of each state by the code of a system."""

    systems: tuple[System, ...]
    names: Mapping[Status, Mapping[str, str]]

    def open311(self, status: Status) -> str:
        """What Open311 calls the state: `open` or `closed`."""
        return self.names[status][OPEN311]

    def statuses_called(self, name: str) -> frozenset[Status]:
        """The states that Open311 calls so."""
        return frozenset(status for status, names in self.names.items() if names[OPEN311] == name)


def read(folder: Path) -> Statuses:
    """The region's file of states. Raises DirectoryErrors with everything that is wrong, in Russian."""
    file = beside_program(folder / STATUSES)
    if not file.is_file():
        raise DirectoryErrors([f"файл {file}: не найден. Образец — regions/chelyabinsk/{STATUSES}."])
    data, _ = data_of(file)
    if not isinstance(data, Mapping) or set(data) != {"systems", "statuses"}:
        raise DirectoryErrors([f"файл {file}: нужны два раздела: systems и statuses."])
    wrong: list[str] = []
    systems = _systems(data["systems"], wrong)
    names = _names(data["statuses"], {system.code for system in systems}, wrong)
    if wrong:
        raise DirectoryErrors([f"файл {file}: {line}" for line in wrong])
    return Statuses(systems, names)


def _systems(data: Any, wrong: list[str]) -> tuple[System, ...]:
    """The systems of the file; faults are added to `wrong`."""
    found = []
    for code, row in data.items() if isinstance(data, Mapping) else ():
        texts = isinstance(row, Mapping) and all(isinstance(text, str) for text in row.values())
        if not texts or not {"name"} <= set(row) <= {"name", "source"} or not row["name"].strip():
            wrong.append(f"systems, «{code}»: нужны name (название) и source (откуда оно известно, можно пустое).")
            continue
        found.append(System(str(code), row["name"].strip(), row.get("source", "").strip()))
    if OPEN311 not in {system.code for system in found}:
        wrong.append(f"systems: нет системы «{OPEN311}».")
    return tuple(found)


def _names(data: Any, systems: set[str], wrong: list[str]) -> dict[Status, Mapping[str, str]]:
    """By state, its names in the systems; faults are added to `wrong`."""
    rows = data if isinstance(data, Mapping) else {}
    wrong += [f"statuses: состояния «{name}» у бота нет." for name in rows if name not in set(Status)]
    found: dict[Status, Mapping[str, str]] = {}
    for status in Status:
        row = rows.get(status.value)
        if not isinstance(row, Mapping) or row.get(OPEN311) not in (OPEN, CLOSED):
            wrong.append(f"statuses, «{status}»: для {OPEN311} нужно open или closed.")
            continue
        for system, name in row.items():
            if system not in systems:
                wrong.append(f"statuses, «{status}»: системы «{system}» нет в разделе systems.")
            elif not isinstance(name, str) or not name.strip():
                wrong.append(f"statuses, «{status}»: название для «{system}» пустое. Уберите его или впишите.")
        found[status] = {str(system): str(name) for system, name in row.items()}
    return found
