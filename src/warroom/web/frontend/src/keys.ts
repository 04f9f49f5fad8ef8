// The keys of all pages of the room: j and k walk the rows of a list, x ticks, e does a row's next step, t takes it; buttons name
// keys of their own. `?` lists those that do something on this page.
import { addKeys, registry, seen, type Key } from "./keyring";

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] > tbody > tr, ul[data-rows] > li, ol[data-rows] > li")].filter((row) => handle(row));
}

function handle(row: HTMLElement): HTMLElement | undefined {
  return seen("[data-open]", row) ?? seen("a[href], input[type=checkbox]", row);
}

function walk(step: number): void {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))];
  if (!next) return;
  handle(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function rowHere(): HTMLElement | undefined {
  return rows().find((row) => row.contains(document.activeElement));
}

function inRow(key: string, name: string, selector: string): Key {
  const inside = (row: HTMLElement | undefined) => row && seen(selector, row);
  // Listed where any row has it, pressed in the row that has the focus.
  return { key, name, inRow: true, target: () => (rowHere() ? inside(rowHere()) : rows().map(inside).find(Boolean)) };
}

const box = () => document.querySelector<HTMLDialogElement>("[data-keys]");

addKeys(
  { key: "?", name: "keys", target: box, press: open },
  { key: "j", name: "next-row", target: () => rows()[0], press: () => walk(1) },
  { key: "k", name: "row-before", target: () => rows()[1], press: () => walk(-1) },
  inRow("x", "tick", "input[type=checkbox]"),
  inRow("e", "step", "[data-next]"),
  inRow("t", "take", "[data-take]"),
  { key: "o", name: "fold", target: () => seen("[data-fold]", rowHere()) ?? seen("[data-fold]") },
);

/** Keys that buttons and links name themselves, each key once. */
function ownKeys(): Key[] {
  const named = [...document.querySelectorAll<HTMLElement>("[data-press]:not(:disabled), a[data-key]")].filter((one) => one.checkVisibility());
  const keys = [...new Set(named.map((one) => one.dataset.press ?? one.dataset.key ?? ""))];
  return keys.map((key) => {
    const selector = `[data-press="${CSS.escape(key)}"], a[data-key="${CSS.escape(key)}"]`;
    return { key, target: () => (rowHere() && seen(selector, rowHere())) ?? seen(selector) };
  });
}

/** The keys that do something on this page now; a page's own before the room's. */
function works(): Key[] {
  const all = [...registry.filter((one) => one.target()), ...ownKeys()];
  return all.filter((one, at) => all.findIndex((other) => other.key === one.key) === at);
}

function pressed(event: KeyboardEvent): void {
  // A dialog that is open has its own keys.
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = works().find((one) => one.key === event.key);
  if (!key || (key.inRow && !rowHere())) return;
  const target = key.target()!;
  event.preventDefault();
  if (key.press) key.press(target);
  else target.click();
}

function words(key: Key, names: Map<string, string>): string {
  const told = key.name && names.get(key.name);
  if (told) return told;
  const label = key.target()!.getAttribute("aria-label");
  if (label) return label;
  const copy = key.target()!.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd").forEach((one) => one.remove());
  return copy.textContent!.replace(/\s+/g, " ").trim();
}

function line(key: Key, names: Map<string, string>): HTMLElement {
  const item = document.createElement("li");
  const sign = document.createElement("kbd");
  sign.textContent = key.key === "Escape" ? "Esc" : key.key;
  item.dataset.listed = key.key;
  if (key.inRow) item.dataset.inRow = "";
  item.append(sign, " ", words(key, names));
  return item;
}

function list(): void {
  const dialog = box();
  if (!dialog) return;
  const names = new Map(Object.entries(JSON.parse(dialog.dataset.names ?? "{}") as Record<string, string>));
  const keys = works();
  // A row of a case is shown as soon as it has the focus: nothing is left to open there.
  const opening = rows().find((row) => !handle(row)?.matches("[data-choose]"));
  const enter: Key[] = opening ? [{ key: "Enter", name: "open", inRow: true, target: () => opening }] : [];
  const lines = (some: Key[]) => some.map((key) => line(key, names));
  dialog.querySelector("[data-keys-page]")!.replaceChildren(...lines(keys.filter((one) => !one.inRow)));
  const ofRow = lines([...enter, ...keys.filter((one) => one.inRow)]);
  dialog.querySelector("[data-keys-row]")!.replaceChildren(...ofRow);
  dialog.querySelector<HTMLElement>("[data-keys-of-row]")!.hidden = !ofRow.length;
  const foot = document.querySelector<HTMLElement>("[data-keys-foot]");
  foot?.replaceChildren(...lines([...keys.filter((one) => !one.inRow), ...enter, ...keys.filter((one) => one.inRow)]));
}

function open(): void {
  list();
  box()?.showModal();
}

function start(): void {
  document.addEventListener("keydown", pressed);
  const dialog = box();
  dialog?.addEventListener("keydown", (event) => event.key === "?" && dialog.close());
  dialog?.addEventListener("click", (event) => (event.target === dialog || (event.target as Element).closest("[data-close]")) && dialog.close());
  document.querySelector("[data-keys-open]")?.addEventListener("click", open);
  // After the scripts of the page, which add theirs.
  window.addEventListener("load", list);
  document.addEventListener("htmx:after:swap", list);
}

start();
