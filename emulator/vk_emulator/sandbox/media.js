// Photos at full size and voice messages that can be heard. It must never load anything but files of the emulator.
import { h, icon, iconButton } from "./dom.js";

export function lightbox(address) {
  const box = h(
    "dialog",
    { class: "lightbox", "aria-label": "Фотография" },
    h("img", { src: address, alt: "Фотография целиком" }),
    iconButton("close", "Закрыть", () => box.close()),
  );
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

const BARS = 32;

const lasting = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export function voice(address, seconds, waveform = []) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = address;
  const bars = h("span", { class: "bars", "aria-hidden": "true" });
  for (let bar = 0; bar < BARS; bar += 1) {
    const level = waveform[Math.floor((bar * waveform.length) / BARS)] || 0;
    const made = h("i");
    made.style.height = `${Math.min(100, 20 + level * 8)}%`;
    bars.append(made);
  }
  const length = h("small", {}, lasting(seconds || 0));
  const toggle = iconButton("play", "Слушать голосовое сообщение", () => {
    if (sound.paused)
      sound.play().catch(() => {
        length.textContent = "не воспроизвести";
      });
    else sound.pause();
  });
  const shown = (name, label) => () => {
    toggle.replaceChildren(icon(name));
    toggle.setAttribute("aria-label", label);
  };
  sound.addEventListener("play", shown("pause", "Остановить"));
  sound.addEventListener("pause", shown("play", "Слушать голосовое сообщение"));
  return h("div", { class: "voice" }, toggle, bars, length);
}

/** Records from the microphone where the browser has one; null where it has not. */
export async function record() {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return null;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  if (!stream) return null;
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.start();
  return {
    stop: () =>
      new Promise((done) => {
        recorder.addEventListener("stop", () => {
          for (const track of stream.getTracks()) track.stop();
          done(new File(pieces, "voice.ogg", { type: recorder.mimeType }));
        });
        recorder.stop();
      }),
  };
}
