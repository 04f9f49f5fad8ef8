// The forms of the room: each is sent once (sending.ts), and the approval of holds says what is ticked.
import { once, usable } from "./sending";

/** A box as it stood when somebody last pressed one, and whether the server doubted its amount then. */
type Tick = { checked: boolean; doubted: boolean };

/** The amounts of a box by their accounts, since a new look at the trail gives every proposal another number. A fold has several, and
 * they may come in rows of their own next. */
function placesOf(box: HTMLInputElement): string[] {
  return (box.dataset.places ?? box.value).split(" ");
}

function isDoubted(box: HTMLInputElement): boolean {
  return "doubted" in box.dataset;
}

function storageKey(): string {
  return `boxes:${window.location.pathname}`;
}

/** What an officer pressed in this tab, by account: it outlasts renewals of the page and a way back to it. */
function readTicks(): Map<string, Tick> {
  return new Map(JSON.parse(sessionStorage.getItem(storageKey()) ?? "[]") as [string, Tick][]);
}

/** Tick a box if all of its amounts are: as they were left, else as the server proposes. A doubt that came since counts for more: nobody
 * has ticked against it. */
function restoreTick(box: HTMLInputElement, ticks: Map<string, Tick>): void {
  const proposed = box.checked;
  box.checked = placesOf(box).every((place) => {
    const tick = ticks.get(place);
    return tick ? tick.checked && (tick.doubted || !isDoubted(box)) : proposed;
  });
}

/** The button says how many holds and how much money it will approve: what is ticked, not what was proposed. */
function approval(form: HTMLFormElement): void {
  // Boxes and buttons stand in the rows and below them and belong to the form by name; a page renews them.
  const within = <T extends HTMLElement>(selector: string) =>
    [...form.elements].filter((one): one is T => one instanceof HTMLElement && one.matches(selector));
  const boxes = () => within<HTMLInputElement>("input[name=proposal]");
  // A renewal of the page brings the boxes as the server proposes them, and renewals overlap: only a press changes this.
  const ticks = readTicks();
  const keep = () => {
    boxes().forEach((box) =>
      placesOf(box).forEach((place) => ticks.set(place, { checked: box.checked, doubted: isDoubted(box) })),
    );
    sessionStorage.setItem(storageKey(), JSON.stringify([...ticks]));
  };
  const restore = () => {
    boxes().forEach((box) => restoreTick(box, ticks));
    retell();
  };
  const retell = () => {
    const [all] = within<HTMLInputElement>("[data-all]");
    const ticked = boxes().filter((box) => box.checked);
    const count = ticked.reduce((sum, box) => sum + Number(box.dataset.count ?? 1), 0);
    const satang = ticked.reduce((sum, box) => sum + Number(box.dataset.satang), 0);
    within<HTMLButtonElement>("[data-approve], [data-decline-ticked]").forEach((one) => {
      one.disabled = ticked.length === 0;
      one.textContent = ((count === 1 ? one.dataset.one : one.dataset.many) ?? "")
        .replace("{count}", String(count))
        .replace("{sum}", baht(satang));
    });
    if (all) {
      all.checked = ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
  };
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.form !== form) return;
    if (box.matches("[data-all]")) boxes().forEach((one) => (one.checked = box.checked));
    retell();
    keep();
  });
  // After each, whatever else on the page was renewed: two that overlap end in any order.
  document.addEventListener("htmx:after:swap", restore);
  form.addEventListener("submit", keep);
  // A browser may set boxes again after the page is built; the label follows them.
  window.addEventListener("pageshow", retell);
  restore();
}

export function baht(satang: number): string {
  const rest = satang % 100;
  return new Intl.NumberFormat("en", { minimumFractionDigits: rest ? 2 : 0, maximumFractionDigits: 2 }).format(satang / 100);
}

function wentBack(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry?.type === "back_forward";
}

export function startForms(): void {
  document.querySelectorAll<HTMLFormElement>("form[method=post]").forEach(once);
  document.querySelectorAll<HTMLFormElement>("form[data-holds]").forEach(approval);
  window.addEventListener("pageshow", (event) => {
    // What was proposed may have been decided since: a case reached by Back is asked for anew.
    if ((event.persisted || wentBack()) && document.querySelector("form[data-holds]")) {
      window.location.reload();
      return;
    }
    if (!event.persisted) return;
    // Any other page that the browser kept must be usable again.
    document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(usable);
  });
}
