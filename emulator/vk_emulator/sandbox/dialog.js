// One dialogue as one person has it: an unbroken piece of messages up to the newest. It must never ask VK itself.
const number = (message) => message.conversation_message_id;

export class Dialog {
  constructor(account, peer, token) {
    this.account = account;
    this.peer = peer;
    this.token = token;
    this.list = []; // sorted by number; without a hole, the end of it is the newest
    this.byCmid = new Map();
    this.byId = new Map();
    this.early = []; // came while the first page was on its way
    this.loaded = false;
    this.complete = false; // the first message of all is here
    this.last = null;
    this.unread = 0;
    this.marked = 0;
    this.outRead = 0;
    this.keyboard = null;
    this.canWrite = true;
    this.settings = null;
    this.typing = new Map();
    this.waiting = []; // sent by the page, not seen in VK yet
    this.ref = ""; // of the link by which the person has come, until the next message
  }

  get key() {
    return `${this.account}:${this.peer}`;
  }

  /** What VK says about the dialogue as a whole. */
  learn(told) {
    this.unread = told.unread_count || 0;
    this.outRead = told.out_read_cmid;
    this.keyboard = told.current_keyboard || null;
    this.canWrite = told.can_write.allowed;
    this.settings = told.chat_settings || null;
  }

  fill(items) {
    this.list = [];
    this.byCmid.clear();
    this.byId.clear();
    this.complete = false;
    this.loaded = true;
    this.prepend(items);
    for (const message of this.early.splice(0)) this.put(message);
  }

  prepend(items) {
    let fresh = 0;
    for (const message of items) fresh += this.put(message, true) ? 1 : 0;
    if (!fresh) this.complete = true;
  }

  /** Keeps a message; true when it is new here. Before the dialogue was opened only the newest one is kept. */
  put(message, old = false) {
    if (!this.last || number(message) >= number(this.last)) this.last = message;
    this.forget(this.waiting.find((one) => message.out && one.random_id === message.random_id));
    if (!this.loaded && !old) {
      this.early = [...this.early.slice(-20), message];
      return true;
    }
    const known = this.byCmid.has(number(message));
    if (!known && !old && this.list.length && number(message) < number(this.list[0])) return false;
    this.byCmid.set(number(message), message);
    this.byId.set(message.id, message);
    this.list.splice(this.place(number(message)), known ? 1 : 0, message);
    return !known;
  }

  /** Where this number stands in the list, or would stand. */
  place(cmid) {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (number(this.list[middle]) < cmid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  drop(id) {
    const message = this.byId.get(id);
    if (!message) return null;
    this.byId.delete(id);
    this.byCmid.delete(number(message));
    this.list.splice(this.list.indexOf(message), 1);
    if (this.last === message) this.last = this.list.at(-1) || null;
    return message;
  }

  forget(waiting) {
    const at = this.waiting.indexOf(waiting);
    if (at >= 0) this.waiting.splice(at, 1);
  }
}
