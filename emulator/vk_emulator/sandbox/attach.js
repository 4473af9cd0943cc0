// Files on their way into a message: chosen, dropped or pasted, uploaded at once, shown as chips. It must never send.
import { named, upload } from "./api.js";
import { h, icon } from "./dom.js";
import { say, toast } from "./toast.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif"]; // other pictures go as documents
const MOST = 10; // VK takes no more in one message
const ACCEPT = { photo: "image/*", doc: "", audio_message: "audio/*" };

export class Attachments {
  constructor(dialog, changed) {
    this.dialog = dialog;
    this.changed = changed;
    this.files = [];
    this.root = h("div", { class: "chips" });
  }

  get count() {
    return this.files.length;
  }

  choose(kind) {
    const input = h("input", {
      type: "file",
      multiple: kind !== "audio_message",
      accept: ACCEPT[kind] || null,
      hidden: true,
    });
    input.addEventListener("change", () => {
      this.add([...input.files], kind);
      input.remove();
    });
    input.addEventListener("cancel", () => input.remove());
    this.root.parentElement.append(input);
    input.click();
  }

  add(files, kind = "photo") {
    for (const file of files) {
      if (this.files.length >= MOST) {
        toast(`В одном сообщении не больше ${MOST} вложений.`);
        return;
      }
      const one = { file, kind: kind === "photo" && !PICTURES.includes(file.type) ? "doc" : kind, state: "loading" };
      this.files.push(one);
      one.node = this.chip(one);
      this.root.append(one.node);
      this.load(one);
    }
    this.changed();
  }

  chip(one) {
    const again = h("button", {
      type: "button",
      class: "name",
      title: one.file.name,
      onclick: () => one.state === "failed" && this.load(one),
    });
    if (one.kind === "photo") {
      one.preview = URL.createObjectURL(one.file);
      again.append(h("img", { src: one.preview, alt: "" }));
    } else {
      again.append(icon(one.kind === "doc" ? "file" : "mic"));
    }
    again.append(h("span", {}, one.kind === "audio_message" ? "Голосовое" : one.file.name));
    const remove = h(
      "button",
      { type: "button", class: "remove", "aria-label": `Убрать ${one.file.name}`, onclick: () => this.remove(one) },
      icon("close"),
    );
    return h("div", { class: "chip file" }, again, remove);
  }

  async load(one) {
    one.state = "loading";
    this.dress(one);
    one.work = upload(one.file, one.kind, this.dialog.token, this.dialog.peer);
    try {
      one.id = await one.work;
      one.state = "ready";
    } catch (error) {
      one.state = "failed";
      say(error);
    }
    this.dress(one);
  }

  dress(one) {
    one.node.dataset.state = one.state;
    if (one.state === "loading") one.node.setAttribute("aria-busy", "true");
    else one.node.removeAttribute("aria-busy");
  }

  remove(one) {
    this.files.splice(this.files.indexOf(one), 1);
    one.node.remove();
    if (one.preview) URL.revokeObjectURL(one.preview);
    this.changed();
  }

  async ready() {
    await Promise.allSettled(this.files.map((one) => one.work));
    return this.files.every((one) => one.id);
  }

  params() {
    return this.files.length ? { attachment: this.files.map((one) => one.id).join(",") } : {};
  }

  names() {
    return this.files.map((one) => (one.kind === "audio_message" ? "Голосовое сообщение" : one.file.name));
  }

  /** What a message had before the edit and what was added to it. */
  kept(message) {
    const before = (message.attachments || []).map(({ type, [type]: body }) => named(type, body));
    return [...before, ...this.files.map((one) => one.id).filter(Boolean)].join(",");
  }

  clear() {
    for (const one of [...this.files]) this.remove(one);
  }
}
