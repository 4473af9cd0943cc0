"""The container's files, as far as they can be looked at without Docker: what they name is there, nothing runs as root
or may write where it need not, and Caddy takes its file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

from bot.config.settings import IN_FILES, NAMES
from tests.outside import missing
from tests.yaml_text import yaml_of

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "deploy" / "docker"


def compose() -> dict[str, Any]:
    return cast(dict[str, Any], yaml_of((DOCKER / "compose.yaml").read_text(encoding="utf-8")))


def lines() -> list[str]:
    return (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()


def copied() -> list[str]:
    found = [line.split()[1:-1] for line in lines() if line.startswith("COPY ") and "--from" not in line]
    return [name for names in found for name in names]


def test_what_the_image_takes_is_there_and_is_let_in() -> None:
    let_in = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied():
        assert (ROOT / name).exists() and f"!{name}" in let_in, name


def test_the_image_has_every_package_that_the_bot_imports() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= set(copied())


def test_nothing_runs_as_root() -> None:
    users = [line.split()[1] for line in lines() if line.startswith("USER ")]
    assert users == ["priemnaya"] and lines().index("USER priemnaya") < len(lines())
    assert any(re.search(r"useradd .*--uid \d{5}", line) for line in lines())


def test_containers_hold_nothing_that_they_need_not() -> None:
    services = compose()["services"]
    for name in ("bot", "panel"):
        one = services[name]
        assert one["read_only"] is True and one["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in one["security_opt"], name
    assert services["database"]["cap_drop"] == ["ALL"]
    assert all(":" in one["image"] or "build" in one for one in services.values()), "a version is named"


def test_secrets_are_files_and_each_is_declared() -> None:
    said, services = compose(), compose()["services"]
    used = {name for one in services.values() for name in one.get("secrets", ())}
    assert used == set(said["secrets"])
    environment = services["bot"]["environment"]
    assert not {"BOT_VK_TOKEN", "BOT_DATABASE_URL"} & set(environment)
    for name, value in environment.items():
        assert name in NAMES or name in IN_FILES, name
        if str(value).startswith("/run/secrets/"):
            assert str(value).removeprefix("/run/secrets/") in used


def test_caddy_takes_its_file() -> None:
    tool = shutil.which("caddy") or missing("нет Caddy (apt-get install caddy)")
    command = [tool, "validate", "--adapter", "caddyfile", "--config", str(DOCKER / "Caddyfile")]
    env = {"PANEL_HOST": "panel.example.org", "PATH": os.environ["PATH"], "HOME": "/tmp"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    port = compose()["services"]["bot"]["environment"]["BOT_PANEL_PORT"]
    assert f"reverse_proxy 127.0.0.1:{port}" in (DOCKER / "Caddyfile").read_text(encoding="utf-8")


def test_pg_dump_is_as_new_as_the_server() -> None:
    """Else the bot makes no copies, and says so (storage/ops/copies/dumps.py)."""
    server = re.fullmatch(r"postgres:(\d+)-\w+", compose()["services"]["database"]["image"])
    assert server is not None
    assert any(f"postgresql-client-{server[1]}" in line for line in lines())


def test_the_numbers_are_reached_from_the_net_of_the_bot() -> None:
    """They are on loopback only: who scrapes them lives there too, and finds the port and the rules."""
    services = compose()["services"]
    scraper, port = services["prometheus"], services["bot"]["environment"]["BOT_METRICS_PORT"]
    assert scraper["network_mode"] == "service:bot" and scraper["profiles"] == ["metrics"]
    (job,) = yaml_of((DOCKER / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert job["job_name"] == "priemnaya" and job["static_configs"][0]["targets"] == [f"127.0.0.1:{port}"]
    for one in scraper["volumes"]:
        assert one.startswith("metrics:") or (DOCKER / one.split(":")[0]).exists(), one
