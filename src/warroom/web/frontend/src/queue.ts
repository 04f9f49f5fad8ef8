// The list holds still under the hand: a row moves only if it beats the one above it clearly or its state has changed, and
// never while the pointer or the focus is in the list; then the page says how many would move.

type Row = { node: HTMLElement; id: string; baht: number; like: string };

const CLEARLY = 1.15;

/** What each list showed last, by the row's id. */
const before = new Map<string, { baht: number; like: string }>();
let held: (() => void) | null = null;

function rowsOf(list: Element | null | undefined): Row[] {
  return [...(list?.children ?? [])].map((node) => {
    const one = node as HTMLElement;
    return { node: one, id: one.id, baht: Number(one.dataset.baht ?? -1), like: one.dataset.like ?? "" };
  });
}

function remember(): void {
  before.clear();
  rowsOf(document.querySelector("[data-queue] ol")).forEach((row) => before.set(row.id, { baht: row.baht, like: row.like }));
}

/** The order to show: that of before where nothing beats it clearly; new rows and changed ones where the server puts them. */
function settled(shown: string[], fresh: Row[]): Row[] {
  const free = (row: Row) => before.get(row.id)?.like !== row.like;
  const kept = shown.map((id) => fresh.find((row) => row.id === id)).filter((row): row is Row => !!row && !free(row));
  for (let at = 1; at < kept.length; at++)
    for (let up = at; up > 0 && beats(kept[up] as Row, kept[up - 1] as Row); up--)
      kept.splice(up - 1, 2, kept[up] as Row, kept[up - 1] as Row);
  fresh.forEach((row, place) => {
    if (kept.includes(row)) return;
    const ahead = fresh[place - 1];
    kept.splice(ahead ? kept.indexOf(ahead) + 1 : 0, 0, row);
  });
  return kept;
}

/** Whether a row goes above another; what is folded stays below all. */
function beats(one: Row, above: Row): boolean {
  return above.baht < 0 ? one.baht >= 0 : one.baht > CLEARLY * above.baht;
}

function busy(part: Element): boolean {
  return part.matches(":hover") || part.contains(document.activeElement);
}

function swapping(event: Event): void {
  const { tasks } = (event as CustomEvent<{ tasks: { type: string; fragment: DocumentFragment }[] }>).detail;
  const list = document.querySelector("[data-queue] ol");
  const coming = tasks.find((task) => task.type === "main")?.fragment.querySelector("[data-queue] ol");
  if (!list || !coming) return;
  const shown = rowsOf(list).map((row) => row.id);
  const fresh = rowsOf(coming);
  const wanted = settled(shown, fresh);
  const still = busy(list) ? [...wanted].sort((a, b) => place(shown, a.id) - place(shown, b.id)) : wanted;
  wanted.forEach((row) => row.node.classList.toggle("arrive", !before.has(row.id)));
  coming.replaceChildren(...still.map((row) => row.node));
  const moved = still.filter((row, at) => wanted[at] !== row && shown.includes(row.id)).length;
  say(coming.closest("[data-queue]"), moved);
  held = moved ? () => reorder(wanted.map((row) => row.id)) : null;
}

/** Where a row stood; one that is new comes last while the hand is in the list. */
function place(shown: string[], id: string): number {
  const at = shown.indexOf(id);
  return at < 0 ? shown.length : at;
}

function say(queue: Element | null | undefined, moved: number): void {
  const line = queue?.querySelector<HTMLElement>("[data-moved]");
  if (!line) return;
  line.hidden = moved === 0;
  const words = line.querySelector("span");
  if (words) words.textContent = (line.dataset.moved ?? "").replace("{count}", String(moved));
}

function reorder(ids: string[]): void {
  const list = document.querySelector("[data-queue] ol");
  ids.map((id) => document.getElementById(id)).forEach((node) => node && node.parentElement === list && list?.append(node));
  say(list?.closest("[data-queue]"), 0);
  held = null;
}

export function startQueue(): void {
  remember();
  document.addEventListener("htmx:before:swap", swapping);
  document.addEventListener("htmx:after:swap", remember);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-moved] button")) held?.();
  });
}
