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
    call.params.required("docs")
    found = []
    for name in call.params.strings("docs", 100):
        match = ATTACHMENT.match(f"doc{name.removeprefix('doc')}")
        if match is None:
            continue
        attachment = call.world.attachments.get(("doc", int(match[2]), int(match[3])))
        if attachment is not None and may_attach(call.world, call.account, attachment, match[4] or ""):
            found.append(attachment_json(call.world, attachment)["doc"])
    return found


@method("docs.getWallUploadServer", "group", "user")
def wall_server(call: Call) -> Json:
    return {"upload_url": f"{call.world.base_url}/upload/doc"}
