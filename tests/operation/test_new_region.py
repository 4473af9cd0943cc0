"""A republic from three tables to its first number, by the very commands of docs/howto/a-region.md."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from benchmarks.rig.contestants import post as write
from benchmarks.rig.contestants import pressed
from benchmarks.rig.stand import BOT, asked
from tests.operation.typed import ROOT, post
from vk_emulator.server import Emulator, running

PAGE = ROOT / "docs" / "howto" / "a-region.md"
TABLES = ("places.csv", "settlements.csv", "bodies.csv")
FOLDER, KEY = "regions/my", "master.key"
MARIA = 1001


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    typed = [shlex.split(line) for line in "".join(blocks).splitlines()]
    assert all(line[:3] == [".venv/bin/python", "-m", "bot"] for line in typed)
    return [line[3:] for line in typed]


def binds(emulator: Emulator, name: str, code: str) -> None:
    """Whoever owns the chat writes the code there (T4)."""
    chats = emulator.call("emulator.state")["chats"]
    chat = next(chat for chat in chats if (chat["cur"] if name == "cur" else chat["agency"] == name))
    owner = f"user-{chat['owner_id']}"
    emulator.call("messages.send", owner, peer_id=chat["peer_ids"][owner], random_id=1, message=f"/код {code}")


async def test_a_republic_gives_its_first_number(tmp_path: Path) -> None:
    """Nothing is prepared: no key, no database, no directory. Each command is typed as it stands, in its order."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, region_folder=FOLDER, master_key_file=KEY)
        for name in TABLES:
            shutil.copy(ROOT / "regions" / "ozernaya" / name, here.folder / name)
        before, after = (list(part) for part in (commands()[:5], commands()[5:]))
        assert [line[0] for line in before] == ["region", "region", "keys", "migrate", "directory"]
        assert after[0] == ["run"]
        for line in before:
            if line[0] == "directory":
                (await here.typing("run")).refused(f"bot directory import {FOLDER}")
            agreed = ["--yes"] if line[0] == "directory" else []  # nobody is at a keyboard
            done = await here.typing(*line, *agreed)
            assert done.code == 0 and "✗" not in done.out, done
        with here.starts() as bot:
            await bot.until('"started"')
            for line in after[1:]:
                done = await here.typing(*line)
                assert done.code == 0, done
                binds(emulator, "cur" if "--cur" in line else line[-1], done.out.split()[-1])
            await bot.until_handled(here.settings, 2)
            assert len((await asked(here.settings, "chat_list"))["chats"]) == 2
            write(emulator, MARIA, "Большая яма на дороге, Заозёрье, улица Лесная, дом 2")
            await pressed(emulator, MARIA, "Даю согласие")
            await pressed(emulator, MARIA, "Отправить")
            await pressed(emulator, MARIA, "Мои сообщения")
            assert await bot.stopped() == 0
    said = [one.text for one in emulator.world.private_thread(BOT, MARIA).messages if one.sender == BOT]
    assert any("✅ Приняли. Ответит Миндор" in text for text in said), said
    card = [one.text for chat in emulator.world.chats.values() for one in chat.thread.messages if one.sender == BOT]
    assert any(re.search(r"№\d{4}-\w{4}", text) and "Заозёрье" in text for text in card), card
