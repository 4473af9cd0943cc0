// The left side: windows of residents, several at once. It must never show one resident in two windows.
import { call } from "./api.js";
import { arrange, avatar, badge, h, icon, iconButton, soon } from "./dom.js";
import { menu } from "./menu.js";
import { guarded, toast } from "./toast.js";
import { SIDES } from "./views.js";

const WIDE = matchMedia("(min-width: 1560px)"); // two windows fit side by side

export class Residents {
  constructor(app, root) {
    this.app = app;
    this.windows = []; // {account, peer, panel, dialogue, tab}
    this.active = null;
    this.tabs = h("div", {
      class: "tabs",
      role: "tablist",
      "aria-label": "Окна людей",
      onkeydown: (event) => this.walk(event),
    });
    this.more = h(
      "button",
      { type: "button", class: "add", "aria-haspopup": "menu", onclick: () => this.offer() },
      icon("plus"),
      "окно",
    );
    this.panels = h("div", { class: "windows" });
    root.append(h("header", { class: "pane-head" }, h("h2", { "data-side": "residents" }, SIDES.residents), this.tabs, this.more), this.panels);
    WIDE.addEventListener("change", () => this.draw());
    this.refresh = soon(() => this.tell(), 40);
    app.store.on("dialogs", this.refresh);
    app.store.on("dialog", this.refresh);
  }

  get accounts() {
    return this.windows.map((one) => one.account);
  }

  home(account) {
    return this.communities()[0] || account;
  }

  communities() {
    return this.app.store.world.communities.map((group) => -group.id);
  }

  // --- windows --------------------------------------------------------------------

  /** After the first load and after every reset: the same people, if they still exist. */
  restore(accounts, active) {
    for (const one of this.windows) one.panel.remove();
    this.windows = [];
    const known = this.app.store.residents().map((one) => one.id);
    const wanted = accounts.filter((id) => known.includes(id));
    for (const id of wanted.length ? wanted : known.slice(0, 1)) this.add(id);
    this.active = this.windows.find((one) => one.account === active) || this.windows[0] || null;
    this.draw();
  }

  add(account) {
    const made = {
      account,
      peer: this.home(account),
      panel: h("div", { class: "window", role: "tabpanel", id: `window-${account}` }),
    };
    this.windows.push(made);
    this.panels.append(made.panel);
    return made;
  }

  open(account, peer = null) {
    let one = this.windows.find((each) => each.account === account);
    one ||= this.add(account);
    if (peer) one.peer = peer;
    this.active = one;
    this.draw();
    return one.dialogue;
  }

  become(one, account) {
    if (this.accounts.includes(account)) {
      this.open(account);
      return;
    }
    one.account = account;
    one.peer = this.home(account);
    one.panel.id = `window-${account}`;
    this.draw();
    one.select.focus();
  }

  close(one) {
    one.dialogue?.hide();
    one.panel.remove();
    this.windows.splice(this.windows.indexOf(one), 1);
    if (this.active === one) this.active = this.windows.at(-1);
    this.draw();
  }

  draw() {
    const other = this.windows.filter((one) => one !== this.active).at(-1);
    const shown = this.windows.filter((one) => one === this.active || (WIDE.matches && one === other));
    for (const one of this.windows) {
      one.panel.hidden = !shown.includes(one);
      if (one.panel.hidden) one.dialogue?.hide();
      else this.fill(one);
    }
    this.panels.classList.toggle("two", shown.length > 1);
    this.tell();
    this.app.remember();
  }

  fill(one) {
    const dialogue = this.app.dialogue(one.account, one.peer);
    if (one.dialogue === dialogue && dialogue.root.parentElement === one.panel) {
      dialogue.show();
      return;
    }
    one.dialogue?.hide();
    one.dialogue = dialogue;
    one.panel.replaceChildren(this.head(one), dialogue.root);
    dialogue.show();
  }

  head(one) {
    const { store } = this.app;
    const person = store.person(one.account);
    one.select = h(
      "select",
      { "aria-label": this.app.sides.residents, "data-side": "residents", onchange: () => this.become(one, Number(one.select.value)) },
      ...store
        .residents()
        .map((each) => h("option", { value: each.id, selected: each.id === one.account }, store.name(each.id))),
    );
    const actions = iconButton("more", "Действия человека", (event) => this.menu(one, event.currentTarget), {
      "aria-haspopup": "menu",
    });
    return h(
      "header",
      { class: "window-head" },
      avatar(one.account, store.name(one.account)),
      h(
        "div",
        { class: "names" },
        one.select,
        h("small", {}, `${person.about} → ${store.title(one.account, one.peer)}`),
      ),
      this.peers(one),
      actions,
      this.windows.length > 1 && iconButton("close", "Закрыть окно", () => this.close(one)),
    );
  }

  /** Who has more than one dialogue, or more than one community to write to, chooses among them. */
  peers(one) {
    const peers = new Set([this.home(one.account), ...this.communities(), ...this.app.store.accounts.get(one.account).dialogs.keys()]);
    if (peers.size < 2) return null;
    const select = h(
      "select",
      { "aria-label": "Диалог", onchange: () => this.open(one.account, Number(select.value)) },
      ...[...peers].map((peer) =>
        h("option", { value: peer, selected: peer === one.peer }, this.app.store.title(one.account, peer)),
      ),
    );
    return select;
  }

  // --- tabs and unread ------------------------------------------------------------

  tell() {
    const { store } = this.app;
    const focused = this.tabs.contains(document.activeElement);
    arrange(
      this.tabs,
      this.windows.map((one) => this.tab(one)),
    );
    // Only a focus that is gone comes back: one that is taken scrolls the row away under a mouse that is down, and the
    // click between its two tabs is lost.
    const gone = focused && !this.tabs.contains(document.activeElement);
    if (gone) this.tabs.querySelector("[aria-selected=true]")?.focus();
    for (const one of this.windows) this.count(one);
    this.unread = this.windows.reduce((sum, one) => sum + store.unread(one.account), 0);
    this.app.counted();
  }

  tab(one) {
    const { store } = this.app;
    const chosen = one === this.active;
    const first = store.person(one.account).first_name;
    const alone = this.windows.filter((each) => store.person(each.account).first_name === first).length === 1;
    one.tab ||= h("button", { type: "button", role: "tab", class: "tab", onclick: () => this.open(one.account) });
    one.tab.setAttribute("aria-selected", String(chosen));
    one.tab.setAttribute("aria-controls", one.panel.id);
    one.tab.tabIndex = chosen ? 0 : -1;
    const words = alone ? first : store.name(one.account);
    const unread = store.unread(one.account);
    const shown = JSON.stringify([words, unread]);
    if (one.tab.told === shown) return one.tab;
    one.tab.told = shown;
    one.tab.title = store.name(one.account);
    one.tab.replaceChildren(...[words, badge(unread)].filter(Boolean));
    return one.tab;
  }

  count(one) {
    const { store } = this.app;
    for (const option of one.select?.options || []) {
      const unread = Number(option.value) === one.account ? 0 : store.unread(Number(option.value));
      const words = store.name(Number(option.value)) + (unread ? ` (${unread})` : "");
      if (option.textContent !== words) option.textContent = words;
    }
  }

  walk(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.windows.indexOf(this.active) + step;
    this.open(this.windows[(at + this.windows.length) % this.windows.length].account);
    this.tabs.querySelector("[aria-selected=true]").focus();
  }

  offer() {
    const { store } = this.app;
    const free = store.residents().filter((one) => !this.accounts.includes(one.id));
    const items = free.map((one) => {
      const unread = store.unread(one.id);
      return {
        label: store.name(one.id) + (unread ? ` (${unread})` : ""),
        icon: "person",
        act: () => this.open(one.id),
      };
    });
    if (items.length) menu(this.more, items, "Открыть ещё окно");
  }

  menu = guarded(async (one, button) => {
    const { store } = this.app;
    const group = -one.peer;
    if (!store.world.communities.some((each) => each.id === group)) return;
    const token = store.accounts.get(one.account).token;
    const { is_allowed: allowed } = await call(
      "messages.isMessagesFromGroupAllowed",
      { group_id: group, user_id: one.account },
      token,
    );
    const change = guarded(async () => {
      await call(`messages.${allowed ? "deny" : "allow"}MessagesFromGroup`, { group_id: group }, token);
      toast(allowed ? "Сообщество больше не может писать этому человеку." : "Сообщество снова может писать.");
    });
    const label = allowed ? "Запретить сообщения от сообщества" : "Разрешить сообщения от сообщества";
    menu(button, [{ label, icon: "lock", act: change, danger: Boolean(allowed) }], "Действия человека");
  });
}
