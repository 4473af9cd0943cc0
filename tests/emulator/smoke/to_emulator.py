"""vk_api knows only https://api.vk.ru; this sends its calls to the emulator."""

from __future__ import annotations

from typing import Any

import requests
import vk_api
from requests.adapters import HTTPAdapter

VERSION = "5.199"


class ToEmulator(HTTPAdapter):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def send(self, request: Any, **more: Any) -> Any:
        for host in ("https://api.vk.ru", "https://api.vk.com", "https://127.0.0.1"):
            if request.url.startswith(host):
                plain = "http://127.0.0.1" if host.endswith("127.0.0.1") else self.base
                request.url = plain + request.url[len(host) :]
        return super().send(request, **more)


def session_for(base: str, token: str) -> vk_api.VkApi:
    http = requests.Session()
    http.mount("https://", ToEmulator(base))
    http.trust_env = False
    session = vk_api.VkApi(token=token, session=http, api_version=VERSION)
    session.logger.disabled = True
    session.RPS_DELAY = 0.05  # vk_api waits a third of a second between calls, as for a person's token
    return session
