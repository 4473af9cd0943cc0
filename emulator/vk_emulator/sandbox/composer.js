// Where a message is written: text, files, a voice, a place, a reply, a forward, an edit. It must never lose what was
// written: what VK did not take stays in sight and can go again.
import { call, wire } from "./api.js";
import { Attachments } from "./attach.js";
import { askPlace } from "./choose.js";
import { h, icon, iconButton } from "./dom.js";
import { rows } from "./keyboard.js";
import { record } from "./media.js";
import { menu } from "./menu.js";
import { guarded, say, toast } from "./toast.js";
import { gist, plural } from "./words.js";

const TYPING_EVERY = 4000;

export class Composer {
  constructor(store, presser, dialog) {
    this.store = store;
    this.presser = presser;
    this.dialog = dialog;
    this.about = null; // {kind: "reply" | "edit" | "forward", …}
    this.folded = false;
    this.typed = 0;
    this.attachments = new Attachments(dialog, () => this.fit());
    this.build();
  }

  build() {
    const title = this.store.title(this.dialog.account, this.dialog.peer);
    this.context = h("div", { class: "context", hidden: true });
    this.text = h("textarea", {
      rows: 1,
      placeholder: "Сообщение",
      "aria-label": `Сообщение: ${title}`,
      oninput: () => this.changed(),
      onkeydown: (event) => this.pressed(event),
      onpaste: (event) => this.pasted(event),
    });
    this.more = iconButton("plus", "Приложить", (event) => this.menu(event.currentTarget), {
      "aria-haspopup": "menu",
    });
    this.toggle = iconButton("keys", "Клавиатура бота", () => this.fold(!this.folded), { "aria-expanded": "true" });
    this.button = h("button", { class: "round send", "aria-label": "Отправить", title: "Отправить" }, icon("send"));
    this.keyboard = h("div", { class: "keyboard" });
    const line = h("div", { class: "line" }, this.more, this.text, this.toggle, this.button);
    this.form = h(
      "form",
      {
        class: "composer",
        onsubmit: (event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.context,
      this.attachments.root,
      line,
    );
    this.root = h("div", { class: "writing" }, this.form, this.keyboard);
  }

  // --- what is being written ---------------------------------------------------

  reply(message) {
    this.aboutTo(
      { kind: "reply", message },
      "reply",
      `Ответ: ${this.store.name(message.from_id)}`,
      gist(message, (id) => this.store.name(id)),
    );
  }

  edit(message) {
    this.text.value = message.text;
    this.aboutTo(
      { kind: "edit", message },
      "edit",
      "Правка сообщения",
      gist(message, (id) => this.store.name(id)),
    );
  }

  forward(peer, cmids) {
    const words = plural(cmids.length, "сообщение", "сообщения", "сообщений");
    this.aboutTo({ kind: "forward", peer, cmids }, "forward", "Переслать", words);
  }

  aboutTo(about, name, title, words) {
    this.about = about;
    const cancel = iconButton("close", "Не надо", () => this.forget());
    this.context.replaceChildren(
      icon(name),
      h("div", {}, h("b", {}, title), h("span", { class: "gist" }, words)),
      cancel,
    );
    this.context.hidden = false;
    this.fit();
    this.text.focus();
  }

  askLink() {
    const code = prompt("Код ссылки: то, что стоит в адресе после ref=")?.trim();
    if (code) this.byLink(code);
  }

  /** As if vk.me/…?ref=CODE had been opened: the next message brings the code. */
  byLink(code) {
    this.dialog.ref = code.slice(0, 255);
    this.aboutTo({ kind: "link" }, "flag", "По ссылке", this.dialog.ref);
  }

  forget() {
    if (this.about?.kind === "edit") this.text.value = "";
    this.dialog.ref = "";
    this.about = null;
    this.context.hidden = true;
    this.fit();
    this.text.focus();
  }

  insert(text) {
    this.text.value = text;
    this.changed();
    this.text.focus();
  }

  changed() {
    this.fit();
    if (!this.text.value.trim() || !wire.up || performance.now() - this.typed < TYPING_EVERY) return;
    this.typed = performance.now();
    call("messages.setActivity", { peer_id: this.dialog.peer, type: "typing" }, this.dialog.token).catch(() => {});
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
  }

  pressed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.about) {
      event.stopPropagation();
      this.forget();
    }
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.attachments.add(files);
  }

  // --- files, voice, place --------------------------------------------------------

  menu(button) {
    const items = [
      { label: "Фотография", icon: "image", act: () => this.attachments.choose("photo") },
      { label: "Документ", icon: "file", act: () => this.attachments.choose("doc") },
      { label: "Голосовое: записать", icon: "mic", act: () => this.speak() },
      { label: "Голосовое из файла", icon: "mic", act: () => this.attachments.choose("audio_message") },
      { label: "Место на карте", icon: "place", act: () => this.place() },
    ];
    if (this.dialog.peer < 0) items.push({ label: "Написать по ссылке", icon: "flag", act: () => this.askLink() });
    menu(button, items, "Приложить");
  }

  place = guarded(async () => {
    const spot = await askPlace();
    if (spot) await this.store.send(this.dialog, spot, { place: true });
  });

  speak = guarded(async () => {
    const recording = await record();
    if (!recording) {
      toast("Микрофона нет. Выберите готовый файл с голосом.");
      return this.attachments.choose("audio_message");
    }
    const stop = h(
      "button",
      {
        type: "button",
        class: "chip recording",
        onclick: async () => {
          stop.remove();
          this.attachments.add([await recording.stop()], "audio_message");
        },
      },
      icon("stop"),
      "Идёт запись. Закончить",
    );
    this.attachments.root.append(stop);
    stop.focus();
    return undefined;
  });

  // --- away it goes ------------------------------------------------------------------

  async submit() {
    const text = this.text.value;
    const forwards = this.about?.kind === "forward";
    if (!text.trim() && !this.attachments.count && !forwards) return;
    if (this.about?.kind === "edit") return this.correct(text);
    if (!(await this.uploaded())) return;
    const params = { ...(text.trim() ? { message: text } : {}), ...this.aim(), ...this.attachments.params() };
    const reply = this.about?.kind === "reply" ? gist(this.about.message, (id) => this.store.name(id)) : "";
    const shown = {
      text: text.trim() ? text : "",
      files: this.attachments.names(),
      reply,
      forwards: forwards ? this.about.cmids.length : 0,
    };
    this.clear();
    await this.store.send(this.dialog, params, shown);
  }

  async uploaded() {
    this.button.setAttribute("aria-busy", "true");
    const ready = await this.attachments.ready();
    this.button.removeAttribute("aria-busy");
    if (!ready) toast("Файл не загрузился: нажмите на него, чтобы повторить, или уберите.", { kind: "error" });
    return ready;
  }

  aim() {
    if (this.about?.kind === "reply") {
      const { conversation_message_id: cmid } = this.about.message;
      return { forward: { peer_id: this.dialog.peer, conversation_message_ids: [cmid], is_reply: true } };
    }
    if (this.about?.kind === "forward")
      return { forward: { peer_id: this.about.peer, conversation_message_ids: this.about.cmids } };
    return {};
  }

  clear() {
    this.about = null;
    this.context.hidden = true;
    this.text.value = "";
    this.typed = 0;
    this.attachments.clear();
    this.fit();
  }

  async correct(text) {
    const { message } = this.about;
    if (!(await this.uploaded()) || this.about?.message !== message) return;
    const kept = this.attachments.kept(message);
    const { latitude, longitude } = message.geo?.coordinates || {};
    const asked = {
      peer_id: this.dialog.peer,
      cmid: message.conversation_message_id,
      message: text,
      keep_forward_messages: 1,
      ...(message.geo ? { lat: latitude, long: longitude } : {}), // what an edit leaves out VK takes away
    };
    try {
      await call("messages.edit", { ...asked, ...(kept ? { attachment: kept } : {}) }, this.dialog.token);
      this.clear();
    } catch (error) {
      say(error); // the text stays in the field
    }
  }

  // --- the keyboard of the bot ----------------------------------------------------------

  fold(folded) {
    this.folded = folded;
    this.keyboard.hidden = folded;
    this.toggle.setAttribute("aria-expanded", String(!folded));
  }

  /** What VK says the keyboard is now; an untouched dialogue with a community offers «Начать», as VK's clients do. */
  refresh() {
    const { keyboard, canWrite } = this.dialog;
    if (this.about?.kind === "link" && !this.dialog.ref) this.forget();
    this.text.disabled = !canWrite;
    this.text.placeholder = canWrite ? "Сообщение" : "Писать сюда нельзя";
    const start = !keyboard && this.startable();
    const kept = JSON.stringify(start || keyboard);
    if (kept === this.kept) return;
    this.kept = kept;
    const shown = start || keyboard;
    const press = (button, made) =>
      this.presser.press(this.dialog, button, null, made, keyboard?.author_id ?? this.dialog.peer);
    const inside = this.keyboard.contains(document.activeElement);
    this.keyboard.replaceChildren(...(shown ? [rows(shown, press, "keys")] : []));
    this.toggle.hidden = !shown;
    if (inside) this.text.focus();
  }

  startable() {
    const { peer, loaded, list } = this.dialog;
    const group = this.store.world.communities.find((one) => one.id === -peer);
    if (!group?.settings.bots_start_button || !loaded || list.length) return null;
    const action = { type: "text", label: "Начать", payload: '{"command":"start"}' };
    return { buttons: [[{ action, color: "primary" }]] };
  }
}
