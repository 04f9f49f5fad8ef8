// The forms of the room: each is sent once (sending.ts), and the approval of holds says what is ticked.
import { once, usable } from "./sending";

/** What an officer left unticked stays so when they come back in this tab, as long as the trail is the same. */
function keepTicks(form: HTMLFormElement, boxes: () => HTMLInputElement[]): () => void {
  const snapshot = form.querySelector<HTMLInputElement>("input[name=snapshot]")?.value ?? "";
  const name = `ticks:${window.location.pathname}`;
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as { snapshot: string; off: string[] } | null;
  if (kept && kept.snapshot === snapshot) boxes().forEach((box) => (box.checked = !kept.off.includes(box.value)));
  return () => {
    const off = boxes().filter((box) => !box.checked).map((box) => box.value);
    sessionStorage.setItem(name, JSON.stringify({ snapshot, off }));
  };
}

/** The button says how many holds and how much money it will approve: what is ticked, not what was proposed. */
function approval(form: HTMLFormElement): void {
  // Boxes and buttons stand in the rows and below them and belong to the form by name; a page renews them.
  const within = <T extends HTMLElement>(selector: string) =>
    [...form.elements].filter((one): one is T => one instanceof HTMLElement && one.matches(selector));
  const boxes = () => within<HTMLInputElement>("input[name=proposal]");
  if (!boxes().length) return;
  const keep = keepTicks(form, boxes);
  const retell = () => {
    const [button] = within<HTMLButtonElement>("[data-approve]");
    const [all] = within<HTMLInputElement>("[data-all]");
    if (!button) return;
    const ticked = boxes().filter((box) => box.checked);
    const count = ticked.reduce((sum, box) => sum + Number(box.dataset.count ?? 1), 0);
    const satang = ticked.reduce((sum, box) => sum + Number(box.dataset.satang), 0);
    const one = button.dataset.one ?? "";
    const many = button.dataset.many ?? "";
    button.disabled = ticked.length === 0;
    button.textContent = (count === 1 ? one : many)
      .replace("{count}", String(count))
      .replace("{sum}", baht(satang));
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
  form.addEventListener("retell", retell);
  form.addEventListener("submit", keep);
  // A browser may set boxes again after the page is built; the label follows them.
  window.addEventListener("pageshow", retell);
  retell();
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
