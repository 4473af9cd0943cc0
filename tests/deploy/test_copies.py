"""Copies on another disk: whole or not at all, never on the same disk by mistake, keys for a week only (R14)."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "copies.sh"


def run(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"PRIEMNAYA_FROM": str(folder / "backups"), "PRIEMNAYA_COPIES": str(folder / "far"), **more}
    return subprocess.run(
        ["sh", str(SCRIPT)], env={"PATH": os.environ["PATH"], **own}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("backups", "backups-keys"):
        (tmp_path / name).mkdir()
    (tmp_path / "backups" / "a.backup").write_bytes(b"a" * 100_000)
    (tmp_path / "backups-keys" / "a.keys-backup").write_bytes(b"k")
    return tmp_path


def test_new_copies_go_once(folder: Path) -> None:
    done = run(folder, PRIEMNAYA_SAME_DISK="yes")
    assert done.returncode == 0 and "Скопировано: 2." in done.stderr, done.stderr
    assert (folder / "far" / "a.backup").read_bytes() == b"a" * 100_000
    assert (folder / "far-keys" / "a.keys-backup").read_bytes() == b"k"
    assert "Скопировано: 0." in run(folder, PRIEMNAYA_SAME_DISK="yes").stderr
    assert not list((folder / "far").glob(".*.part"))


def test_keys_are_kept_for_a_week(folder: Path) -> None:
    run(folder, PRIEMNAYA_SAME_DISK="yes")
    (folder / "backups-keys" / "a.keys-backup").unlink()
    old = time.time() - 9 * 86400
    os.utime(folder / "far-keys" / "a.keys-backup", (old, old))
    os.utime(folder / "far" / "a.backup", (old, old))
    run(folder, PRIEMNAYA_SAME_DISK="yes")
    assert not (folder / "far-keys" / "a.keys-backup").exists(), "an old pair would bring back who was erased"
    assert (folder / "far" / "a.backup").exists()


def test_the_same_disk_is_refused(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 1 and "на том же диске" in done.stderr
    assert not list((folder / "far").iterdir())


def test_a_place_must_be_said(folder: Path) -> None:
    done = run(folder, PRIEMNAYA_COPIES="")
    assert done.returncode != 0 and "PRIEMNAYA_COPIES" in done.stderr
    done = run(folder, PRIEMNAYA_FROM=str(folder / "nowhere"))
    assert done.returncode == 1 and "бот ещё не делал копий" in done.stderr


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_of_ones_own_takes_them_off_the_machine(folder: Path, code: int) -> None:
    after = folder / "after.sh"
    after.write_text(f'#!/bin/sh\necho "$1 $2" >"{folder}/told"\nexit {code}\n', encoding="utf-8")
    after.chmod(0o755)
    assert run(folder, PRIEMNAYA_SAME_DISK="yes", PRIEMNAYA_AFTER=str(after)).returncode == code
    assert (folder / "told").read_text().split() == [str(folder / "far"), str(folder / "far-keys")]
