// One open dialogue: its messages, who is typing, where one writes. It must never be drawn twice at the same time.
import { VkError, call, wire } from "./api.js";
import { askDialog } from "./choose.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { Log } from "./log.js";
import { menu } from "./menu.js";
import { guarded, say, toast } from "./toast.js";
import { plain } from "./words.js";

export class Dialogue {
  constructor(app, account, peer) {
    this.app = app;
    this.dialog = app.store.dialog(account, peer);
    const act = {
      reply: (message) => this.composer.reply(message),
      menu: (message, button) => this.menu(message, button),
      press: (button, message, made) => app.presser.press(this.dialog, button, message, made, message.from_id),
      seen: () => this.seen(),
    };
    this.log = new Log(app.store, this.dialog, act);
    this.composer = new Composer(app.store, app.presser, this.dialog);
    this.typing = h("div", { class: "typing", role: "status" });
    this.cut = h(
      "div",
      { class: "cut", hidden: true },
      icon("wire"),
      "VK недоступен. Неотправленное останется здесь: повторите, когда связь вернётся.",
    );
    this.root = h("div", { class: "dialogue" }, this.log.root, this.typing, this.cut, this.composer.root);
    this.drop();
    this.batch = [];
    this.offs = [];
  }

  // --- coming and going --------------------------------------------------------

  show = guarded(async () => {
    const here = this.offs.length > 0 && this.dialog.loaded;
    if (!this.offs.length) this.listen();
    this.tell();
    this.cut.hidden = wire.up;
    if (!here && (wire.up || this.dialog.loaded)) await this.log.show();
    this.composer.refresh();
    this.seen();
  });

  hide() {
    this.log.hide();
    for (const off of this.offs.splice(0)) off();
  }

  listen() {
    const { store } = this.app;
    const mine = (work) => (dialog) => dialog === this.dialog && work();
    this.offs = [
      store.on("message", (news) => news.dialog === this.dialog && this.came(news.message)),
      store.on("gone", (news) => news.dialog === this.dialog && this.log.gone(news.message)),
      store.on(
        "dialog",
        mine(() => this.changed()),
      ),
      store.on(
        "refilled",
        mine(() => this.log.show()),
      ),
      store.on(
        "waiting",
        mine(() => this.sent()),
      ),
      store.on(
        "typing",
        mine(() => this.tell()),
      ),
      store.on("world", () => this.world()),
    ];
  }

  // --- news -----------------------------------------------------------------------

  came(message) {
    if (!this.dialog.loaded) return;
    this.batch.push(message);
    if (this.batch.length > 1) return;
    queueMicrotask(() => {
      this.log.came(this.batch.splice(0));
      this.tell();
      this.seen();
    });
  }

  changed() {
    this.log.marks();
    this.composer.refresh();
    this.seen();
  }

  sent() {
    this.log.toEnd();
    this.log.drawWaiting();
  }

  world() {
    this.cut.hidden = wire.up;
    this.composer.refresh();
    if (wire.up && !this.dialog.loaded) this.show();
  }

  tell() {
    const names = [...this.dialog.typing.keys()].map((id) => this.app.store.name(id).split(" ")[0]);
    this.typing.textContent = names.length
      ? `${names.join(", ")} ${names.length > 1 ? "печатают" : "печатает"}…`
      : "";
  }

  /** Read only what a person can really see. */
  seen() {
    if (!this.dialog.unread || !this.log.stuck || document.visibilityState !== "visible" || !this.root.offsetParent)
      return;
    clearTimeout(this.reading);
    this.reading = setTimeout(() => this.app.store.markRead(this.dialog), 120);
  }

  // --- what can be done with a message ------------------------------------------------

  menu(message, button) {
    const own = message.out === 1;
    const items = [
      { label: "Ответить", icon: "reply", act: () => this.composer.reply(message) },
      { label: "Переслать…", icon: "forward", act: () => this.forward(message) },
      message.text && { label: "Скопировать текст", icon: "copy", act: () => copy(message) },
      own && { label: "Изменить", icon: "edit", act: () => this.composer.edit(message) },
      own && {
        label: "Удалить",
        icon: "trash",
        danger: true,
        sure: "Точно удалить?",
        act: () => this.remove(message),
      },
    ];
    menu(button, items.filter(Boolean), "Действия с сообщением");
  }

  forward = guarded(async (message) => {
    const { account, peer } = this.dialog;
    const target = await askDialog(this.app.store, account);
    if (target === null) return;
    const dialogue = this.app.open(account, target);
    dialogue.composer.forward(peer, [message.conversation_message_id]);
  });

  remove = guarded(async (message) => {
    const asked = { peer_id: this.dialog.peer, cmids: message.conversation_message_id, delete_for_all: 1 };
    const [told] = await call("messages.delete", asked, this.dialog.token);
    if (told.error) say(new VkError(told.error.code, told.error.description, "messages.delete"));
  });

  drop() {
    const over = (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      this.root.classList.add("over");
    };
    this.root.addEventListener("dragover", over);
    this.root.addEventListener("dragleave", () => this.root.classList.remove("over"));
    this.root.addEventListener("drop", (event) => {
      this.root.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.composer.attachments.add([...event.dataTransfer.files]);
    });
  }
}

async function copy(message) {
  try {
    await navigator.clipboard.writeText(plain(message.text));
    toast("Текст скопирован.");
  } catch {
    toast("Браузер не дал скопировать.");
  }
}
