// The map: what the tables of the page say, where it lies. Without this script the page is its tables and a drawing.
import { LngLatBounds, Map as MapLibre, Marker, setWorkerUrl } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { colours } from "./map/colours";
import { Choice, asAsked } from "./map/choice";
import { pictures } from "./map/pictures";
import { DRAWN, data, land, style } from "./map/style";
import { underlay } from "./map/tiles";

type Layers = Record<(typeof DRAWN)[number] | "labels", FeatureCollection>;

const PAUSE = 180;
const FLAT = { pitchWithRotate: false, dragRotate: false, touchPitch: false, maxPitch: 0 };

class Room {
  private readonly map: MapLibre;
  private choice?: Choice;
  private labels: Marker[] = [];
  private asked = 0;

  constructor(private readonly box: HTMLElement, private readonly page: HTMLElement) {
    setWorkerUrl(box.dataset.worker ?? "");
    const [west, south, east, north] = (box.dataset.bounds ?? "").split(",").map(Number) as [number, number, number, number];
    const canvas = box.querySelector<HTMLElement>("[data-canvas]")!;
    this.map = new MapLibre({
      container: canvas,
      style: style(box.dataset.ground ?? "", colours()),
      bounds: new LngLatBounds([west, south], [east, north]),
      fitBoundsOptions: { padding: 12 },
      attributionControl: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      locale: { "Map.Title": canvas.dataset.name ?? "" },
      // A page must stay scrollable by one finger; two move the map.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      ...FLAT,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
  }

  async start(): Promise<void> {
    await this.map.once("load");
    pictures(this.map, colours());
    const address = this.box.dataset.tiles;
    if (address) await underlay(this.map, address, colours());
    await this.show(this.box.dataset.layers ?? "");
    this.box.classList.add("drawn");
    this.map.resize();
    this.switches();
    this.choice = new Choice(this.map, this.page, () => this.keep());
    this.pointer();
    this.buttons();
    this.days();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    await this.map.once("idle");
    this.box.dataset.ready = "yes";
  }

  private async show(address: string): Promise<void> {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const layers = (await answer.json()) as Layers;
    for (const name of DRAWN) this.map.getSource<never>(name) && (this.map.getSource(name) as never as { setData(data: FeatureCollection): void }).setData(layers[name]);
    this.labels.forEach((one) => one.remove());
    this.labels = layers.labels.features.map((one) => this.label(one));
  }

  private label(one: FeatureCollection["features"][number]): Marker {
    const element = document.createElement("span");
    element.className = "map-label";
    element.textContent = String(one.properties?.name ?? "");
    element.setAttribute("aria-hidden", "true");
    const marker = new Marker({ element, anchor: "top", offset: [0, 10] });
    return marker.setLngLat((one.geometry as GeoJSON.Point).coordinates as [number, number]).addTo(this.map);
  }

  /** A box by each layer's name: off hides it here; the tables stay whole. */
  private switches(): void {
    this.page.querySelectorAll<HTMLInputElement>("[data-switch]").forEach((one) => {
      const set = () =>
        this.map
          .getStyle()
          .layers.filter((layer) => layer.id.startsWith(`${one.value}-`))
          .forEach((layer) => this.map.setLayoutProperty(layer.id, "visibility", one.checked ? "visible" : "none"));
      one.addEventListener("change", () => {
        set();
        this.keep();
      });
      set();
    });
  }

  private pointer(): void {
    const layers = data(colours()).map((layer) => layer.id);
    this.map.on("mousemove", (event) => {
      const over = this.map.queryRenderedFeatures(event.point, { layers }).length > 0;
      this.map.getCanvas().style.cursor = over ? "pointer" : "";
    });
  }

  private buttons(): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { animate: !calm };
    this.page.querySelector("[data-closer]")?.addEventListener("click", () => this.map.zoomIn(options));
    this.page.querySelector("[data-farther]")?.addEventListener("click", () => this.map.zoomOut(options));
    this.page.querySelectorAll<HTMLElement>("[data-buttons]").forEach((one) => (one.hidden = false));
  }

  /** The slider asks for a day's tables and layers once it rests. */
  private days(): void {
    const slider = this.page.querySelector<HTMLInputElement>("[data-slider]");
    const date = this.page.querySelector<HTMLInputElement>("input[name=day]");
    if (!slider || !date) return;
    slider.closest<HTMLElement>("[hidden]")?.removeAttribute("hidden");
    let waiting = 0;
    slider.addEventListener("input", () => {
      const day = new Date(`${slider.dataset.first}T00:00:00Z`);
      day.setUTCDate(day.getUTCDate() + slider.valueAsNumber);
      date.value = day.toISOString().slice(0, 10);
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => void this.go(date.value), PAUSE);
    });
  }

  private async go(day: string): Promise<void> {
    const mine = ++this.asked;
    this.box.dataset.ready = "no";
    const answer = await fetch(`/map?day=${day}`, { headers: { "x-part": "tables" } }).catch(() => null);
    if (mine !== this.asked) return;
    if (!answer?.ok) return window.location.assign(`/map?day=${day}`);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-tables]");
    const open = this.page.querySelector<HTMLDetailsElement>("[data-behind]")?.open;
    if (part) this.page.querySelector("[data-tables]")?.replaceWith(part);
    this.page.querySelector<HTMLDetailsElement>("[data-behind]")?.toggleAttribute("open", open);
    const said = this.page.querySelector<HTMLElement>("[data-said]");
    if (said) said.textContent = this.page.querySelector("[data-asof]")?.textContent ?? "";
    this.page.querySelector<HTMLInputElement>("[data-slider]")?.setAttribute("aria-valuetext", said?.textContent ?? day);
    await this.show(`/map/data?day=${day}`);
    this.keep();
    await this.choice?.again();
    await this.map.once("idle");
    if (mine === this.asked) this.box.dataset.ready = "yes";
  }

  /** The address says what is shown, so that it can be sent to somebody. */
  private keep(): void {
    const form = this.page.querySelector<HTMLFormElement>("form[data-view]");
    if (!form) return;
    history.replaceState(null, "", `/map?${asAsked(form)}`);
  }

  private repaint(): void {
    const tone = colours();
    pictures(this.map, tone);
    for (const layer of [...land(tone), ...data(tone)]) {
      Object.entries(layer.paint ?? {}).forEach(([name, value]) => this.map.setPaintProperty(layer.id, name as never, value as never));
    }
  }
}

const box = document.querySelector<HTMLElement>("[data-map]");
const page = document.querySelector<HTMLElement>("main");
// Where the device draws no such map, the drawing stays.
if (box && page) new Room(box, page).start().catch(() => box.classList.add("undrawn"));
