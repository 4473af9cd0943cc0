"""What is written into the audit log: who did what with whose data (R24, T22). It must never hold the data itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AuditAction(StrEnum):
    """What was done. Stored as these words for three years: a word may be added, never renamed."""

    SHOWED_CONTACT = "showed_contact"
    SHOWED_TEXT = "showed_text"
    SHOWED_FILES = "showed_files"
    EXPORTED = "exported"
    ERASURE_ASKED = "erasure_asked"
    ERASED = "erased"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    PAUSED = "paused"
    RESUMED = "resumed"
    ASSIGNED = "assigned"
    BROADCAST = "broadcast"
    DIRECTORY_IMPORTED = "directory_imported"
    CHAT_BOUND = "chat_bound"
    CHAT_UNBOUND = "chat_unbound"
    CHAT_LOCKED = "chat_locked"
    CHAT_UNLOCKED = "chat_unlocked"
    OFFICIAL_ADMITTED = "official_admitted"
    OFFICIAL_REFUSED = "official_refused"
    KEY_ROTATED = "key_rotated"
    VIEWER_GRANTED = "viewer_granted"
    VIEWER_REVOKED = "viewer_revoked"
    LINK_MADE = "link_made"
    SIGNED_IN = "signed_in"
    SESSION_ENDED = "session_ended"
    CODE_LOCKED = "code_locked"
    SPARE_CODE_USED = "spare_code_used"
    PAGES_IMPORTED = "pages_imported"
    PAGES_TAKEN_BACK = "pages_taken_back"
    PAGE_CHECKED = "page_checked"
    API_KEY_GIVEN = "api_key_given"
    API_KEY_REVOKED = "api_key_revoked"
    NOTED = "noted"
    ROUTE_KEPT = "route_kept"
    ROUTE_SHOWN = "route_shown"
    COMMUNITY_ADDED = "community_added"
    COMMUNITY_PAUSED = "community_paused"
    COMMUNITY_RESUMED = "community_resumed"
    COMMUNITY_REFUSED = "community_refused"
    COMMUNITY_REMOVED = "community_removed"
    COMMUNITY_COMMENTS = "community_comments"
    MODEL_BEGUN = "model_begun"
    MODEL_CANCELLED = "model_cancelled"
    MODEL_TRAINED = "model_trained"
    MODEL_ADOPTED = "model_adopted"
    MODEL_LEFT = "model_left"
    MODEL_DELETED = "model_deleted"
    PERIOD_COUNTED = "period_counted"
    CHAT_CODE_GIVEN = "chat_code_given"
    NOTICE_GIVEN = "notice_given"
    NOTICE_ENDED = "notice_ended"
    COMMENT_ACTED = "comment_acted"
    LEAD_GIVEN = "lead_given"
    LEAD_DROPPED = "lead_dropped"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One action. `actor` is a VK id, or 0 for the bot itself and for commands of the administrator.

    `subject` is the number of an appeal, the VK id of a resident in digits (storage keeps a pseudonym of it), the code
    of an agency, `club…` for a community, `model…` for a learned model, `post…` for a post of the wall, or a
    period. `detail` is a short word for programs or the pseudonym of a colleague, never a text of people: it outlives
    an erasure.
    """

    actor: int
    action: AuditAction
    subject: str
    detail: str = ""
