"""An application sends a message, and everything goes on in VK as if its resident had pressed «Отправить» (R35, R7)."""

from __future__ import annotations

from dataclasses import replace

import httpx

from bot.app import admin_service_of
from tests.transcripts.emulated import RESIDENTS, EmulatedStage
from tests.transcripts.stage import Words
from tests.web.test_serve import said_to, writes

API = "/api/georeport/v2"
ANSWER = "Яму засыпали 27 ноября, дорога ровная"


def form(key: str, **more: str) -> dict[str, str]:
    return {
        "api_key": key, "service_code": "blago-yamy-dvor", "attribute[place]": "miass",
        "address_string": "улица Мира, 1", "description": "Во дворе яма", **more,
    }  # fmt: skip


async def test_from_the_application_to_the_chat_and_back(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    assert stage.bot is not None
    user = RESIDENTS["ольга"]
    key = (await admin_service_of(stage.bot).carry_out("api_keys_add", {"user": user, "name": "Двор"}))["key"]
    refused = await panel.post(f"{API}/requests.json", data=form(key))
    assert refused.status_code == 403 and "согласия" in refused.json()[0]["description"]
    await writes(stage, user, "Начать")
    await writes(stage, user, "Даю согласие")
    before = len(await said_to(stage, user))
    for _ in range(2):
        sent = await panel.post(f"{API}/requests.json", data=form(key), headers={"Idempotency-Key": "one"})
        assert sent.status_code == 200, sent.text
    token = sent.json()[0]["token"]
    told = (await said_to(stage, user))[before:]
    assert len(told) == 1 and "Отправлено через «Двор»" in told[0], "once, though it was sent twice"
    (named,) = (await panel.get(f"{API}/tokens/{token}.json")).json()
    name = named["service_request_id"]
    answer = await panel.get(f"{API}/requests/{name}.json")
    assert answer.status_code == 404, "one resident about it is too few for everybody"
    number = told[0].rpartition("№")[2].split()[0]
    assert number not in name
    card = next(one for one in await cards(stage) if number in one["text"])
    assert "Во дворе яма" in card["text"], "its words are in the card, for there is nothing to forward"
    await stage.listed("miass-gorod")
    await stage.write_in("miass-gorod", 1, Words(ANSWER, reply_to=card["conversation_message_id"]))
    await stage.wait(60)
    assert any(ANSWER in text for text in await said_to(stage, user)), "the answer comes in VK"


async def cards(stage: EmulatedStage) -> list[dict[str, object]]:
    user = stage.official("miass-gorod", 1)
    peer = stage.peer_of("miass-gorod", user)
    found = await stage.call("messages.getHistory", f"user-{user}", peer_id=peer, count=20)
    items: list[dict[str, object]] = found["items"]
    return items


async def test_more_than_the_limit_is_told_by_the_token(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    """T9: the limits of a resident are those of the application that writes for one."""
    assert stage.bot is not None
    user = RESIDENTS["иван"]
    key = (await admin_service_of(stage.bot).carry_out("api_keys_add", {"user": user, "name": "Двор"}))["key"]
    await writes(stage, user, "Начать")
    await writes(stage, user, "Даю согласие")
    most, tokens = 2, []
    stage.bot.policy = replace(stage.bot.policy, open_appeals=most)
    for number in range(most + 1):
        sent = await panel.post(f"{API}/requests.json", data=form(key, description=f"Во дворе яма номер {number}"))
        tokens.append(sent.json()[0]["token"])
    await stage.settle()
    outcomes = [(await panel.get(f"{API}/tokens/{token}.json")).status_code for token in tokens]
    assert outcomes == [200] * most + [403]
