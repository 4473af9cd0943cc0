"""Imports every module that registers methods, so that `METHODS` is complete. It must hold nothing else."""

from __future__ import annotations

from types import ModuleType

from vk_emulator.methods import (
    buttons,
    callback,
    chat_photos,
    chats,
    controls,
    docs,
    edit,
    execute,
    groups,
    history,
    objects,
    people,
    poll,
    search,
    send,
    tags,
    time,
    uploads,
    wall,
)


def loaded() -> tuple[ModuleType, ...]:
    return (
        buttons,
        callback,
        chat_photos,
        chats,
        controls,
        docs,
        edit,
        execute,
        groups,
        history,
        objects,
        people,
        poll,
        search,
        send,
        tags,
        time,
        uploads,
        wall,
    )
