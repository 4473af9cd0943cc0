import requests
import vk_api
from requests.adapters import HTTPAdapter


class ToEmulator(HTTPAdapter):
    """Sends what is meant for api.vk.ru to the emulator."""

    def __init__(self, base):
        super().__init__()
        self.base = base

    def send(self, request, **more):
        for host in ("https://api.vk.ru", "https://api.vk.com"):
            if request.url.startswith(host):
                request.url = self.base + request.url.removeprefix(host)
        return super().send(request, **more)


def session(base, token):
    http = requests.Session()
    http.mount("https://", ToEmulator(base))
    return vk_api.VkApi(token=token, session=http, api_version="5.199")
