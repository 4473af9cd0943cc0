// What each person's VK shows, kept in step with the news. It must hold no rule of VK: after any news it reads again.
import { Unreachable, VkError, call, wire } from "./api.js";
import { soon } from "./dom.js";
import { Dialog } from "./dialog.js";
import { say } from "./toast.js";

export const CHAT = 2_000_000_000;
const AT_ONCE = 100; // messages.getById takes no more
const TYPING_LIFE = 5000;
const AGAIN_IN = 1000; // news that could not be read are asked for again, each time later
const AGAIN_MOST = 10;

export class Store {
  constructor() {
    this.heard = {};
    this.world = null;
    this.names = new Map();
    this.accounts = new Map();
    this.answers = new Map();
    this.rereadWorld = soon(() => this.readWorld().catch(say), 60);
  }

  // --- who listens ---------------------------------------------------------

  on(name, work) {
    (this.heard[name] ||= new Set()).add(work);
    return () => this.heard[name].delete(work);
  }

  emit(name, detail) {
    for (const work of this.heard[name] || []) work(detail);
  }

  // --- the world -----------------------------------------------------------

  async open() {
    this.accounts.clear();
    this.answers.clear();
    await this.readWorld();
    await this.readAll();
  }

  async readWorld() {
    this.world = await call("emulator.state");
    const before = wire.up;
    wire.up = this.world.faults.up;
    for (const one of this.world.users) {
      this.names.set(one.id, `${one.first_name} ${one.last_name}`);
      if (!this.accounts.has(one.id)) this.accounts.set(one.id, new Account(one));
    }
    for (const group of this.world.communities) this.names.set(-group.id, group.name);
    this.emit("world", this.world);
    if (wire.up && !before) await this.again();
  }

  async readAll() {
    if (!wire.up) return;
    await Promise.all([...this.accounts.values()].map((account) => this.readAccount(account)));
  }

  /** After a broken line: what was missed is read, what is on the screen stays. */
  async again() {
    if (!wire.up) return;
    await this.readAll();
    const shown = [...this.accounts.values()].flatMap((account) => [...account.dialogs.values()]);
    await Promise.all(shown.filter((dialog) => dialog.loaded).map((dialog) => this.catchUp(dialog)));
  }

  async readAccount(account) {
    const listed = await call("messages.getConversations", { count: 200 }, account.token);
    for (const { conversation, last_message: last } of listed.items) {
      const dialog = this.dialog(account.id, conversation.peer.id);
      dialog.learn(conversation);
      if (last) dialog.last = last;
    }
    this.emit("dialogs", account.id);
  }

  person(id) {
    return this.world.users.find((user) => user.id === id);
  }

  name(id) {
    return this.names.get(id) || (id < 0 ? `Сообщество ${-id}` : `id${id}`);
  }

  /** Who writes to the community; where everybody is in some chat, everybody. */
  residents() {
    const alone = this.world.users.filter((user) => user.resident);
    return alone.length ? alone : this.world.users;
  }

  officials() {
    return this.world.users.filter((user) => !user.resident);
  }

  /** The chat of the world that this person knows by this number. */
  chat(account, peer) {
    const token = `user-${account}`;
    return this.world.chats.find((chat) => chat.peer_ids[token] === peer) || null;
  }

  title(account, peer) {
    if (peer < CHAT) return this.name(peer);
    const kept = this.accounts.get(account)?.dialogs.get(peer);
    return kept?.settings?.title || this.chat(account, peer)?.title || "Беседа";
  }

  dialog(account, peer) {
    const { dialogs, token } = this.accounts.get(account);
    if (!dialogs.has(peer)) dialogs.set(peer, new Dialog(account, peer, token));
    return dialogs.get(peer);
  }

  unread(account) {
    let sum = 0;
    for (const dialog of this.accounts.get(account)?.dialogs.values() || []) sum += dialog.unread;
    return sum;
  }

  // --- news ----------------------------------------------------------------

  /** Events of the User Long Poll, version 3, of one person. */
  take({ account: id, events }) {
    const account = this.accounts.get(id);
    if (!account) return;
    for (const event of events) this.takeOne(account, event);
  }

  takeOne(account, [kind, first, second, third]) {
    switch (kind) {
      case 4:
      case 5:
        this.want(account, third, first);
        break;
      case 2:
        this.gone(account, third, first);
        break;
      case 6:
      case 7:
        this.want(account, first, 0);
        break;
      case 61:
        this.typing(account, first, first);
        break;
      case 62:
        this.typing(account, CHAT + second, first);
        break;
      case 119:
        this.answered(first);
        break;
    }
  }

  want(account, peer, message) {
    if (message) account.wanted.add(message);
    account.touched.add(peer);
    account.flush ||= soon(() => this.flush(account));
    account.flush();
  }

  /** One reading after the other: what stands above is never drawn after what stands below. */
  async flush(account) {
    if (account.busy) return;
    account.busy = true;
    for (let failures = 0; account.touched.size && this.accounts.get(account.id) === account; ) {
      const ids = [...account.wanted];
      const peers = [...account.touched];
      account.wanted.clear();
      account.touched.clear();
      const read = await this.read(account, ids, peers);
      this.emit("dialogs", account.id);
      failures = read ? 0 : failures + 1;
      if (read) continue;
      if (!wire.up || failures > AGAIN_MOST) break; // when VK is back everything is read anew
      for (const id of ids) account.wanted.add(id);
      for (const peer of peers) account.touched.add(peer);
      await new Promise((rested) => setTimeout(rested, AGAIN_IN * failures));
    }
    account.busy = false;
  }

  /** Whether all of it could be read. */
  async read(account, ids, peers) {
    const asked = peers.map((peer) => this.reread(account, peer));
    for (let at = 0; at < ids.length; at += AT_ONCE) asked.push(this.pull(account, ids.slice(at, at + AT_ONCE)));
    return (await Promise.allSettled(asked)).every((one) => one.status === "fulfilled");
  }

  async pull(account, ids) {
    const { items } = await call("messages.getById", { message_ids: ids.join(",") }, account.token);
    for (const message of items.sort((a, b) => a.conversation_message_id - b.conversation_message_id)) {
      const dialog = this.dialog(account.id, message.peer_id);
      const fresh = dialog.put(message);
      if (fresh) dialog.typing.delete(message.from_id);
      if (message.action) this.rereadWorld();
      this.emit("message", { dialog, message, fresh });
    }
  }

  async reread(account, peer) {
    const { items } = await call("messages.getConversationsById", { peer_ids: peer }, account.token);
    const dialog = this.dialog(account.id, peer);
    if (items.length) dialog.learn(items[0]);
    else dialog.canWrite = false; // VK shows it to this person no more: they are out of the chat
    this.emit("dialog", dialog);
  }

  gone(account, peer, id) {
    const dialog = this.dialog(account.id, peer);
    const message = dialog.drop(id);
    if (message) this.emit("gone", { dialog, message });
    if (dialog.loaded) this.want(account, peer, 0);
    else this.readAccount(account).catch(() => {});
  }

  typing(account, peer, who) {
    const dialog = this.dialog(account.id, peer);
    clearTimeout(dialog.typing.get(who));
    dialog.typing.set(
      who,
      setTimeout(() => {
        dialog.typing.delete(who);
        this.emit("typing", dialog);
      }, TYPING_LIFE),
    );
    this.emit("typing", dialog);
  }

  answered(told) {
    this.answers.set(told.event_id, told.action);
    if (this.answers.size > 200) this.answers.delete(this.answers.keys().next().value);
    this.emit("answer", told);
  }

  // --- reading -------------------------------------------------------------

  async first(dialog) {
    const got = await this.history(dialog, {});
    dialog.fill(got.items);
    this.emit("dialog", dialog);
  }

  async older(dialog) {
    const oldest = dialog.list[0];
    if (!oldest || dialog.complete) return;
    dialog.prepend((await this.history(dialog, { start_message_id: oldest.id })).items);
  }

  async catchUp(dialog) {
    const { items } = await this.history(dialog, {});
    const gap =
      dialog.list.length && items.length && !items.some((one) => dialog.byCmid.has(one.conversation_message_id));
    if (gap) dialog.fill(items);
    else for (const message of items) dialog.put(message);
    this.emit("refilled", dialog);
  }

  async history(dialog, more) {
    const asked = { peer_id: dialog.peer, count: 50, extended: 1, ...more };
    const got = await call("messages.getHistory", asked, dialog.token);
    if (got.conversations?.length) dialog.learn(got.conversations[0]);
    for (const one of got.profiles || []) this.names.set(one.id, `${one.first_name} ${one.last_name}`);
    for (const one of got.groups || []) this.names.set(-one.id, one.name);
    return got;
  }

  async markRead(dialog) {
    const last = dialog.list.at(-1);
    if (!wire.up || !last || !dialog.unread || dialog.marked >= last.conversation_message_id) return;
    dialog.marked = last.conversation_message_id;
    const asked = { peer_id: dialog.peer, up_to_cmid: dialog.marked };
    await call("messages.markAsRead", asked, dialog.token).catch(() => {
      dialog.marked = 0;
    });
  }

  // --- writing -------------------------------------------------------------

  /** Shows the message at once; a failed one stays with «повторить» and goes again under the same random_id. */
  /** Who came by a link brings its code with the first message of the visit, whatever that is. */
  send(dialog, given, shown) {
    const params = dialog.ref ? { ...given, ref: dialog.ref } : given;
    dialog.ref = "";
    const waiting = { random_id: 1 + Math.floor(Math.random() * 2 ** 30), params, shown, state: "sending" };
    dialog.waiting.push(waiting);
    this.emit("waiting", dialog);
    return this.deliver(dialog, waiting);
  }

  async deliver(dialog, waiting) {
    waiting.state = "sending";
    this.emit("waiting", dialog);
    try {
      const asked = { peer_id: dialog.peer, random_id: waiting.random_id, ...waiting.params };
      const id = await call("messages.send", asked, dialog.token);
      if (!dialog.byId.has(id)) await this.pull(this.accounts.get(dialog.account), [id]);
      dialog.forget(waiting);
    } catch (error) {
      if (!dialog.waiting.includes(waiting)) return; // its message has come, only the answer was lost
      waiting.state = "failed";
      waiting.why = error instanceof VkError ? `ошибка ${error.code}` : "VK не ответил";
      if (!(error instanceof VkError || error instanceof Unreachable)) waiting.why = error.message;
      say(error);
    }
    this.emit("waiting", dialog);
  }
}

class Account {
  constructor({ id, token }) {
    this.id = id;
    this.token = token;
    this.dialogs = new Map();
    this.wanted = new Set();
    this.touched = new Set();
    this.busy = false; // its news are being read
  }
}
