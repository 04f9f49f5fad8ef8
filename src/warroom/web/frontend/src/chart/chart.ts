// What a reader does on the chart: choosing, growing, finding, narrowing the time. Each is an address that the server
// answers with the whole page, so that the way back is the browser's own.
import { light } from "./light";
import { Zoom } from "./zoom";

export class Chart {
  private asked = 0;
  private zoom: Zoom | null = null;

  constructor(private page: HTMLElement) {}

  start(): void {
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("submit", (event) => this.find(event));
    document.addEventListener("change", (event) => this.hand(event));
    window.addEventListener("popstate", () => void this.show(location.href, false));
    this.arrived();
  }

  private part(name: string): HTMLElement | null {
    return this.page.querySelector(`[data-chart-${name}]`);
  }

  private click(event: MouseEvent): void {
    const zoom = (event.target as Element).closest<HTMLElement>("[data-zoom]");
    if (zoom) this.zoom?.key(zoom.dataset.zoom!);
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest<SVGAElement | HTMLAnchorElement>("[data-step], [data-choose]");
    if (!link || !this.page.contains(link)) return;
    event.preventDefault();
    this.follow(link);
  }

  private follow(link: SVGAElement | HTMLAnchorElement): void {
    const chosen = link.dataset.choose;
    const picture = this.part("picture");
    // What is drawn already lights before the server has said what is known of it.
    if (chosen && picture && light(picture, chosen)) {
      this.zoom?.draw();
      void this.show(link.getAttribute("href")!, true, true);
    } else void this.show(link.getAttribute("href")!);
  }

  private find(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-chart-find]")) return;
    event.preventDefault();
    const asked = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    void this.show(`${form.getAttribute("action")!}?${asked}`);
  }

  private hand(event: Event): void {
    const brush = (event.target as HTMLElement).closest<HTMLElement>("[data-chart-brush]");
    if (!brush) return;
    const hands = [...brush.querySelectorAll<HTMLInputElement>("[data-hand]")];
    const [since, until] = hands.map((one) => Number(one.value)).sort((one, other) => one - other) as [number, number];
    const at = (step: number): string => String(Math.round(Number(brush.dataset.first) + step * Number(brush.dataset.part)));
    const address = new URL(this.page.dataset.chart!, location.href);
    const last = Number(hands[0]!.max);
    address.searchParams.delete("since");
    address.searchParams.delete("until");
    if (since > 0) address.searchParams.set("since", at(since));
    if (until < last) address.searchParams.set("until", at(Math.max(until, since + 1)));
    void this.show(address.href, true, false, (event.target as HTMLElement).dataset.hand);
  }

  /** Show what an address answers. `beside` leaves the drawing, whose routes are lit already. */
  private async show(address: string, push = true, beside = false, hand = ""): Promise<void> {
    const mine = ++this.asked;
    let answer: Response;
    try {
      answer = await fetch(address);
      if (!answer.ok) throw new Error();
    } catch {
      location.assign(address); // the room says itself what is wrong
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("[data-chart]");
    if (mine !== this.asked) return;
    if (!page) return location.assign(address);
    if (push) history.pushState(null, "", address);
    this.put(page, beside);
    this.arrived(hand);
  }

  private put(page: HTMLElement, beside: boolean): void {
    const stage = this.part("stage");
    const fresh = page.querySelector("[data-chart-stage]");
    const folds = new Set([...this.page.querySelectorAll<HTMLDetailsElement>("details[open]")].map((one) => one.id));
    if (beside && stage && fresh) fresh.replaceWith(stage);
    const focused = beside ? document.activeElement : null;
    this.page.replaceWith(page);
    this.page = page;
    page.querySelectorAll<HTMLDetailsElement>("details").forEach((one) => (one.open ||= folds.has(one.id)));
    if (focused instanceof SVGElement || focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /** The drawing is there: what is chosen comes into the middle, and the time line gets its hands. */
  private arrived(hand = ""): void {
    const hands = this.part("hands");
    if (hands) hands.hidden = false;
    if (hand) this.page.querySelector<HTMLElement>(`[data-hand=${hand}]`)?.focus();
    const [stage, picture] = [this.part("stage"), this.part("picture") as unknown as SVGSVGElement | null];
    // The same drawing keeps what is shown of it; another one is shown whole.
    if (stage && picture && this.zoom?.picture !== picture) this.zoom = new Zoom(stage, picture);
    this.zoom?.reveal(picture?.querySelector(".dot.chosen") ?? null);
    const said = this.part("said");
    if (said) said.textContent = this.part("title")?.querySelector(".quiet")?.textContent ?? "";
    requestAnimationFrame(() => performance.mark("chart-drawn"));
  }
}
