// What is chosen: a press, a link or a key asks the server for the panel; the map draws what the panel says.
import { LngLatBounds, Marker, type GeoJSONSource, type Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { addKeys } from "../keyring";
import { CHOSEN } from "./style";

/** A reach that is drawn smaller than so many pixels is come closer to. */
const SMALL = 160;
const MOST_NAMES = 12;
const CLOSEST = 16;

/** What the form asks for, with what is chosen. */
export function asAsked(form: HTMLFormElement): URLSearchParams {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

export class Choice {
  private names: Marker[] = [];
  private asked = 0;

  constructor(
    private readonly map: MapLibre,
    private readonly page: HTMLElement,
    private readonly keep: () => void,
  ) {
    this.draw();
    map.on("click", ({ lngLat }) => void this.press(lngLat.lat, lngLat.lng));
    page.addEventListener("click", (event) => this.link(event));
    addKeys({ key: "[", name: "stack-before", target: () => this.beside(-1) }, { key: "]", name: "stack-next", target: () => this.beside(1) });
    map.on("moveend", () => this.part());
  }

  /** The panel of another day. */
  async again(): Promise<void> {
    await this.go(window.location.href);
  }

  private async press(lat: number, lng: number): Promise<void> {
    const form = this.page.querySelector<HTMLFormElement>("form[data-view]");
    if (!form) return;
    const asked = asAsked(form);
    for (const name of ["chosen", "cut"]) asked.delete(name);
    asked.set("at", [lat.toFixed(5), lng.toFixed(5), this.map.getZoom().toFixed(2)].join(","));
    await this.go(`/map?${asked}`);
  }

  private link(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-choose]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    void this.go(link.href, this.panel()?.contains(link));
    if (!this.panel()?.contains(link)) this.page.querySelector("[data-map]")?.scrollIntoView({ block: "start" });
  }

  /** The link to what lies here, so many places on. */
  private beside(step: number): HTMLAnchorElement | undefined {
    const all = [...(this.panel()?.querySelectorAll<HTMLAnchorElement>("[data-stack] a") ?? [])];
    const here = all.findIndex((one) => one.getAttribute("aria-current") === "true");
    return all[(here + step + all.length) % all.length];
  }

  private async go(address: string, stay = false): Promise<void> {
    const mine = ++this.asked;
    const answer = await fetch(address, { headers: { "x-part": "panel" } }).catch(() => null);
    if (mine !== this.asked) return;
    const found = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-panel]") : null;
    if (!found) return window.location.assign(address);
    const focused = stay && this.panel()?.contains(document.activeElement) ? (document.activeElement as HTMLAnchorElement).getAttribute("href") : null;
    this.panel()?.replaceWith(found);
    if (focused !== null) this.focus(focused);
    this.show(found.querySelector("[data-stack]"));
    const said = this.page.querySelector("[data-panel-said]");
    if (said) said.textContent = found.querySelector("[data-panel-name]")?.textContent ?? "";
    this.keep();
    this.draw();
  }

  /** The chosen one of a long stack is seen. */
  private show(stack: Element | null): void {
    const here = stack?.querySelector<HTMLElement>("[aria-current]");
    if (stack && here) stack.scrollTop += here.getBoundingClientRect().top - stack.getBoundingClientRect().top;
  }

  /** The hand that walks the panel's links stays where it was. */
  private focus(address: string): void {
    const links = [...(this.panel()?.querySelectorAll<HTMLAnchorElement>("a") ?? [])];
    (links.find((one) => one.getAttribute("href") === address) ?? links[0])?.focus({ preventScroll: true });
  }

  private draw(): void {
    const panel = this.panel();
    const reach = JSON.parse(panel?.dataset.reach ?? "null") as FeatureCollection | null;
    if (!reach) return;
    this.map.getSource<GeoJSONSource>(CHOSEN)?.setData(reach);
    this.names.forEach((one) => one.remove());
    const named = reach.features.filter((one) => one.properties?.name);
    // The one that stops a cut is named before the others.
    named.sort((one, other) => Number(other.properties?.dark) - Number(one.properties?.dark));
    this.names = named.slice(0, MOST_NAMES).map((one) => this.name(one));
    if (panel?.dataset.fit) this.closer(panel.dataset.fit);
    this.part();
  }

  /** A name that would lie on another one is not written; coming closer parts them. */
  private part(): void {
    const kept: DOMRect[] = [];
    for (const one of this.names.map((marker) => marker.getElement())) {
      const box = one.getBoundingClientRect();
      const free = kept.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
      one.style.visibility = free ? "" : "hidden";
      if (free) kept.push(box);
    }
  }

  private name(one: FeatureCollection["features"][number]): Marker {
    const element = document.createElement("span");
    element.className = one.properties?.dark ? "map-label halts" : "map-label";
    element.textContent = String(one.properties?.name);
    element.setAttribute("aria-hidden", "true");
    const marker = new Marker({ element, anchor: "left", offset: [12, 0] });
    return marker.setLngLat((one.geometry as GeoJSON.Point).coordinates as [number, number]).addTo(this.map);
  }

  /** Come to what is chosen where it is out of sight, or too small to be seen. */
  private closer(fit: string): void {
    const [west, south, east, north] = fit.split(",").map(Number) as [number, number, number, number];
    const whole = new LngLatBounds([west, south], [east, north]);
    const [left, right] = [this.map.project([west, north]), this.map.project([east, south])];
    const seen = this.map.getBounds();
    const inside = seen.contains(whole.getNorthEast()) && seen.contains(whole.getSouthWest());
    if (inside && right.x - left.x >= SMALL) return;
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(whole, { padding: 12, maxZoom: CLOSEST, animate, duration: 400 });
  }

  private panel(): HTMLElement | null {
    return this.page.querySelector<HTMLElement>("[data-panel]");
  }
}
