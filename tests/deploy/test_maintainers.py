"""What a maintainer expects is there and true: templates of issues that GitHub reads, hooks that run, one map."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from tests.yaml_text import yaml_of

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"


def read(path: Path) -> dict[str, Any]:
    return cast(dict[str, Any], yaml_of(path.read_text(encoding="utf-8")))


def test_templates_of_issues_are_forms_in_russian() -> None:
    forms = [path for path in TEMPLATES.glob("*.yml") if path.name != "config.yml"]
    assert len(forms) == 3
    for path in forms:
        form = read(path)
        assert re.search("[а-я]", form["name"]) and re.search("[а-я]", form["description"]), path.name
        fields = [one for one in form["body"] if one["type"] != "markdown"]
        assert any(one.get("validations", {}).get("required") for one in fields), path.name
        names = [one["id"] for one in fields]
        assert len(set(names)) == len(names) and all(one["attributes"]["label"] for one in fields)
    assert read(TEMPLATES / "config.yml")["blank_issues_enabled"] is False


def test_hooks_run_what_make_check_runs() -> None:
    hooks = read(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    checks = set(re.findall(r"\$\(BIN\)/(ruff|mypy|lint-imports)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {re.findall(r"\.venv/bin/(\S+)", hook["entry"])[0] for hook in hooks} == checks
    assert all(hook["language"] == "system" for hook in hooks)


def test_the_map_names_every_package() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= set(re.findall(r"^(\w+)/ +[A-Z]", page, re.MULTILINE))
