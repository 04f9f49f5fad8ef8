// A form is sent once, and only while the room can be reached: without a connection it stays on the page with everything
// in it. The server would treat a second sending as the first again, since both carry one key.
import { formWords, line } from "./words";

const PATIENCE = 8000;
const OUT_OF_REACH = [502, 504];

/** Whether the room answers; a proxy that cannot reach it counts as no. */
async function reachable(): Promise<boolean> {
  try {
    const answer = await fetch("/healthz", { method: "GET", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return !OUT_OF_REACH.includes(answer.status);
  } catch {
    return false;
  }
}

export function usable(form: HTMLFormElement): void {
  delete form.dataset.sent;
  delete form.dataset.clear;
  form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
}

function tellLost(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const words = formWords();
  usable(form);
  document.querySelectorAll("[role=alert].lost").forEach((one) => one.remove());
  if (!words) return;
  const again = () => form.requestSubmit(submitter);
  // Where the button stands that was pressed: it may belong to the form by name alone, far below it.
  const place = submitter && !form.contains(submitter) ? submitter.parentElement : form;
  (place ?? form).append(line("bad lost", words.lost, [[words.again, again]], "alert"));
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (!(await reachable())) return tellLost(form, submitter);
  document.querySelectorAll("[role=alert].lost").forEach((one) => one.remove());
  form.dataset.clear = "yes";
  form.requestSubmit(submitter);
}

/** Whether a form holds work that could be lost: not the switches around a page, nor a door's name and password. A
 * passkey's form asks the device first and sends itself.
 */
function holdsWork(form: HTMLFormElement): boolean {
  return form.closest("main") !== null && !("passkey" in form.dataset) && !form.querySelector("[type=password]");
}

export function once(form: HTMLFormElement): void {
  const asks = holdsWork(form);
  form.addEventListener("submit", (event) => {
    if (form.dataset.clear) return;
    if (asks || form.dataset.sent) event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
    if (asks) void send(form, event.submitter);
  });
}
