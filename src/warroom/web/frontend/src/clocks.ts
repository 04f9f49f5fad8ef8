// Clocks tick on the page between refreshes. The server has already written the right words for the moment it answered,
// so without this script a page is only as old as it says it is.

type Words = { day: string; hour: string; minute: string; soon: string };

const SECOND = 1000;

function words(): Words | null {
  const text = document.querySelector<HTMLMetaElement>('meta[name="clock-words"]')?.content;
  return text ? (JSON.parse(text) as Words) : null;
}

/** A span as the server writes it: the two largest units, or "under a minute". */
export function span(seconds: number, say: Words): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days) return `${days} ${say.day}` + (hours ? ` ${hours} ${say.hour}` : "");
  if (hours) return `${hours} ${say.hour}` + (minutes % 60 ? ` ${minutes % 60} ${say.minute}` : "");
  return minutes ? `${minutes} ${say.minute}` : say.soon;
}

function tick(clock: HTMLElement, now: number, say: Words): void {
  const until = Number(clock.dataset.until);
  const from = Number(clock.dataset.from);
  const warn = Number(clock.dataset.warn);
  const left = until - now;
  const state = left <= 0 ? "late" : left <= warn ? "due" : "calm";
  clock.classList.remove("late", "due", "calm");
  clock.classList.add(state);
  const text = ((left <= 0 ? clock.dataset.over : clock.dataset.left) ?? "{span}").replace("{span}", span(left, say));
  const label = clock.querySelector(".words");
  if (label && label.textContent !== text) label.textContent = text;
  const share = until > from ? Math.min(1, Math.max(0, (now - from) / (until - from))) : 1;
  clock.querySelector(".run")?.setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
}

/** What the server said last: its time, how many of its seconds pass in one of ours, and when it said so. */
const heard = { now: 0, speed: 1, at: 0 };

/** From here on time is the server's `now`, and runs `speed` times as fast: an exercise may stand or hurry. */
export function setTime(now: number, speed: number): void {
  Object.assign(heard, { now, speed, at: Date.now() / SECOND });
}

/** Ticks every clock once a second by the server's time, whatever the device believes. */
export function startClocks(): void {
  const say = words();
  const served = Number(document.documentElement.dataset.now);
  if (!say || !served) return;
  setTime(served, Number(document.documentElement.dataset.speed ?? 1));
  const beat = () => {
    const now = heard.now + (Date.now() / SECOND - heard.at) * heard.speed;
    document.querySelectorAll<HTMLElement>(".clock[data-until]").forEach((clock) => tick(clock, now, say));
  };
  setInterval(beat, SECOND);
}
