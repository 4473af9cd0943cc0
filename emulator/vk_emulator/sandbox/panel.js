// The bot beside the page: whether it runs, and its books of inbox and outbox, live. It must never count anything itself.
import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { guarded } from "./toast.js";

const IN = [
  ["done", "обработано"],
  ["ignored", "пропущено"],
  ["dead", "не разобрано"],
  ["waiting", "ждёт"],
];
const OUT = [
  ["sent", "отправлено"],
  ["waiting", "ждёт"],
  ["parked", "отложено"],
  ["unknown", "неизвестно"],
  ["cancelled", "отменено"],
];
const EXPLAINED =
  "Всё, что пришло от VK, записано во входящих и чем-то кончилось: обработано, пропущено как повтор или чужое, отложено человеку или ждёт очереди. " +
  "Всё, что бот решил сказать, записано в исходящих и тоже чем-то кончилось. Если суммы сходятся, ничего не потеряно и ничего не сказано дважды.";

const STATES = { starting: "Бот запускается…", failed: "Бот не запустился", ok: "Бот работает" };

export class Panel {
  constructor(app) {
    this.app = app;
    this.state = h("span", {});
    this.reason = h("p", { class: "reason" });
    const act = (action) => guarded(() => call("emulator.bot", { action }).then((told) => this.take(told)));
    const button = (label, action, title) => h("button", { type: "button", title, onclick: act(action) }, label);
    this.actions = h(
      "div",
      { class: "buttons" },
      button("Убить", "kill", "Как если бы пропало питание: kill -9"),
      button("Остановить", "stop", "Попросить закончить"),
      button("Запустить", "start", "Запустить снова"),
      button("Перезапустить", "restart", "Остановить и запустить"),
    );
    this.sheet = h(
      "div",
      { class: "sheet", id: "bot-sheet" },
      h("p", {}, "Убейте бота посреди разговора: после запуска он продолжит с того же места."),
      this.reason,
      this.actions,
    );
    this.opener = h(
      "button",
      { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": "bot-sheet" },
      icon("bot"),
      this.state,
      icon("chevron"),
    );
    this.root = h("section", { class: "tool bot", "aria-label": "Бот" }, h("h2", {}, "Бот"), this.opener, this.sheet);
    this.books = this.ledger();
  }

  ledger() {
    this.inbox = h("span", { class: "sum" });
    this.outbox = h("span", { class: "sum" });
    this.verdict = h("b", { class: "verdict" });
    const line = (name, sum) => h("span", { class: "line" }, h("b", {}, name), sum);
    const lines = h("div", { class: "lines" }, line("Входящие", this.inbox), line("Исходящие", this.outbox));
    return h(
      "section",
      { class: "books", "aria-label": "Учёт бота" },
      h("details", {}, h("summary", {}, "Учёт бота: ", this.verdict), lines, h("p", {}, EXPLAINED)),
    );
  }

  async open() {
    try {
      this.take(await call("emulator.bot"));
    } catch {
      this.state.textContent = "Бота рядом нет";
      this.app.clock.deadline(null);
      this.actions.hidden = true;
      this.books.hidden = true;
    }
  }

  take(told) {
    this.told = told;
    const { running, status, reason = "", numbers } = told;
    this.state.textContent = status === "ok" && !running ? "Бот остановлен" : STATES[status] || status;
    this.opener.classList.toggle("bad", status === "failed" || (status === "ok" && !running));
    this.reason.textContent = reason;
    this.books.classList.toggle("stale", !numbers);
    if (numbers) this.count(numbers);
    else this.uncounted(status);
    this.app.clock.deadline(numbers?.next_deadline);
    this.app.store.emit("bot", told);
  }

  /** A bot that does not answer has told these numbers before; a new one has told none. */
  uncounted(status) {
    if (status === "starting") for (const sum of [this.inbox, this.outbox]) put(sum, "—");
    put(this.verdict, this.inbox.textContent.length > 1 ? "Счёт прежний" : "Счёта пока нет");
    this.books.classList.remove("wrong");
  }

  count({ inbox, outbox, balanced }) {
    put(this.inbox, `получено ${inbox.received} = ${sum(inbox, IN)}`);
    put(this.outbox, `создано ${outbox.produced} = ${sum(outbox, OUT)}`);
    put(this.verdict, balanced ? "Сходится ✓" : "Не сходится ✗");
    this.books.classList.toggle("wrong", !balanced);
  }
}

/** The first term always, the others when there is something in them. */
function sum(numbers, names) {
  return names
    .filter(([name], at) => at === 0 || numbers[name])
    .map(([name, word]) => `${word} ${numbers[name]}`)
    .join(" + ");
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
