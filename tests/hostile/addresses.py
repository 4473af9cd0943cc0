"""Addresses that must never be fetched: other hosts in every disguise, and ways into the machine itself (T11)."""

from __future__ import annotations

from bot.vk.files import HOSTS

_INSIDE = """
    127.0.0.1 127.1 127.0.1 0 0.0.0.0 localhost localhost. LOCALHOST localhost.localdomain 127.0.0.1.nip.io 2130706433
    017700000001 0177.0.0.1 0177.0.0.01 0x7f000001 0x7f.0.0.1 0x7f.1 0X7F.1 127.0.0.1. 127.127.127.127 [::1] [::]
    [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [fe80::1%25lo] [fd00::1] [64:ff9b::7f00:1]
    10.0.0.1 10.1 172.16.0.1 192.168.0.1 192.168.1 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376
    [fd00:ec2::254] metadata.google.internal 100.100.100.200 192.0.0.192 224.0.0.1 255.255.255.255
    ①②⑦.⓪.⓪.① ⑯⑨。254。⑯⑨。254 127。0。0。1 localhost%00.vk.com 127.0.0.1%2f.vk.com
"""
_FOREIGN = """
    evil.ru vk.com.evil.ru userapi.com.evil.ru evilvk.com evil-userapi.com vkcom.ru vk.co vk.com.ru xn--vk-6kc.com
    vk.сom ｖｋ.com.evil.ru vk.com%2eevil.ru vk.com%00.evil.ru vk-com.ru myvk.ru notuserapi.com userapi.com-evil.ru
    vk.com_.evil.ru _vk.com.evil.ru vk。com。evil.ru vk.com\u200b.evil.ru vk.com\u202e.evil.ru
"""
INSIDE, FOREIGN = _INSIDE.split(), _FOREIGN.split()
LOGINS = ("vk.com", "sun9-1.userapi.com:443", "vk.com%20", "vk.com%2f", "vk.com%23", "a:b", "vk.com\\", "", "%76k.com")
SCHEMES = (
    "http",
    "ftp",
    "file",
    "gopher",
    "dict",
    "ldap",
    "data",
    "javascript",
    "blob",
    "ws",
    "wss",
    "jar:https",
    "view-source:https",
    "HTTPS:https",
    "https+unix",
    "tftp",
    "sftp",
    "netdoc",
)
STRANGE = (
    "",
    " ",
    "https://",
    "https:///vk.com/a",
    "https:vk.com/a",
    "https:/vk.com/a",
    "//vk.com/a",
    "/a",
    "vk.com/a",
    "https://vk.com:8443/a",
    "https://vk.com:0/a",
    "https://vk.com:99999/a",
    "https://vk.com:bad/a",
    "https://vk.com:443:80/a",
    "https://vk.com:/a",
    "https://.vk.com/a",
    "https://vk..com/a",
    "https://vk.com../a",
    "https://[bad/a",
    "https://vk.com]/a",
    " https://vk.com/a",
    "https://vk.com/a\n",
    "https://vk.com/a\r\nHost: evil.ru",
    "https://vk.com\t/a",
    "https://vk\n.com/a",
    "https://vk.com/a b",
    "https://vk.com/\x00",
    "https://vk.com\\.evil.ru/a",
    "https://evil.ru\\.vk.com/a",
    "https://evil.ru/.vk.com",
    "https://evil.ru#.vk.com",
    "https://evil.ru?.vk.com",
    "https://evil.ru;.vk.com/a",
    "https://evil.ru,vk.com/a",
    "https://evil.ru|vk.com/a",
    "https://vk.com/путь",
    "https://vk.com/a\\..\\b",
    "unix:///var/run/docker.sock",
    "file:///etc/passwd",
    "data:text/html,<script>",
    "php://input",
    "https://vk.com/\u2028",
)


def forbidden() -> list[str]:
    """More than two hundred, all different."""
    found = [f"https://{host}/a" for host in (*INSIDE, *FOREIGN)]
    found += [f"http://{host}/a" for host in INSIDE if not host.startswith(("127.0.0.1.n", "localhost.l"))]
    found += [f"https://{login}@evil.ru/a" for login in LOGINS]
    found += [f"https://{login}@vk.com/a" for login in LOGINS]
    found += [f"https://evil.ru@{host}/a" for host in HOSTS]
    found += [f"{scheme}://vk.com/a" for scheme in SCHEMES]
    found += [f"http://{host}/a" for host in HOSTS]
    return list(dict.fromkeys((*found, *STRANGE)))
