// The messages of one dialogue on the screen: only a piece of them is drawn, and the place of reading is kept. It must
// never ask for more than the next page.
import { bubble, unsent } from "./bubble.js";
import { h, icon } from "./dom.js";
import { CHAT } from "./store.js";
import { say } from "./toast.js";
import { day } from "./words.js";

const PAGE = 50;
const MOST = 200; // drawn at once
const NEAR = 500; // pixels from the edge where the next page is drawn
const END = 60; // pixels from the end that still count as the end
const JOINED = 300; // seconds between messages of one sender that stand together

const number = (message) => message.conversation_message_id;

export class Log {
  constructor(store, dialog, act) {
    this.store = store;
    this.dialog = dialog;
    this.act = act;
    this.nodes = new Map();
    this.shown = [];
    this.stuck = true;
    this.missed = 0;
    this.top = 0;
    this.view = this.viewed();
    this.waitings = h("div", { class: "waitings" });
    this.list = h(
      "div",
      {
        class: "log",
        role: "log",
        tabindex: 0,
        "aria-live": "off",
        "aria-label": "Переписка. Стрелки вверх и вниз ведут по сообщениям",
        onscroll: () => this.scrolled(),
        onkeydown: (event) => this.walk(event),
        onfocusin: (event) => this.focused(event),
      },
      this.waitings,
    );
    this.jumper = h("button", { type: "button", class: "jumper", hidden: true, onclick: () => this.toEnd() });
    this.root = h("div", { class: "log-frame" }, this.list, this.jumper);
    new ResizeObserver(() => this.resized()).observe(this.list);
  }

  viewed() {
    return {
      chat: this.dialog.peer > CHAT,
      name: (id) => this.store.name(id),
      read: () => this.dialog.outRead,
      jump: (cmid) => this.jump(cmid).catch(say),
    };
  }

  // --- coming and going ------------------------------------------------------

  async show() {
    if (!this.dialog.loaded) {
      await this.store.first(this.dialog);
      this.stuck = true;
    }
    const top = this.away ? this.top : this.list.scrollTop;
    this.away = false;
    const known = this.shown.map((one) => this.dialog.byCmid.get(number(one))).filter(Boolean);
    if (this.stuck || !known.length) return this.tail();
    this.draw(known);
    this.list.scrollTop = top;
    return this.pointer();
  }

  hide() {
    this.away = true;
    this.top = this.list.scrollTop;
  }

  /** The newest page, from nothing. */
  tail() {
    this.draw(this.dialog.list.slice(-PAGE));
    this.drawWaiting();
    this.toBottom();
  }

  draw(messages) {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
    this.shown = [];
    this.put(messages, 0);
  }

  // --- drawing ---------------------------------------------------------------

  /** Draws messages before the place `at` of what is shown. */
  put(messages, at) {
    const next = this.shown[at];
    const before = next ? this.nodes.get(number(next)) : this.waitings;
    this.shown.splice(at, 0, ...messages);
    const piece = document.createDocumentFragment();
    for (const message of messages) piece.append(this.made(message));
    this.list.insertBefore(piece, before);
    for (let one = at; one <= at + messages.length && one < this.shown.length; one += 1) this.dress(one);
    this.point();
  }

  made(message) {
    const node = bubble(message, this.view, this.act);
    node.tabIndex = -1;
    for (const inner of node.querySelectorAll("button, a")) inner.tabIndex = -1;
    this.nodes.set(number(message), node);
    return node;
  }

  /** Days and neighbours: who stands together with the message before. */
  dress(at) {
    const message = this.shown[at];
    const before = this.shown[at - 1];
    const node = this.nodes.get(number(message));
    const date = day(message.date);
    if (!before || day(before.date) !== date) node.dataset.day = date;
    else delete node.dataset.day;
    const same =
      before && !before.action && before.from_id === message.from_id && message.date - before.date < JOINED;
    node.classList.toggle("joined", Boolean(same && !node.dataset.day));
  }

  cut(first, last) {
    for (const message of this.shown.splice(first, last - first)) {
      this.nodes.get(number(message)).remove();
      this.nodes.delete(number(message));
    }
    if (this.shown.length && first === 0) this.dress(0);
  }

  /** Changes the page so that what is being read does not move. */
  keep(change) {
    const anchor = this.stuck ? null : this.topmost();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (this.stuck) this.toBottom();
    else if (anchor?.isConnected) this.list.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  topmost() {
    const edge = this.list.getBoundingClientRect().top;
    for (const message of this.shown) {
      const node = this.nodes.get(number(message));
      if (node.getBoundingClientRect().bottom > edge) return node;
    }
    return null;
  }

  // --- news --------------------------------------------------------------------

  came(messages) {
    const fresh = [];
    this.keep(() => {
      for (const message of messages) {
        if (this.nodes.has(number(message))) this.redraw(message);
        else fresh.push(message);
      }
      this.append(fresh);
    });
    if (!this.stuck) this.missed += fresh.filter((one) => !one.out).length;
    this.drawWaiting();
    this.pointer();
  }

  append(fresh) {
    const rest = this.dialog.list.slice(this.shown.length ? this.place(this.shown.at(-1)) + 1 : 0);
    if (!rest.length || rest.length > fresh.length) return; // the end is not on the screen: it is drawn when it is reached
    this.put(rest, this.shown.length);
    if (this.shown.length > MOST) this.cut(0, this.shown.length - MOST);
  }

  redraw(message) {
    const old = this.nodes.get(number(message));
    const at = this.shown.findIndex((one) => number(one) === number(message));
    const focused = old.contains(document.activeElement) && document.activeElement;
    this.shown[at] = message;
    const node = this.made(message);
    old.replaceWith(node);
    this.dress(at);
    if (this.current === old) this.current = null;
    this.point(node);
    if (focused) (same(node, focused) || node).focus();
  }

  gone(message) {
    const at = this.shown.findIndex((one) => number(one) === number(message));
    if (at < 0) return;
    this.keep(() => {
      this.cut(at, at + 1);
      if (at < this.shown.length) this.dress(at);
    });
    this.point();
  }

  /** Read marks of own messages. */
  marks() {
    for (const message of this.shown) {
      const ticks =
        message.out &&
        number(message) <= this.dialog.outRead &&
        this.nodes.get(number(message)).querySelector(".icon-check");
      if (ticks) this.redraw(message);
    }
  }

  drawWaiting() {
    const shown = this.dialog.waiting.map((one) => this.waitingNode(one));
    for (const node of [...this.waitings.children]) if (!shown.includes(node)) node.remove();
    for (const node of shown) if (!node.isConnected) this.waitings.append(node);
    if (this.stuck) this.toBottom();
  }

  /** Drawn anew only when its state changes, so that a button in it keeps the focus. */
  waitingNode(one) {
    if (one.drawn !== one.state) {
      one.drawn = one.state;
      one.node?.remove();
      const remove = () => {
        this.dialog.forget(one);
        this.drawWaiting();
      };
      one.node = unsent(one, { again: () => this.store.deliver(this.dialog, one), remove });
    }
    return one.node;
  }

  // --- scrolling -----------------------------------------------------------------

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    if (!clientHeight) return;
    if (clientHeight !== this.high && this.stuck) return this.resized(); // the window grew or shrank, nobody scrolled
    this.high = clientHeight;
    const left = scrollHeight - scrollTop - clientHeight;
    this.stuck = left < END && this.whole();
    if (this.stuck) this.missed = 0;
    if (scrollTop < NEAR) this.up().catch(say);
    else if (left < NEAR) this.down();
    this.pointer();
    this.act.seen();
  }

  resized() {
    this.high = this.list.clientHeight;
    if (this.stuck) this.toBottom();
    this.act.seen();
  }

  whole() {
    return !this.shown.length || this.place(this.shown.at(-1)) >= this.dialog.list.length - 1;
  }

  /** Where a message stands among all that are known. */
  place(message) {
    return this.dialog.place(number(message));
  }

  async up() {
    if (this.busy || !this.shown.length) return;
    this.busy = true;
    try {
      if (this.place(this.shown[0]) === 0) await this.store.older(this.dialog);
      const at = this.place(this.shown[0]);
      if (at > 0) {
        this.quietly(() =>
          this.keep(() => {
            this.put(this.dialog.list.slice(Math.max(0, at - PAGE), at), 0);
            if (this.shown.length > MOST) this.cut(MOST, this.shown.length);
          }),
        );
      }
    } finally {
      this.busy = false;
    }
  }

  down() {
    if (this.busy || this.whole()) return;
    const at = this.place(this.shown.at(-1)) + 1;
    this.keep(() => {
      this.put(this.dialog.list.slice(at, at + PAGE), this.shown.length);
      if (this.shown.length > MOST) this.cut(0, this.shown.length - MOST);
    });
  }

  toBottom() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  toEnd() {
    this.stuck = true;
    this.missed = 0;
    if (this.whole()) this.toBottom();
    else this.tail();
    this.pointer();
  }

  pointer() {
    this.jumper.hidden = this.stuck;
    const words = this.missed ? `${this.missed} ${this.missed === 1 ? "новое" : "новых"}` : "В конец";
    this.jumper.replaceChildren(icon("down"), words);
  }

  async jump(cmid) {
    for (let page = 0; page < 40 && !this.dialog.byCmid.has(cmid) && !this.dialog.complete; page += 1)
      await this.store.older(this.dialog);
    const message = this.dialog.byCmid.get(cmid);
    if (!message) return;
    if (!this.nodes.has(cmid)) {
      const at = this.place(message);
      this.draw(this.dialog.list.slice(Math.max(0, at - PAGE / 2), at + PAGE / 2));
    }
    this.stuck = false;
    const node = this.nodes.get(cmid);
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1600);
  }

  // --- keyboard and screen readers ---------------------------------------------------

  /** New messages are read aloud in the dialogue that a person is in, old ones never. */
  aloud(now) {
    this.live = now ? "polite" : "off";
    this.list.setAttribute("aria-live", this.live);
  }

  quietly(change) {
    this.list.setAttribute("aria-live", "off");
    change();
    setTimeout(() => this.list.setAttribute("aria-live", this.live || "off"), 300);
  }

  /** One message at a time is in the order of Tab, with its buttons: the newest, or where the arrows led. */
  point(node = null) {
    const inside = this.list.contains(document.activeElement) && document.activeElement !== this.list;
    const last = this.shown.length ? this.nodes.get(number(this.shown.at(-1))) : null;
    const wanted = node || (inside && this.current?.isConnected ? this.current : last);
    if (!wanted || (wanted === this.current && wanted.tabIndex === 0)) return;
    for (const [one, index] of [
      [this.current, -1],
      [wanted, 0],
    ]) {
      if (!one) continue;
      one.tabIndex = index;
      for (const inner of one.querySelectorAll("button, a")) inner.tabIndex = index;
    }
    this.current = wanted;
  }

  focused(event) {
    const node = event.target.closest(".message");
    if (node && this.nodes.get(Number(node.dataset.cmid)) === node) this.point(node);
  }

  walk(event) {
    const onLog = event.target === this.list;
    if (!onLog && !event.target.classList.contains("message")) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const at = this.shown.findIndex((one) => this.nodes.get(number(one)) === this.current);
    if (step) {
      event.preventDefault();
      const next = this.shown[onLog ? at : Math.min(Math.max(at + step, 0), this.shown.length - 1)];
      if (next) this.nodes.get(number(next)).focus();
    } else if (event.key === "Enter" && !onLog && this.shown[at]) {
      event.preventDefault();
      this.act.menu(this.shown[at], this.current);
    }
  }
}

/** The button that had the focus, in the message drawn anew: a pressed one stays under the finger. */
function same(node, focused) {
  return focused.matches(".key") && [...node.querySelectorAll(".key")].find((one) => one.textContent === focused.textContent);
}
