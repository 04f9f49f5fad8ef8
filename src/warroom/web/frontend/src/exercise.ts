// In an exercise the bar asks every two seconds how it stands, and the page's clocks follow. The server wrote the right
// words when it made the page, so without this script the bar is only as old as the page.
import { setTime } from "./clocks";

type State = { now: number; said: string; speed: number; state: string; behind: string; ended: boolean };

const PAUSE = 2000;

function show(bar: HTMLElement, state: State): void {
  const time = bar.querySelector<HTMLTimeElement>("[data-exercise-time]");
  if (time && time.textContent !== state.said) {
    time.textContent = state.said;
    time.dateTime = new Date(state.now * 1000).toISOString();
  }
  const words = bar.querySelector("[data-exercise-state]");
  if (words && words.textContent !== state.state) words.textContent = state.state;
  const behind = bar.querySelector<HTMLElement>("[data-exercise-behind]");
  if (behind && behind.textContent !== state.behind) {
    behind.textContent = state.behind;
    behind.hidden = !state.behind;
  }
  setTime(state.now, state.speed);
  if (!state.ended) return;
  // Somebody ended it: its clock is no longer offered, what came of it is. What is being typed on the page stays.
  bar.querySelector("[data-exercise-clock]")?.remove();
  bar.querySelector("[data-exercise-after]")?.removeAttribute("hidden");
}

async function ask(bar: HTMLElement, address: string): Promise<void> {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  show(bar, (await answer.json()) as State);
}

export function startExercise(): void {
  const bar = document.querySelector<HTMLElement>("[data-exercise]");
  const address = bar?.dataset.exercise;
  if (!bar || !address) return;
  setInterval(() => {
    // A page that nobody looks at asks nothing; the next answer brings it up to date.
    if (document.visibilityState === "visible") void ask(bar, address).catch(() => undefined);
  }, PAUSE);
}
