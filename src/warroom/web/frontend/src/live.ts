// The server tells that something of a kind has changed, never what; a page that shows that kind asks for its list again.
// One stream a visible page: a browser opens few connections to one server, and hidden tabs need none.

type Changed = { kinds: Record<string, number>; spread: number };

const SECOND = 1000;
const SILENT = 40 * SECOND; // the server says that it lives every 15
const PATIENCE = 3 * SECOND; // a stream that ends and comes back at once is no loss
const AGAIN = 5 * SECOND;
const CALM = 0.4 * SECOND; // a busy room does not make a page ask more often than this, and a full one less often

let stream: EventSource | null = null;
let heard = 0;
let away = false; // something may have been missed
let worry = 0;
let asking = 0;
let due = 0;
let asked = 0;

function parts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-live]")];
}

/** What a reader has unfolded stays open when its part is renewed. */
let unfolded: string[] = [];
document.addEventListener("htmx:before:swap", () => {
  unfolded = [...document.querySelectorAll<HTMLDetailsElement>("[data-live] details[id][open]")].map((fold) => fold.id);
});
document.addEventListener("htmx:after:swap", () => {
  unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
});

function show(name: "lost" | "ended", on: boolean): void {
  document.querySelectorAll<HTMLElement>(`[data-${name}]`).forEach((line) => (line.hidden = !on));
}

function ask(): void {
  asking = 0;
  asked = Date.now();
  parts().forEach((part) => part.dispatchEvent(new CustomEvent("refresh")));
}

/** Ask again soon: somewhere within the time over which the server wants its pages spread. What is sooner goes first. */
function askWithin(spread: number, calm = CALM): void {
  const at = Math.max(Date.now(), asked + calm) + Math.random() * spread;
  if (asking && due <= at) return;
  window.clearTimeout(asking);
  due = at;
  asking = window.setTimeout(ask, at - Date.now());
}

function changed(event: MessageEvent<string>): void {
  heard = Date.now();
  const { kinds, spread } = JSON.parse(event.data) as Changed;
  const shown = parts().flatMap((part) => (part.dataset.live ?? "").split(" "));
  if (shown.some((kind) => kinds[kind])) askWithin(spread, CALM + spread);
}

function here(): void {
  heard = Date.now();
  window.clearTimeout(worry);
  worry = 0;
  show("lost", false);
  if (away) askWithin(2 * SECOND);
  away = false;
}

function lost(): void {
  away = true;
  if (!worry) worry = window.setTimeout(() => show("lost", true), PATIENCE);
  // The browser tries again by itself, unless it was refused: then we ask whether the sign-in has ended.
  if (stream?.readyState === EventSource.CLOSED) void refused();
}

async function refused(): Promise<void> {
  close();
  const stop = new AbortController();
  try {
    const answer = await fetch("/events", { signal: stop.signal, headers: { "HX-Request": "true" } });
    stop.abort();
    if (answer.status === 401) {
      window.clearTimeout(worry);
      show("lost", false);
      show("ended", true);
      return;
    }
  } catch {
    // Not reached: tried again below.
  }
  window.setTimeout(open, AGAIN);
}

function open(): void {
  if (stream || document.hidden) return;
  stream = new EventSource("/events");
  stream.addEventListener("ready", here);
  stream.addEventListener("alive", here);
  stream.addEventListener("changed", changed);
  stream.addEventListener("error", lost);
  heard = Date.now();
}

function close(): void {
  stream?.close();
  stream = null;
}

/** A line that is cut without a word: the server has not said that it lives for too long. */
function watch(): void {
  if (!stream || Date.now() - heard < SILENT) return;
  close();
  lost();
  open();
}

export function startLive(): void {
  if (!parts().length) return;
  asked = Date.now();
  away = true; // between the page and its stream something may have happened
  open();
  window.setInterval(watch, 5 * SECOND);
  window.addEventListener("offline", () => {
    window.clearTimeout(worry);
    worry = 0;
    away = true;
    show("lost", true);
  });
  window.addEventListener("online", () => {
    close();
    open();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      away = true;
    } else open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
}
