// The seven steps of the tour, told by what stands in the dialogues. They must never press anything for a person but an
// example into the field, and never tell of what has not happened.
import { answerFile, potholePhoto } from "./sample.js";

const HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5. Машины бьют колёса.";
const ANSWER = "Яму засыпали сегодня утром. Спасибо, что написали!";
const CODE = /(?:№|Номер сообщения: )(\d{4}-[0-9A-Z]{4})/;
const number = (message) => message.conversation_message_id;
const keys = (message) => (message?.keyboard?.buttons || []).flat().map((one) => one.action.label);

/** What has happened since the tour began: of one resident and of the chat that got the message. */
export class Progress {
  constructor(app) {
    this.app = app;
    const { account, peer } = app.residents.active;
    this.resident = account;
    this.peer = peer;
    this.home = app.store.dialog(account, peer);
    this.since = this.home.last ? number(this.home.last) : 0;
    this.sent = 0; // the number of the message with «Отправить»
    this.code = "";
    this.card = null; // {dialog, message}: the newest card, as its official sees it
    this.replied = false;
  }

  see({ dialog, message }) {
    if (dialog.account === this.resident) {
      if (dialog.peer !== this.peer || number(message) <= this.since) return;
      if (message.out && (message.text === "Отправить" || message.text === "Это другое")) this.sent = number(message);
      const found = !message.out && this.sent && number(message) > this.sent && CODE.exec(message.text);
      if (found) this.code ||= found[1];
      return;
    }
    if (!this.code || this.app.store.person(dialog.account)?.resident) return;
    const chat = this.app.store.chat(dialog.account, dialog.peer);
    if (chat?.owner_id !== dialog.account) return;
    const isCard = message.from_id < 0 && message.text.includes(this.code) && keys(message).includes("Ещё");
    if (isCard && !(chat.cur && this.card)) this.card = { dialog, message };
    if (message.out && message.reply_message && this.card?.dialog === dialog) this.replied = true;
  }

  /** The card may have come before its code was known to us. */
  findCard() {
    if (this.card || !this.code) return this.card;
    for (const account of this.app.store.accounts.values()) {
      for (const dialog of account.dialogs.values()) {
        for (const message of [...dialog.list, dialog.last].filter(Boolean)) this.see({ dialog, message });
      }
    }
    return this.card;
  }

  mine() {
    return this.home.list.filter((one) => one.out && number(one) > this.since);
  }

  wrote() {
    return this.mine().some((one) => !one.payload && one.text.length > 15);
  }

  photo() {
    return this.mine().some((one) => one.attachments.some((each) => each.type === "photo"));
  }

  /** The bot has not answered what was said last. */
  waits() {
    const last = this.home.list.at(-1);
    return Boolean(last?.out) && number(last) > this.since;
  }

  typed(composer = this.dialogue().composer) {
    return Boolean(composer.text.value.trim()) || composer.attachments.files.length > 0;
  }

  dialogue() {
    return this.app.dialogue(this.resident, this.peer);
  }

  /** The chat with the card, where it is open and to be seen. */
  office() {
    const { dialogue } = this.app.officials;
    return this.card && dialogue?.dialog === this.card.dialog && dialogue.root.offsetParent ? dialogue : null;
  }

  show() {
    this.app.open(this.resident, this.peer);
  }

  /** The newest button with this label, in the resident's window or in the official's. */
  button(label, root = this.dialogue().root) {
    return [...root.querySelectorAll(".key")].filter((one) => one.textContent === label).at(-1);
  }

  /** The button under the card itself, not under a question of the bot. */
  cardKey(label) {
    const node = this.office()?.root.querySelector(`[data-cmid="${number(this.findCard().message)}"]`);
    return node && this.button(label, node);
  }

  /** The bot's question after «Ответить»: the newest message of the bot that asks for an answer to itself. */
  question() {
    const after = this.card?.dialog.list.filter((one) => number(one) > number(this.card.message)) || [];
    return after.findLast((one) => one.from_id < 0 && /ответьте на это сообщение/i.test(one.text));
  }

  /** Where to look: the thing itself, or on a narrow screen the way to it. */
  at(view, target) {
    if (target?.offsetParent) return target;
    return this.app.views.buttons.get(view);
  }
}

const SEND_IT = { words: "Теперь отправьте: стрелка справа или клавиша Enter.", short: "Отправьте: стрелка" };
const sendIt = (p, view, composer) => ({ ...SEND_IT, target: p.at(view, composer.button) });
const field = (p) => p.at("residents", p.dialogue().composer.root);
const greet = (p) => {
  p.show();
  p.dialogue().composer.insert("Здравствуйте");
};
const sample = async (p) => {
  p.show();
  const { composer } = p.dialogue();
  composer.insert(HOLE);
  composer.attachments.add([await potholePhoto()]);
};
const sampleAnswer = (p) => {
  const { dialog, message } = p.findCard();
  const dialogue = p.app.open(dialog.account, dialog.peer);
  dialogue.composer.reply(p.question() || message);
  dialogue.composer.insert(ANSWER);
  dialogue.composer.attachments.add([answerFile()], "doc");
};
const showCard = (p) => p.app.open(p.card.dialog.account, p.card.dialog.peer);
const toCard = (p) => ({
  words: "Карточка в чате ведомства. Откройте его.",
  short: "Карточка пришла",
  target: p.at("officials", p.app.officials.root.querySelector(".pane-head")),
  helps: [{ label: "Показать чат ведомства", short: "Показать", act: () => showCard(p) }],
});
const noCard = (p) => ({
  words: p.code ? "Ждём карточку в чате ведомства." : "Карточка появится здесь, когда житель отправит сообщение.",
  short: p.code ? "Ждём карточку" : "Карточки пока нет",
  target: p.at("officials", p.app.officials.root.querySelector(".pane-head")),
});

export const STEPS = [
  {
    name: "hello",
    title: "Поздоровайтесь",
    done: (p) => p.mine().length > 0 && !p.waits() && Boolean(p.button("Отмена") || p.button("Мои сообщения")),
    now: (p) => {
      if (p.button("Даю согласие"))
        return {
          words: "Бот сказал, кто он, и просит согласие. Нажмите «Даю согласие».",
          short: "Нажмите «Даю согласие»",
          target: p.at("residents", p.button("Даю согласие")),
        };
      if (p.typed()) return sendIt(p, "residents", p.dialogue().composer);
      if (p.waits()) return { words: "Ждём ответа бота.", short: "Ждём бота", target: field(p) };
      return {
        words: "Вы — житель. Нажмите «Начать» или напишите «Здравствуйте» и отправьте.",
        short: "Нажмите «Начать»",
        target: p.at("residents", p.button("Начать") || p.dialogue().composer.root),
        helps: [{ label: "Вставить «Здравствуйте»", short: "Вставить", act: () => greet(p) }],
      };
    },
  },
  {
    name: "problem",
    title: "Расскажите, что случилось",
    done: (p) => p.wrote(),
    now: (p) =>
      p.typed()
        ? sendIt(p, "residents", p.dialogue().composer)
        : {
            words: "Опишите беду простыми словами, приложите фото и отправьте. Или возьмите наш пример.",
            short: "Опишите беду",
            target: field(p),
            helps: [{ label: "Вставить пример с фото", short: "Пример", act: () => sample(p) }],
          },
  },
  {
    name: "topic",
    title: "Ответьте боту",
    done: (p) => p.wrote() && !p.waits() && Boolean(p.button("Отправить")),
    now: (p) =>
      p.waits()
        ? {
            words: "Бот ждёт несколько секунд: вдруг вы допишете ещё.",
            short: "Бот ждёт, не допишете ли",
            target: field(p),
          }
        : {
            words: "Нажмите ответ, который подходит.",
            short: "Нажмите подходящее",
            target: p.at("residents", p.dialogue().composer.keyboard),
          },
  },
  {
    name: "send",
    title: "Проверьте и отправьте",
    done: (p) => Boolean(p.code),
    now: (p) =>
      p.button("Это другое")
        ? {
            words: "Похожее сообщение уже есть. Чтобы пройти весь путь, нажмите «Это другое».",
            short: "Нажмите «Это другое»",
            target: p.at("residents", p.button("Это другое")),
          }
        : {
            words: "Если всё верно, нажмите «Отправить».",
            short: "Нажмите «Отправить»",
            target: p.at("residents", p.button("Отправить")),
          },
  },
  {
    name: "accept",
    title: "Теперь вы — ведомство",
    done: (p) => Boolean(p.findCard()) && !keys(p.card.message).includes("Принять"),
    now: (p) => {
      if (!p.findCard()) return noCard(p);
      if (!p.office()) return toCard(p);
      return {
        words: p.photo()
          ? "Карточка пришла с вашими словами и фото. Нажмите «Принять»: житель узнает, что вы взялись."
          : "Карточка пришла. Нажмите «Принять»: житель узнает, что вы взялись.",
        short: "Нажмите «Принять»",
        target: p.at("officials", p.cardKey("Принять")),
      };
    },
  },
  {
    name: "answer",
    title: "Ответьте жителю",
    done: (p) => p.replied,
    now: (p) => {
      if (!p.findCard()) return noCard(p);
      const office = p.office();
      if (!office) return toCard(p);
      if (p.typed(office.composer) && office.composer.about?.kind === "reply")
        return sendIt(p, "officials", office.composer);
      const helps = [{ label: "Вставить пример с документом", short: "Пример", act: () => sampleAnswer(p) }];
      if (p.question())
        return {
          words: "Бот спросил, что ответить. Ответьте на его вопрос: стрелка рядом с ним. Или возьмите пример.",
          short: "Ответьте на вопрос бота",
          target: p.at("officials", office.root.querySelector(`[data-cmid="${number(p.question())}"]`)),
          helps,
        };
      return {
        words: "Нажмите на карточке «Ответить».",
        short: "Нажмите «Ответить»",
        target: p.at("officials", p.cardKey("Ответить") || office.composer.root),
        helps,
      };
    },
  },
  {
    name: "time",
    title: "Переведите часы",
    done: (p) => p.replied && Boolean(p.button("Не решено")),
    now: (p) => ({
      words: p.replied
        ? "Полминуты ответ можно отменить, потом он уйдёт жителю. Чтобы не ждать, нажмите «+1 час»."
        : "Когда ответ отправлен, его полминуты можно отменить. Часы переводят здесь: «+1 час».",
      short: "Нажмите «+1 час»",
      target: p.at("tools", [...p.app.clock.root.querySelectorAll("button")].find((one) => one.textContent === "+1 час")),
    }),
  },
  {
    name: "end",
    title: "Попробуйте ещё",
    finale: true,
    now: (p) => ({
      words: `${p.replied && p.button("Не решено") ? "Ответ у жителя. " : ""}Дальше пробуйте сами: покажем, где нажать.`,
      short: "Попробуйте",
      target: p.tried?.(),
      helps: tries(p),
    }),
  },
];

/** What to try next: each opens its place and points at the button. */
function tries(p) {
  const point = (label, open, find) => ({
    label,
    act: () => {
      open();
      p.tried = find;
    },
  });
  const solved = p.button("Не решено");
  const mine = p.button("Мои сообщения");
  const { officials } = p.app;
  const away = () => officials.dialogue && p.button("Не наше", officials.dialogue.root);
  const office = () => (p.card ? showCard(p) : p.app.views.show("officials"));
  return [
    solved && point("Не решено", () => p.show(), () => p.at("residents", p.button("Не решено"))),
    point("Не наше", office, () => p.at("officials", away() || officials.root.querySelector(".chats"))),
    mine && point("Мои сообщения", () => p.show(), () => p.at("residents", p.button("Мои сообщения"))),
  ].filter(Boolean);
}
