// `/` opens the palette anywhere: a search that shows while one types. Without this script the field leads to the search page.
import { addKeys } from "./keyring";

const PAUSE = 160; // so long after the last letter the server is asked

let asking: AbortController | null = null;
let waiting = 0;
let back: HTMLElement | null = null;

function parts() {
  const box = document.querySelector<HTMLDialogElement>("[data-palette]");
  const field = box?.querySelector<HTMLInputElement>("input[name=q]");
  const hits = box?.querySelector<HTMLElement>("[data-hits]");
  const found = box?.querySelector<HTMLElement>("[data-found]");
  return box && field && hits && found ? { box, field, hits, found } : null;
}

function lines(): HTMLElement[] {
  return [...(parts()?.hits.querySelectorAll<HTMLElement>("section:not([hidden]) .hit") ?? [])];
}

function chosen(): HTMLElement | undefined {
  return lines().find((line) => line.classList.contains("on"));
}

/** The line that Enter opens. It has the focus once somebody goes down from the field. */
function choose(line: HTMLElement | undefined, focus: boolean): void {
  chosen()?.classList.remove("on");
  line?.classList.add("on");
  if (!line || !focus) return;
  line.focus();
  line.scrollIntoView({ block: "nearest" });
}

function walk(step: number): void {
  const all = lines();
  const inside = document.activeElement?.closest(".hit");
  const here = all.indexOf((inside ?? chosen()) as HTMLElement);
  if (here + step < 0) return parts()?.field.focus();
  choose(all[Math.min(all.length - 1, here + step)], true);
}

/** Only the lines of one kind; after the last kind all of them again. */
function onlyNext(step: number): void {
  const kinds = [...(parts()?.hits.querySelectorAll<HTMLElement>("section[data-kind]") ?? [])];
  if (kinds.length < 2) return;
  const shown = kinds.filter((kind) => !kind.hidden);
  const now = shown.length === 1 ? kinds.indexOf(shown[0]!) : step > 0 ? -1 : kinds.length;
  const next = now + step;
  kinds.forEach((kind, at) => (kind.hidden = next >= 0 && next < kinds.length && at !== next));
  choose(lines()[0], document.activeElement !== parts()?.field);
}

async function ask(): Promise<void> {
  const is = parts();
  if (!is) return;
  const begun = performance.now();
  asking?.abort();
  asking = new AbortController();
  const words = is.field.value;
  if (words) is.found.textContent = is.found.dataset.busy ?? "";
  const body = new URLSearchParams({ q: words, here: location.pathname, csrf: is.box.dataset.csrf ?? "" });
  try {
    const answer = await fetch("/search/live", { method: "POST", body, signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.text();
    if (is.field.value !== words) return; // somebody typed on: the next answer is under way
    is.hits.innerHTML = found;
  } catch (problem) {
    if ((problem as Error).name === "AbortError") return;
    is.found.textContent = is.found.dataset.away ?? "";
    return;
  }
  const count = is.hits.querySelector<HTMLElement>("[data-count]")?.dataset.count ?? "0";
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const told = (is.found.dataset.words ?? "{count}").replace("{count}", count).replace("{seconds}", seconds);
  is.found.textContent = is.field.value ? told : "";
  choose(lines()[0], false);
}

function soon(): void {
  // What is listed answers other words, and Enter must not open it: until the answer comes it leads to the search page.
  choose(undefined, false);
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void ask(), PAUSE);
}

function open(said: string): void {
  const is = parts();
  if (!is || is.box.open) return;
  back = document.activeElement as HTMLElement | null;
  is.box.showModal();
  if (said) is.field.value = said;
  is.field.focus();
  is.field.select();
  if (said) is.field.setSelectionRange(said.length, said.length);
  void ask();
}

function pressed(event: KeyboardEvent): void {
  const is = parts();
  if (!is || event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = document.activeElement === is.field;
  if (event.key === "ArrowDown" || (event.key === "j" && !inField)) walk(inField && !is.hits.contains(document.activeElement) ? (lines().length > 1 ? 1 : 0) : 1);
  else if (event.key === "ArrowUp" || (event.key === "k" && !inField)) walk(-1);
  else if (event.key === "Tab") onlyNext(event.shiftKey ? -1 : 1);
  else if (event.key === "Enter" && inField && chosen() && !asking?.signal.aborted) chosen()?.click();
  else if (!inField && event.key.length === 1 && event.key !== " ") {
    is.field.focus();
    is.field.setSelectionRange(is.field.value.length, is.field.value.length);
    return; // the letter goes into the field
  } else return;
  event.preventDefault();
}

export function startPalette(): void {
  const is = parts();
  if (!is) return;
  addKeys({ key: "/", name: "search", target: () => is.box, press: () => open("") });
  document.querySelectorAll<HTMLElement>("[data-search], [data-palette-open]").forEach((one) =>
    one.addEventListener("click", (event) => {
      event.preventDefault();
      open(one.dataset.paletteOpen ?? "");
    }),
  );
  is.field.addEventListener("input", soon);
  is.box.addEventListener("keydown", pressed);
  // A press beside it closes it, as Escape does.
  is.box.addEventListener("click", (event) => {
    if (event.target === is.box) is.box.close();
  });
  is.box.addEventListener("close", () => back?.focus());
}
