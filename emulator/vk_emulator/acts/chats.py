"""Chats: who is in, who may what, how each member numbers them (vk-api.md §3.2, 6.1, 12.8). Pure; it must
never let somebody read a chat they are not in."""

from __future__ import annotations

from collections.abc import Iterable

from vk_emulator.acts import tell
from vk_emulator.world.errors import Refusal
from vk_emulator.world.records import CHAT_BASE, Account, Chat, Json, Member, Message, Thread
from vk_emulator.world.world import Draft, World


def create(
    world: World,
    owner: Account,
    title: str,
    people: Iterable[Account],
    *,
    key: str = "",
    admins: Iterable[Account] = (),
    quiet: bool = False,
) -> Chat:
    """A new chat with its owner and people in it, who learn of it."""
    number = world.next_chat
    world.next_chat += 1
    thread = Thread(members=())
    chat = Chat(number, key or f"chat{number}", title, owner, thread)
    thread.chat = chat
    chat.invite_key = world.hex(22)
    world.threads.append(thread)
    world.chats[number] = world.chat_keys[chat.key] = chat
    world.invites[chat.invite_key] = chat
    enter(world, chat, owner, owner, admin=True)
    if not quiet:
        service(world, chat, owner, {"type": "chat_create", "text": title})
    for account in people:
        if account not in chat.members:
            enter(world, chat, account, owner)
            if account < 0 and not quiet:
                _tell_of_invitation(world, chat, owner, account, "chat_invite_user")
    for account in admins:
        if account in chat.members:
            chat.members[account].admin = True
    return chat


def enter(world: World, chat: Chat, account: Account, by: Account, *, admin: bool = False) -> None:
    """Puts an account into the chat, under a number of its own."""
    holder = world.holder(account)
    fresh = account not in chat.numbers or world.switches.rejoin_peer == "new"
    if fresh:
        old = chat.numbers.get(account)
        if old:
            del holder.chats[old]
        # People have older chats of their own, so no two accounts number a chat alike (vk-api.md 12.8).
        number = max(holder.chats, default=10 + account % 7 if account > 0 else 0) + 1
        chat.numbers[account] = number
        holder.chats[number] = chat
    if chat.thread not in holder.threads:
        holder.threads.append(chat.thread)
    since = len(chat.thread.messages) + 1
    chat.members[account] = Member(account, by, world.now(), since, admin)
    chat.left.pop(account, None)
    world.changes += 1


def service(world: World, chat: Chat, actor: Account, action: Json) -> Message:
    """Posts a service message and tells all members."""
    message = world.post(chat.thread, actor, Draft(action=action))
    tell.tell_of_message(world, message)
    return message


def _tell_of_invitation(world: World, chat: Chat, by: Account, account: Account, kind: str) -> None:
    action: Json = {"type": kind, "member_id": account}
    if account < 0 and world.switches.invite_member_id != "negative":  # Q23
        action = {"type": kind}
        if world.switches.invite_member_id == "positive":
            action["member_id"] = -account
    service(world, chat, by, action)


def invite(world: World, chat: Chat, by: Account, account: Account) -> None:
    """Puts an account into the chat by invitation; Refusal where it may not be."""
    if account in chat.members:
        raise Refusal(15, "Access denied: user already in")
    if account < 0 and not world.communities[-account].settings.get("bots_add_to_chat", True):
        raise Refusal(15, "Access denied: can't add this community to a chat")
    if account == by and chat.left.get(account) == "kicked":
        raise Refusal(15)
    enter(world, chat, account, by)
    _tell_of_invitation(world, chat, by, account, "chat_invite_user")


def join_by_link(world: World, key: str, account: Account) -> Chat:
    """Lets the account into the chat and tells its members. Error 100 for an unknown link, 15 for who is in it
    already."""
    chat = world.invites.get(key)
    if chat is None:
        raise Refusal(100, "One of the parameters specified was missing or invalid: link is invalid")
    if account in chat.members:
        raise Refusal(15, "Access denied: user already in")
    enter(world, chat, account, chat.owner)
    service(world, chat, account, {"type": "chat_invite_user_by_link"})
    return chat


def remove(world: World, chat: Chat, by: Account, account: Account) -> None:
    """`chat_kick_user`; with member_id == from_id the person left (3.2). The one who goes still sees it."""
    member = chat.members.get(account)
    if member is None:
        raise Refusal(935)
    ruling = chat.members[by].admin or by in (chat.owner, member.invited_by)
    if by != account and not ruling:
        raise Refusal(925)
    if account == chat.owner and by != account:
        raise Refusal(15)
    service(world, chat, by, {"type": "chat_kick_user", "member_id": account})
    del chat.members[account]
    chat.left[account] = "left" if by == account else "kicked"


def may_rule(chat: Chat, account: Account) -> None:
    """Refuses with error 925 whoever is neither the chat's owner nor its administrator."""
    if account not in chat.members or not (chat.members[account].admin or chat.owner == account):
        raise Refusal(925)


def rename(world: World, chat: Chat, by: Account, title: str) -> None:
    """Gives the chat a new title and tells all members; Refusal for a bot without rights."""
    if by < 0:
        may_rule(chat, by)
    chat.title = title
    service(world, chat, by, {"type": "chat_title_update", "text": title})


def chat_by_number(world: World, account: Account, number: int) -> Chat:
    """The chat that this account knows by this number: each member numbers its chats by itself."""
    return world.chat_of(account, CHAT_BASE + number)
