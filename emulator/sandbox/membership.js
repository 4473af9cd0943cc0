// The bot in a chat: taken out, let in, made an administrator, by the chat's owner. It must never guess what VK answers.
import { call } from "./api.js";
import { CHAT } from "./store.js";
import { guarded } from "./toast.js";

const bot = (store) => -store.world.communities[0].id;

function owner(chat) {
  const token = `user-${chat.owner_id}`;
  return { token, chat_id: chat.peer_ids[token] - CHAT };
}

export const leaveBot = guarded(async (store, chat) => {
  const { token, chat_id } = owner(chat);
  await call("messages.removeChatUser", { chat_id, member_id: bot(store) }, token);
  await store.readWorld();
});

export const enterBot = guarded(async (store, chat) => {
  const { token, chat_id } = owner(chat);
  await call("messages.addChatUser", { chat_id, user_id: bot(store) }, token);
  await store.readWorld();
});

export const promoteBot = guarded(async (store, chat) => {
  await call("emulator.setChatAdmin", { chat: chat.key, member: bot(store), admin: 1 });
  await store.readWorld();
});
