// What a browser can see to be wrong is said beside the field, in the page's language; the server has the last word.
import { formWords, type FormWords } from "./words";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
let made = 0;

/** What would be right, as the page or the field itself says it. */
function exampleOf(field: Control): string {
  if (field.dataset.example) return field.dataset.example;
  if (!(field instanceof HTMLInputElement)) return "";
  if (field.type === "email") return "name@agency.go.th";
  return field.type === "number" ? field.min || "1" : field.placeholder;
}

/** The words beside the radios of a group, or of the first option that can be chosen. */
function choicesOf(field: Control): string {
  if (field instanceof HTMLSelectElement) return [...field.options].find((one) => one.value)?.text.trim() ?? "";
  return group(field).map((one) => one.closest("label")?.innerText.trim() ?? "").join(", ");
}

function why(field: Control, words: FormWords): string {
  const state = field.validity;
  const example = exampleOf(field);
  if (state.valueMissing) {
    if (field.dataset.missing) return field.dataset.missing;
    if (field.type === "checkbox") return words.tick;
    const choices = field.type === "radio" || field instanceof HTMLSelectElement ? choicesOf(field) : "";
    if (choices) return words.choose.replace("{choices}", choices);
    return example ? words.missingAs.replace("{example}", example) : words.missing;
  }
  if (state.tooShort) return words.short.replace("{least}", field.getAttribute("minlength") ?? "");
  if (state.tooLong) return words.long.replace("{most}", field.getAttribute("maxlength") ?? "");
  return words.unfit.replace("{example}", example || words.another);
}

function group(field: Control): HTMLInputElement[] {
  const named = (field.form ?? document).querySelectorAll<HTMLInputElement>("input[type=radio]");
  return [...named].filter((one) => one.name === field.name);
}

/** Where what is wrong with a field is said: once for a group of radios, beside the first of them. */
function told(field: Control): Control {
  return field.type === "radio" ? (group(field)[0] ?? field) : field;
}

function placeOf(field: Control): HTMLElement | null {
  return field.closest<HTMLElement>(field.type === "radio" ? "fieldset" : "label, fieldset") ?? field.parentElement;
}

function show(field: Control, text: string): void {
  const place = placeOf(field);
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
  const said = placeOf(field)?.querySelector(":scope > .wrong");
  const others = described(field).filter((id) => id !== said?.id);
  if (others.length) field.setAttribute("aria-describedby", others.join(" "));
  else field.removeAttribute("aria-describedby");
  said?.remove();
}

function described(field: Control): string[] {
  return (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
}

/** A form that the server refused opens where it is wrong, with the cursor in the first such field. */
function leadToRefused(): void {
  const field = document.querySelector<HTMLElement>("main form[method=post] [aria-invalid=true]");
  if (!field) return;
  field.closest("details")?.setAttribute("open", "");
  // The field has the same sentence: once is enough for the eye.
  field.closest("form")?.querySelector(".notice.bad[role=alert]")?.classList.add("unseen");
  field.focus();
}

export function startChecking(): void {
  const words = formWords();
  if (!words) return;
  leadToRefused();
  let first = true;
  document.addEventListener(
    "invalid",
    (event) => {
      const field = event.target as Control;
      if (!field.closest("main")) return;
      event.preventDefault();
      // Each radio of a group is told that it is missing; a reader needs it once.
      if (told(field) !== field) return;
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
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) clear(told(field));
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLSelectElement || (field instanceof HTMLInputElement && field.type === "file")) clear(field);
  });
}
