"""Where the emulator does on purpose what the schema or vkbottle-types do not say, and why. Every line must be in
use: a deviation that excuses nothing is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    name: str  # as the page shows it
    side: str  # schema or typed
    where: str  # a pattern of methods and events
    what: str  # a pattern of the problem
    reason: str


BUTTONS = r"keyboard\.buttons\[\]\[\]"
LETTERS = r"messages\..*|message_new|message_reply|message_edit"

DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "`message_event`: payload",
        "schema",
        "message_event",
        r"^\.payload .* is not of type 'string'",
        "The schema says a string; real events carry an object (vk-api.md 3.1). Switch `event_payload`.",
    ),
    Deviation(
        "`message_event`: type",
        "schema",
        "message_event",
        r"^\.type 'message_event' is not one of",
        "The schema's list of event types leaves it out, though its object and its flag exist (vk-api.md 3.1).",
    ),
    Deviation(
        "`message_typing_state`: state",
        "schema",
        "message_typing_state",
        r"^\.state 'typing' is not one of",
        "The schema's list of states is odd; libraries see `typing` (vk-api.md 3.1).",
    ),
    Deviation(
        "colour `secondary`",
        "schema",
        LETTERS,
        rf"{BUTTONS}\.color 'secondary' is not one of",
        "The schema calls it `default`; the documentation and all libraries say `secondary` (vk-api.md §7).",
    ),
    Deviation(
        "colour `secondary`",
        "typed",
        LETTERS,
        rf"{BUTTONS}\.color 'secondary' became 'NOT_SUPPORTED'",
        "vkbottle-types repeats the schema's list of colours, and vkbottle itself sends `secondary`.",
    ),
    Deviation(
        "buttons without payload",
        "typed",
        LETTERS,
        rf"{BUTTONS}\.action\.(payload|label) Field required",
        "The schema leaves `payload` optional; vkbottle-types demands it of every button.",
    ),
    Deviation(
        "fields of buttons",
        "typed",
        LETTERS,
        rf"{BUTTONS}\.action\.(app_id|hash|link|owner_id) is unknown",
        "vkbottle-types reads only `type`, `label` and `payload` of a button; the schema knows the rest.",
    ),
    Deviation(
        "`template` of a message",
        "typed",
        LETTERS,
        r"\.template is unknown",
        "vk-api.md 3.2 names the field; neither the schema nor vkbottle-types describe it.",
    ),
    Deviation(
        "fields of communities",
        "schema",
        r"groups\.getById|messages\..*",
        r"^\.response\.groups\[\] Additional properties are not allowed",
        "The methods take `fields`, but the object of their answer forbids every field beyond the basic ones.",
    ),
    Deviation(
        "attachments of a history: video, wall",
        "typed",
        r"messages\.getHistoryAttachments",
        r"\.attachment\.(video|wall) is unknown",
        "The schema's list of types has them, the object has no property for them; each stands under its type.",
    ),
    Deviation(
        "messages of a history of long poll",
        "typed",
        r"messages\.getLongPollHistory",
        r"^\.messages\.(count|items) is unknown",
        "The schema has both (messages_longpoll_messages); vkbottle-types' class of that name is empty.",
    ),
    Deviation(
        "read marks by cmid",
        "typed",
        r"messages\..*",
        r"\.(in|out)_read_cmid is unknown",
        "Ids are 0 in chats, so read marks there need a cmid; the schema forbids no further fields.",
    ),
    Deviation(
        "flag of `message_event`",
        "typed",
        r"groups\.get(LongPoll|Callback)Settings",
        r"^\.events\.message_event is unknown",
        "The flag exists in the community's settings and decides (vk-api.md 2.16); vkbottle-types left it out.",
    ),
    Deviation(
        "friends, status and cities",
        "schema",
        r"friends\.get|status\.get|database\.getCities",
        r"^not in the schema$",
        "The copy of the schema here leaves these sections out; VK's published one has them.",
    ),
    Deviation(
        "managers",
        "typed",
        r"groups\.getMembers",
        r"^\.response Field required",
        "The model of vkbottle-types for `filter=managers` wants `response` twice and fails on VK's answer as well.",
    ),
    Deviation(
        "`messages` of a community's settings",
        "typed",
        r"groups\.getSettings",
        r"^\.messages is unknown",
        "What a person sees in the interface (vk-api.md 12.14) needs a name; nothing published has one.",
    ),
    Deviation(
        "a name that nobody has",
        "schema",
        r"utils\.resolveScreenName",
        r"^\.response \[\] is not of type 'object'",
        "VK answers an empty list (unverified: how an empty object leaves PHP); the schema says an object.",
    ),
    Deviation(
        "`execute`",
        "typed",
        "execute",
        "not in vkbottle-types",
        "Its answer is whatever the script returns; vkbottle gives it out as it is.",
    ),
    Deviation(
        "`messages.sendMessageEvent`",
        "schema",
        r"messages\.sendMessageEvent",
        "not in the schema",
        "An unpublished method of VK's own clients: presses a callback button.",
    ),
    Deviation(
        "`messages.sendMessageEvent`",
        "typed",
        r"messages\.sendMessageEvent",
        "not in vkbottle-types",
        "The same: unpublished.",
    ),
    Deviation(
        "update 52",
        "typed",
        "update 52",
        "not in vkbottle-types",
        "What changed in a chat, told to people; vkbottle has no model for it, vk_api has.",
    ),
    Deviation(
        "update 601",
        "typed",
        "update 601",
        "not in vkbottle-types",
        "Reactions in a person's long poll; vkbottle has no model for it. Only the sandbox page reads it.",
    ),
    Deviation(
        "`wall_reply_delete`: who deleted",
        "typed",
        "wall_reply_delete",
        r"^\.object\.user_id is unknown",
        "The schema calls it `user_id`, vkbottle-types and VK's page `deleter_id`; the event carries both.",
    ),
    Deviation(
        "likes",
        "schema",
        r"likes\..*",
        "not in the schema",
        "The copy beside the repository has no section of likes; vkbottle-types has, and agrees.",
    ),
    Deviation(
        "errors: `inner_type`",
        "schema",
        "error",
        "'inner_type' is a required property",
        "A marker that the schema's generator demands; no answer of VK carries it (vk-api.md §1).",
    ),
)
# What no schema and no model describes, so that no check can find it.
UNCHECKED = (
    ("keyboards of people", "A person's messages show every keyboard: a client without a screen finds the buttons."),
    ("ids", "Global message ids are the same for all accounts; VK counts them for each."),
    ("text buttons in chats", "A pressed one reaches the bot without the mention that VK's clients put before it."),
)


def excused(name: str, side: str, problem: str) -> Deviation | None:
    for deviation in DEVIATIONS:
        if deviation.side == side and re.fullmatch(deviation.where, name) and re.search(deviation.what, problem):
            return deviation
    return None
