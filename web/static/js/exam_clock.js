// Time left: from the server's seconds and the monotonic clock, never an old PC's wall clock.
const SPOKEN = [30, 10, 5, 1];

export function clockText(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const tail = `${two(minutes)}:${two(whole % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}

export class Clock {
  /** `element`: the timer; `say(minutes)` is called once at 30, 10, 5 and 1; `over()` at 0. */
  constructor(element, { say, over }) {
    this.element = element;
    this.value = element.querySelector(".timer__value");
    this.say = say;
    this.over = over;
    this.set(Number(element.dataset.seconds));
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  /** The server's newest word wins: extra time and pauses arrive this way. */
  set(seconds) {
    this.end = performance.now() + seconds * 1000;
    this.last = seconds;
  }

  get left() { return (this.end - performance.now()) / 1000; }

  tick() {
    const { left } = this;
    this.value.textContent = clockText(left);
    if (left <= 300) this.element.dataset.phase = "last";
    else delete this.element.dataset.phase;
    const minute = SPOKEN.find((minutes) => this.last > minutes * 60 && left <= minutes * 60);
    if (minute) this.say(minute);
    this.last = left;
    if (left <= 0) {
      clearInterval(this.timer);
      this.over();
    }
  }
}
