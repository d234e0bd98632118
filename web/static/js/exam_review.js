// The review page: sends what still waits on this computer, keeps the clock,
// reloads when time is over.
import { Clock } from "./exam_clock.js";
import { Outbox } from "./exam_outbox.js";

const form = document.querySelector("[data-review]");
const button = form.querySelector("button");
const outbox = new Outbox({
  place: form.place.value,
  token: form._csrf_token.value,
  report: (state, data) => {
    button.toggleAttribute("aria-busy", state === "saving");
    if (state === "saved" && outbox.size <= 1) location.reload();
    if (state === "refused" && data.closed) location.reload();
  },
});
if (outbox.size) outbox.flush();

const timer = document.querySelector("[data-seconds]");
const over = () => setTimeout(() => location.reload(), 1000);
if (timer) new Clock(timer, { say: () => {}, over });
