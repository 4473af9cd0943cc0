// The emulator's clock on the page: it ticks between the news and moves by buttons. It must never know a deadline itself.
import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { guarded, toast } from "./toast.js";
import { day, exactTime, moment, shortMoment, weekMoment, weekday } from "./words.js";

const WEEK = 6 * 86_400;

export class Clock {
  constructor(store) {
    this.base = null;
    this.time = h("b", { class: "time" });
    this.date = h("span", { class: "date" });
    this.due = this.button("К сроку", { to: "deadline" }, "Перевести часы к ближайшему сроку бота");
    const face = h(
      "div",
      { class: "face", role: "timer", "aria-label": "Часы песочницы" },
      icon("clock"),
      h("span", {}, this.time, this.date),
    );
    this.root = h(
      "section",
      { class: "tool clock", "aria-label": "Часы" },
      h("h2", {}, "Часы"),
      face,
      h(
        "div",
        { class: "buttons" },
        this.button("+1 час", { seconds: 3600 }, "Перевести часы на час вперёд"),
        this.button("+1 рабочий день", { working_days: 1 }, "Перевести часы на рабочий день вперёд"),
        this.due,
      ),
    );
    store.now = () => this.now();
    setInterval(() => this.draw(), 250);
  }

  button(label, params, title) {
    const move = guarded(async () => this.set((await call("emulator.advanceClock", params)).clock));
    return h("button", { type: "button", title, onclick: move }, label);
  }

  set(now) {
    const jump = this.base !== null && now - this.now() > 30;
    this.base = now - performance.now() / 1000;
    this.draw();
    if (jump) toast(`Часы переведены: ${moment(now)}.`);
  }

  now() {
    return this.base === null ? null : this.base + performance.now() / 1000;
  }

  draw() {
    if (this.base === null) return;
    put(this.time, exactTime(this.now()));
    put(this.date, weekday(this.now()));
  }

  /** Today by its time, in this week by its day, later by its date: the tools stay in one row. */
  short(at) {
    const now = this.base === null ? at : this.now();
    if (day(at) === day(now)) return exactTime(at);
    return (at - now < WEEK ? weekMoment : shortMoment)(at);
  }

  /** Nobody tells deadlines: no button for them. */
  without() {
    this.due.hidden = true;
  }

  /** The bot tells its next deadline; without one there is nowhere to go. */
  deadline(at) {
    this.due.disabled = !at && document.activeElement !== this.due; // the focus is not taken away under a hand
    put(this.due, at ? `К сроку ${this.short(at)}` : "Сроков нет");
    this.due.title = at ? `Ближайший срок бота: ${moment(at)}` : "Боту сейчас нечего ждать";
  }
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
