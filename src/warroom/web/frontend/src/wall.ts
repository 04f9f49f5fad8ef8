// The wall asks by itself every five seconds, whatever happens, and says so when it has not been answered: nobody stands
// before it who could press anything.

const EVERY = 5_000;
const PATIENCE = 30_000;
const GIVE_UP = 10_000; // a request that hangs on a dead line is begun anew

let answered = Date.now();

function told(): void {
  const old = Date.now() - answered > PATIENCE;
  document.querySelector(".wall .strip")?.classList.toggle("old", old);
  document.querySelectorAll<HTMLElement>("[data-stale]").forEach((one) => (one.hidden = !old));
  document.querySelectorAll<HTMLElement>("[data-fresh]").forEach((one) => (one.hidden = old));
}

async function ask(address: string): Promise<void> {
  const stop = new AbortController();
  const patience = window.setTimeout(() => stop.abort(), GIVE_UP);
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store", signal: stop.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector<HTMLElement>("[data-wall]");
    if (!fresh) return;
    document.querySelector("[data-wall]")?.replaceWith(fresh);
    document.documentElement.dataset.theme = fresh.dataset.theme;
    answered = Date.now();
  } catch {
    // Not reached: asked again at the next beat.
  } finally {
    window.clearTimeout(patience);
  }
}

export function startWall(): void {
  const address = document.querySelector<HTMLElement>("[data-wall]")?.dataset.wall;
  if (!address) return;
  const beat = () => {
    void ask(address).finally(() => {
      told();
      window.setTimeout(beat, EVERY);
    });
  };
  window.setTimeout(beat, EVERY);
  window.setInterval(told, 1_000);
}
