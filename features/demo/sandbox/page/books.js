// The bot's books of inbox and outbox, live, under the tools. It must never count anything itself.
import { h } from "/sandbox/dom.js";
import { inward, outward } from "./sums.js";

const EXPLAINED =
  "Всё, что пришло от VK, записано во входящих и чем-то кончилось: обработано, пропущено как повтор или чужое, отложено человеку или ждёт очереди. " +
  "Всё, что бот решил сказать, записано в исходящих и тоже чем-то кончилось. Если суммы сходятся, ничего не потеряно и ничего не сказано дважды.";

export class Books {
  constructor() {
    this.root = this.ledger();
    this.root.hidden = true;
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

  /** What the bot is told to be; without numbers those of before stand. */
  take({ status, numbers }) {
    this.root.hidden = false;
    this.root.classList.toggle("stale", !numbers);
    if (numbers) this.count(numbers);
    else this.uncounted(status);
  }

  /** A bot that does not answer has told these numbers before; a new one has told none. */
  uncounted(status) {
    if (status === "starting") for (const sum of [this.inbox, this.outbox]) put(sum, "—");
    put(this.verdict, this.inbox.textContent.length > 1 ? "Счёт прежний" : "Счёта пока нет");
    this.root.classList.remove("wrong");
  }

  count({ inbox, outbox, balanced }) {
    put(this.inbox, inward(inbox));
    put(this.outbox, outward(outbox));
    put(this.verdict, balanced ? "Сходится ✓" : "Не сходится ✗");
    this.root.classList.toggle("wrong", !balanced);
  }
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
