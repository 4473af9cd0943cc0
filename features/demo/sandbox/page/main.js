// What the bot adds to the page of the emulator: its name, the tour, the way into the panel, its books. It must never do without
// the page what a person could not do on it.
import { app } from "/sandbox/main.js";
import { Books } from "./books.js";
import { Door } from "./door.js";
import { Progress, STEPS } from "./steps.js";

app.join({
  title: "Песочница приёмной",
  sides: { residents: "Житель", officials: "Ведомство" },
  tour: { steps: STEPS, Progress },
  tools: [new Door()],
  below: [new Books()],
});
