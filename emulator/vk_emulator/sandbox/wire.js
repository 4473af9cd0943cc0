// What goes wrong between VK and the bot, as switches. It must only say which fault is wanted: the emulator acts it out.
import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { botOf, enterBot, leaveBot, promoteBot } from "./membership.js";
import { guarded } from "./toast.js";

const FAULTS = [
  {
    key: "slow",
    label: "VK отвечает медленно",
    about: "Каждый ответ идёт к боту по три секунды.",
    rule: { method: "messages.*", mode: "slow", seconds: 3 },
  },
  {
    key: "lost",
    label: "Ответы теряются",
    about: "VK принимает сообщение, но бот об этом не узнаёт. Двух копий быть не должно.",
    rule: { method: "messages.send", mode: "accept_drop" },
  },
  {
    key: "replay",
    label: "События повторяются",
    about: "VK присылает боту прошлые события ещё раз. Второй раз они ничего не меняют.",
    rule: { method: "longpoll", mode: "replay", count: 3, probability: 0.5 },
  },
  {
    key: "six",
    label: "Ошибка 6: слишком часто",
    about: "Бот шлёт слишком много запросов в секунду.",
    rule: { method: "messages.send", mode: "error", code: 6 },
  },
  {
    key: "nine",
    label: "Ошибка 9: похоже на спам",
    about: "VK просит бота помолчать.",
    rule: { method: "messages.send", mode: "error", code: 9 },
  },
  {
    key: "ten",
    label: "Ошибка 10: сбой внутри VK",
    about: "VK сам не знает, что случилось.",
    rule: { method: "messages.send", mode: "error", code: 10 },
  },
  {
    key: "shut",
    label: "Ошибка 901: человек закрыл сообщения",
    about: "Боту нельзя писать тому, кто открыт слева.",
    rule: { method: "messages.send", mode: "error", code: 901 },
    person: true,
  },
];

export class Wire {
  constructor(app) {
    this.app = app;
    this.switches = new Map();
    // Changes of ours that VK has not answered yet: meanwhile a switch stands where it was put.
    this.underway = 0;
    this.up = this.toggle("VK недоступен", "Связь оборвана для всех: и для бота, и для людей.", () => this.cut());
    const list = FAULTS.map((fault) => {
      const made = this.toggle(fault.label, fault.about, () => this.flip(fault));
      this.switches.set(fault.key, made);
      return made.root;
    });
    this.repair = h(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: guarded(() => call("emulator.clearFaults").then(() => app.store.readWorld())),
      },
      "Всё исправить",
    );
    this.sheet = h(
      "div",
      { class: "sheet", id: "wire-sheet" },
      h("p", {}, "Сломайте связь и посмотрите, как бот это переживёт."),
      this.up.root,
      ...list,
      this.repair,
      this.membership(),
      h("p", {}, h("a", { href: "/journal", target: "_blank", rel: "noopener" }, "Журнал запросов")),
    );
    this.state = h("span", {});
    this.opener = h(
      "button",
      { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": "wire-sheet" },
      icon("wire"),
      this.state,
      icon("chevron"),
    );
    this.root = h(
      "section",
      { class: "tool wire", "aria-label": "Связь" },
      h("h2", {}, "Связь"),
      this.opener,
      this.sheet,
    );
    app.store.on("world", () => this.draw());
  }

  toggle(label, about, act) {
    const box = h("input", { type: "checkbox", role: "switch", onchange: guarded(() => this.change(act)) });
    const root = h("label", { class: "switch" }, box, h("span", {}, label, h("small", {}, about)));
    return { root, box };
  }

  membership() {
    this.chats = h("select", { "aria-label": "Чат", onchange: () => this.bot() });
    this.out = h("button", { type: "button", onclick: () => leaveBot(this.app.store, this.chosen()) }, "Убрать бота");
    this.in = h("button", { type: "button", onclick: () => enterBot(this.app.store, this.chosen()) }, "Вернуть бота");
    this.admin = h(
      "button",
      { type: "button", onclick: () => promoteBot(this.app.store, this.chosen()) },
      "Сделать администратором",
    );
    return h(
      "fieldset",
      {},
      h("legend", {}, "Бот в чате"),
      this.chats,
      h("div", { class: "buttons" }, this.out, this.in, this.admin),
    );
  }

  chosen() {
    return this.app.store.world.chats.find((chat) => chat.key === this.chats.value);
  }

  // --- acting --------------------------------------------------------------------

  async change(act) {
    this.underway += 1;
    try {
      await act();
    } finally {
      this.underway -= 1;
      await this.app.store.readWorld();
    }
  }

  cut() {
    return call("emulator.setFaults", { up: this.up.box.checked ? 0 : 1 });
  }

  flip(fault) {
    const rules = this.rules()
      .filter((rule) => !same(rule, fault))
      .map(({ used, ...rule }) => rule);
    if (this.switches.get(fault.key).box.checked) rules.push(this.rule(fault));
    return call("emulator.setFaults", { rules });
  }

  /** The rules that can still strike: a spent one is no trouble any more. */
  rules() {
    return this.app.store.world.faults.rules.filter((rule) => !rule.times || rule.used < rule.times);
  }

  rule(fault) {
    return fault.person ? { ...fault.rule, match: { peer_id: this.app.residents.active.account } } : fault.rule;
  }

  // --- telling -------------------------------------------------------------------

  draw() {
    const { faults, chats } = this.app.store.world;
    const rules = this.rules();
    const active = FAULTS.filter((fault) => rules.some((rule) => same(rule, fault)));
    if (this.underway === 0) {
      this.up.box.checked = !faults.up;
      for (const fault of FAULTS) this.switches.get(fault.key).box.checked = active.includes(fault);
    }
    const told = active.map((fault) => fault.label);
    const others = rules.filter((rule) => !FAULTS.some((fault) => same(rule, fault)));
    told.push(...others.map((rule) => `${rule.method}: ${rule.mode}`));
    const down = !faults.up;
    this.state.textContent = down
      ? "VK недоступен"
      : told.length > 1
        ? `Неполадок: ${told.length}`
        : told[0] || "Связь исправна";
    this.opener.title = told.join("; ");
    this.opener.classList.toggle("bad", down || told.length > 0);
    this.list(chats);
  }

  list(chats) {
    const kept = this.chats.value;
    this.chats.replaceChildren(...chats.map((chat) => h("option", { value: chat.key }, chat.title)));
    if (chats.some((chat) => chat.key === kept)) this.chats.value = kept;
    this.bot();
  }

  bot() {
    const chat = this.chosen();
    if (!chat) return;
    const bot = botOf(this.app.store, chat);
    const inside = chat.members.includes(bot);
    this.out.hidden = !inside;
    this.in.hidden = inside;
    this.admin.hidden = !inside || chat.admins.includes(bot);
  }
}

function same(rule, fault) {
  const { method, mode, code } = fault.rule;
  return rule.method === method && rule.mode === mode && (mode !== "error" || rule.code === code);
}
