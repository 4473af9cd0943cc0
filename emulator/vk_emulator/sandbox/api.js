// Calls of the emulator's public methods, and nothing else: the page asks VK and never guesses its answer.
const VERSION = "5.199";

/** What VK refused, in VK's own words. */
export class VkError extends Error {
  constructor(code, text, method) {
    super(text);
    this.code = code;
    this.method = method;
  }
}

/** No answer came: VK is down or the answer got lost on the way. */
export class Unreachable extends Error {
  constructor(method) {
    super("VK не отвечает");
    this.method = method;
  }
}

/** While the wire is cut nobody knocks: each try would only be an error in the console. */
export const wire = { up: true };

export async function call(method, params = {}, token = "") {
  const control = method.startsWith("emulator.");
  if (!control && !wire.up) throw new Unreachable(method);
  const body = new URLSearchParams({ v: VERSION });
  for (const [name, value] of Object.entries(params)) {
    body.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await answered(fetch(`/method/${method}`, { method: "POST", body, headers }), method);
  if (answer.error) throw new VkError(answer.error.error_code, answer.error.error_msg, method);
  return answer.response;
}

async function answered(request, method) {
  try {
    const answer = await (await request).json();
    if (answer === null || typeof answer !== "object" || Array.isArray(answer)) throw new Unreachable(method);
    return answer;
  } catch {
    throw new Unreachable(method);
  }
}

/** A file's address without the host, so that the page works under any name of this computer. */
export function local(address) {
  try {
    const url = new URL(address, location.href);
    if (/^\/(files|upload)\//.test(url.pathname)) return url.pathname + url.search;
    return /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

async function put(address, field, file) {
  if (!wire.up) throw new Unreachable("upload");
  const form = new FormData();
  form.append(field, file, file.name);
  const told = await answered(fetch(local(address), { method: "POST", body: form }), "upload");
  if (told.error_code) throw new VkError(told.error_code, told.error_msg, "upload");
  return told;
}

/** Really uploads a file as VK's clients do; gives back what `attachment` of messages.send takes. */
export async function upload(file, kind, token, peer) {
  if (kind === "photo") {
    const { upload_url: address } = await call("photos.getMessagesUploadServer", {}, token);
    const [photo] = await call("photos.saveMessagesPhoto", await put(address, "photo", file), token);
    return named("photo", photo);
  }
  const { upload_url: address } = await call("docs.getMessagesUploadServer", { peer_id: peer, type: kind }, token);
  const told = await put(address, "file", file);
  const saved = await call("docs.save", { file: told.file || "", title: file.name }, token);
  return named(saved.type, saved[saved.type]);
}

export function named(type, { owner_id: owner, id, access_key: key }) {
  return `${type}${owner}_${id}${key ? `_${key}` : ""}`;
}
