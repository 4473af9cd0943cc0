// Puts the page together: the store, both sides, the tools, the address. It must never hold a rule of VK.
import { call } from "./api.js";
import { Clock } from "./clock.js";
import { Dialogue } from "./dialogue.js";
import { h, icon } from "./dom.js";
import { Presser } from "./keyboard.js";
import { listen } from "./live.js";
import { Officials } from "./officials.js";
import { Panel } from "./panel.js";
import { Residents } from "./residents.js";
import { Store } from "./store.js";
import { guarded, say, toast } from "./toast.js";
import { Tour } from "./tour.js";
import { SIDES, Views, sheets } from "./views.js";
import { Wall } from "./wall.js";
import { Wire } from "./wire.js";

const JOIN_WITHIN = 3000; // then without the news: they join when they can

class App {
  constructor() {
    this.title = document.title;
    this.sides = { ...SIDES };
    this.store = new Store();
    this.presser = new Presser(this.store);
    this.dialogues = new Map();
    this.clock = new Clock(this.store);
    this.panel = new Panel(this);
    this.wire = new Wire(this);
    this.residents = new Residents(this, document.getElementById("residents"));
    this.officials = new Officials(this, document.getElementById("officials"));
    this.wall = new Wall(this, document.getElementById("wall"));
    this.views = new Views(this);
    this.tools();
    document.querySelector(".skip-link").addEventListener("click", (event) => this.skip(event));
    document.addEventListener("focusin", (event) => this.listening(event.target));
    document.addEventListener("visibilitychange", () => this.seen());
  }

  tools() {
    const reset = guarded(async () => {
      if (!confirm("Начать заново? Всё, что написано в песочнице, исчезнет.")) return;
      await call("emulator.reset");
      toast(this.panel.alone ? "Песочница начата заново." : "Песочница начата заново. Бот запускается.");
    });
    const again = h("button", { type: "button", class: "again", onclick: reset }, icon("again"), "Начать заново");
    this.more = h("section", { class: "tool more", "aria-label": "Песочница" }, again);
    document.getElementById("tools").append(this.clock.root, this.wire.root, this.panel.root, this.wall.tool, this.more);
    this.sheet = sheets(this.wire, this.panel);
  }

  /** What the page of a bot adds: a name, names of the two sides, tools with a sheet each, lines below them, a tour. */
  join({ title = "", tools = [], below = [], tour = null, sides = {} }) {
    this.title = title || this.title;
    Object.assign(this.sides, sides);
    this.views.call(sides);
    this.counted();
    for (const tool of tools) {
      this.more.before(tool.root);
      this.sheet(tool);
    }
    for (const line of below) this.more.after(line.root);
    for (const one of [...tools, ...below]) {
      this.store.on("bot", (told) => one.take(told));
      if (this.panel.task_of_form) one.take(this.panel.task_of_form);
    }
    if (tour) this.guide(new Tour(this, tour));
  }

  guide(tour) {
    this.more.prepend(h("button", { type: "button", onclick: () => tour.start() }, icon("flag"), "Экскурсия"));
    this.begun.then(() => tour.offer()).catch(say);
  }

  // --- opening ---------------------------------------------------------------------

  /** First the stream of news, then everything is read: nothing falls between. */
  async begin() {
    const early = [];
    await new Promise((joined) => {
      setTimeout(joined, JOIN_WITHIN);
      this.listen((told) => (this.ready ? this.store.take(told) : early.push(told)), joined);
    });
    await this.store.open();
    this.clock.set(this.store.world.clock);
    this.restore(address());
    this.ready = true;
    early.forEach((told) => this.store.take(told));
    this.byLink(new URLSearchParams(location.search).get("ref"));
    await this.panel.open();
  }

  listen(news, joined) {
    listen({
      news,
      clock: ({ now }) => {
        this.clock.set(now);
        joined();
      },
      world: () => this.ready && this.store.rereadWorld(),
      wall: () => this.ready && this.store.emit("wall"),
      bot: (told) => this.panel.take(told),
      reset: () => this.ready && this.reset().catch(say),
      again: () => this.ready && this.again().catch(say),
    });
  }

  restore({ r = "", a = "", o = "", c = "", v = "" }) {
    const accounts = r.split(",").map(Number).filter(Boolean);
    this.residents.restore(accounts, Number(a));
    this.officials.restore(Number(o), c);
    this.views.show(v || this.views.shown);
  }

  /** The page's own vk.me: `/?ref=CODE` is a visit by that link, once. */
  byLink(code) {
    if (!code) return;
    history.replaceState(null, "", location.pathname + location.hash);
    this.views.show("residents");
    this.residents.active?.dialogue?.composer.byLink(code);
  }

  async reset() {
    const kept = address();
    for (const dialogue of this.dialogues.values()) dialogue.hide();
    this.dialogues.clear();
    await this.store.open();
    this.restore(kept);
    this.store.emit("reset");
  }

  async again() {
    await this.store.readWorld();
    await this.store.again();
    await this.panel.open();
  }

  // --- dialogues ---------------------------------------------------------------------

  dialogue(account, peer) {
    const key = `${account}:${peer}`;
    if (!this.dialogues.has(key)) this.dialogues.set(key, new Dialogue(this, account, peer));
    return this.dialogues.get(key);
  }

  open(account, peer) {
    const resident = this.store.residents().some((user) => user.id === account);
    this.views.show(resident ? "residents" : "officials");
    return resident ? this.residents.open(account, peer) : this.officials.open(account, peer);
  }

  /** To where one writes; the address keeps what is open. */
  skip(event) {
    event.preventDefault();
    this.views.show("residents");
    this.residents.active?.dialogue?.composer.text.focus();
  }

  listening(target) {
    const root = target.closest?.(".dialogue");
    if (!root) return;
    for (const dialogue of this.dialogues.values()) dialogue.log.aloud(dialogue.root === root);
  }

  seen() {
    for (const dialogue of this.dialogues.values()) dialogue.seen();
  }

  // --- the address and the title -------------------------------------------------------

  remember() {
    if (!this.residents?.active || !this.officials?.account) return;
    const kept = new URLSearchParams({
      r: this.residents.accounts.join(","),
      a: this.residents.active.account,
      o: this.officials.account,
      c: this.officials.chat,
      v: this.views.shown,
    });
    history.replaceState(null, "", `#${kept.toString().replaceAll("%2C", ",")}`);
  }

  counted() {
    if (!this.views) return;
    this.views.count(this.residents.unread || 0, this.officials.unread || 0);
    const sum = (this.residents.unread || 0) + (this.officials.unread || 0);
    document.title = `${sum ? `(${sum}) ` : ""}${this.title}`;
  }
}

function address() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

export const app = new App();
app.begun = app.begin();
app.begun.catch(say);
