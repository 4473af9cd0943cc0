"""docs.* beyond what a message needs: a document by its id and the upload for a wall (vk-api.md 8.3). It must never
show a document to those who may not attach it."""

from __future__ import annotations

from vk_emulator.acts.render import attachment_json
from vk_emulator.acts.rules import ATTACHMENT, may_attach
from vk_emulator.api.calls import Call, method
from vk_emulator.world.records import Json


@method("docs.getById", "group", "user")
def docs_by_id(call: Call) -> list[Json]:
    """`owner_id[_access_key]`; what is not there or not allowed is left out, as in messages.getById."""
    call.params.required_text("docs")
    found = []
    for name in call.params.strings("docs", 100):
        match = ATTACHMENT.match(f"doc{name.removeprefix('doc')}")
        if match is None:
            continue
        attachment = call.world.attachments.get(("doc", int(match[2]), int(match[3])))
        if attachment is not None and may_attach(call.world, call.account, attachment, match[4] or ""):
            found.append(attachment_json(call.world, attachment)["doc"])
    return found


@method("docs.search", "group", "user")
def docs_search(call: Call) -> Json:
    """Documents with these words in their names: one's own, and public ones unless `search_own`."""
    params = call.params
    words, own = params.text("q", limit=512).lower().split(), params.flag("search_own")
    there = [attachment for attachment in call.world.attachments.values() if attachment.type == "doc"]
    seen = [
        attachment
        for attachment in there
        if call.account in (attachment.owner, attachment.maker) or (attachment.public and not own)
    ]
    found = [
        attachment
        for attachment in seen
        if all(word in str(attachment.body.get("title", "")).lower() for word in words)
    ]
    start, count = params.integer("offset", 0, 0, 10**9), params.integer("count", 20, 0, 1000)
    items = [attachment_json(call.world, attachment)["doc"] for attachment in found[start : start + count]]
    return {"count": len(found), "items": items}


@method("docs.getWallUploadServer", "group", "user")
def wall_server(call: Call) -> Json:
    """Where to upload a document for a wall."""
    return {"upload_url": f"{call.world.address}/upload/doc"}
