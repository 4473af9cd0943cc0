// News from the emulator by server-sent events. It must never ask VK: it only says that something happened.
const KINDS = ["news", "clock", "world", "wall", "bot", "reset"];

/** `take[kind](data)` for each event; `take.again()` when the line was lost and news may have been missed. */
export function listen(take) {
  const source = new EventSource("/live");
  let lost = false;
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => take[kind](JSON.parse(event.data || "{}")));
  }
  source.addEventListener("error", () => {
    lost = true;
  });
  source.addEventListener("open", () => {
    if (lost) take.again();
    lost = false;
  });
  return source;
}
