// Numbers that change by themselves. A browser without streams, or a stream that ends, leaves the refresh of each minute.
"use strict";

// Scripts of one page share their names: these stay here.
{
  const place = document.querySelector("[data-live]");

  function told(event) {
    for (const [name, value] of Object.entries(JSON.parse(event.data))) {
      for (const one of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) one.textContent = value;
    }
  }

  function listen() {
    const stream = new EventSource(place.dataset.live);
    stream.addEventListener("message", told);
    stream.addEventListener("over", (event) => {
      stream.close();
      if (event.data === "again") location.reload();
    });
    stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED || stream.close());
    addEventListener("pagehide", () => stream.close(), { once: true });
  }

  if (place && "EventSource" in window) listen();
}
