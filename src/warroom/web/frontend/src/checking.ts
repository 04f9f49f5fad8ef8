// What a browser can see to be wrong is said beside the field, in the page's language; the server has the last word.
import { formWords, type FormWords } from "./words";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
let made = 0;

function why(field: Control, words: FormWords): string {
  const state = field.validity;
  if (state.badInput) return words.unread;
  if (state.valueMissing) return words.missing;
  if (state.tooShort) return words.short.replace("{least}", field.getAttribute("minlength") ?? "");
  return state.tooLong ? words.long : words.unfit;
}

function show(field: Control, text: string): void {
  const place = field.closest<HTMLElement>("label, fieldset") ?? field.parentElement;
  if (!place) return;
  let said = place.querySelector<HTMLElement>(":scope > .wrong");
  if (!said) {
    said = document.createElement("span");
    said.className = "wrong";
    said.id = `wrong-${++made}`;
    // Read as the field's description, not as part of its name.
    said.setAttribute("aria-hidden", "true");
    place.append(said);
  }
  said.textContent = text;
  field.setAttribute("aria-invalid", "true");
  // What the form itself says of the field is read as before, after what is wrong.
  const others = described(field).filter((id) => id !== said.id);
  field.setAttribute("aria-describedby", [said.id, ...others].join(" "));
}

function clear(field: Control): void {
  if (!field.hasAttribute("aria-invalid") || !field.validity.valid) return;
  field.removeAttribute("aria-invalid");
  const said = field.closest("label, fieldset")?.querySelector(":scope > .wrong");
  const others = described(field).filter((id) => id !== said?.id);
  if (others.length) field.setAttribute("aria-describedby", others.join(" "));
  else field.removeAttribute("aria-describedby");
  said?.remove();
}

function described(field: Control): string[] {
  return (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
}

export function startChecking(): void {
  const words = formWords();
  if (!words) return;
  let first = true;
  document.addEventListener(
    "invalid",
    (event) => {
      const field = event.target as Control;
      if (!field.closest("main")) return;
      event.preventDefault();
      show(field, why(field, words));
      if (!first) return;
      // Fields are checked in their order on the page: the first one gets the cursor.
      first = false;
      field.closest("details")?.setAttribute("open", "");
      field.focus();
      setTimeout(() => (first = true));
    },
    true,
  );
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) clear(field);
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) clear(event.target);
  });
}
