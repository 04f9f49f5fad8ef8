// A case's page: it hears of changes and renews what changed, its rows are chosen and walked by keys, and what was approved can
// be taken back for some seconds.
import "htmx.org/dist/htmx.esm.js";
import { startLive } from "./live";

type Kept = { chosen: string; off: string[]; texts: Map<string, string>; open: string[]; states: Map<string, string> };

let chosen = "";
let kept: Kept | null = null;

const all = <T extends Element>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
const page = (): HTMLElement | null => document.querySelector<HTMLElement>("#case");
const boxes = (): HTMLInputElement[] => all<HTMLInputElement>("input[name=proposal]");

/** Show a row's columns under the table; false where the page has none of it. */
function choose(key: string): boolean {
  const panel = document.getElementById(`panel-${key}`);
  if (!panel) return false;
  all<HTMLElement>("[data-panel]").forEach((one) => (one.hidden = one !== panel));
  all<HTMLElement>("li[data-key]").forEach((row) => row.classList.toggle("sel", row.dataset.key === key));
  chosen = key;
  return true;
}

function rowOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>("li[data-key]") ?? null;
}

/** A field as it is found again after the page was renewed. */
function nameOf(field: HTMLInputElement | HTMLTextAreaElement): string {
  return `${field.form?.getAttribute("action") ?? ""} ${field.name}`;
}

function fields(): (HTMLInputElement | HTMLTextAreaElement)[] {
  return all<HTMLInputElement | HTMLTextAreaElement>("#case input:not([type=hidden]):not([type=checkbox]), #case textarea");
}

function keep(): void {
  const rows = all<HTMLElement>("li[data-key]");
  const typed = fields().filter((one) => one.value !== one.defaultValue);
  kept = {
    chosen,
    off: boxes().filter((box) => !box.checked).map((box) => box.value),
    texts: new Map(typed.map((one) => [nameOf(one), one.value])),
    open: all<HTMLDetailsElement>("#case details[open]").map((one) => one.querySelector("summary")?.textContent ?? ""),
    states: new Map(rows.map((row) => [row.dataset.key ?? "", row.dataset.state ?? ""])),
  };
}

/** What an officer had chosen, ticked, typed and unfolded stays; a row that changed shows that it did. */
function restore(): void {
  if (!kept) return;
  const before = kept;
  if (!choose(before.chosen)) chosen = page()?.dataset.chosen ?? "";
  boxes().forEach((box) => {
    if (before.states.has(rowOf(box)?.dataset.key ?? "")) box.checked = !before.off.includes(box.value);
  });
  fields().forEach((one) => (one.value = before.texts.get(nameOf(one)) ?? one.value));
  all<HTMLDetailsElement>("#case details").forEach((one) => {
    if (before.open.includes(one.querySelector("summary")?.textContent ?? "")) one.open = true;
  });
  all<HTMLElement>("li[data-key]").forEach((row) => {
    const key = row.dataset.key ?? "";
    if (before.states.get(key) === row.dataset.state) return;
    row.classList.add("arrive");
    document.getElementById(`lane-${key}`)?.classList.add("bends");
  });
  document.querySelector<HTMLFormElement>("form[data-holds]")?.dispatchEvent(new Event("retell"));
  kept = null;
  startBack();
}

let counting = 0;

/** The seconds in which an approval may be taken back; after them the order has left, and the offer goes. */
function startBack(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-back]");
  window.clearInterval(counting);
  if (!form) return;
  const until = Date.now() + Number(form.dataset.back) * 1000;
  counting = window.setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    const told = form.querySelector("[data-seconds]");
    if (told) told.textContent = String(Math.max(0, left));
    if (left > 0) return;
    form.remove();
    window.clearInterval(counting);
  }, 250);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function press(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return Boolean(found);
}

/** Approve asks once, with the amount: the button is stood on first, and pressed by the same key again. */
function approve(): boolean {
  const button = document.querySelector<HTMLButtonElement>("[data-approve]");
  if (!button || button.disabled) return false;
  if (document.activeElement === button) button.click();
  else button.focus();
  return true;
}

function decline(): boolean {
  const fold = document.querySelector("[data-decline]")?.closest("details");
  if (!fold) return false;
  fold.open = true;
  fold.querySelector("textarea")?.focus();
  return true;
}

const ACTS: Record<string, () => boolean> = {
  n: () => press("[data-next]"),
  f: () => press("[data-follow]"),
  o: () => press("[data-fold]"),
  a: approve,
  d: decline,
};

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (ACTS[event.key]?.()) event.preventDefault();
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest<HTMLAnchorElement>("a[data-choose]");
  const row = rowOf(event.target);
  if (!row || (event.target.closest("a, button, input, label") && !link)) return;
  if (!choose(row.dataset.key ?? "") || !link) return;
  event.preventDefault();
  // Whoever calls a bank wants its number before them, wherever the table ends.
  if (link.matches(".act")) document.getElementById(`panel-${row.dataset.key}`)?.scrollIntoView({ block: "nearest" });
}

chosen = page()?.dataset.chosen ?? "";
// A hold that a search or a list leads to is the one that is looked at.
if (window.location.hash.startsWith("#hold-")) choose(`h${window.location.hash.slice(6)}`);
startLive();
startBack();
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("focusin", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-open]")) choose(rowOf(event.target)?.dataset.key ?? "");
});
document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:swap", restore);
