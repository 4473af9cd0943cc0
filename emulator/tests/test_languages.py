"""A command in any language reaches the emulator and nothing else: each language by the client that it brings along."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vk_emulator.play.stage import Stage
from vk_emulator.redirect import patches
from vk_emulator.redirect.child import HOOK, environment
from vk_emulator.wire.front import Strangers

PATH = "/method/utils.getServerTime?v=5.199&access_token=group-101"
URL, FAR = f"https://api.vk.com{PATH}", "https://site.example/"

HTTP_CLIENT = f"""
import http.client
for host in ("api.vk.com", "site.example"):
    try:
        to = http.client.HTTPSConnection(host, timeout=20)
        to.request("GET", "{PATH}")
        print(to.getresponse().read().decode())
    except OSError as error:
        print("refused")
"""
NODE_HTTPS = f"""
const get = (url) => require('https').get(url, (answer) => answer.on('data', (part) => console.log(String(part))))
    .on('error', () => console.log('refused'));
get('{URL}'); get('{FAR}');
"""
NODE_FETCH = f"""
for (const url of ['{URL}', '{FAR}'])
    fetch(url).then((answer) => answer.text()).then(console.log, () => console.log('refused'));
"""
PHP_CURL = f"""<?php
foreach (['{URL}', '{FAR}'] as $url) {{
    $to = curl_init($url);
    curl_setopt($to, CURLOPT_RETURNTRANSFER, true);
    $told = curl_exec($to);
    echo $told === false ? "refused" : $told, "\\n";
}}
"""
PHP_STREAM = f"""<?php
foreach (['{URL}', '{FAR}'] as $url) {{
    $told = @file_get_contents($url);
    echo $told === false ? "refused" : $told, "\\n";
}}
"""
PHP_CONTEXT = PHP_STREAM.replace("($url)", "($url, false, stream_context_create(['http' => ['timeout' => 20]]))")
GO = f"""package main

import ("fmt"; "io"; "net/http")

func main() {{
	for _, url := range []string{{"{URL}", "{FAR}"}} {{
		answer, err := http.Get(url)
		if err != nil {{ fmt.Println("refused"); continue }}
		told, _ := io.ReadAll(answer.Body)
		fmt.Println(string(told))
	}}
}}
"""
JAVA = f"""import java.net.*;
import java.net.http.*;
public class Bot {{
    public static void main(String[] given) throws Exception {{
        for (String url : new String[] {{"{URL}", "{FAR}"}}) try {{
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
        }} catch (java.io.IOException error) {{ System.out.println("refused"); }}
        System.out.println(new String(new URL("{URL}").openStream().readAllBytes()));
    }}
}}
"""
CURL = f"for url in '{URL}' '{FAR}'; do curl -sS $url || echo refused; echo; done"
WRITTEN = {
    "php curl": ("bot.php", PHP_CURL),
    "php streams": ("bot.php", PHP_STREAM),
    "php streams with a context": ("bot.php", PHP_CONTEXT),
    "go": ("bot.go", GO),
    "java": ("Bot.java", JAVA),
}
COMMANDS = {
    "curl": ("curl", ["sh", "-c", CURL]),
    "node https": ("node", ["node", "-e", NODE_HTTPS]),
    "node fetch": ("node", ["node", "-e", NODE_FETCH]),
    "php curl": ("php", ["php", "bot.php"]),
    "php streams": ("php", ["php", "bot.php"]),
    "php streams with a context": ("php", ["php", "bot.php"]),
    "go": ("go", ["go", "run", "bot.go"]),
    "java": ("java", ["java", "Bot.java"]),
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    made.open()
    yield made
    made.close()


def said(stage: Stage, folder: Path, command: list[str]) -> str:
    """What it prints; every site but VK is named anew."""
    stage.within(stage.emulator.strangers.forget)
    env = {**environment(stage.emulator.base), "GOCACHE": str(folder), "GOFLAGS": "-mod=mod"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_language_reaches_the_emulator_and_nothing_else(stage: Stage, tmp_path: Path, name: str) -> None:
    program, command = COMMANDS[name]
    if shutil.which(program) is None:
        pytest.skip(f"на этой машине нет {program}")
    if name in WRITTEN:
        (tmp_path / WRITTEN[name][0]).write_text(WRITTEN[name][1], encoding="utf-8")
    told = said(stage, tmp_path, command)
    assert '{"response":' in told and "refused" in told, told
    assert list(stage.emulator.strangers.hosts) == ["site.example"], told


def pythons() -> list[str]:
    """This one, and the others of the machine where pyenv keeps them."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [sys.executable, *(str(path) for path in sorted(kept.glob("3.*/bin/python")))]


@pytest.mark.parametrize("python", pythons())
def test_each_python_reaches_the_emulator(stage: Stage, tmp_path: Path, python: str) -> None:
    """3.6 and 3.7 cannot read the hook: the proxy is left, and http.client looks at none."""
    version = subprocess.run([python, "-c", "import sys; print(sys.version_info >= (3, 8))"], capture_output=True)
    if version.stdout.strip() != b"True":
        pytest.skip(f"{python} старше 3.8")
    told = said(stage, tmp_path, [python, "-c", HTTP_CLIENT])
    assert '{"response":' in told and "refused" in told, told
    assert list(stage.emulator.strangers.hosts) == ["site.example"]


@pytest.mark.parametrize("file", [Path(patches.__file__), *HOOK.glob("*.py")], ids=lambda path: path.name)
def test_the_hook_parses_as_the_oldest_python(file: Path) -> None:
    assert ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 8)).body


def test_a_hook_that_fails_leaves_the_proxy(stage: Stage, tmp_path: Path) -> None:
    """The bot is started all the same, and told why."""
    env = {**environment(stage.emulator.base)}
    del env["VK_EMULATOR_DOMAINS"]
    code = f"import urllib.request as u; print(u.urlopen('{URL}').read().decode())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert '{"response":' in done.stdout and "only the proxy is left" in done.stderr, done.stderr


def test_names_of_strangers_do_not_grow_without_end() -> None:
    told: list[str] = []
    strangers = Strangers()
    strangers.told = told.append
    for number in range(1000):
        strangers.refuse(f"site{number % 500}.example")
    assert len(strangers.hosts) == len(told) == 100 and strangers.hosts["site1.example"] == 2
