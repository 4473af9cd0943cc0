// A circle drawn on the map fills the form beside it and sends it: without this script the form does the same.
"use strict";

// Scripts of one page share their names: these stay here.
{
  const box = document.querySelector("[data-map]");
  const svg = box?.querySelector("svg");
  const button = document.getElementById("draw");
  const form = document.getElementById("circle");
  const KM = 111.32;
  let begun = null;
  let ring = null;

  function point(event) {
    const moved = svg.createSVGPoint();
    moved.x = event.clientX;
    moved.y = event.clientY;
    return moved.matrixTransform(svg.getScreenCTM().inverse());
  }

  function degrees(at) {
    const { left, top, across, up } = box.dataset;
    return [(at.x - 4) / Number(across) + Number(left), Number(top) - (at.y - 4) / Number(up)];
  }

  function drawing(on) {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Ведите от середины" : "Обвести кругом";
    box.classList.toggle("drawing", on);
  }

  function reach(at) {
    return Math.hypot(at.x - begun.x, at.y - begun.y);
  }

  function down(event) {
    if (!box.classList.contains("drawing")) return;
    event.preventDefault();
    begun = point(event);
    svg.setPointerCapture(event.pointerId);
    ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    ring.setAttribute("class", "drawn-ring");
    ring.setAttribute("cx", begun.x);
    ring.setAttribute("cy", begun.y);
    ring.setAttribute("r", 0);
    svg.append(ring);
  }

  function move(event) {
    if (begun) ring.setAttribute("r", reach(point(event)));
  }

  function up(event) {
    if (!begun) return;
    const far = reach(point(event));
    const [lon, lat] = degrees(begun);
    begun = null;
    if (far < 3) return ring.remove();
    const at = form.querySelector("#at");
    if (at) at.value = "";
    form.querySelector("#lat").value = lat.toFixed(4);
    form.querySelector("#lon").value = lon.toFixed(4);
    form.querySelector("#km").value = Math.max(0.1, Math.min(200, (far / Number(box.dataset.up)) * KM)).toFixed(1);
    form.requestSubmit();
  }

  if (svg && button && form) {
    button.hidden = false;
    button.addEventListener("click", () => drawing(!box.classList.contains("drawing")));
    svg.addEventListener("pointerdown", down);
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", up);
    svg.addEventListener("click", (event) => box.classList.contains("drawing") && event.preventDefault(), true);
    document.addEventListener("keydown", (event) => event.key === "Escape" && drawing(false));
  }
}
