"""The open questions of vk-api.md §13 (Q1–Q23), of delivery.md §2 and those that came up since (Q24 to Q29) as switches
with a default. It must never decide anything itself; each switch is read where its question arises. The words beside
the fields are those of docs/reference/emulator.md (`python -m tools.reference_tables`)."""

from __future__ import annotations

from dataclasses import dataclass, fields

ON_OFF = ("on", "off")

CHOICES: dict[str, tuple[str, ...]] = {
    "duplicate_random_id": ("old", "zero", "error"),
    "dedup_scope": ("dialogue", "sender"),
    "lp_text_escaped": ON_OFF,
    "text_unit": ("utf16", "codepoint", "byte"),
    "chat_edit_events": ON_OFF,
    "chat_reply_events": ON_OFF,
    "chat_history": ("full", "empty", "error"),
    "history_random_id": ON_OFF,
    "event_id_shared": ON_OFF,
    "mass_mention_passes": ON_OFF,
    "gov_fields": ("absent", "present"),
    "event_payload": ("object", "string"),
    "other_bots_visible": ON_OFF,
    "edit_drops_omitted": ON_OFF,
    "private_doc_attachable": ON_OFF,
    "forward_odd_messages": ("ok", "921", "969"),
    "managers_visible": ("on", "15"),
    "send_decodes_entities": ON_OFF,
    "upload_flaky_answer": ("4606", "empty"),
    "edit_cmid_name": ("both", "cmid", "conversation_message_id"),
    "invite_member_id": ("negative", "positive", "absent"),
    "mention_prefix": ("at_screen_name", "name"),
    "unheard_shown": ON_OFF,
    "members_without_rights": ("917", "empty", "shown"),
    "rejoin_peer": ("same", "new"),
    "message_version": ON_OFF,
    "unknown_attachments": ("dropped", "taken"),
    "comment_guid": ("ignored", "same"),
    "comment_links": ("on", "222"),
    "own_comment_events": ON_OFF,
    "reply_to_deleted": ("100", "213", "taken"),
    "callback_parallel": ON_OFF,
    "callback_silence_loses": ON_OFF,
    "callback_code_changes": ON_OFF,
    "rate_limit": ON_OFF,
    "user_rate_limit": ON_OFF,
}


@dataclass
class Switches:
    """One field for each open question, with the answer that the emulator takes by default."""

    lp_history_events: int = 1000  # Q1: an older `ts` gets `failed:1`
    lp_history_seconds: int = 3600  # Q1: the same, by age
    duplicate_random_id: str = "old"  # Q2: what a repeated `random_id` answers
    dedup_window: int = 3600  # P1: seconds that it is remembered (delivery.md 2.2)
    dedup_last: int = 100  # P2: messages that it is remembered (delivery.md 2.2)
    dedup_scope: str = "dialogue"  # P3: where it is compared (delivery.md 2.2)
    lp_text_escaped: str = "off"  # Q3: `&lt;` for `<` in events
    text_unit: str = "utf16"  # Q4: what the length of a text counts
    text_limit: int = 4096  # Q5
    chat_edit_events: str = "off"  # Q6: events of edits in chats
    chat_reply_events: str = "off"  # Q6: events of a community's messages in chats
    chat_history: str = "empty"  # Q7: the history of a chat without rights
    history_random_id: str = "on"  # P5: own messages show their `random_id`
    event_id_shared: str = "off"  # Q8: the same `event_id` in Callback API and long poll
    flood_limit: int = 0  # Q9: messages an hour to one peer, then error 9; 0 is off
    method_limit: int = 0  # Q9: calls an hour of one method, then error 29
    spam_limit: int = 0  # Q9: messages an hour of one sender, then error 984
    mass_mention_passes: str = "on"  # Q10: `@all` notifies in spite of `disable_mentions`
    gov_fields: str = "absent"  # Q11
    event_payload: str = "object"  # Q12
    other_bots_visible: str = "off"  # Q13
    edit_drops_omitted: str = "on"  # Q14
    edit_max_age: int = 86400  # Q15: seconds
    private_doc_attachable: str = "off"  # Q16
    forward_odd_messages: str = "ok"  # Q17: ok: service messages pass, a deleted one is 921
    managers_visible: str = "on"  # Q18
    send_decodes_entities: str = "off"  # Q19
    lp_silence_after: int = 0  # Q20: seconds after which a poll key falls silent; 0 is off
    lp_redeliver: int = 0  # Q20: how many more times a batch comes after a new key
    upload_flaky: int = 0  # Q21: the next n uploads fail
    upload_flaky_answer: str = "4606"  # Q21: how they fail
    edit_cmid_name: str = "both"  # Q22
    invite_member_id: str = "negative"  # Q23
    mention_prefix: str = "at_screen_name"  # Q23
    unheard_shown: str = "off"  # Q24: a bot that may read a chat again is shown what was hidden from it before
    members_without_rights: str = "917"  # Q25: what a bot that is no administrator hears of a chat's members
    rejoin_peer: str = "same"  # P11: the number of a chat after coming back
    message_version: str = "on"  # the field `version` of a message: in the schema, not in every answer of VK
    unknown_attachments: str = "dropped"  # of an owner of this world; of anybody else they are always taken
    lp_crop_bytes: int = 16384  # larger messages are `is_cropped` (vk-api.md 3.2; the real threshold is not documented)
    comment_guid: str = "ignored"  # Q26: whether the same `guid` makes no second comment
    comment_links: str = "on"  # Q27: whether a community's wall takes links in comments
    comment_limit: int = 0  # Q27: comments of one author under one post in a minute, then error 223; 0 is off
    own_comment_events: str = "on"  # Q28: a comment of the community comes back as `wall_reply_new`
    reply_to_deleted: str = "100"  # Q29: what answering a deleted comment gives
    callback_timeout: int = 10  # seconds of real time that a callback server may take
    callback_parallel: str = "off"  # on: all that is due at once, so that the order may get lost; off: one at a time
    callback_failures: int = 30  # so many failures in a row, then VK is silent for a time; 0 is off
    callback_silence: int = 1800  # seconds of that silence
    callback_silence_loses: str = "off"  # on: what happens in the silence is not sent later either
    callback_code_changes: str = "off"  # on: each confirmation needs a new string
    rate_limit: str = "on"  # vk-api.md §9: 20 a second for a community token
    user_rate_limit: str = "off"  # 3 a second for a person; a page acts for many people through one browser

    def change(self, name: str, value: object) -> str:
        """Set one switch; the answer is an empty string or why not."""
        if name not in {f.name for f in fields(self)}:
            return f"unknown switch {name}"
        if name in CHOICES:
            text = {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else str(value)
            if text not in CHOICES[name]:
                return f"{name} should be one of {', '.join(CHOICES[name])}"
            setattr(self, name, text)
            return ""
        try:
            number = int(str(value))
        except ValueError:
            return f"{name} should be a whole number"
        if number < 0 or number > 10**12:
            return f"{name} should be from 0 to 10^12"
        setattr(self, name, number)
        return ""
