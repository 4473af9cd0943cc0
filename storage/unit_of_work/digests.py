"""Short keyed hashes of the facts and the decision beside each handled event, so that a replay can compare.

Nobody can read a decision back from them, nor test guesses without the ring's secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from states.decision import Decision
from states.effects import AnswerButton, Edit, Send
from storage.db.transaction import Transaction

if TYPE_CHECKING:
    from states.facts import Facts
    from states.lifecycle.appeal import Appeal

PARTS = ("facts", "step", "appeals", "sayings", "words", "rest")
"""`facts` is what was known; the others are parts of the decision: where the dialogue stands, what became of appeals,
what is said to whom, in which words, and everything else."""


def of(tx: Transaction, facts: Facts, decision: Decision) -> str:
    """Six parts of six digits each."""
    key = tx.keys.ring.derive_key("what was decided")[:32]
    said = [effect for effect in decision.effects if isinstance(effect, Send | Edit | AnswerButton)]
    quiet = [effect for effect in decision.effects if not isinstance(effect, Send | Edit | AnswerButton)]
    rest = [decision.consent, decision.chat, decision.audit, decision.erasure, decision.ignored, quiet]
    parts = (
        rebuildable_facts(facts),
        decision.dialogue,
        (versions(decision.appeals), [(line.code, line.action, line.after) for line in decision.history]),
        [(type(effect).__name__, effect.peer, getattr(effect, "cause", "")) for effect in said],
        [(effect.text, getattr(effect, "keyboard", None)) for effect in said],
        (*rest, *decision.comments, *decision.posts, *decision.notices),
    )
    return ".".join(hashlib.blake2b(repr(part).encode(), key=key, digest_size=3).hexdigest() for part in parts)


def rebuildable_facts(facts: Facts) -> tuple[object, ...]:
    """What of the facts a replay can rebuild, if it can: who asks, where they stand, which appeals, when."""
    linked = (facts.linked.code, facts.linked.version) if facts.linked is not None else None
    chat = (facts.chat.peer, facts.chat.agency, facts.chat.lost) if facts.chat is not None else None
    people: tuple[object, ...] = (facts.dialogue, facts.theirs, facts.publishes, facts.erasure)
    if facts.ticket is not None:  # who works in a chat is not rebuilt
        people += (facts.ticket.digest,)
    appeals = (versions(facts.appeals), versions(facts.similar), versions(facts.waiting), linked, sorted(facts.unsent))
    return (facts.now, facts.directory.version, facts.policy.consent_hash, facts.number, chat, people, appeals)


def versions(appeals: Iterable[Appeal]) -> list[tuple[str, int]]:
    """The number and version of each appeal."""
    return [(appeal.code, appeal.version) for appeal in appeals]


def differing(before: str, now: str) -> list[str]:
    """The names of the parts that are not the same."""
    pairs = zip(PARTS, before.split("."), now.split("."), strict=False)
    return [name for name, old, other in pairs if old != other]
