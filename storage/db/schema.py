"""The tables, the same for both engines (delivery.md §4). Every key begins with the community (design.md §7).

Each column says whose it is, how it is sealed and how it ends (whose.py): its table says it for all of its columns, the
stricter way where they differ, so that a new one is forgotten until it says otherwise. It must never hold a rule: legal
moves of rows are in `inbox/` and `outbox/`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, false

from storage.db.columns import Moment as Moment
from storage.db.columns import appeal_number, bytes_, day, flag, in_states, int_, moment, small, table, text_, where
from storage.db.columns import metadata as metadata
from storage.db.columns import one_of as one_of
from storage.db.whose import Differs, Ends, Names, Of, RetentionTerm, Sealed, Whose

BOOKS = Of(Whose.PROGRAM, Ends.KEPT)
PLACE = Of(Whose.REGION, Ends.KEPT)
"""What is known of the region, of its agencies and their chats."""

OWN = Differs(whose=Whose.RESIDENT)
INNER = Differs(whose=Whose.PROGRAM)
BY = Differs(whose=Whose.OFFICIAL)
"""Who of the officials did it."""
WHO = Differs(whose=Whose.RESIDENT, names=Names.PERSON)
NUMBER = Differs(whose=Whose.RESIDENT, names=Names.APPEAL)
CONCERNED = Differs(whose=Whose.RESIDENT, sealed=Sealed.CONCERNED)
DIGEST = Differs(sealed=Sealed.DIGEST)
SEALED = Differs(sealed=Sealed.COMMUNITY)

# Of rows that stay for statistics.
STAYS = Differs(ends=Ends.UNNAMED)
RENAMED = Differs(ends=Ends.RENAMED)
NOBODY = Differs(names=Names.PERSON, ends=Ends.RENAMED)
ANEW = Differs(names=Names.APPEAL, ends=Ends.RENAMED)

COUNTS = (
    "received", "urgent", "repeats", "accepted", "first", "first_minutes", "final", "final_minutes",
    "returned", "reopened", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5",
    "solved", "explained", "declined", "outside", "withdrawn", "unanswered",
    "open", "due", "kept", "late",
)  # fmt: skip
"""Columns of `daily`: states/statistics/daily.py says what each counts."""
JUDGED = ("due", "kept", "late")
"""Those that stand at the day of a term, which may be still to come."""

PENDING = ("new", "retry", "wanted")
DUE = ("ready", "preparing")
FLYING = ("in_flight", "unknown")
OPEN = (*DUE, *FLYING)
PARKED = ("parked_recipient", "parked_chat")


# Single values by name: when the bot was installed, since when it listens, which secret it has (a digest).
meta = table("meta", ("name",), text_("name"), text_("value"), clustered=True, of=BOOKS)

# A counter a worker: workers of PostgreSQL never wait for one another's row.
counter = table("counter", ("name", "worker"), text_("name"), small("worker"), int_("value"), clustered=True, of=BOOKS)

# `ts` of the long poll.
cursor = table("cursor", (), text_("ts"), moment("moved_at"), clustered=True, of=BOOKS)

# `gated`: messages wait for lower numbers; a chat is not gated before its base is set. `behind`:
# something lacks between `low_watermark` and `high_watermark`; a column of its own, so that gaps are found without
# reading every peer. `erased`: up to this message the resident was forgotten; what is read again from VK comes in
# without content (R14).
peer = table(
    "peer",
    ("peer",),
    int_("peer", **WHO),
    int_("low_watermark"),
    int_("high_watermark"),
    flag("gated"),
    small("behind"),
    int_("erased", default="0"),
    clustered=True,
    of=Of(Whose.PROGRAM, Ends.CUT),
)
Index("ix_peer_behind", peer.c.community_id, peer.c.behind, peer.c.peer)

# Numbers seen above the low watermark.
known = table(
    "known", ("peer", "cmid"), int_("peer", **WHO), int_("cmid"), clustered=True, of=Of(Whose.PROGRAM, Ends.CUT)
)

# Everything that came in; `ord` is its place in the peer. Without content before a consent (R7).
inbox = table(
    "inbox",
    ("id",),
    int_("id", **INNER),
    int_("peer", names=Names.PERSON),
    text_("key"),
    text_("kind"),
    int_("author"),
    int_("cmid", null=True),
    int_("ord", **INNER),
    flag("content"),
    text_("raw", sealed=Sealed.CONCERNED, term=RetentionTerm.RAW),
    moment("at", null=True),
    text_("state"),
    text_("reason", null=True, **INNER),
    small("attempts", **INNER),
    small("runs", **INNER),
    int_("boot", **INNER),
    moment("next_at", null=True, **INNER),
    moment("received_at"),
    moment("ended_at", null=True),
    text_("decided", null=True, whose=Whose.PROGRAM, sealed=Sealed.DIGEST),
    UniqueConstraint("community_id", "peer", "key"),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.CUT),
)
Index("ix_inbox_head", inbox.c.community_id, inbox.c.peer, inbox.c.ord, inbox.c.id, **in_states(PENDING))
Index("ix_inbox_pending", inbox.c.community_id, inbox.c.id, **in_states(PENDING))
Index("ix_inbox_state", inbox.c.community_id, inbox.c.state)

# Step and draft, for a day what was asked about as a doubt of danger, the hash of the consent.
dialogue = table(
    "dialogue",
    ("resident",),
    int_("resident", names=Names.PERSON),
    text_("consent", **DIGEST),
    moment("touched_at", null=True),
    text_("body", sealed=Sealed.PERSON),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.GONE),
)

# The appeal (`body`), columns for search and counts, `version` (I6).
appeal = table(
    "appeal",
    ("code",),
    text_("code", **ANEW),
    int_("resident", **NOBODY),
    int_("source", **STAYS),
    text_("status", **STAYS),
    int_("version", whose=Whose.PROGRAM, ends=Ends.UNNAMED),
    text_("topic", **STAYS),
    text_("place", null=True, **STAYS),
    text_("agency", null=True, **STAYS),
    int_("chat", null=True, **STAYS),
    moment("created_at", **STAYS),
    moment("due_at", null=True),
    appeal_number("incident", **RENAMED),
    appeal_number("repeat_of", **RENAMED),
    flag("urgent", false(), **STAYS),
    moment("first_answer_at", null=True, **STAYS),
    moment("answered_at", null=True, **STAYS),
    small("rating", "0", **STAYS),
    text_("body", sealed=Sealed.PERSON),
    # What statistics count of it (states/lifecycle/counted.py); they stay when the rest is forgotten (R14).
    appeal_number("door", **STAYS),
    day("received", **STAYS),
    day("accepted", **STAYS),
    day("first", **STAYS),
    day("final", **STAYS),
    day("returned", **STAYS),
    day("reopened", **STAYS),
    day("rated", **STAYS),
    day("ended", **STAYS),
    small("first_minutes", "0", **STAYS),
    small("final_minutes", "0", **STAYS),
    flag("late", false(), **STAYS),
    appeal_number("outcome", **STAYS),
    day("term", **STAYS),
    # About where it is, where its resident gave a point (states/statistics/cells.py); gone when it is forgotten.
    int_("cell_row", null=True),
    int_("cell_column", null=True),
    # Whether its resident named the agency: then it is no evidence of who answers for its topic.
    flag("chosen", false(), **STAYS),
    UniqueConstraint("community_id", "resident", "source"),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.EMPTIED),
)
Index("ix_appeal_resident", appeal.c.community_id, appeal.c.resident, appeal.c.created_at)
Index("ix_appeal_status", appeal.c.community_id, appeal.c.status, appeal.c.created_at)
Index("ix_appeal_chat", appeal.c.community_id, appeal.c.chat, appeal.c.status)
Index("ix_appeal_due", appeal.c.community_id, appeal.c.due_at, **where("due_at IS NOT NULL"))
Index("ix_appeal_same", appeal.c.community_id, appeal.c.topic, appeal.c.place, appeal.c.created_at)
Index("ix_appeal_created", appeal.c.community_id, appeal.c.created_at, appeal.c.topic, appeal.c.place)
Index("ix_appeal_cell", appeal.c.community_id, appeal.c.cell_row, appeal.c.cell_column, **where("cell_row IS NOT NULL"))
Index("ix_appeal_incident", appeal.c.community_id, appeal.c.incident, **where("incident <> ''"))
Index("ix_appeal_repeat_of", appeal.c.community_id, appeal.c.repeat_of, **where("repeat_of <> ''"))

# Whether a topic in a place has enough residents to be shown to everybody (R56): it ends with the few that are enough.
Index("ix_appeal_people", appeal.c.community_id, appeal.c.topic, appeal.c.place, appeal.c.resident)

# What everybody may ask for: messages by their days and topics, and what leads others.
Index("ix_appeal_received", appeal.c.community_id, appeal.c.received, appeal.c.topic, appeal.c.status)
Index("ix_appeal_leads", appeal.c.community_id, appeal.c.received, **where("incident <> '' AND incident = code"))

for _day in ("accepted", "first", "final", "ended", "term"):
    Index(f"ix_appeal_{_day}", appeal.c.community_id, appeal.c[_day])
for _day in ("returned", "reopened", "rated"):
    Index(f"ix_appeal_{_day}", appeal.c.community_id, appeal.c[_day], **where(f"{_day} IS NOT NULL"))


def by_group() -> tuple[Column[Any], ...]:
    """The day and the groups that sums can be asked by."""
    return day("day", null=False), text_("agency"), text_("place"), text_("topic"), text_("door")


# Sums over appeals, for each day and each group that they can be asked by (R52–R54, R57); written in the transaction
# that changes an appeal. A count stands at the day on which the thing happened.
daily = table(
    "daily",
    ("day", "agency", "place", "topic", "door"),
    *by_group(),
    *(int_(name, default="0" if name in ("open", *JUDGED) else None) for name in COUNTS),
    clustered=True,
    of=PLACE,
)

# What an official is writing in the panel about a message, by the kind of its form; it goes when the words leave.
panel_draft = table(
    "panel_draft",
    ("code", "owner", "did"),
    text_("code", **NUMBER),
    int_("owner", names=Names.PERSON),
    text_("did"),
    text_("body", sealed=Sealed.PERSON),
    moment("saved_at"),
    clustered=True,
    of=Of(Whose.OFFICIAL, Ends.GONE),
)

# Who of the ЦУР or of an agency (`scope`) looks after a message, and until when they have put it off. `by_id`: who
# said so.
lead = table(
    "lead",
    ("code", "scope"),
    text_("code", **NUMBER),
    text_("scope"),
    int_("owner", names=Names.PERSON),
    int_("by_id", **BY),
    moment("at"),
    moment("until", null=True),
    clustered=True,
    of=Of(Whose.OFFICIAL, Ends.GONE),
)
Index("ix_lead_owner", lead.c.community_id, lead.c.owner)

# When somebody is away, and who looks after what is theirs meanwhile. Both days are inclusive.
absence = table(
    "absence",
    ("user_id",),
    int_("user_id", names=Names.PERSON),
    int_("deputy", names=Names.PERSON),
    day("begins", null=False),
    day("ends", null=False),
    clustered=True,
    of=Of(Whose.OFFICIAL, Ends.TAKEN),
)

# Words of messages as keyed hashes of their stems, for the search of the panel: without the key nobody can tell which.
search_token = table(
    "search_token",
    ("token", "code"),
    int_("token", **DIGEST),
    text_("code", names=Names.APPEAL),
    clustered=True,
    of=Of(Whose.RESIDENT, Ends.GONE),
)
Index("ix_search_token_code", search_token.c.community_id, search_token.c.code)

# How long first and final answers took, in bins that can be added (states/statistics/durations.py).
daily_time = table(
    "daily_time",
    ("day", "agency", "place", "topic", "door", "kind", "bin"),
    *by_group(),
    text_("kind"),
    small("bin"),
    int_("number"),
    clustered=True,
    of=PLACE,
)

# A week or a month that is over, as it was counted at its end: what happens to its messages later does not change it
# (R52). `by_id`: who counted it anew, 0 where the program closed it; `changed`: what that changed; `beside`: what
# features had to say of it then.
closed_period = table(
    "closed_period",
    ("span", "begins"),
    text_("span"),
    day("begins", null=False),
    moment("at"),
    int_("by_id", default="0", **BY),
    text_("changed", default=""),
    text_("beside", default=""),
    clustered=True,
    of=PLACE,
)
# Rows of `daily` of a closed period.
closed_sum = table(
    "closed_sum",
    ("span", "begins", "day", "agency", "place", "topic", "door"),
    text_("span"),
    day("begins", null=False),
    *by_group(),
    *(int_(name) for name in COUNTS),
    clustered=True,
    of=PLACE,
)
# Rows of `daily_time` of a closed period.
closed_time = table(
    "closed_time",
    ("span", "begins", "day", "agency", "place", "topic", "door", "kind", "bin"),
    text_("span"),
    day("begins", null=False),
    *by_group(),
    text_("kind"),
    small("bin"),
    int_("number"),
    clustered=True,
    of=PLACE,
)

# The key refuses a second line for one version: two writers of one appeal cannot both be kept (I6).
history = table(
    "history",
    ("code", "version"),
    text_("code", **ANEW),
    int_("version", whose=Whose.PROGRAM, ends=Ends.UNNAMED),
    moment("at", **STAYS),
    int_("actor", **NOBODY),
    text_("action", **STAYS),
    text_("before", null=True, **STAYS),
    text_("after", **STAYS),
    text_("reason", sealed=Sealed.PERSON),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.EMPTIED),
)

# Append-only proofs of consent and refusal; of each text (`text_hash`) the last one counts (R8, R9).
consent = table(
    "consent",
    ("id",),
    int_("id", **INNER),
    int_("resident", **NOBODY),
    flag("given"),
    text_("text_hash", **DIGEST),
    moment("at"),
    int_("cmid", **RENAMED),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.UNNAMED),
)
Index("ix_consent_resident", consent.c.community_id, consent.c.resident)

# Bound chats: pauses, digests of last answers, what the morning's list said, since when the bot may not hear them
# (F16).
chat = table(
    "chat",
    ("peer",),
    int_("peer"),
    text_("agency", null=True),
    moment("bound_at", null=True),
    int_("bound_by", **BY),
    flag("lost"),
    flag("greeted"),
    small("tries"),
    moment("paused_until", null=True),
    moment("listed_at", null=True),
    text_("recent", default="[]", whose=Whose.RESIDENT, sealed=Sealed.DIGEST, ends=Ends.EMPTIED),
    text_("told", default=""),
    text_("doubt", default=""),
    clustered=False,
    of=PLACE,
)
Index("ix_chat_agency", chat.c.community_id, chat.c.agency)

# Who works in a chat (T5). The name is sealed with the community key, for it concerns no resident.
official = table(
    "official",
    ("peer", "user_id"),
    int_("peer"),
    int_("user_id", names=Names.PERSON),
    text_("standing"),
    moment("since"),
    moment("until", null=True),
    int_("by_id"),
    text_("name", **SEALED),
    clustered=True,
    of=Of(Whose.OFFICIAL, Ends.TERM, term=RetentionTerm.KEPT),
)
Index("ix_official_user", official.c.community_id, official.c.user_id)

# Whom the administrator lets into the panel; officials come in by their chats. `secret` makes the codes of the
# telephone (sealed), `step` is the number of the last code taken, 0 before the first one.
viewer = table(
    "viewer",
    ("user_id",),
    int_("user_id", names=Names.PERSON),
    text_("role"),
    text_("scope"),
    text_("name", **SEALED),
    moment("granted_at"),
    text_("secret", **SEALED),
    int_("step"),
    clustered=False,
    of=Of(Whose.OFFICIAL, Ends.TAKEN),
)

# One-time links into the panel, and who has come in: only digests, so that nobody who reads a copy comes in by it.
sign_in = table(
    "sign_in",
    ("digest",),
    text_("digest", **DIGEST),
    int_("user_id", names=Names.PERSON),
    moment("expires_at"),
    moment("used_at", null=True),
    clustered=False,
    of=Of(Whose.OFFICIAL, Ends.OVER),
)
# Who has come in, by the same rule.
session = table(
    "session",
    ("digest",),
    text_("digest", **DIGEST),
    int_("user_id", names=Names.PERSON),
    moment("began_at"),
    moment("seen_at"),
    flag("proven"),
    clustered=False,
    of=Of(Whose.OFFICIAL, Ends.OVER),
)
Index("ix_session_user", session.c.community_id, session.c.user_id)

# Applications that send messages for a resident: only the digest of a key, so that nobody who reads a copy has one.
api_key = table(
    "api_key",
    ("digest",),
    text_("digest", **DIGEST),
    int_("user_id", names=Names.PERSON),
    text_("name", **SEALED),
    moment("given_at"),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.GONE),
)
Index("ix_api_key_user", api_key.c.community_id, api_key.c.user_id)

# One-time codes as digests.
chat_code = table(
    "chat_code",
    ("digest",),
    text_("digest", **DIGEST),
    text_("agency"),
    moment("expires_at"),
    moment("used_at", null=True),
    clustered=False,
    of=PLACE,
)

# Everything said, each with its cause and its `random_id` (I7).
outbox = table(
    "outbox",
    ("id",),
    int_("id"),
    int_("peer", **WHO),
    int_("lane"),
    int_("seq"),
    text_("cause"),
    small("level"),
    text_("effect"),
    text_("kind", **OWN),
    small("priority"),
    text_("body", **CONCERNED),
    text_("appeal", null=True, **NUMBER),
    text_("target", null=True),
    flag("report"),
    flag("upload"),
    text_("attachments", null=True, **CONCERNED),
    text_("lost", **CONCERNED),
    text_("state", **OWN),
    text_("reason", null=True),
    int_("code", null=True),
    int_("random_id", null=True),
    small("salt"),
    int_("fencing_token"),
    small("attempts"),
    small("looks"),
    int_("probe_from", null=True),
    int_("cmid", null=True, **OWN),
    moment("not_before", null=True),
    moment("expires_at", null=True),
    moment("next_at", null=True),
    moment("created_at", **OWN),
    moment("first_attempt_at", null=True),
    moment("ended_at", null=True, **OWN),
    UniqueConstraint("community_id", "cause"),
    UniqueConstraint("community_id", "random_id"),
    clustered=False,
    of=Of(Whose.PROGRAM, Ends.CUT),
)
Index("ix_outbox_due", outbox.c.community_id, outbox.c.priority, outbox.c.id, **in_states(DUE))
Index("ix_outbox_lane", outbox.c.community_id, outbox.c.lane, outbox.c.seq, **in_states(OPEN))
Index("ix_outbox_flying", outbox.c.community_id, outbox.c.id, **in_states(FLYING))
Index("ix_outbox_parked", outbox.c.community_id, outbox.c.lane, **in_states(PARKED))
Index("ix_outbox_appeal", outbox.c.community_id, outbox.c.appeal, **where("appeal IS NOT NULL"))
Index("ix_outbox_cmid", outbox.c.community_id, outbox.c.peer, outbox.c.cmid)
Index("ix_outbox_state", outbox.c.community_id, outbox.c.state)

# `parked` is the state that new rows of the lane take at once: nothing overtakes a parked message (I5).
lane = table(
    "lane",
    ("lane",),
    int_("lane", **WHO),
    int_("seq"),
    int_("fencing_token"),
    text_("owner", null=True),
    moment("lease_until", null=True),
    text_("parked", null=True),
    int_("code", null=True),
    clustered=True,
    of=Of(Whose.PROGRAM, Ends.CUT),
)

# A keyed hash of its cause, for ever.
used_random_id = table(
    "used_random_id", ("random_id",), int_("random_id"), int_("cause_hash", **DIGEST), clustered=True, of=BOOKS
)

# Which appeal a message in VK belongs to: a reply to it, or a button on it, finds the way back (I4).
link = table(
    "link",
    ("peer", "cmid"),
    int_("peer", **WHO),
    int_("cmid"),
    text_("appeal", **NUMBER),
    clustered=True,
    of=Of(Whose.PROGRAM, Ends.GONE),
)
Index("ix_link_appeal", link.c.community_id, link.c.appeal)

# When, and whose event.
timer = table(
    "timer",
    ("name", "key"),
    text_("name"),
    text_("key"),
    int_("peer", **WHO),
    moment("at"),
    clustered=True,
    of=Of(Whose.PROGRAM, Ends.GONE),
)
Index("ix_timer_at", timer.c.community_id, timer.c.at)

# Every version. `author`: who saved it in the panel, 0 for the command line. `changes`: what was new in it, in words.
directory = table(
    "directory",
    ("version",),
    int_("version"),
    text_("text"),
    moment("saved_at"),
    int_("author", default="0", **BY),
    text_("changes", default=""),
    clustered=False,
    of=PLACE,
)

# Requests to be forgotten (R12). `subject` is the pseudonym; the VK id stands here only until it is done. `cut`: up to
# which message of the dialogue; `old_keys`: ids of keys still to be destroyed, once the rows are gone. `spread`: other
# communities of the operator were asked too. `remains`: what is left in VK, for the act (R14).
erasure = table(
    "erasure",
    ("id",),
    int_("id", **INNER),
    text_("subject", names=Names.PERSON, sealed=Sealed.DIGEST),
    int_("resident", null=True, names=Names.PERSON, ends=Ends.EMPTIED),
    text_("ground"),
    moment("asked_at"),
    moment("due_at"),
    moment("erased_at", null=True),
    moment("done_at", null=True),
    text_("remains"),
    int_("cut", default="0", **INNER),
    text_("old_keys", default="", **INNER),
    flag("spread", false(), **INNER),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.TERM, term=RetentionTerm.AUDIT),
)
Index("ix_erasure_subject", erasure.c.community_id, erasure.c.subject)

# Append-only, each line with a keyed hash over itself and the line before (T22).
audit = table(
    "audit",
    ("number",),
    int_("number", **INNER),
    moment("at"),
    int_("actor"),
    text_("action"),
    text_("subject"),
    text_("detail"),
    text_("hash", whose=Whose.PROGRAM, sealed=Sealed.DIGEST),
    clustered=False,
    of=Of(Whose.RESIDENT, Ends.TERM, term=RetentionTerm.AUDIT),
)
Index("ix_audit_subject", audit.c.community_id, audit.c.subject)

# The last line, and the last one that retention has taken; locked while a line is added, so the chain never forks.
chain = table(
    "chain",
    (),
    int_("number"),
    text_("hash", **DIGEST),
    int_("base"),
    text_("base_hash", **DIGEST),
    text_("seal", **DIGEST),
    clustered=True,
    of=BOOKS,
)

# Official pages of bodies. `responsible` is sealed: it may name a person. `words` is what the search looks in. `main`:
# the best page of its body. `since` is when `state` began; `opened`, `marked`, `closed` count the months.
official_page = table(
    "official_page",
    ("id",),
    int_("id"),
    text_("body"),
    text_("kind"),
    text_("place"),
    text_("parent"),
    text_("network"),
    text_("address"),
    text_("state"),
    text_("responsible", whose=Whose.OFFICIAL, sealed=Sealed.COMMUNITY),
    text_("words"),
    day("since", null=False),
    day("opened"),
    day("marked"),
    day("closed"),
    day("checked"),
    flag("main"),
    clustered=False,
    of=PLACE,
)
Index("ix_official_page_state", official_page.c.community_id, official_page.c.state, official_page.c.since)

# Each fact with its source: from `day` on it has this value, on `seen` somebody looked last and it still had it.
page_fact = table(
    "page_fact",
    ("page", "name", "day"),
    int_("page"),
    text_("name"),
    day("day", null=False),
    text_("value"),
    text_("source"),
    day("seen", null=False),
    clustered=True,
    of=PLACE,
)

# Filters of the queue that people of the panel saved under a name. `role` and `scope` are those they had then;
# `shared`: everybody with the same has it. `address` is a filter without words (states/statistics/filter.py).
saved_view = table(
    "saved_view",
    ("owner", "name"),
    int_("owner", names=Names.PERSON),
    text_("name"),
    text_("role"),
    text_("scope"),
    flag("shared"),
    text_("address"),
    moment("created_at"),
    clustered=True,
    of=Of(Whose.OFFICIAL, Ends.TAKEN),
)
Index("ix_saved_view_role", saved_view.c.community_id, saved_view.c.role, saved_view.c.scope)

# What history proposed of a route and the ЦУР left as it was (states/statistics/route_history.py): the two agencies
# and how many answers there were then. `by_id`: who did.
route_aside = table(
    "route_aside",
    ("topic", "place"),
    text_("topic"),
    text_("place"),
    text_("agency"),
    text_("named"),
    int_("many"),
    int_("whole"),
    int_("by_id", **BY),
    moment("at"),
    clustered=True,
    of=Of(Whose.REGION, Ends.TAKEN),
)

# The communities that this database runs beside its home. `code`: for what VK refused it. An empty operator is
# the home's. `door`: the link by which everybody counts as come who writes there without one. `added_by`: 0 for the
# command line. `worker`: which process runs it, -1 for none yet (shares.py). `comments`: BOT_COMMENTS, if less.
community = table(
    "community",
    (),
    text_("name"),
    text_("token", ends=Ends.TAKEN, sealed=Sealed.COMMUNITY),
    text_("state"),
    int_("code"),
    text_("operator_name"),
    text_("operator_address"),
    text_("operator_email"),
    text_("door"),
    int_("added_by", **BY),
    moment("added_at"),
    moment("changed_at"),
    small("worker", "-1"),
    text_("comments", default=""),
    clustered=False,
    of=PLACE,
)

# Models that were learned from decided messages, of the home community for all of its database (records/models.py).
# `trained_at`: when its examples began to be read; `report`: how good it was (JSON), without a word of a message.
model = table(
    "model",
    ("number",),
    int_("number"),
    moment("trained_at"),
    text_("state"),
    moment("adopted_at", null=True),
    int_("adopted_by", **BY),
    text_("source"),
    text_("report"),
    bytes_("content"),
    clustered=False,
    of=Of(Whose.REGION, Ends.OVER),
)

# Comments of people under the community's posts, as far as they may be known before a consent: never a word, never a
# name (states/people/comments.py). Of one that was deleted in VK only the numbers stay.
comment = table(
    "comment",
    ("comment",),
    int_("comment", **INNER),
    int_("post", **INNER),
    int_("author", names=Names.PERSON),
    int_("top", **INNER),
    moment("at"),
    moment("told_at"),
    text_("said"),
    text_("topic"),
    text_("place"),
    flag("files"),
    moment("alarm_at", null=True),
    moment("seen_at", null=True),
    int_("seen_by", **BY),
    flag("gone", **INNER),
    moment("answered_at", null=True),
    moment("invited_at", null=True),
    small("wording", "0", **INNER),
    moment("came_at", null=True),
    moment("public_at", null=True),
    moment("dropped_at", null=True),
    text_("appeal", default=""),
    clustered=True,
    of=Of(Whose.RESIDENT, Ends.GONE, term=RetentionTerm.RAW),
)
# The community's own posts: under which of them nobody is invited, and who has said so. Never a word of one.
wall_post = table(
    "wall_post",
    ("post",),
    int_("post"),
    moment("at"),
    moment("told_at"),
    text_("silence"),
    int_("muted_by", **BY),
    clustered=True,
    of=Of(Whose.REGION, Ends.TERM, term=RetentionTerm.KEPT),
)
Index("ix_comment_post", comment.c.community_id, comment.c.post)
# All that is asked of the invited stands in it: else SQLite would read every comment of the community by its key.
Index(
    "ix_comment_invited",
    *(comment.c[name] for name in ("community_id", "post", "author", "top", "wording", "invited_at")),
    **where("invited_at IS NOT NULL"),
)
Index("ix_comment_author", comment.c.community_id, comment.c.author)
Index("ix_comment_at", comment.c.community_id, comment.c.at)

# Known troubles that agencies have announced (states/people/notices.py): no word of a resident.
notice = table(
    "notice",
    ("id",),
    text_("id"),
    text_("topic"),
    text_("place"),
    text_("street"),
    text_("words"),
    moment("until"),
    int_("chat"),
    int_("author", **BY),
    moment("told_at"),
    moment("since", null=True),
    moment("ended", null=True),
    clustered=True,
    of=Of(Whose.REGION, Ends.TERM, term=RetentionTerm.RAW),
)
