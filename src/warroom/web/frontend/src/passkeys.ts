// Passkeys: what the server asks goes to the device, and the device's answer back in the form.
type Json = Record<string, unknown>;
interface Asked {
  ticket: string;
  options: Json;
}

export function startPasskeys(): void {
  // Without a device that knows passkeys the forms stay away: the password is enough to see them again elsewhere.
  if (!("PublicKeyCredential" in window) || !PublicKeyCredential.parseCreationOptionsFromJSON) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

class Refused extends Error {}
// What the page says where the device does not answer.
let silent: string | undefined;

async function answer(form: HTMLFormElement): Promise<void> {
  const problem = form.querySelector<HTMLElement>("[data-problem]");
  if (problem) problem.hidden = true;
  silent ??= problem?.textContent ?? "";
  try {
    const asked = await begin(form);
    // It has done its work: what follows needs the ticket alone.
    set(form, "proof", "");
    const made = form.dataset.passkey === "add" ? await create(asked) : await get(asked);
    set(form, "ticket", asked.ticket);
    set(form, "answer", JSON.stringify(made));
    form.submit();
  } catch (reason) {
    // Nothing was sent: the form may be pressed again (forms.ts lets one through).
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
    if (!problem) return;
    problem.textContent = reason instanceof Refused ? reason.message : (silent ?? "");
    problem.hidden = false;
  }
}

async function begin(form: HTMLFormElement): Promise<Asked> {
  const given = new FormData(form);
  const body = new URLSearchParams({ csrf: String(given.get("csrf")), proof: String(given.get("proof") ?? "") });
  const said = await fetch(`${form.getAttribute("action")}/begin`, { method: "POST", body });
  const told = (await said.json()) as Asked & { error?: string };
  if (!said.ok) throw new Refused(told.error ?? said.statusText);
  return told;
}

async function create(asked: Asked): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.options as never);
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  return made.toJSON();
}

async function get(asked: Asked): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options as never);
  const signed = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return signed.toJSON();
}

function set(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}
