// The community's wall: posts, threads under them, and who writes there. It must hold no rule of VK: whatever is done here
// is asked of VK, and then the wall is read again.
import { VkError, call, wire } from "./api.js";
import { arrange, avatar, h, icon, iconButton, soon } from "./dom.js";
import { menu } from "./menu.js";
import { guarded, say, toast } from "./toast.js";
import { clockTime, day, plain, plural, rich } from "./words.js";
import { Writing } from "./wall-writing.js";

const POSTS = 20;
const COMMENTS = 100;
const BELOW = 10; // VK gives no more with the thread itself
const CLOSED = 212;
const TO_DIALOGUE = /^https?:\/\/vk\.me\/[^?]+\?(?:.*&)?ref=([^&]+)/;

export class Wall {
  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.posts = new Map(); // owner_number -> what is drawn of it, so that a finger never loses its button
    this.select = h("select", { id: "speaker", "aria-label": "От чьего имени", onchange: () => this.become() });
    this.whose = h("select", { "aria-label": "Чья стена", hidden: true, onchange: () => this.people() });
    this.about = h("small", {});
    this.face = h("span");
    this.publish = new Writing("Что нового у сообщества?", "Опубликовать", (text) => this.post(text));
    this.list = h("div", { class: "posts", role: "feed", "aria-label": "Записи на стене" });
    const nothing = "На стене пока пусто. Напишите первую запись от имени сообщества.";
    this.empty = h("p", { class: "wall-empty", hidden: true }, nothing);
    const who = h("div", { class: "names" }, this.select, this.about);
    const scroll = h("div", { class: "wall-scroll", tabindex: "0", role: "region", "aria-label": "Стена сообщества" });
    scroll.append(this.publish.root, this.empty, this.list);
    root.append(h("header", { class: "pane-head" }, h("h2", {}, "Стена"), this.whose, this.face, who), scroll);
    root.addEventListener("click", (event) => this.follow(event));
    this.refresh = soon(() => this.read().catch(say), 60);
    for (const news of ["wall", "view", "reset"]) app.store.on(news, () => this.refresh());
    app.store.on("world", () => this.people());
    const pressed = { type: "button", "aria-pressed": "false", onclick: () => this.toggle() };
    this.opener = h("button", { ...pressed, "aria-label": "Стена", title: "Стена" }, icon("wall")); // without a word the tools stand in one row
    this.tool = h("section", { class: "tool wide" }, this.opener); // the wall itself has the name
  }

  // --- who is here --------------------------------------------------------------------

  get shown() {
    return this.app.views?.shown === "wall";
  }

  toggle() {
    this.app.views.show(this.shown ? "residents" : "wall");
  }

  get group() {
    const { communities } = this.app.store.world;
    return communities.find((one) => one.id === Number(this.whose.value)) || communities[0];
  }

  get owner() {
    return -this.group.id;
  }

  /** Who leads the community and may write posts and take comments back in its name. */
  get leader() {
    return Number(Object.keys(this.group.managers)[0] || 0);
  }

  get speaker() {
    return Number(this.select.value);
  }

  token(account) {
    return account > 0 ? this.app.store.accounts.get(account).token : this.group.token;
  }

  walls() {
    const { communities } = this.app.store.world;
    const known = [...this.whose.options].map((one) => Number(one.value));
    if (known.join() === communities.map((one) => one.id).join()) return;
    this.whose.replaceChildren(...communities.map((one) => h("option", { value: one.id }, one.name)));
    this.whose.hidden = communities.length < 2;
  }

  people() {
    const { store } = this.app;
    this.walls();
    const kept = this.select.value;
    const speakers = [...store.residents().map((one) => one.id), this.owner];
    const options = speakers.map((id) => h("option", { value: id }, store.name(id)));
    if ([...this.select.options].map((one) => one.value).join() === speakers.join()) return;
    this.select.replaceChildren(...options);
    this.select.value = speakers.map(String).includes(kept) ? kept : String(speakers[0]);
    this.become();
  }

  become() {
    const { store } = this.app;
    const face = avatar(this.speaker, store.name(this.speaker));
    this.face.replaceWith(face);
    this.face = face;
    this.about.textContent = this.speaker < 0 ? "пишет и отвечает сообщество" : "комментирует человек";
    this.publish.root.hidden = this.speaker > 0 || !this.leader;
    this.refresh();
  }

  /** A link vk.me/…?ref= opens the messages of who reads it, as VK's clients do. */
  follow(event) {
    const [, code] = TO_DIALOGUE.exec(event.target.closest("a")?.href) || [];
    if (!code) return;
    event.preventDefault();
    const reader = this.speaker > 0 ? this.speaker : this.app.residents.active.account;
    this.app.open(reader, this.owner).composer.byLink(decodeURIComponent(code));
  }

  // --- reading --------------------------------------------------------------------------

  async read() {
    this.opener.setAttribute("aria-pressed", String(this.shown));
    if (!this.shown || !wire.up || !this.app.store.world) return;
    const token = this.token(this.app.store.residents()[0].id);
    const { items } = await call("wall.get", { owner_id: this.owner, count: POSTS }, token);
    const read = await Promise.all(items.map(async (post) => [post, await this.thread(post, token)]));
    this.empty.hidden = items.length > 0;
    arrange(
      this.list,
      read.map(([post, thread]) => this.draw(post, thread)),
    );
  }

  /** What stands under a post; null where VK shows it to nobody. */
  async thread(post, token) {
    const asked = { owner_id: this.owner, post_id: post.id, count: COMMENTS, thread_items_count: BELOW };
    try {
      const { items } = await call("wall.getComments", asked, token);
      const long = items.filter((one) => one.thread.count > one.thread.items.length);
      await Promise.all(
        long.map(async (one) => {
          one.thread.items = (await call("wall.getComments", { ...asked, comment_id: one.id }, token)).items;
        }),
      );
      return items;
    } catch (error) {
      if (error instanceof VkError && error.code === CLOSED) return null;
      throw error;
    }
  }

  // --- drawing --------------------------------------------------------------------------

  draw(post, thread) {
    const name = `${post.owner_id}_${post.id}`; // each wall counts its posts from one
    if (!this.posts.has(name)) this.posts.set(name, new Post(this, post));
    const kept = this.posts.get(name);
    kept.take(post, thread);
    return kept.root;
  }

  // --- acting ---------------------------------------------------------------------------

  async act(method, params, account = this.speaker) {
    await call(method, { owner_id: this.owner, ...params }, this.token(account));
    this.refresh();
  }

  post(text) {
    return this.act("wall.post", { from_group: 1, message: text }, this.leader);
  }

  /** For what VK lets only a person do: the community's leader does it in its name. */
  person() {
    return this.speaker > 0 ? this.speaker : this.leader;
  }
}

class Post {
  constructor(wall, post) {
    this.wall = wall;
    this.comments = new Map();
    this.head = h("header", {});
    this.text = h("div", { class: "post-text" });
    this.foot = h("div", { class: "post-foot" });
    this.list = h("div", { class: "thread" });
    this.writing = new Writing("Комментарий", "Отправить", (text, about) => this.say(text, about));
    const parts = [this.head, this.text, this.foot, this.list, this.writing.root];
    this.root = h("article", { class: "post", "aria-label": `Запись ${post.id}`, "data-post": post.id }, ...parts);
  }

  get store() {
    return this.wall.app.store;
  }

  take(post, thread) {
    this.post = post;
    const shown = JSON.stringify([post, thread === null, this.wall.speaker]);
    if (this.shown !== shown) this.heading(post, thread);
    this.shown = shown;
    const flat = (thread || []).flatMap((one) => [one, ...one.thread.items]);
    arrange(
      this.list,
      flat.map((one) => this.comment(one)),
    );
    this.writing.root.hidden = thread === null;
  }

  heading(post, thread) {
    const name = this.store.name(post.from_id);
    const names = h("div", { class: "names" }, h("h3", {}, name), h("small", {}, moment(post.date)));
    const more = iconButton("more", "Действия с записью", (event) => this.menu(event.currentTarget, thread === null), {
      "aria-haspopup": "menu",
    });
    this.head.replaceChildren(avatar(post.from_id, name), names, ...(this.wall.speaker < 0 ? [more] : []));
    this.text.replaceChildren(...rich(post.text));
    const count = plural(post.comments.count, "комментарий", "комментария", "комментариев");
    const said = thread === null ? "комментарии закрыты" : count;
    this.foot.replaceChildren(this.like("post", post), h("small", {}, said));
  }

  like(type, thing) {
    const mine = this.wall.speaker < 0;
    const act = guarded(() => this.wall.act("likes.add", { type, item_id: thing.id }));
    const label = `Нравится: ${thing.likes.count}`;
    const props = { type: "button", class: "like", "aria-label": label, title: label, disabled: mine, onclick: act };
    return h("button", props, icon("heart"), String(thing.likes.count || ""));
  }

  menu(button, closed) {
    const method = closed ? "wall.openComments" : "wall.closeComments";
    const act = guarded(() => this.wall.act(method, { post_id: this.post.id }));
    const label = closed ? "Открыть комментарии" : "Закрыть комментарии";
    menu(button, [{ label, icon: "lock", act }], "Действия с записью");
  }

  comment(one) {
    if (!this.comments.has(one.id)) this.comments.set(one.id, h("div", { class: "comment", "data-comment": one.id }));
    const kept = this.comments.get(one.id);
    const shown = JSON.stringify([one, this.wall.speaker]);
    if (kept.told === shown) return kept;
    kept.told = shown;
    kept.classList.toggle("below", one.parents_stack.length > 0);
    kept.classList.toggle("ours", one.from_id === this.wall.owner);
    const name = one.deleted ? "Комментарий удалён" : this.store.name(one.from_id);
    const by = h("div", { class: "by" }, h("b", {}, name), h("time", {}, moment(one.date)));
    const body = h("div", { class: "said" }, by, h("p", {}, ...rich(one.text)));
    const actions = one.deleted ? [] : [this.actions(one, name)];
    kept.replaceChildren(avatar(one.from_id, one.deleted ? "" : name), body, ...actions);
    return kept;
  }

  actions(one, name) {
    const reply = () => this.writing.about({ kind: "reply", id: one.id, label: `Ответ: ${name}` });
    const answer = h("button", { type: "button", class: "plain", onclick: reply }, "Ответить");
    const { speaker } = this.wall;
    const mine = one.from_id === speaker;
    const like = this.like("comment", one);
    if (!mine && (speaker > 0 || !this.wall.leader)) return h("div", { class: "acts" }, answer, like);
    const open = (event) => menu(event.currentTarget, this.items(one, mine), "Действия с комментарием");
    const more = iconButton("more", "Действия с комментарием", open, { "aria-haspopup": "menu" });
    return h("div", { class: "acts" }, answer, like, more);
  }

  items(one, mine) {
    const edited = { kind: "edit", id: one.id, label: "Правка комментария", text: plain(one.text) };
    const change = () => this.writing.about(edited);
    const remove = guarded(async () => {
      await this.wall.act("wall.deleteComment", { comment_id: one.id }, this.wall.person());
      const back = guarded(() => this.wall.act("wall.restoreComment", { comment_id: one.id }, this.wall.person()));
      const action = h("button", { type: "button", class: "plain", onclick: back }, "Вернуть");
      toast("Комментарий удалён.", { action });
    });
    return [
      mine && { label: "Изменить", icon: "edit", act: change },
      { label: "Удалить", icon: "trash", danger: true, act: remove },
    ].filter(Boolean);
  }

  say(text, about) {
    if (about?.kind === "edit") {
      return this.wall.act("wall.editComment", { comment_id: about.id, message: text }, this.wall.person());
    }
    const answers = about ? { reply_to_comment: about.id } : {};
    return this.wall.act("wall.createComment", { post_id: this.post.id, message: text, ...answers });
  }
}

function moment(date) {
  return `${day(date)}, ${clockTime(date)}`;
}
