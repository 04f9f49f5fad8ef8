// An operator's own map as one PMTiles file of this server, under everything else; nothing of it is asked elsewhere.
import { addProtocol, type LayerSpecification, type Map as MapLibre } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";
import type { Colours } from "./colours";

const VECTOR = 1;
const SHAPES: [RegExp, "fill" | "line", string][] = [
  [/water|ocean|sea/, "fill", "line"],
  [/land|park|earth|natural/, "fill", "sheet"],
  [/building/, "fill", "line"],
  [/road|transport|rail|street/, "line", "ink-3"],
  [/bound|admin|border/, "line", "ink-2"],
];

export async function underlay(map: MapLibre, address: string, tone: Colours): Promise<void> {
  const file = new PMTiles(new URL(address, window.location.href).href);
  const protocol = new Protocol();
  protocol.add(file);
  addProtocol("pmtiles", protocol.tile);
  const header = await file.getHeader();
  const vector = header.tileType === VECTOR;
  map.addSource("tiles", { type: vector ? "vector" : "raster", url: `pmtiles://${file.source.getKey()}`, ...(vector ? {} : { tileSize: 256 }) } as never);
  const shown = vector ? shapes(await file.getMetadata(), tone) : [{ id: "tiles-picture", type: "raster", source: "tiles" } as LayerSpecification];
  for (const layer of shown) map.addLayer(layer, "ground-line");
}

function shapes(metadata: unknown, tone: Colours): LayerSpecification[] {
  const names = ((metadata as { vector_layers?: { id: string }[] }).vector_layers ?? []).map((one) => one.id);
  return names.flatMap((name) => {
    const found = SHAPES.find(([words]) => words.test(name));
    if (!found) return [];
    const [, type, token] = found;
    const colour = tone[token] ?? "#888888";
    const paint = type === "fill" ? { "fill-color": colour } : { "line-color": colour, "line-width": 0.75 };
    return [{ id: `tiles-${name}`, type, source: "tiles", "source-layer": name, paint } as LayerSpecification];
  });
}
