from pathlib import Path

from vk_emulator.world.clock import Clock
from vk_emulator.wire.longpoll import take
from vk_emulator.server import build


def day(seed):
    vk = build(data=Path("unused"), seed=seed, clock=Clock(virtual=True)).vk
    server = vk.call("groups.getLongPollServer", "group-101", {"group_id": 101})["response"]
    ts, answered = server["ts"], []
    for hour in range(24):
        params = {"peer_id": -101, "random_id": hour + 1, "message": f"Прошёл час {hour}"}
        vk.call("messages.send", f"user-{1001 + hour % 5}", params)
        batch = take(vk.world, -101, server["key"], ts)
        ts = batch["ts"]
        for event in batch["updates"]:
            if event["type"] != "message_new":
                continue
            message = event["object"]["message"]
            reply = {"peer_id": message["peer_id"], "random_id": message["id"], "message": "Слышим"}
            outcome = vk.request("messages.send", "group-101", {"v": "5.199", **reply})
            answered.append((vk.world.now(), outcome.body["response"]))
        vk.world.clock.advance(3600)
        vk.run_due()  # late calls whose time has come
    return answered
