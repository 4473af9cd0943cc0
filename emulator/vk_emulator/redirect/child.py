"""The environment of a process whose calls of VK go to the emulator, whatever it is written in. It must never change
the one of this process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from vk_emulator.wire.authority import PASSWORD, Authority, authority
from vk_emulator.wire.hosts import DOMAINS

HOOK = Path(__file__).parent / "hook"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "DENO_CERT")
TOLD = (*PROXIES, *BUNDLES, "NODE_OPTIONS", "PYTHONPATH", "JAVA_TOOL_OPTIONS", "PHP_INI_SCAN_DIR")
HERE = "localhost,127.0.0.1,::1"


def environment(base: str, before: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`VK_EMULATOR` is the emulator's address, for whoever wants it; languages and their clients read the rest."""
    trusted = authority()
    found = {**before, "VK_EMULATOR": base, "VK_EMULATOR_DOMAINS": ",".join(DOMAINS)}
    for name in PROXIES:
        found[name] = found[name.lower()] = base
    found["NO_PROXY"] = found["no_proxy"] = HERE
    found |= dict.fromkeys(BUNDLES, str(trusted.pem))
    found["PYTHONPATH"] = _join(os.pathsep, str(HOOK), before.get("PYTHONPATH", ""))
    found["NODE_OPTIONS"] = _join(" ", f'--require "{HOOK / "node.cjs"}"', before.get("NODE_OPTIONS", ""))
    found["JAVA_TOOL_OPTIONS"] = _join(" ", before.get("JAVA_TOOL_OPTIONS", ""), _java(base, trusted))
    found["PHP_INI_SCAN_DIR"] = before.get("PHP_INI_SCAN_DIR", "") + os.pathsep + str(_php(trusted))
    found["NO_UPDATE_NOTIFIER"] = "1"  # npm would ask its registry, and be refused
    return found


def _join(by: str, *parts: str) -> str:
    """The parts that are not empty, joined."""
    return by.join(filter(None, parts))


def _java(base: str, trusted: Authority) -> str:
    """The options of Java: the proxy and the certificate it trusts."""
    place = urlsplit(base)
    said: dict[str, object] = {"javax.net.ssl.trustStore": trusted.jks, "javax.net.ssl.trustStoreType": "JKS"}
    said["javax.net.ssl.trustStorePassword"] = PASSWORD
    for kind in ("http", "https"):
        said |= {f"{kind}.proxyHost": place.hostname, f"{kind}.proxyPort": place.port}
    return " ".join(f"-D{name}={value}" for name, value in said.items())


def _php(trusted: Authority) -> Path:
    """A folder with one more file of settings: PHP's curl reads no bundle from the environment."""
    folder = trusted.folder / "php"
    folder.mkdir(exist_ok=True)
    settings = {"curl.cainfo": trusted.pem, "openssl.cafile": trusted.pem, "auto_prepend_file": HOOK / "prepend.php"}
    lines = [f'{name}="{value}"\n' for name, value in settings.items()]
    (folder / "vk-emulator.ini").write_text("".join(lines), encoding="utf-8")
    return folder
