// The bot beside the page: whether it runs. It must never know which bot that is.
import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { guarded } from "./toast.js";

const LOOK_AGAIN = 2000; // ms
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
  }

  async open() {
    try {
      this.take(await call("emulator.bot"));
    } catch {
      this.standAlone();
    }
  }

  /** The bot was started by somebody else: whether it listens is all that is known of it. */
  standAlone() {
    if (this.alone) return;
    this.alone = true;
    this.app.clock.without();
    this.root.classList.add("alone");
    this.sheet.replaceChildren(this.reason);
    const look = async () => {
      if (document.visibilityState === "visible") this.hear(await call("emulator.state").catch(() => null));
      setTimeout(look, LOOK_AGAIN);
    };
    look();
  }

  hear(state) {
    if (!state) return;
    const names = state.communities.filter((one) => state.polling.includes(-one.id)).map((one) => one.name);
    const heard = Object.keys(state.calls).some((method) => !method.startsWith("emulator."));
    this.state.textContent = names.length ? "Бот слушает" : "Бот не слушает";
    this.reason.textContent = names.length
      ? `Ждёт событий: ${names.join(", ")}. Что он спрашивал и что услышал — в журнале запросов.`
      : `Long poll никто не держит${heard ? "" : ", и ни одного запроса ещё не было"}. Запустите бота: vk-emulator run -- команда бота.`;
  }

  take(told) {
    this.told = told;
    const { running, status, reason = "", numbers } = told;
    this.state.textContent = status === "ok" && !running ? "Бот остановлен" : STATES[status] || status;
    this.opener.classList.toggle("bad", status === "failed" || (status === "ok" && !running));
    this.reason.textContent = reason;
    this.app.clock.deadline(numbers?.next_deadline);
    this.app.store.emit("bot", told);
  }
}
