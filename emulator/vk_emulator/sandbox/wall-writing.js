// Where one writes on a wall: a post, a comment, an answer or a correction. What was written stays until VK has taken it.
import { h, iconButton } from "./dom.js";
import { guarded } from "./toast.js";

export class Writing {
  /** `send(text, about)` asks VK; `about` says what is answered or changed, or is null. */
  constructor(hint, label, send) {
    this.of = null;
    this.text = h("textarea", { rows: 1, placeholder: hint, "aria-label": hint, oninput: () => this.told() });
    this.button = iconButton("send", label, () => this.form.requestSubmit(), { class: "round send", disabled: true });
    this.note = h("span", {});
    const drop = iconButton("close", "Не отвечать", () => this.about(null));
    this.strip = h("div", { class: "about", hidden: true }, this.note, drop);
    this.form = h("form", { class: "wall-form" }, this.text, this.button);
    this.root = h("div", { class: "wall-writing" }, this.strip, this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.go(send);
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  about(of) {
    this.of = of;
    this.strip.hidden = !of;
    this.note.textContent = of?.label || "";
    if (of?.text) this.text.value = of.text;
    this.told();
    if (of) this.text.focus();
  }

  told() {
    this.button.disabled = !this.text.value.trim();
  }

  go = guarded(async (send) => {
    const text = this.text.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    try {
      await send(text, this.of);
      this.text.value = "";
      this.about(null);
    } finally {
      this.busy = false;
    }
  });
}
