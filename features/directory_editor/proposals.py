"""Where history speaks against the directory: another agency than the one it names has answered for months. Pure.

The directory decides, history proposes: nothing here changes a route, and a person has to press for it. It must never
propose out of one loud week: whoever is proposed has answered most in every month of the period that knows an answer.
Where a place has few answers, the role of who gave them counts, in the whole region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from states.directory import Directory
from states.statistics.route_history import Answered, Proposal, Stuck

FEWEST = 10
"""Answers to a topic in a place below which nothing is said: of fewer one message would be a tenth."""
SHARE = 0.8
"""Of them one agency has given at least so many: «в 8 из 10 случаев»."""
STRETCH = timedelta(days=60)
"""From the first of that agency's answers to the last: two months at least."""
LITTLE, PLACES = 2, 3
"""Answers that a place must have given all by one role, and municipalities in which that role must have answered."""
MOSTLY = 0.5
"""Of the messages of a topic so many came back as «не наше»: then nobody knows whose it is."""


def worth_a_look(sums: Mapping[tuple[str, str, str], int], directory: Directory) -> set[tuple[str, str]]:
    """Topics and places of which there may be a proposal, by sums of final answers by topic, place and agency. The sums
    hold what residents chose too, so a share says nothing yet: these are counted message by message."""
    by_key: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (topic, place, agency), many in sums.items():
        by_key[topic, place][agency] = many
    topics = {topic for (topic, place), found in by_key.items() if _role_may_help(topic, place, found, directory)}
    return {key for key, found in by_key.items() if key[0] in topics or _may_be(key, found, directory)}


def _may_be(key: tuple[str, str], found: Mapping[str, int], directory: Directory) -> bool:
    topic, place = key
    if sum(found.values()) < FEWEST or topic not in directory.topic_by_code or place not in directory.place_by_code:
        return False
    now = directory.agency_for(*key)
    return any(many >= SHARE * FEWEST for agency, many in found.items() if now is None or agency != now.code)


def _role_may_help(topic: str, place: str, found: Mapping[str, int], directory: Directory) -> bool:
    own = (agency for agency, many in found.items() if many >= LITTLE and _is_of(place, agency, directory))
    return any(_named_instead(topic, place, agency, directory) is not None for agency in own)


def proposals(answers: Iterable[Answered], directory: Directory) -> list[Proposal]:
    """The routes that a person should look at since others answer in fact, the most answers first."""
    by_key: dict[tuple[str, str], list[Answered]] = defaultdict(list)
    for answer in answers:
        by_key[answer.topic, answer.place].append(answer)
    by_role = _by_role(by_key, directory)
    found = (
        _proposal_by_share(key, some, directory) or _proposal_by_role(key, some, by_role[key[0]], directory)
        for key, some in by_key.items()
    )
    return sorted(
        (proposal for proposal in found if proposal is not None), key=lambda proposal: (-proposal.many, proposal.key)
    )


def _proposal_by_share(key: tuple[str, str], some: Sequence[Answered], directory: Directory) -> Proposal | None:
    agency, many, whole = _first_of(some)
    if (
        whole < FEWEST
        or many < SHARE * whole
        or not _for_months(some, [group for group in some if group.agency == agency])
    ):
        return None
    named = _named_instead(*key, agency, directory)
    return None if named is None else Proposal(*key, agency, named, many, whole)


def _proposal_by_role(
    key: tuple[str, str], some: Sequence[Answered], of_topic: Sequence[tuple[str, Answered]], directory: Directory
) -> Proposal | None:
    """The few answers of this place are all of its own agency, and agencies of that role answer in the whole region."""
    agency, many, whole = _first_of(some)
    if not LITTLE <= many == whole < FEWEST or not _is_of(key[1], agency, directory):
        return None
    role, everybody = directory.agency_by_code[agency].part, [group for _, group in of_topic]
    own = [group for part, group in of_topic if part == role]
    ours, all_of = (sum(answer.many for answer in answers) for answers in (own, everybody))
    if ours < FEWEST or ours < SHARE * all_of or len({group.place for group in own}) < PLACES:
        return None
    named = _named_instead(*key, agency, directory) if _for_months(everybody, own) else None
    return None if named is None else Proposal(*key, agency, named, many, whole, ours, all_of)


def _by_role(
    by_key: Mapping[tuple[str, str], Sequence[Answered]], directory: Directory
) -> Mapping[str, Sequence[tuple[str, Answered]]]:
    """All answers to a topic, each with the role of who gave it."""
    found: dict[str, list[tuple[str, Answered]]] = defaultdict(list)
    for (topic, _), some in by_key.items():
        for group in some:
            known = directory.agency_by_code.get(group.agency)
            found[topic].append((known.part if known is not None else group.agency, group))
    return found


def _first_of(some: Iterable[Answered]) -> tuple[str, int, int]:
    """The agency that gave the most answers, how many, and of how many."""
    counts = totals((group.agency, group.many) for group in some)
    agency, many = next(iter(counts.items()))
    return agency, many, sum(counts.values())


def _is_of(place: str, agency: str, directory: Directory) -> bool:
    """Whether it serves this municipality and no other."""
    known = directory.agency_by_code.get(agency)
    return known is not None and known.place == place


def _named_instead(topic: str, place: str, agency: str, directory: Directory) -> str | None:
    """The code of the agency that the directory names, empty for nobody; None where there is nothing to propose."""
    known = topic in directory.topic_by_code and place in directory.place_by_code and agency in directory.agency_by_code
    now = directory.agency_for(topic, place) if known else None
    if not known or (now is None and waits_on_purpose(directory, topic)) or (now is not None and now.code == agency):
        return None
    return now.code if now is not None else ""


def totals(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Summed by name, the most first."""
    found: dict[str, int] = defaultdict(int)
    for name, many in counted:
        found[name] += many
    return dict(sorted(found.items(), key=lambda month: (-month[1], month[0])))


def _for_months(some: Iterable[Answered], own: Sequence[Answered]) -> bool:
    """Whether these answers go on for two months, and are more than half of each month's."""
    long = max(group.last for group in own) - min(group.first for group in own) >= STRETCH
    all_of, own_of = _monthly(some), _monthly(own)
    return long and all(2 * own_of.get(month, 0) > many for month, many in all_of.items())


def _monthly(some: Iterable[Answered]) -> Mapping[int, int]:
    """By month, how many were answered."""
    found: dict[int, int] = defaultdict(int)
    for group in some:
        found[group.month] += group.many
    return found


def waits_on_purpose(directory: Directory, topic: str) -> bool:
    """Whether the region has said that the ЦУР gives this topic out by hand: nobody forgot to name an agency."""
    centre = directory.control_centre
    return topic in centre.topics or directory.topic_by_code[topic].group in centre.groups


def stuck(
    returned: Mapping[str, int], received: Mapping[str, int], answers: Iterable[Answered], directory: Directory
) -> list[Stuck]:
    """Topics of which the directory does not know who answers, the most given back first."""
    by_topic: dict[str, list[Answered]] = defaultdict(list)
    for answer in answers:
        by_topic[answer.topic].append(answer)
    found = []
    for topic in given_back(returned, received, directory):
        counts = totals((group.agency, group.many) for group in by_topic[topic] if group.agency)
        if max(counts.values(), default=0) < SHARE * max(1, sum(counts.values())):
            found.append(Stuck(topic, returned[topic], received.get(topic, 0), tuple(counts.items())))
    return sorted(found, key=lambda topic: (-topic.returned, topic.topic))


def given_back(returned: Mapping[str, int], received: Mapping[str, int], directory: Directory) -> list[str]:
    """Topics of which most come back as «не наше», but for those that the ЦУР gives out by hand on purpose."""
    known = (topic for topic in returned if topic in directory.topic_by_code and not waits_on_purpose(directory, topic))
    return [
        topic for topic in known if returned[topic] >= FEWEST and returned[topic] >= MOSTLY * received.get(topic, 0)
    ]
