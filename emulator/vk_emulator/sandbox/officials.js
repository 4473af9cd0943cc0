// The right side: an official, the list of their chats and one of these chats. It must never hold a chat's messages.
import { arrange, avatar, badge, h, iconButton, soon, walkable } from "./dom.js";
import { menu } from "./menu.js";
import { clockTime, day, gist, plural } from "./words.js";
import { botOf, enterBot, invitePerson, leaveBot, leaveChat, promoteBot, returnToChat } from "./membership.js";
import { CHAT } from "./store.js";
import { SIDES } from "./views.js";

export class Officials {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.account = 0;
    this.peer = 0;
    this.unread = 0;
    this.items = new Map(); // the buttons of chats, by account and peer
    this.select = h("select", {
      id: "official",
      "aria-label": "Участник",
      onchange: () => this.become(Number(this.select.value)),
    });
    this.about = h("small", {});
    this.face = h("span");
    this.list = walkable(h("nav", { class: "chats", "aria-label": "Чаты участника" }), ".chat-item");
    this.talk = h("div", { class: "talk" });
    const who = h("div", { class: "names" }, this.select, this.about);
    root.append(
      h("header", { class: "pane-head" }, h("h2", { "data-side": "officials" }, SIDES.officials), this.face, who),
      h("div", { class: "split" }, this.list, this.talk),
    );
    this.refresh = soon(() => this.tell(), 40);
    for (const news of ["dialogs", "dialog", "gone"]) app.store.on(news, this.refresh);
    app.store.on("world", () => this.account && this.refresh());
  }

  restore(account, chat) {
    const { store } = this.app;
    const people = store.officials();
    this.select.replaceChildren(...people.map((one) => h("option", { value: one.id }, store.name(one.id))));
    this.dialogue?.hide();
    this.dialogue = null;
    this.account = people.some((one) => one.id === account) ? account : this.busiest(people);
    this.peer = this.account ? this.peerOf(chat) : 0;
    this.draw();
  }

  /** On a first visit: whose own chat, not the centre's, has the newest message. */
  busiest(people) {
    const { store } = this.app;
    const own = store.world.chats.filter((chat) => !chat.cur && people.some((one) => one.id === chat.owner_id));
    const newest = (chat) => store.dialog(chat.owner_id, chat.peer_ids[`user-${chat.owner_id}`]).last?.date || 0;
    return own.sort((a, b) => newest(b) - newest(a))[0]?.owner_id || people[0]?.id || 0;
  }

  /** A chat is named by its key in the address, because every member numbers it otherwise. */
  peerOf(name) {
    const chat = this.app.store.world.chats.find((one) => one.key === name);
    return chat?.peer_ids[`user-${this.account}`] || Number(name) || 0;
  }

  get store() {
    return this.app.store;
  }

  get chat() {
    return this.app.store.chat(this.account, this.peer)?.key || String(this.peer || "");
  }

  become(account) {
    this.account = account;
    this.peer = 0;
    this.draw();
  }

  open(account, peer) {
    this.account = account;
    this.peer = peer;
    this.draw();
    return this.dialogue;
  }

  back() {
    this.root.classList.remove("talking");
    this.list.querySelector("[aria-current=true]")?.focus();
  }

  draw() {
    const { store } = this.app;
    if (!this.account) return;
    const chosen = this.peer;
    this.peer ||= this.peers()[0] || 0;
    this.select.value = this.account;
    this.about.textContent = store.person(this.account).about;
    const face = avatar(this.account, store.name(this.account));
    this.face.replaceWith(face);
    this.face = face;
    this.root.classList.toggle("talking", Boolean(chosen));
    this.fill();
    this.tell();
    this.app.remember();
  }

  fill() {
    const dialogue = this.peer ? this.app.dialogue(this.account, this.peer) : null;
    if (dialogue && dialogue === this.dialogue && dialogue.root.isConnected) return; // moving it would lose the place
    this.dialogue?.hide();
    this.dialogue = dialogue;
    this.header = h("header", { class: "window-head" });
    this.talk.replaceChildren(this.header, ...(dialogue ? [dialogue.root] : []));
    this.heading();
    dialogue?.show();
  }

  /** Chats of this person in the world, with a bot or not yet, and what else they have; the newest first. */
  peers() {
    const { store } = this.app;
    const token = `user-${this.account}`;
    const { dialogs } = store.accounts.get(this.account);
    const chats = store.world.chats.map((chat) => chat.peer_ids[token]).filter(Boolean);
    const newest = (peer) => dialogs.get(peer)?.last?.id || 0;
    const written = [...dialogs.keys()].filter((peer) => dialogs.get(peer).last);
    return [...new Set([...chats, ...written])].sort((a, b) => newest(b) - newest(a));
  }

  // --- what is told ------------------------------------------------------------------

  tell() {
    const { store } = this.app;
    if (!this.account || !store.accounts.has(this.account)) return;
    const inside = document.activeElement?.closest?.(".chat-item")?.dataset.peer;
    arrange(
      this.list,
      this.peers().map((peer) => this.item(peer)),
    );
    if (inside) this.list.querySelector(`[data-peer="${inside}"]`)?.focus();
    for (const option of this.select.options) {
      const id = Number(option.value);
      const unread = id === this.account ? 0 : store.unread(id);
      const words = store.name(id) + (unread ? ` (${unread})` : "");
      if (option.textContent !== words) option.textContent = words;
    }
    this.unread = store.unread(this.account);
    this.heading();
    this.app.counted();
  }

  item(peer) {
    const { store } = this.app;
    const title = store.title(this.account, peer);
    const dialog = store.dialog(this.account, peer);
    const { last } = dialog;
    const words = last ? `${last.out ? "Вы: " : ""}${gist(last, (id) => store.name(id))}` : "Пока пусто";
    const time = last ? when(last.date, store.now?.()) : "";
    const kept = this.kept(peer);
    kept.setAttribute("aria-current", String(peer === this.peer));
    const shown = JSON.stringify([title, time, words, dialog.unread]);
    if (kept.told === shown) return kept;
    kept.told = shown;
    const parts = [h("span", { class: "title" }, title), h("time", {}, time), h("span", { class: "gist" }, words)];
    kept.replaceChildren(...[avatar(peer, title), ...parts, badge(dialog.unread)].filter(Boolean));
    return kept;
  }

  /** The button of a chat stays one element for as long as its official is here. */
  kept(peer) {
    const key = `${this.account}:${peer}`;
    if (!this.items.has(key)) {
      const onclick = () => this.open(this.account, peer);
      this.items.set(key, h("button", { type: "button", class: "chat-item", "data-peer": peer, onclick }));
    }
    return this.items.get(key);
  }

  heading() {
    const { store } = this.app;
    if (!this.header || !this.peer) return;
    const title = store.title(this.account, this.peer);
    const chat = store.chat(this.account, this.peer);
    const bots = chat ? chat.members.filter((id) => id < 0) : [];
    const people = chat ? chat.members.length - bots.length : 0;
    const words = chat
      ? `${plural(people, "человек", "человека", "человек")}, ${bots.length ? "бот в чате" : "бота нет"}`
      : this.peer > CHAT
        ? "Вы не в этом чате"
        : "Личный диалог";
    const shown = `${title}|${words}|${this.peer}`;
    if (this.header.dataset.shown === shown) return;
    this.header.dataset.shown = shown;
    const back = iconButton("back", "К списку чатов", () => this.back(), { class: "round back" });
    const actions =
      this.peer > CHAT &&
      iconButton("more", "Действия с чатом", (event) => this.menu(event.currentTarget), {
        "aria-haspopup": "menu",
      });
    this.header.replaceChildren(
      ...[
        back,
        avatar(this.peer, title),
        h("div", { class: "names" }, h("h2", {}, title), h("small", {}, words)),
        actions,
      ].filter(Boolean),
    );
  }

  menu(button) {
    const { store, account, peer } = this;
    const chat = store.chat(account, peer);
    const back = { label: "Вернуться в чат", icon: "person", act: () => returnToChat(store, account, peer) };
    menu(button, chat ? [...this.botItems(chat), ...this.peopleItems(chat)] : [back], "Действия с чатом");
  }

  botItems(chat) {
    const { store } = this;
    const bot = botOf(store, chat);
    if (!chat.members.includes(bot))
      return [{ label: "Вернуть бота в чат", icon: "bot", act: () => enterBot(store, chat) }];
    const leave = { label: "Убрать бота из чата", icon: "bot", danger: true, act: () => leaveBot(store, chat) };
    const promote = { label: "Сделать бота администратором", icon: "check", act: () => promoteBot(store, chat) };
    return chat.admins.includes(bot) ? [leave] : [leave, promote];
  }

  peopleItems(chat) {
    const { store, account, peer } = this;
    const others = store.officials().filter((one) => !chat.members.includes(one.id));
    const invite = () => invitePerson(store, account, peer, others.map((one) => one.id));
    const leave = () => leaveChat(store, account, peer);
    return [
      others.length && { label: "Пригласить в чат…", icon: "plus", act: invite },
      { label: "Выйти из чата", icon: "back", danger: true, sure: "Точно выйти?", act: leave },
    ].filter(Boolean);
  }
}

function when(date, now) {
  return !now || day(now) === day(date) ? clockTime(date) : day(date).replace(/(\d+ \S{3})\S*/, "$1");
}
