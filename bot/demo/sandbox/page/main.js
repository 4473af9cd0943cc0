// What the bot adds to the page of the emulator: its name, the tour and the way into the panel. It must never do without
// the page what a person could not do on it.
import { app } from "/sandbox/main.js";
import { Door } from "./door.js";
import { Progress, STEPS } from "./steps.js";

app.join({ title: "Песочница приёмной", tour: { steps: STEPS, Progress }, tools: [new Door()] });
