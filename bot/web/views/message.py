"""One message as the panel shows it: what is known, what was said, what happened. It must never name its resident or
show a number that the card masks; both are asked for by a button and logged (R21, R22, T12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web import actions, drafts
from bot.web.acting import no_chat
from bot.web.actions import ActionFacts, Form
from bot.web.asked import link, local_day
from bot.web.layout import offers
from bot.web.site import Site, session_of, site_of, viewer_of
from bot.web.views import talk
from bot.web.views.leading import Leading, leading_of
from bot.web.views.rows import COLOURS, ICONS
from handlers.lifecycle.alarms import shown_as
from handlers.lifecycle.answering import said_so_far
from handlers.official import contact
from handlers.official.listing import done
from handlers.official.panel import AnswerPreview
from handlers.text import texts_panel
from handlers.text.words import clock, moment, plural
from handlers.views.filter_words import agency_words
from handlers.views.listed import StateWords, TermWords, state, term
from handlers.views.titles import place_title, topic_title
from screening.sensitive import mask_personal
from states.audit import AuditAction
from states.lifecycle.appeal import OPEN, Appeal, Status
from states.people.chats import Chat
from states.people.comments import Comment
from states.people.viewers import Section, Viewer, acts_for, may_act, may_see
from states.people.who_may import coordinates
from states.statistics.cells import cell_of
from states.statistics.filter import Filter, View
from states.statistics.listed import ListedAppeal
from storage.db.transaction import Transaction
from storage.ops import panel_acts, search
from storage.ops.one_message import WholeMessage, whole
from storage.records import comments, panel_drafts
from storage.records.panel_drafts import PanelDraft

LOOKED = {AuditAction.SHOWED_CONTACT: "посмотрели контакт", AuditAction.SHOWED_FILES: "посмотрели файлы"}
"""What the log keeps of who looked (R24), for colleagues too."""
NEAR = 1.0
"""Kilometres."""
LAST = 3
"""Records of the history that stand unfolded."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history; `note` is what an official wrote for the others."""

    at: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who wrote, after it was asked for."""

    profile: str
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as its page shows it, as text and forms; `last` and `earlier` are the steps of its history."""

    code: str
    title: str
    term: TermWords
    icon: str
    colour: str
    state: StateWords
    where: str
    around: str
    agency: str
    residents: str
    together: str
    busy: str
    alarm: str
    dialogue: list[talk.Bubble]
    going: talk.Bubble | None
    seen: str
    version: int
    last: list[Step]
    earlier: list[Step]
    forms: list[Form]
    rest: list[Form]
    acts: bool
    turn: str
    contact: Contact | None
    drafts: Mapping[str, PanelDraft]
    reads: Mapping[str, AnswerPreview]
    latest: str
    saved: str
    others: str = ""
    comment: Comment | None = None
    lead: Leading = Leading()


async def message_view(request: Request, code: str, told: str) -> MessageView:
    """One message for the page. `told`: the message whose contact was asked for a moment ago.

    Raises:
        HTTPException: 404 where there is none or it is another's: nobody learns which numbers there are.
    """
    site, viewer = site_of(request), viewer_of(request)

    async def look(
        tx: Transaction,
    ) -> tuple[WholeMessage | None, int, Chat | None, dict[str, PanelDraft], Comment | None]:
        """Reads a message with everything that its page shows beside it."""
        found = await whole(tx, code.upper()[:20])
        leading = found.appeal.incident if found is not None else ""
        together = (await search.residents_of(tx, [leading])).get(leading, 1) if leading else 1
        written = await panel_drafts.of(tx, viewer.user, found.appeal.code) if found is not None else {}
        comment = await comments.of_appeal(tx, code.upper()[:20]) if offers(request, "comments") else None
        return found, together, await panel_acts.chat_of(tx, acts_for(viewer)), written, comment

    found, together, chat, written, comment = await site.readers.run(look)
    if found is None or not may_see(viewer, found.appeal.agency, found.appeal.place):
        raise HTTPException(404)
    acts = chat if may_act(viewer, found.appeal.agency) else None
    page = page_of(site, found, together, viewer, acts, known=told == found.appeal.code)
    appeal = found.appeal
    lead = await site.newest.run(lambda tx: leading_of(tx, site, viewer, appeal.code, appeal.agency or ""))
    page = replace(page, others=others(request, found.appeal.code), comment=comment, lead=lead)
    return with_drafts(site, page, acts, found.appeal, written) if acts is not None else page


def others(request: Request, code: str) -> str:
    """Who else has the message open, in words; a page without scripts hears of it here."""
    streams, viewer, now = request.app.state.live, viewer_of(request), site_of(request).clock.monotonic()
    streams.looks(session_of(request), viewer, code, now)
    return str(streams.beside(viewer, code, now))


def with_drafts(
    site: Site, page: MessageView, chat: Chat, appeal: Appeal, written: Mapping[str, PanelDraft]
) -> MessageView:
    """The form that was written in last stands open."""
    last = max(written.values(), key=lambda panel_draft: panel_draft.saved_at, default=None)
    if last is None:
        return page
    read = {did: drafts.reads(site, chat, appeal, draft) for did, draft in written.items()}
    return replace(page, drafts=written, reads=read, latest=last.did, saved=clock(last.saved_at, site.zone))


def page_of(
    site: Site, found: WholeMessage, together: int, viewer: Viewer, chat: Chat | None, *, known: bool
) -> MessageView:
    """The message as the page shows it. `chat`: in whose name the viewer acts; None for who only reads."""
    directory, appeal = site.directory(), found.appeal
    row = listed_appeal(appeal)
    said = term(row, site.clock.now(), site.zone)
    steps = list(history(site, found, acts=chat is not None))
    offered, dialogue = forms_of(site, chat, appeal), talk.dialogue(site, found, viewer, chat)
    return MessageView(
        code=appeal.code,
        title=topic_title(directory, appeal.topic),
        term=said,
        icon=ICONS[said.mark],
        colour=COLOURS[said.mark],
        state=state(row, local_day(site)),
        where=", ".join(filter(None, (place_title(directory, appeal.place), mask_personal(appeal.address))))
        or "не указано",
        around=around(appeal),
        agency=agency_words(directory, appeal.agency or ""),
        residents=residents(appeal, together),
        together=link(Section.QUEUE, Filter(incident=appeal.incident)) if together > 1 else "",
        busy="; ".join(busy(site, found)) if chat is not None else "",
        alarm="; ".join(alarm_lines(site, found)),
        dialogue=dialogue,
        going=next((message for message in reversed(dialogue) if message.left is not None), None),
        seen=said_so_far(appeal),
        version=appeal.version,
        last=steps[:LAST],
        earlier=steps[LAST:],
        forms=offered[: actions.IN_SIGHT],
        rest=offered[actions.IN_SIGHT :],
        acts=chat is not None,
        turn=turn(site, appeal, viewer, chat),
        contact=Contact(contact.profile(appeal), tuple(dict.fromkeys(contact.masked_numbers(appeal))))
        if known
        else None,
        drafts={},
        reads={},
        latest="",
        saved="",
    )


def around(appeal: Appeal) -> str:
    """The map with what is open near to it; empty where its resident gave no point."""
    cell = cell_of(appeal)
    if cell is None:
        return ""
    return link("map", Filter(View.OPEN, circle=replace(cell.circle, radius=NEAR)))


def forms_of(site: Site, chat: Chat | None, appeal: Appeal) -> list[Form]:
    """What the viewer's chat may do with the message, as forms; none where the viewer acts for no chat."""
    if chat is None:
        return []
    known = ActionFacts(site.policy, site.directory(), {chat.agency or "": chat})
    return actions.forms(known, chat, appeal)


def busy(site: Site, found: WholeMessage) -> Iterator[str]:
    """A sentence for each colleague who is at it just now, so that two do not answer at once."""
    appeal, now = found.appeal, site.clock.now()
    for task in appeal.tasks:
        if not task.over(now):
            yield f"{found.names.get(task.user) or 'коллега'} готовит ответ"
    if appeal.approval is not None:
        yield f"{found.names.get(appeal.approval.actor) or 'коллега'}: ответ ждёт согласования"


def alarm_lines(site: Site, found: WholeMessage) -> Iterator[str]:
    """What people have done with an alarm, in the order of time; nothing that is not known (R28)."""
    alert = found.appeal.alert
    if alert is None:
        return

    def line_with_name(words: str, user: int, at: datetime) -> tuple[datetime, str]:
        """A line of the alarm's history: what was done, by whom where a name is known, at which local time; with its
        moment, to sort by."""
        name = site.directory().duty.name_of(user) or found.names.get(user, "")
        return at, f"{words}{f' {name}' if name else ''}, {clock(at, site.zone)}"

    done = [line_with_name("сказали", 0, alert.told_at)]
    done += (
        [line_with_name("прочитал" if alert.seen_by else "прочитали", alert.seen_by, alert.seen_at)]
        if alert.seen_at
        else []
    )
    if alert.unreached_at:
        done.append(line_with_name("не дозвонился", alert.unreached_by, alert.unreached_at))
    done += [line_with_name("житель пишет, что опасности нет", 0, alert.safe_at)] if alert.safe_at else []
    if alert.ended_at and alert.ending is not None:
        done.append(line_with_name(f"{shown_as(alert.ending).lower()}:", alert.ended_by, alert.ended_at))
    yield from (words for _, words in sorted(done))
    if found.appeal.alarming and alert.seen_at is None:
        yield "никто не нажал «Вижу»"


def listed_appeal(appeal: Appeal) -> ListedAppeal:
    """The message as a row of the list has it: no text and no resident."""
    had = appeal.counted
    return ListedAppeal(
        appeal.code, appeal.status, appeal.topic, appeal.place or "", appeal.agency or "", appeal.created_at,
        due_at=appeal.deadline.due_at if appeal.deadline else None, urgent=appeal.urgent, incident=appeal.incident,
        accepted=had.accepted, first=had.first, final=had.final, reopened=had.reopened, rating=appeal.rating,
        alert=appeal.alert,
    )  # fmt: skip


def turn(site: Site, appeal: Appeal, viewer: Viewer, chat: Chat | None) -> str:
    """Whose move it is, where it is not this viewer's, and why not; "" where it is."""
    if appeal.status not in OPEN:
        return ""
    if chat is None and may_act(viewer, appeal.agency):
        return no_chat(viewer)
    if chat is None:
        agency = "" if appeal.status in (Status.WAITING, Status.REOPENED) else appeal.agency
        who = agency_words(site.directory(), agency) if agency else "ЦУР"
        why = texts_panel.NOT_WITH_YOU if viewer.office else texts_panel.LOOKS
        return texts_panel.ONLY_LOOKS.format(why=why, who=who)
    held = coordinates(chat) or appeal.chat == chat.peer
    return "" if held else texts_panel.WITH_CUR


def residents(appeal: Appeal, together: int) -> str:
    """How many residents wrote of it, in words."""
    if together <= 1:
        return "1"
    if appeal.leads:
        others = plural(together - 1, "присоединился", "присоединились", "присоединились")
        return f"{together}: один написал, {others}"
    return f"{together}, отвечают по №{appeal.incident}"


def history(site: Site, found: WholeMessage, *, acts: bool) -> Iterator[Step]:
    """The newest first; officials by name, the resident as «житель». Notes, and who looked, are for those who act."""
    lines = [(line.at, done(found.appeal, line), line.actor, "") for line in found.history]
    if acts:
        lines += [(remark.at, "заметка", remark.actor, mask_personal(remark.text)) for remark in found.appeal.remarks]
        lines += [(look.at, LOOKED[look.action], look.user, "") for look in found.looks]
    lines.sort(key=lambda line: line[0])  # of one moment they stand as they were done
    for at, words, actor, note in reversed(lines):
        name = found.names.get(actor, "")
        yield Step(moment(at, site.zone), f"{words}{f', {name}' if name else ''}", note)
