// Who is in a chat: the bot taken out, let in, made an administrator by the chat's owner; people invited, leaving and
// returning by themselves. It must never guess what VK answers.
import { call } from "./api.js";
import { askPerson } from "./choose.js";
import { CHAT } from "./store.js";
import { guarded } from "./toast.js";

/** The community that is in the chat; none: the first of this world. */
export function botOf(store, chat) {
  const ids = store.world.communities.map((group) => -group.id);
  return ids.find((id) => chat.members.includes(id)) || ids[0];
}

function owner(chat) {
  const token = `user-${chat.owner_id}`;
  return { token, chat_id: chat.peer_ids[token] - CHAT };
}

export const leaveBot = guarded(async (store, chat) => {
  const { token, chat_id } = owner(chat);
  await call("messages.removeChatUser", { chat_id, member_id: botOf(store, chat) }, token);
  await store.readWorld();
});

export const enterBot = guarded(async (store, chat) => {
  const { token, chat_id } = owner(chat);
  await call("messages.addChatUser", { chat_id, user_id: botOf(store, chat) }, token);
  await store.readWorld();
});

export const promoteBot = guarded(async (store, chat) => {
  await call("emulator.setChatAdmin", { chat: chat.key, member: botOf(store, chat), admin: 1 });
  await store.readWorld();
});

export const invitePerson = guarded(async (store, account, peer, people) => {
  const user_id = await askPerson(store, people);
  if (user_id === null) return;
  await call("messages.addChatUser", { chat_id: peer - CHAT, user_id }, store.accounts.get(account).token);
  await store.readWorld();
});

export const leaveChat = guarded(async (store, account, peer) => {
  const asked = { chat_id: peer - CHAT, member_id: account };
  await call("messages.removeChatUser", asked, store.accounts.get(account).token);
  await store.readWorld();
});

export const returnToChat = guarded(async (store, account, peer) => {
  const asked = { chat_id: peer - CHAT, user_id: account };
  await call("messages.addChatUser", asked, store.accounts.get(account).token);
  await store.readWorld();
});
