"""VK's error codes and texts (vk-api.md §5) and the exception that carries one. It must never know HTTP."""

from __future__ import annotations

from typing import Any

TEXTS: dict[int, str] = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error: could not check access_token now, check later.",
    12: "Unable to compile code",
    13: "Runtime error occurred during code invocation",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required",
    18: "User was deleted or banned",
    22: "Upload error",
    23: "This method was disabled",
    24: "Confirmation required",
    27: "Group authorization failed: method is unavailable with group auth.",
    28: "Application authorization failed: method is unavailable with service token.",
    29: "Rate limit reached",
    30: "This profile is private",
    32: "Need wait",
    36: "Method execution was interrupted due to timeout",
    37: "User was banned",
    38: "Unknown application",
    40: "Unknown group",
    42: "IP is not allowed",
    43: "Temporarily unavailable",
    100: "One of the parameters specified was missing or invalid",
    104: "Not found",
    105: "Couldn't save file",
    113: "Invalid user id",
    114: "Invalid album id",
    118: "Invalid server",
    121: "Invalid hash",
    203: "Access to group denied",
    211: "Access to wall's comment denied",
    212: "Access to post comments denied",
    213: "Access to status replies denied",
    214: "Access to adding post denied",
    222: "Hyperlinks are forbidden",
    223: "Too many replies",
    243: "Comment has not been deleted",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    907: "Value of ts or pts is too old",
    908: "Value of ts or pts is too new",
    909: "Can't edit this message, because it's too old",
    910: "Message too big",
    911: "Keyboard format is invalid",
    912: "This is a chat bot feature, change this status in settings",
    913: "Too many forwarded messages",
    914: "Message is too long",
    917: "You don't have access to this chat",
    919: "You can't see invite link for this chat",
    920: "Can't edit this kind of message",
    921: "Can't forward these messages",
    922: "You left this chat",
    924: "Can't delete this message for everybody",
    925: "You are not admin of this chat",
    927: "Chat does not exist",
    931: "You can't change invite link for this chat",
    932: "Your community can't interact with this peer",
    935: "User not found in chat",
    936: "Contact not found",
    940: "Too many posts in messages",
    943: "Cannot use this intent",
    944: "Limits overflow for this intent",
    945: "Chat was disabled",
    946: "Chat not supported",
    949: "Can't edit pinned message yet",
    950: "Can't send message, reply timed out",
    962: "You can't access donut chat without subscription",
    969: "Message cannot be forwarded",
    970: "Cannot pin an expiring message",
    979: "App action is restricted for conversations with communities",
    983: "You are restricted to write to a chat",
    984: "You has spam restriction",
    985: "Cannot write to notifications only groups",
    987: "Need message request",
    988: "Pending message request",
    1009: "Invalid reaction id",
    1010: "Cannot react to this message",
    1011: "Reactions are disabled",
    1012: "Writing is disabled for this chat",
    1021: "Can't send messages for users without conversation",
    1117: "Access token has expired",
    1436: "Order not found",
    2000: "Servers number limit is reached",
    3609: "Token extension required",
}


class Refusal(Exception):
    """VK says no. `extra` holds the additional fields of a captcha or a confirmation (vk-api.md §1)."""

    def __init__(self, code: int, text: str = "", extra: dict[str, Any] | None = None) -> None:
        self.code = code
        self.text = text or TEXTS.get(code, "Unknown error occurred")
        self.extra = extra or {}
        super().__init__(f"{code}: {self.text}")


def bad_parameter(what: str) -> Refusal:
    """VK's error 100 with what is wrong with the parameter."""
    return Refusal(100, f"{TEXTS[100]}: {what}")


def injected_refusal(code: int) -> Refusal:
    """The refusal of a fault rule, with the additional fields that VK sends along with some codes."""
    extra: dict[str, Any] = {}
    if code == 14:
        extra = {
            "captcha_sid": "239633676097",
            "captcha_img": "https://api.vk.ru/captcha.php?sid=239633676097",
            "redirect_uri": "https://id.vk.ru/not_robot_captcha",
        }
    elif code == 17:
        extra = {"redirect_uri": "https://m.vk.ru/login?act=security_check"}
    elif code == 24:
        extra = {"confirmation_text": "Confirm the action"}
    return Refusal(code, extra=extra)
