"""Plays one dialogue with each stranger of strangers.toml and prints the table: `python emulator/tests/strangers.py`.

Each is installed from PyPI or npm into a folder that is thrown away, and its calls of VK reach an emulator of its own.
It must never run a stranger without the emulator around it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vk_emulator.play.bots import RunningBot, start_bot
from vk_emulator.play.command import Command
from vk_emulator.play.people import Person
from vk_emulator.play.stage import Stage

LIST = Path(__file__).with_name("strangers.toml")
PATIENCE = 15.0  # seconds: some look for news every few seconds only
INSTALLS_WITHIN = 600
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
ENDINGS = {"pypi": "bot.py", "npm": "bot.js"}


class Away(Exception):
    """This machine lacks what the stranger needs: nothing is said of the stranger."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """One entry of the list; its head says what each name means."""

    name: str
    source: str
    licence: str
    runs: str
    configured: str
    talk: list[str]
    version: str = ""
    package: str = ""
    needs: list[str] = field(default_factory=list)
    bot: str = ""
    file: str = ""
    seen: str = ""
    reason: str = ""
    ready_when: str = ""
    api_version: str = "5.199"
    callback: bool = False
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    stranger: Stranger
    word: str
    why: str = ""


def strangers() -> list[Stranger]:
    read = tomllib.loads(LIST.read_text(encoding="utf-8"))["stranger"]
    renamed = {"from": "source", "with": "needs"}
    return [Stranger(**{renamed.get(name, name): value for name, value in entry.items()}) for entry in read]


# --- a folder of its own ----------------------------------------------------------


def install(stranger: Stranger, folder: Path) -> list[str]:
    """The command that starts it, in a folder that holds everything it needs."""
    if stranger.runs == "node":
        return install_node(stranger, folder)
    python = make_python(stranger.runs, folder)
    held = [f"{stranger.package or stranger.name}=={stranger.version}"] if stranger.source == "pypi" else []
    if held + stranger.needs:
        run([python, "-m", "pip", "install", "--quiet", "--no-input", *held, *stranger.needs], folder)
    return [python, str(script(stranger, folder, folder))]


def install_node(stranger: Stranger, folder: Path) -> list[str]:
    if shutil.which("npm") is None:
        raise Away("no npm here")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    package = stranger.package or stranger.name
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
    run(["npm", "install", *quiet, f"{package}@{stranger.version}", *stranger.needs], folder)
    return ["node", str(script(stranger, folder, folder / "node_modules" / package))]


def make_python(version: str, folder: Path) -> str:
    found = shutil.which(f"python{version}") or next(map(str, PYENV.glob(f"{version}.*/bin/python")), None)
    if found is None or subprocess.run([found, "--version"], capture_output=True).returncode:
        found = next(map(str, PYENV.glob(f"{version}.*/bin/python")), None)
    if found is None:
        raise Away(f"no Python {version} here")
    run([found, "-m", "venv", "env"], folder)
    return str(folder / "env" / "bin" / "python")


def script(stranger: Stranger, folder: Path, package: Path) -> Path:
    """What is started: a file of the package as it is, or ours beside it."""
    if stranger.file:
        return package / stranger.file
    written = folder / ENDINGS[stranger.source]
    written.write_text(stranger.bot, encoding="utf-8")
    return written


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALLS_WITHIN, check=False)
    if done.returncode:
        raise Away(f"cannot be installed: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1][:200]}")


# --- one dialogue ------------------------------------------------------------------


def play(stranger: Stranger, command: list[str], folder: Path) -> None:
    """AssertionError says what did not happen."""
    stage = Stage()
    stage.open()
    try:
        stage.patience = PATIENCE
        stage.call("emulator.setSettings", group_id=stage.group, api_version=stranger.api_version)
        port = free_port()
        code = stage.call("groups.getCallbackConfirmationCode", stage.token, group_id=stage.group)["code"]
        told = {"TOKEN": stage.token, "CONFIRMATION": code, "PORT": str(port), **stranger.settings}
        bot = start_bot(stage, Command(tuple(command), folder, told, stranger.ready_when))
        try:
            listen(stage, bot, port if stranger.callback else 0, stranger.api_version)
            talk(stage.person(), stranger.talk)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{stage.quietly()}\n{bot.last_lines()}") from error
        finally:
            bot.stop()
    finally:
        stage.close()


def listen(stage: Stage, bot: RunningBot, port: int, version: str) -> None:
    if port:
        assert stage.until(lambda: is_open(port)), f"nothing listens on {port}"
        url, group = f"http://127.0.0.1:{port}/", {"group_id": stage.group}
        added = stage.call("groups.addCallbackServer", stage.token, url=url, title="bot", secret_key="secret", **group)
        settings = {"server_id": added["server_id"], "api_version": version, "message_new": 1}
        stage.call("groups.setCallbackSettings", stage.token, **settings, **group)
    bot.until_it_listens()


def talk(person: Person, lines: list[str]) -> None:
    for line in lines:
        sign, _, words = line.partition(" ")
        match sign:
            case ">":
                person.says(words)
            case "<":
                person.hears(words.strip())
            case "!":
                person.presses(words)
            case "=":
                assert person.notice.get("text") == words, person.notice
            case _:
                raise ValueError(f"{line}: a line begins with >, <, ! or =")


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as place:
        return place.connect_ex(("127.0.0.1", port)) == 0


def place(stranger: Stranger, given: Path) -> Path:
    """Below the given folder, as its repository is named and laid out."""
    return given / stranger.name / stranger.file


def outcome(stranger: Stranger, given: Path | None) -> Outcome:
    if stranger.source == "folder" and (given is None or not place(stranger, given).is_file()):
        return Outcome(stranger, f"{'does not' if stranger.reason else 'works'} ({stranger.seen})", stranger.reason)
    with tempfile.TemporaryDirectory(prefix="stranger-") as made:
        folder = Path(made)
        try:
            command = install(stranger, folder)
            if stranger.source == "folder" and given is not None:
                command = [command[0], str(place(stranger, given))]
            play(stranger, command, folder)
        except Away as error:
            return Outcome(stranger, "not run", str(error))
        except AssertionError as error:
            return Outcome(stranger, "does not", stranger.reason or str(error))
        except Exception as error:  # noqa: BLE001 - one that breaks the player must not hide the others
            return Outcome(stranger, "does not", repr(error))
    return Outcome(stranger, "works")


# --- the table -----------------------------------------------------------------------

HEAD = """# Strangers' bots on the emulator

Made by `python emulator/tests/strangers.py --write docs/emulator/strangers.md`
from [strangers.toml](../../emulator/tests/strangers.toml): each is installed from its index into a folder of its own,
led by the redirection of `vk-emulator run`, and holds one dialogue: > says, < hears, [ presses, ( is shown.
None of their code is here. What names a file is unchanged, the rest is the smallest bot by the library's own page.
Those without an index are run from the folder that `--folder` names, else they stand with the day of their last run.

| what | from | licence | on | told | dialogue | holds |
|---|---|---|---|---|---|---|
"""


def table(outcomes: list[Outcome]) -> str:
    return HEAD + "".join(row(shown) for shown in outcomes) + f"\n{count(outcomes)}\n"


def row(shown: Outcome) -> str:
    who = shown.stranger
    what = f"{who.name}, `{who.file}`" if who.file else who.name
    cells = (what, f"{who.source} {who.version}".strip(), who.licence, who.runs, who.configured, dialogue(who.talk))
    return f"| {' | '.join(cells)} | {shown.word}{': ' + brief(shown.why) if shown.why else ''} |\n"


def brief(why: str) -> str:
    return " ".join(why.split())[:160].replace("|", "/")


def dialogue(lines: list[str]) -> str:
    return " ".join(re.sub(r"^(\S) ", lambda sign: {"!": "[", "=": "("}.get(sign[1], sign[1]), line) for line in lines)


def count(outcomes: list[Outcome]) -> str:
    words = [shown.word for shown in outcomes]
    return f"{len(words)} strangers: " + ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words)) + "."


def arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the files of strangers without an index lie")
    parser.add_argument("--only", default="", help="those whose name holds these words")
    parser.add_argument("--write", type=Path, help="the page to write")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write writes the whole page, --only plays a part of it")
    return options


def main() -> int:
    given = arguments()
    outcomes = []
    for stranger in strangers():
        if given.only in stranger.name:
            outcomes.append(outcome(stranger, given.folder))
            print(f"{stranger.name}: {outcomes[-1].word} {outcomes[-1].why}", file=sys.stderr, flush=True)
    if given.write:
        given.write.write_text(table(outcomes), encoding="utf-8")
    else:
        print(table(outcomes))
    return int(any(map(is_news, outcomes)))


def is_news(shown: Outcome) -> bool:
    """It does not hold what the list says of it: talks no more, talks although the list says why it cannot, or broke
    the player."""
    word, told = shown.word, shown.stranger.reason
    return (word == "does not" and shown.why != told) or (word == "works" and bool(told))


if __name__ == "__main__":
    raise SystemExit(main())
