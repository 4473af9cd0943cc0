// Both kinds of VK's keyboards. It must never decide what a button means: it only presses it as VK's clients do.
import { call } from "./api.js";
import { askPlace } from "./choose.js";
import { h, icon } from "./dom.js";
import { CHAT } from "./store.js";
import { guarded, toast } from "./toast.js";

const WAIT = 60_000; // a pressed button waits for its answer so long, as in VK's clients

const NAMES = {
  location: "Отправить место",
  vkpay: "Оплатить через VK Pay",
  open_app: "Открыть приложение",
  open_photo: "Открыть фото",
};
const ICONS = { location: "place", open_link: "link", open_app: "link", vkpay: "link" };

/** Buttons under a message; null when it has none. */
export function inline(message, act) {
  if (!message.keyboard?.inline) return null;
  return rows(message.keyboard, (button, made) => act.press(button, message, made), "keys inline");
}

export function rows(keyboard, press, kind) {
  const lines = keyboard.buttons.map((row) => h("div", { class: "row" }, ...row.map((button) => key(button, press))));
  return h("div", { class: kind, role: "group", "aria-label": "Кнопки" }, ...lines);
}

function key(button, press) {
  const { action, color } = button;
  const label = action.label || NAMES[action.type] || "Кнопка";
  const made = h(
    "button",
    { type: "button", class: `key ${color || "secondary"}`, onclick: () => press(button, made) },
    ICONS[action.type] ? icon(ICONS[action.type]) : null,
    h("span", {}, label),
  );
  return made;
}

/** Presses buttons as VK's clients do; a callback button spins until VK brings the answer. */
export class Presser {
  constructor(store) {
    this.store = store;
    this.waiting = new Map();
    store.on("answer", ({ event_id: id }) => this.finish(id));
  }

  /** `message` is the one that carries the button; the keyboard under the input field has none. */
  press = guarded(async (dialog, { action }, message, button, author) => {
    switch (action.type) {
      case "callback":
        return this.callback(dialog, action, message, button);
      case "open_link":
        return openLink(action.link);
      case "location":
        return this.place(dialog, action);
      case "text":
        return this.text(dialog, action, author);
      default:
        return toast(`${action.label || NAMES[action.type] || "Кнопка"}: в песочнице открывать нечего.`);
    }
  });

  text(dialog, action, author) {
    const shown = { text: action.label };
    const message = this.mention(dialog, author) + action.label;
    return this.store.send(dialog, { message, payload: action.payload || "" }, shown);
  }

  /** VK's clients put a mention before the label in chats, so that the community sees it. */
  mention(dialog, author) {
    const group = this.store.world.communities.find((one) => one.id === -author);
    return dialog.peer > CHAT && group ? `[club${group.id}|@${group.screen_name}] ` : "";
  }

  async place(dialog, action) {
    const spot = await askPlace();
    if (spot) await this.store.send(dialog, { ...spot, payload: action.payload || "" }, { place: true });
  }

  async callback(dialog, action, message, button) {
    if (button.getAttribute("aria-busy")) return;
    busy(button, true);
    try {
      const asked = { peer_id: dialog.peer, payload: action.payload || "{}" };
      if (message) asked.cmid = message.conversation_message_id;
      const { event_id: id } = await call("messages.sendMessageEvent", asked, dialog.token);
      const timer = setTimeout(() => this.lose(id), WAIT);
      this.waiting.set(id, { button, timer });
      if (this.store.answers.has(id)) this.finish(id);
    } catch (error) {
      busy(button, false);
      throw error;
    }
  }

  finish(id) {
    const pressed = this.waiting.get(id);
    if (!pressed) return;
    clearTimeout(pressed.timer);
    this.waiting.delete(id);
    busy(pressed.button, false);
    show(this.store.answers.get(id));
  }

  lose(id) {
    const pressed = this.waiting.get(id);
    this.waiting.delete(id);
    if (pressed) busy(pressed.button, false);
    toast("Сообщество не ответило на нажатие.", { kind: "error" });
  }
}

function busy(button, now) {
  if (now) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

function show(action) {
  if (action?.type === "show_snackbar") toast(action.text, { kind: "snackbar" });
  else if (action?.type === "open_link") openLink(action.link);
  else if (action?.type === "open_app") toast("Сообщество открывает приложение VK.");
}

export function openLink(address) {
  if (!/^https?:\/\//.test(address)) return;
  const link = h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "Открыть ссылку");
  toast(address, { action: link });
}
