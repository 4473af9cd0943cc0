"""execute (vk-api.md §9): at most 25 API calls; a failed inner call yields false and is listed in order."""

from __future__ import annotations

import json
from typing import Any

from vk_emulator.api.calls import Call, method
from vk_emulator.script.language import run
from vk_emulator.script.values import CompileError, ScriptError
from vk_emulator.world.errors import Refusal

MAX_CALLS = 25
MAX_CODE = 1_000_000
MAX_ANSWER = 5 * 1024 * 1024  # VK refuses large answers; its number is not published
NOT_INSIDE = frozenset(
    {
        "photos.saveMessagesPhoto",
        "docs.save",
        "messages.setChatPhoto",
        "photos.save",
        "photos.saveWallPhoto",
        "photos.saveOwnerPhoto",
        "photos.saveMarketPhoto",
        "photos.saveMarketAlbumPhoto",
        "photos.saveOwnerCoverPhoto",
        "audio.save",
        "stories.save",
        "polls.savePhoto",
    }
)


def check_size(answer: Any) -> Any:
    """The answer of a script; ScriptError where it is longer as JSON than VK gives."""
    if len(json.dumps(answer)) > MAX_ANSWER:
        raise ScriptError("response size is too big")
    return answer


@method("execute", "group", "user")
def execute(call: Call) -> Any:
    """`execute`: runs VKScript with at most 25 calls. Refusal: it is too long or cannot be compiled."""
    code = call.params.required_text("code")
    if len(code) > MAX_CODE:
        raise Refusal(12, "Unable to compile code: code is too long")
    left = MAX_CALLS

    def api(name: str, given: Any) -> Any:
        nonlocal left
        if left == 0:
            raise ScriptError("too many API calls")
        left -= 1
        try:
            if name in NOT_INSIDE:
                raise Refusal(3, f"Unknown method passed: {name} can't be called in execute")
            return call.vk.inner(call, name, given if isinstance(given, dict) else {})
        except Refusal as refusal:
            error = {"method": name, "error_code": refusal.code, "error_msg": refusal.text}
            call.execute_errors.append(error)
            return False

    args = {name: value for name, value in call.params.raw.items() if name not in ("code", "v", "access_token")}
    try:
        return check_size(run(code, api, args))
    except CompileError as error:
        raise Refusal(12, f"Unable to compile code: {error}") from error
    except ScriptError as error:
        raise Refusal(13, f"Runtime error occurred during code invocation: {error}") from error
