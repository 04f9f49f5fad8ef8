// What is drawn, from the ground up. A layer's name begins with the code of its switch.
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Colours } from "./colours";

export const DRAWN = ["corridors", "reports", "buildings", "standby", "supply", "places", "operations", "actions"] as const;
export const CHOSEN = "chosen";
const NOTHING = { type: "FeatureCollection" as const, features: [] };

/** Radius by a count: grows as its root, so that the area tells it. */
const area = (least: number, factor: number, most: number) =>
  ["min", most, ["+", least, ["*", factor, ["sqrt", ["coalesce", ["get", "size"], 0]]]]] as never;

/** A picture of `pictures.ts`, wherever others lie too. */
const icon = (image: unknown) => ({ "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true }) as never;

export function style(ground: string, tone: Colours): StyleSpecification {
  const sources = Object.fromEntries(DRAWN.map((name) => [name, { type: "geojson" as const, data: NOTHING }]));
  return {
    version: 8,
    sources: { ground: { type: "geojson", data: ground }, ...sources, [CHOSEN]: { type: "geojson", data: NOTHING } },
    layers: [...land(tone), ...data(tone)],
  };
}

export function land(tone: Colours): LayerSpecification[] {
  const c = (name: string) => tone[name] ?? "#888888";
  return [
    { id: "sea", type: "background", paint: { "background-color": c("paper") } },
    { id: "ground-land", type: "fill", source: "ground", filter: ["==", ["get", "kind"], "land"], paint: { "fill-color": ["case", ["get", "own"], c("sheet"), c("line")], "fill-opacity": ["case", ["get", "own"], 1, 0.45] } },
    { id: "ground-line", type: "line", source: "ground", filter: ["==", ["get", "kind"], "line"], paint: { "line-color": c("line"), "line-width": 1 } },
    { id: "ground-border", type: "line", source: "ground", filter: ["==", ["get", "kind"], "land"], paint: { "line-color": c("ink-3"), "line-width": ["case", ["get", "own"], 1.25, 0.5] } },
  ];
}

export function data(tone: Colours): LayerSpecification[] {
  const c = (name: string) => tone[name] ?? "#888888";
  const kind = (name: string) => ["==", ["get", "kind"], name] as never;
  const use = (name: string) => ["==", ["get", "use"], name] as never;
  return [
    { id: "corridors-way", type: "line", source: "corridors", paint: { "line-color": c("logistics"), "line-opacity": 0.55, "line-width": area(0.6, 0.06, 2), "line-dasharray": [4, 4] } },
    { id: "reports-by-province", type: "circle", source: "reports", paint: { "circle-color": c("accent"), "circle-opacity": ["case", ["get", "few"], 0, 0.16], "circle-stroke-color": c("accent"), "circle-stroke-opacity": ["case", ["get", "few"], 0.4, 0], "circle-stroke-width": 1, "circle-radius": area(5, 2.4, 36) } },
    { id: "chosen-around", type: "fill", source: CHOSEN, filter: kind("around"), paint: { "fill-color": c("infrastructure"), "fill-opacity": 0.1 } },
    { id: "chosen-line", type: "line", source: CHOSEN, filter: kind("around"), paint: { "line-color": c("infrastructure"), "line-width": 1.5, "line-dasharray": [4, 3] } },
    { id: "chosen-homes", type: "symbol", source: CHOSEN, filter: kind("home"), layout: icon("home") },
    { id: "buildings-each", type: "circle", source: "buildings", minzoom: 6, paint: { "circle-color": ["case", use("clinic"), c("ok"), use("school"), c("accent"), c("ink-3")], "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 1, 12, 5], "circle-stroke-color": c("sheet"), "circle-stroke-width": 0.5 } },
    { id: "standby-each", type: "circle", source: "standby", minzoom: 6, paint: { "circle-color": c("sheet"), "circle-stroke-color": c("infrastructure"), "circle-stroke-width": 1, "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 1, 12, 4], "circle-translate": [5, 5] } },
    { id: "supply-links", type: "circle", source: "supply", filter: ["!", kind("feeder")], paint: { "circle-color": c("sheet"), "circle-stroke-color": c("ink-3"), "circle-stroke-width": 1.25, "circle-radius": ["case", kind("mast"), 2, 3.5], "circle-translate": [8, 0] } },
    { id: "supply-feeders", type: "circle", source: "supply", filter: kind("feeder"), paint: { "circle-color": ["case", ["get", "second"], c("sheet"), c("ink-3")], "circle-opacity": 0.75, "circle-stroke-color": c("ink-3"), "circle-stroke-width": 1.25, "circle-radius": area(3, 0.25, 10), "circle-translate": [-6, 0] } },
    { id: "chosen-guarded", type: "symbol", source: CHOSEN, filter: ["in", ["get", "kind"], ["literal", ["clinic", "school"]]], layout: icon(["case", kind("school"), "school", ["get", "dark"], "clinic-dark", "clinic"]) },
    { id: "places-each", type: "symbol", source: "places", layout: icon("place") },
    { id: "chosen-cut", type: "symbol", source: CHOSEN, filter: kind("cut"), layout: icon("cut") },
    { id: "chosen-ring", type: "circle", source: CHOSEN, filter: kind("chosen"), paint: { "circle-opacity": 0, "circle-color": c("sheet"), "circle-stroke-color": c("ink"), "circle-stroke-width": 2, "circle-radius": 18 } },
    { id: "operations-places", type: "circle", source: "operations", paint: { "circle-color": c("sheet"), "circle-opacity": 0.6, "circle-stroke-color": c("enforcement"), "circle-stroke-width": 3, "circle-radius": 11 } },
    { id: "actions-subjects", type: "circle", source: "actions", paint: { "circle-opacity": 0, "circle-color": c("sheet"), "circle-stroke-color": c("ink"), "circle-stroke-width": 2.5, "circle-radius": 15 } },
  ];
}
