// The registry of all keys: what answers a key, what `?` lists and what the foot names are the same entries, so that no key is
// named that does nothing here.

export interface Key {
  key: string;
  /** Its name in the panel, by code; without one the panel takes the words of what it presses. */
  name?: string;
  /** What it acts on; in the row that has the focus for `inRow`. Nothing: the key does nothing here. */
  target: () => HTMLElement | null | undefined;
  press?: (target: HTMLElement) => void;
  inRow?: boolean;
}

// On the window: the scripts of single pages are built by themselves and share no module.
export const registry: Key[] = ((window as unknown as { warroomKeys?: Key[] }).warroomKeys ??= []);

export function addKeys(...keys: Key[]): void {
  registry.push(...keys);
}

/** The first such element that can be seen and pressed. */
export function seen(selector: string, within: ParentNode = document): HTMLElement | undefined {
  return [...within.querySelectorAll<HTMLElement>(selector)].find((one) => one.checkVisibility() && !one.matches(":disabled"));
}
