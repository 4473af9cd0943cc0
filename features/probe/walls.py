"""The probes of comments, all under one post that the tester has written for them.

They must never touch another post.
"""

from __future__ import annotations

from bot.vk.errors import VkError
from features.probe.found import Found, on
from features.probe.quick import QUICK, probe
from features.probe.stage import Act, ProbeStage, Skipped, plain
from features.probe.wire import Json

COMMENTS = 40
MINUTE = 61


async def post_of(stage: ProbeStage) -> int:
    """The tester's own post, written once."""
    if not stage.post:
        words = (
            "Напишите на стене сообщества запись: проба (комментарии открыты). Потом удалите её, когда всё кончится."
        )
        seen = await stage.ask(Act("post", words, "проба"), is_post)
        posts = [event["object"]["id"] for event in seen if is_post(event)]
        if not posts:
            raise Skipped("запись не пришла")
        stage.post = posts[-1]
    return stage.post


def is_post(event: Json) -> bool:
    """Whether the event is the post that the tester was asked for."""
    return event["type"] == "wall_post_new" and plain(event["object"]["text"]) == "проба"


async def comment(stage: ProbeStage, text: str, **more: object) -> int:
    """The number of the new comment."""
    given = {"owner_id": -stage.wire.group, "post_id": await post_of(stage), "message": text, **more}
    return int((await stage.wire.call("wall.createComment", **given))["comment_id"])


async def code_of_comment(stage: ProbeStage, text: str, **more: object) -> int:
    """VK's error for this comment; 0 where it was taken."""
    try:
        await comment(stage, text, **more)
    except VkError as error:
        return error.code
    return 0


@probe("Q30", "Какое право нужно ключу, чтобы отвечать на комментарии?")
async def right(stage: ProbeStage) -> Found:
    """Notes whether a comment is taken with this key; the result is empty, since no switch depends on it. A key without
    «стена» should be tried too: another run with it."""
    scopes = await stage.wire.call("groups.getTokenPermissions")
    names = {scope["name"] for scope in scopes.get("permissions", ())} if isinstance(scopes, dict) else set()
    code = await code_of_comment(stage, "Проба Q30")
    answer = f"отказ {code}" if code else "комментарий принят"
    stage.notes.append(f"право «стена» {'есть' if 'wall' in names else 'не названо'}: {answer}")
    return {}


@probe("Q26", "Спасает ли guid от второго такого же комментария?", comment_guid="ignored")
async def guid(stage: ProbeStage) -> Found:
    """Whether a repeated `guid` gives the same comment."""
    key = str(stage.wire.new_key())
    first, second = await comment(stage, "Проба Q26", guid=key), await comment(stage, "Проба Q26", guid=key)
    return {"comment_guid": "same" if first == second else "ignored"}


@probe("Q28", "Приходит ли событие о комментарии самого сообщества?", own_comment_events="on")
async def own_comment(stage: ProbeStage) -> Found:
    await post_of(stage)
    mark = await stage.wire.mark()
    await comment(stage, "Проба Q28")
    return {"own_comment_events": on(await stage.wire.first(mark, "wall_reply_new") is not None)}


@probe("Q29", "Что отвечают на ответ удалённому комментарию?", reply_to_deleted="100")
async def answer_to_deleted(stage: ProbeStage) -> Found:
    act = Act("comment", "Напишите под этой записью комментарий: сотру", "сотру", await post_of(stage))
    seen = await stage.ask(act, is_comment)
    numbers = [event["object"]["id"] for event in seen if is_comment(event)]
    if not numbers:
        raise Skipped("комментарий не пришёл")
    words = "Удалите этот комментарий и напишите здесь, в диалоге, «готово»."
    await stage.hold(Act("delete_comment", words, number=numbers[-1], held=True))
    code = await code_of_comment(stage, "Проба Q29", reply_to_comment=numbers[-1])
    return {"reply_to_deleted": str(code) if code else "taken"}


def is_comment(event: Json) -> bool:
    """Whether the event is the comment that the tester was asked for."""
    return event["type"] == "wall_reply_new" and plain(event["object"]["text"]) == "сотру"


@probe("Q27", "Берут ли ссылку в комментарии и сколько их можно?", comment_links="on", comment_limit=0)
async def links_and_limit(stage: ProbeStage) -> Found:
    """Whether links may stand in comments, and how many comments in a row VK takes; one a second, and last of all, for
    VK may let nothing more be said for a while."""
    code = await code_of_comment(stage, f"vk.me/club{stage.wire.group}?ref=1")
    links = str(code) if code else "on"
    await stage.wire.clock.sleep(MINUTE)
    for number in range(1, COMMENTS + 1):
        if refused := await code_of_comment(stage, f"Проба {number}"):
            stage.notes.append(f"{number}-й комментарий подряд: отказ {refused}")
            return {"comment_links": links, "comment_limit": number - 1 if refused == 223 else 0}
        await stage.wire.clock.sleep(1)
    return {"comment_links": links, "comment_limit": 0}


EVERY_QUICK = QUICK
"""With those of this module behind the others."""
