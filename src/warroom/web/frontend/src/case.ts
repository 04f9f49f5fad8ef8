// A case's page: it hears of changes and renews what changed, its rows are chosen and walked by keys, and what was approved can
// be taken back for some seconds.
import "htmx.org/dist/htmx.esm.js";
import { baht } from "./approval";
import { addKeys, seen } from "./keyring";
import { startLive } from "./live";

type Kept = {
  chosen: string; place: string; texts: Map<string, string>; open: string[]; states: Map<string, string>; refusals: Map<string, Node[]>;
};

let chosen = "";
let kept: Kept | null = null;

const all = <T extends Element>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
const page = (): HTMLElement | null => document.querySelector<HTMLElement>("#case");

/** Light a row and show its columns under the table; false where the page has none of it. What is declined alone is this row. */
function choose(key: string): boolean {
  const panel = document.getElementById(`panel-${key}`);
  all<HTMLElement>("[data-panel]").forEach((one) => (one.hidden = one !== panel));
  all<HTMLElement>("li[data-key]").forEach((row) => row.classList.toggle("sel", row.dataset.key === key));
  all<SVGElement>(".ribbon").forEach((one) => one.classList.toggle("lit", (one.dataset.ends ?? "").split(" ").includes(key)));
  chosen = key;
  tellLit();
  return panel !== null;
}

/** The button that declines the lit row says how much and where; a row with nothing to decide has none. */
function tellLit(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-decline-lit]");
  const named = document.querySelector<HTMLInputElement>("input[data-lit]");
  if (named) named.value = chosen;
  if (!button) return;
  const box = document.querySelector<HTMLInputElement>("li[data-key].sel input[name=proposal]");
  button.hidden = !box;
  button.value = box?.value ?? "";
  if (!box) return;
  const count = box.dataset.count ?? "1";
  button.textContent = ((count === "1" ? button.dataset.one : button.dataset.many) ?? "")
    .replace("{count}", count)
    .replace("{sum}", baht(Number(box.dataset.satang)))
    .replace("{account}", box.dataset.account ?? "");
}

function rowOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>("li[data-key]") ?? null;
}

/** A row by the account of what is undecided there, which outlasts a new look at the trail; else by its key. */
function placeOf(row: HTMLElement): string {
  return row.dataset.place ?? row.dataset.key ?? "";
}

/** A field as it is found again after the page was renewed. */
function nameOf(field: HTMLInputElement | HTMLTextAreaElement): string {
  return `${field.form?.getAttribute("action") ?? ""} ${field.name}`;
}

function fields(): (HTMLInputElement | HTMLTextAreaElement)[] {
  return all<HTMLInputElement | HTMLTextAreaElement>("#case input:not([type=hidden]):not([type=checkbox]), #case textarea");
}

/** A fold by its id: the count in its summary changes while it is open. */
function foldOf(details: HTMLDetailsElement): string {
  return details.id || (details.querySelector("summary")?.textContent ?? "");
}

function keep(): void {
  if (kept) return; // of two renewals that overlap the first found the page as it was left
  const rows = all<HTMLElement>("li[data-key]");
  const typed = fields().filter((one) => one.value !== one.defaultValue || "typed" in one.dataset);
  kept = {
    chosen,
    place: rows.filter((row) => row.dataset.key === chosen).map(placeOf)[0] ?? "",
    texts: new Map(typed.map((one) => [nameOf(one), one.value])),
    open: all<HTMLDetailsElement>("#case details[open]").map(foldOf),
    states: new Map(rows.map((row) => [placeOf(row), row.dataset.state ?? ""])),
    refusals: new Map(all<HTMLElement>("[data-refusal]").map((one) => [one.dataset.refusal ?? "", [...one.childNodes]])),
  };
}

/** What an officer had chosen, typed and unfolded stays, and what they ticked (approval.ts); a row that changed shows that it did. */
function restore(): void {
  if (!kept) return;
  const before = kept;
  const rows = all<HTMLElement>("li[data-key]");
  const stays = rows.find((row) => row.dataset.key === before.chosen) ?? rows.find((row) => placeOf(row) === before.place);
  choose(stays?.dataset.key ?? page()?.dataset.chosen ?? "");
  all<HTMLElement>("[data-refusal]").forEach((one) => {
    if (!one.hasChildNodes()) one.append(...(before.refusals.get(one.dataset.refusal ?? "") ?? []));
  });
  fields().forEach((one) => (one.value = before.texts.get(nameOf(one)) ?? one.value));
  all<HTMLDetailsElement>("#case details").forEach((one) => {
    if (before.open.includes(foldOf(one))) one.open = true;
  });
  rows.forEach((row) => {
    if (before.states.get(placeOf(row)) === row.dataset.state) return;
    row.classList.add("arrive");
    document.getElementById(`lane-${row.dataset.key}`)?.classList.add("bends");
  });
  kept = null;
  startBack();
}

let counting = 0;

/** The seconds in which an approval may be taken back, on its offer and its rows; after them the order has gone out, and the offer goes. */
function startBack(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-back]");
  window.clearInterval(counting);
  if (!form) return;
  const until = Date.now() + Number(form.dataset.back) * 1000;
  counting = window.setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    for (const told of document.querySelectorAll("[data-seconds]")) told.textContent = String(Math.max(0, left));
    if (left > 0) return;
    form.remove();
    window.clearInterval(counting);
  }, 250);
}

/** Approve asks once, with the amount: the button is stood on first, and pressed by the same key again. */
function approve(button: HTMLElement): void {
  if (document.activeElement === button) button.click();
  else button.focus();
}

function decline(summary: HTMLElement): void {
  const fold = summary.closest("details")!;
  fold.open = true;
  tellLit();
  fold.querySelector("textarea")?.focus();
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
tellLit();
// A hold that a search or a list leads to is the one that is looked at.
if (window.location.hash.startsWith("#hold-")) choose(`h${window.location.hash.slice(6)}`);
startLive();
startBack();
addKeys(
  { key: "n", name: "next-case", target: () => seen("a[data-next]") },
  { key: "f", name: "follow", target: () => seen("[data-follow]") },
  { key: "a", name: "approve", target: () => seen("[data-approve]"), press: approve },
  { key: "d", name: "decline", target: () => seen("[data-decline]"), press: decline },
);
document.addEventListener("click", onClick);
document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? rowOf(event.target) : null;
  if (row && row.dataset.key !== chosen) choose(row.dataset.key ?? "");
});
document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:swap", restore);
