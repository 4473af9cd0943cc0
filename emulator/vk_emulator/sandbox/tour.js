// A guided tour: steps that somebody else describes, each waits until a person has really done it. A strip of its own,
// so it covers nothing. It must never do a step by itself and never hold the focus.
import { h, icon, iconButton } from "./dom.js";

const KEPT = "tour";
const LOOK = 400;

export class Tour {
  /** `steps` are told by what a `Progress` has seen. */
  constructor(app, { steps, Progress }) {
    this.app = app;
    this.steps = steps;
    this.Progress = Progress;
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
    this.progress = new this.Progress(this.app);
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
    this.words = h("span", { class: "long" });
    this.short = h("span", { class: "short" });
    this.helps = h("div", { class: "helps" });
    this.skip = h(
      "button",
      { type: "button", class: "skip", "aria-label": "Пропустить шаг", title: "Пропустить шаг", onclick: () => this.go(this.at + 1) },
      h("span", {}, "Пропустить"),
      icon("skip"),
    );
    const leave = iconButton("close", "Закончить экскурсию", () => this.leave());
    this.card = h(
      "section",
      { class: "tour", "aria-label": "Экскурсия", onkeydown: (event) => event.key === "Escape" && this.leave() },
      this.count,
      h("div", { class: "told", "aria-live": "polite" }, this.title, h("p", {}, this.words, this.short)),
      this.helps,
      this.skip,
      leave,
    );
    this.place.replaceChildren(this.card);
  }

  go(step) {
    if (step >= this.steps.length) {
      this.leave();
      return;
    }
    this.at = step;
    this.told = "";
    this.look();
  }

  /** Has it been done? If not: what to do now, where, and with which example. */
  look() {
    const step = this.steps[this.at];
    if (!step) return;
    if (step.done?.(this.progress)) {
      this.go(this.at + 1);
      return;
    }
    const { words, short, target, helps = [] } = step.now(this.progress);
    this.tell(step, words, short, helps);
    this.point(target);
  }

  tell(step, words, short, helps) {
    const told = `${this.at}|${words}|${helps.map((one) => one.label)}`;
    if (told === this.told) return;
    this.told = told;
    const steps = this.steps.length - 1;
    this.count.replaceChildren(
      ...(step.finale
        ? [h("span", {}, icon("check"))]
        : [h("span", { class: "long" }, `Шаг ${this.at + 1} из ${steps}`), h("span", { class: "short" }, `${this.at + 1}/${steps}`)]),
    );
    this.title.textContent = step.title;
    this.words.textContent = words;
    this.short.textContent = short;
    this.skip.hidden = Boolean(step.finale);
    this.helps.replaceChildren(
      ...helps.map(({ label, short: few = label, act }) =>
        h(
          "button",
          { type: "button", class: step.finale ? "try" : "primary", "aria-label": label, onclick: act },
          h("span", { class: "long" }, label),
          h("span", { class: "short" }, few),
        ),
      ),
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
