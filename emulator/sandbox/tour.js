// The guided tour: seven steps of a resident's way, each waits until a person has really done it. It must never do a
// step by itself and never hold the focus.
import { h, icon, iconButton } from "./dom.js";
import { STEPS, Progress } from "./steps.js";

const KEPT = "tour";
const LOOK = 400;

export class Tour {
  constructor(app) {
    this.app = app;
    this.place = document.getElementById("tour");
    this.at = -1;
    app.store.on("message", (news) => this.progress?.see(news));
    app.store.on("reset", () => this.at >= 0 && this.start());
  }

  /** On the first visit it begins by itself; afterwards by its button. */
  offer() {
    if (!seen()) this.start();
  }

  start() {
    this.end();
    this.progress = new Progress(this.app);
    this.build();
    this.go(0);
    this.timer = setInterval(() => this.look(), LOOK);
  }

  end() {
    clearInterval(this.timer);
    this.spot?.classList.remove("spot");
    this.spot = null;
    this.place.replaceChildren();
    this.at = -1;
  }

  leave() {
    remember();
    this.end();
    this.app.residents.active?.dialogue?.composer.text.focus();
  }

  build() {
    this.count = h("span", { class: "count" });
    this.title = h("h2", {});
    this.words = h("p", { "aria-live": "polite" });
    this.helps = h("div", { class: "helps" });
    this.next = h("button", { type: "button", onclick: () => this.go(this.at + 1) }, "Дальше");
    this.dots = h("div", { class: "dots", "aria-hidden": "true" }, ...STEPS.map(() => h("i")));
    const leave = iconButton("close", "Закончить экскурсию", () => this.leave());
    this.card = h(
      "section",
      { class: "tour", "aria-label": "Экскурсия", onkeydown: (event) => event.key === "Escape" && this.leave() },
      h("header", {}, icon("flag"), this.count, leave),
      this.title,
      this.words,
      this.helps,
      h(
        "footer",
        {},
        this.dots,
        h("button", { type: "button", class: "plain", onclick: () => this.leave() }, "Пропустить"),
        this.next,
      ),
    );
    this.place.replaceChildren(this.card);
  }

  go(step) {
    if (step >= STEPS.length) {
      this.leave();
      return;
    }
    this.at = step;
    this.progress.begin(STEPS[step].name);
    this.told = "";
    this.look();
  }

  /** Has it been done? If not: what to do now, where, and with which example. */
  look() {
    const step = STEPS[this.at];
    if (!step) return;
    if (step.done?.(this.progress)) {
      this.go(this.at + 1);
      return;
    }
    const { words, target, helps = [] } = step.now(this.progress);
    this.tell(step, words, helps);
    this.point(target);
  }

  tell(step, words, helps) {
    const told = `${this.at}|${words}|${helps.map((one) => one.label)}`;
    if (told === this.told) return;
    this.told = told;
    const last = this.at === STEPS.length - 1;
    this.count.textContent = step.finale ? "Путь пройден" : `Шаг ${this.at + 1} из ${STEPS.length - 1}`;
    this.title.textContent = step.title;
    this.words.textContent = words;
    this.next.textContent = last ? "Готово" : "Дальше";
    this.card.dataset.side = step.side;
    [...this.dots.children].forEach((dot, at) => dot.classList.toggle("done", at < this.at));
    this.dots.lastElementChild.hidden = true;
    this.helps.replaceChildren(
      ...helps.map(({ label, act }) => h("button", { type: "button", class: "primary", onclick: act }, label)),
    );
  }

  point(target) {
    const spot = target?.offsetParent ? target : null;
    if (spot === this.spot) return;
    this.spot?.classList.remove("spot");
    spot?.classList.add("spot");
    this.spot = spot;
  }
}

function seen() {
  try {
    return localStorage.getItem(KEPT) === "seen";
  } catch {
    return true; // a browser that keeps nothing would begin the tour at every visit
  }
}

function remember() {
  try {
    localStorage.setItem(KEPT, "seen");
  } catch {
    // nothing to do: the tour will be offered again
  }
}
