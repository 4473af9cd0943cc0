// The way into the bot's panel from the sandbox, beside a bot that has one. It must never know a token of anybody.
import { call } from "/sandbox/api.js";
import { h, icon } from "/sandbox/dom.js";
import { guarded } from "/sandbox/toast.js";

const ROLES = [
  ["cur", "ЦУР", "Все места: решить, направить, напомнить"],
  ["agency", "Ведомство", "Только свои сообщения: принять, ответить"],
  ["municipality", "Муниципалитет", "Своя территория"],
  ["reader", "Руководитель", "Смотреть всё, ничего не менять"],
];

/** The way into the bot's panel, as one of four people; the tab is opened at once, for a browser stops a late one. */
export class Door {
  constructor() {
    const enter = (role) =>
      guarded(async () => {
        const tab = window.open("about:blank");
        const { url, error } = await call("emulator.beside", { command: "panel", role });
        if (url && tab) tab.location = url;
        else tab?.close();
        if (!url) throw new Error(error);
      });
    const button = ([role, label, title]) => h("button", { type: "button", title, onclick: enter(role) }, label);
    this.sheet = h(
      "div",
      { class: "sheet", id: "door-sheet" },
      h("p", {}, "Панель с годом сообщений, составленных по правилам. Год заполняется около минуты после начала."),
      h("div", { class: "buttons" }, ...ROLES.map(button)),
    );
    this.opener = h(
      "button",
      { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": "door-sheet" },
      icon("panel"),
      h("span", {}, "Открыть панель"),
      icon("chevron"),
    );
    const head = h("h2", {}, "Панель");
    this.root = h("section", { class: "tool door", "aria-label": "Панель" }, head, this.opener, this.sheet);
    this.root.hidden = true;
  }

  /** Only beside a bot that has one. */
  take(told) {
    this.root.hidden = !told.panel;
  }
}
