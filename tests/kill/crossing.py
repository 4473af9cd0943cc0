"""«Nothing crosses» of two communities in one process (decision 0022), on VK's own record and the rows left of it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.kill.evidence import Evidence, Message, words
from tests.world.said import ABOUT, ANSWER, MARK
from tests.world.two import MARKS

Found = Iterator[str]


def crossed(evidence: Evidence) -> Found:
    """Nothing where only one community ran."""
    if evidence.beside is not None:
        for own, other in ((evidence, evidence.beside), (evidence.beside, evidence)):
            for where, one in own.everything():
                if one["from_id"] == own.bot:
                    yield from of_the_other(own, other, where, one, second=own is evidence.beside)


def of_the_other(own: Evidence, other: Evidence, where: str, one: Message, *, second: bool) -> Found:
    """A message of this community that is the other's: by its row, its number, or whose words it brings."""
    ids, known = ({row["random_id"]: row["cause"] for row in each.outbox} for each in (own, other))
    if one["random_id"] in known and one["random_id"] not in ids:
        yield f"в {where} от {own.bot}: {known[one['random_id']]} сообщества {other.bot}"
    text = words(one)
    for code in sorted(set(ABOUT.findall(text)) & other.submitted().keys() - own.submitted().keys()):
        yield f"в {where} от {own.bot}: №{code} сообщества {other.bot}"
    for mark in [*MARK.findall(text), *ANSWER.findall(text)]:
        if (int(mark.replace("н", "х").rpartition("х")[2]) > MARKS) is not second:
            yield f"в {where} от {own.bot}: слова {mark}, сказанные сообществу {other.bot}"
