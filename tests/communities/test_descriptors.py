"""Files that the process may open: raised at its start as far as the system lets, and said where that is too few."""

from __future__ import annotations

import resource
import subprocess
import sys

from bot.admin.machine_findings import connection_findings
from bot.process.descriptors import files_needed
from tests.operation.typed import ROOT


def test_the_soft_limit_becomes_the_hard_one() -> None:
    code = "import resource; from bot.process.descriptors import connections, raise_file_limit;"
    code += "resource.setrlimit(resource.RLIMIT_NOFILE, (300, 900)); print(raise_file_limit(), connections());"
    code += "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["900", "644", "900"]
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 900


def test_too_few_is_said_with_what_to_do() -> None:
    assert connection_findings(3577, 8192) == [] and files_needed(3577) < 8192
    (found,) = connection_findings(3577, 1024)
    assert found.wrong and "1024" in found.text and f"LimitNOFILE={files_needed(3577)}" in found.todo
