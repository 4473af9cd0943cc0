"""Other machines reach the emulator where it is told so: VK for them, neither the page nor the controls."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.started import HERE, ROOT, started
from vk_emulator.wire.hosts import is_loopback

DEPLOY = ROOT / "emulator" / "containers"
POLL = "/method/groups.getLongPollServer?v=5.199&access_token=group-101&group_id=101"


def far_address() -> str:
    """An address of this machine that is not loopback: who calls it does not come from loopback either."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as place:
        try:
            place.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return ""
        found: str = place.getsockname()[0]
        return "" if is_loopback(found) else found


def asked(url: str, host: str = "") -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@contextmanager
def opened() -> Iterator[tuple[str, str]]:
    """Its address for this machine and for another."""
    far = far_address()
    if not far:
        pytest.skip("у этой машины только loopback")
    with started("vk_emulator", "--host", "0.0.0.0", "--allow-host", "vk", "--allow-host", "VK.test") as (near, _):
        port = near.rstrip("/").rpartition(":")[2]
        yield near.rstrip("/"), f"http://{far}:{port}"


def test_other_machines_have_vk_and_its_health_and_nothing_else() -> None:
    with opened() as (near, far):
        port = near.rpartition(":")[2]
        status, told = asked(far + POLL, f"vk:{port}")
        assert status == 200 and f"http://vk:{port}/longpoll/101" in told
        assert asked(far + "/health", "vk.test")[0] == 200
        for path in ("/", "/live", "/method/emulator.state", "/sandbox/main.js"):
            assert asked(far + path, "vk") == (403, "Страница и emulator.* открыты только с этой машины."), path
        assert asked(near + "/method/emulator.state")[0] == asked(near + "/")[0] == 200
        assert asked(near + POLL, "other")[0] == asked(far + POLL)[0] == 403, "a name that was not allowed"


def test_by_itself_it_stays_on_loopback() -> None:
    far = far_address()
    if not far:
        pytest.skip("у этой машины только loopback")
    with started("vk_emulator") as (near, _), pytest.raises(urllib.error.URLError):
        asked(f"http://{far}:{near.rstrip('/').rpartition(':')[2]}/health")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "vk"], "--host vk: нужен адрес цифрами"),
        (["--host", "192.0.2.77", "--port", "0"], "192.0.2.77 не этой машины"),
        (["--allow-host", "http://vk:8010"], "нужно имя без порта"),
    ],
)
def test_a_wrong_address_is_one_sentence(words: list[str], said: str) -> None:
    command = [sys.executable, "-m", "vk_emulator", *words]
    done = subprocess.run(command, cwd=ROOT, env=HERE, capture_output=True, text=True, timeout=240)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1


# --- the container's files: there is no engine here, so their steps are played ------------------------------------


def steps(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if word := re.match(r"([A-Z]+) +(.*)", line):
            found.setdefault(word[1], []).append(word[2])
    return found


def test_what_the_container_starts_answers_its_health_check(tmp_path: Path) -> None:
    told = steps(DEPLOY / "Containerfile")
    (entry,), (health,) = told["ENTRYPOINT"], told["HEALTHCHECK"]
    command = yaml.safe_load(entry) + yaml.safe_load(told["CMD"][0])
    assert command[0] == "vk-emulator" and told["USER"] and told["EXPOSE"] == ["8010"]
    given = [word for word in command[1:] if word not in ("--port", "8010")]
    with started("vk_emulator", *given) as (near, _):
        check = yaml.safe_load(health.partition("CMD ")[2])
        check = [word.replace("http://127.0.0.1:8010/", near) for word in check]
        done = subprocess.run([sys.executable, *check[1:]], capture_output=True, timeout=240)
        assert check[0] == "python" and done.returncode == 0, done.stderr
    gone = subprocess.run([sys.executable, *check[1:]], capture_output=True, timeout=240)
    assert gone.returncode != 0


def test_compose_waits_for_the_emulator_that_the_bot_is_told() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert "--allow-host" in told["vk"]["command"] and told["bot"]["depends_on"]["vk"]["condition"] == "service_healthy"
    assert told["bot"]["environment"]["VK_API"].startswith("http://vk:8010/") and "ports" not in told["vk"]
    workflow = yaml.safe_load((DEPLOY / "github-actions.yaml").read_text(encoding="utf-8"))
    words = " ".join(step.get("run", "") for step in workflow["jobs"]["bot"]["steps"])
    assert "pip install" in words and "vk-emulator run -- " in words and "pytest" in words
