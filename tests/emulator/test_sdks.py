"""A bot of another language's library, in which nothing is changed, as the command of a test."""

from __future__ import annotations

from pathlib import Path

from tests import outside
from vk_emulator.play.bots import start_bot
from vk_emulator.play.stage import Stage

VK_IO = """
const { VK } = require('vk-io');
const vk = new VK({ token: 'group-101', pollingGroupId: 101 });
vk.updates.on('message_new', (context) => context.send(`Слышу: ${context.text}`));
vk.updates.startPolling();
"""


def test_vk_io_is_led_by_its_environment_alone(tmp_path: Path) -> None:
    """Its agent is for https and looks at no proxy."""
    node = outside.node()
    (tmp_path / "bot.js").write_text(VK_IO, encoding="utf-8")
    stage = Stage()
    stage.open()
    try:
        env = {"NODE_PATH": str(outside.NODE_MODULES)}
        bot = start_bot(stage, stage.command(node, "bot.js", cwd=tmp_path, env=env))
        bot.until_it_listens()
        olga = stage.person()
        olga.says("Вы тут?")
        assert olga.hears().text == "Слышу: Вы тут?"
        bot.stop()
    finally:
        stage.close()
    assert stage.emulator.strangers.hosts == {}
