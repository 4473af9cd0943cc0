"""Imports every module that registers methods, so that `METHODS` is complete. It must hold nothing else."""

from __future__ import annotations

from types import ModuleType

from emulator import (
    methods_buttons,
    methods_callback,
    methods_chats,
    methods_controls,
    methods_docs,
    methods_edit,
    methods_execute,
    methods_groups,
    methods_history,
    methods_objects,
    methods_poll,
    methods_search,
    methods_send,
    methods_time,
    methods_uploads,
    methods_wall,
)


def loaded() -> tuple[ModuleType, ...]:
    return (
        methods_buttons,
        methods_callback,
        methods_chats,
        methods_controls,
        methods_docs,
        methods_edit,
        methods_execute,
        methods_groups,
        methods_history,
        methods_objects,
        methods_poll,
        methods_search,
        methods_send,
        methods_time,
        methods_uploads,
        methods_wall,
    )
