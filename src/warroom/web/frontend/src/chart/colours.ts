// The room's colours as the browser resolves them: they follow the theme, and a canvas knows no variables.
import type { Tone } from "./drawn";

export type Colours = Record<"ink" | "quiet" | "line" | "sheet" | "accent" | Tone, string>;
const NAMES: Record<keyof Colours, string> = {
  ink: "--ink",
  quiet: "--ink-2",
  line: "--ink-3",
  sheet: "--sheet",
  accent: "--accent",
  money: "--money",
  gone: "--money-gone",
  shop: "--innocent",
  victim: "--ink-3",
  plain: "--ink-2",
};

export function coloursOf(at: HTMLElement): Colours {
  const probe = document.createElement("span");
  probe.hidden = true;
  at.append(probe);
  const found = Object.fromEntries(
    Object.entries(NAMES).map(([name, variable]) => {
      probe.style.color = `var(${variable})`;
      return [name, getComputedStyle(probe).color];
    }),
  ) as Colours;
  probe.remove();
  return found;
}
