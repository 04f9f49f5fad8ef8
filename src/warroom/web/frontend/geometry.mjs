// The land around Thailand out of Natural Earth's borders (public domain, npm's world-atlas), cut to the region and
// rounded to about a hundred metres: a few dozen kilobytes that need no tile server.
import { readFile } from "node:fs/promises";
import { feature } from "topojson-client";

const BOX = [88, 2, 114, 25]; // west, south, east, north
const OWN = "764"; // ISO 3166-1
const DIGITS = 2;

/** Corners of a ring on the inner side of one edge of the box, and where the ring crosses it (Sutherland, Hodgman). */
function clipped(ring, axis, limit, sign) {
  const over = (point) => sign * (point[axis] - limit) > 0;
  const kept = [];
  ring.forEach((here, at) => {
    const before = ring[(at + ring.length - 1) % ring.length];
    if (over(before) !== over(here)) {
      const share = (limit - before[axis]) / (here[axis] - before[axis]);
      kept.push([0, 1].map((one) => before[one] + share * (here[one] - before[one])));
    }
    if (!over(here)) kept.push(here);
  });
  return kept;
}

function inBox(ring) {
  const [west, south, east, north] = BOX;
  let left = ring.slice(0, -1);
  for (const [axis, limit, sign] of [[0, west, -1], [0, east, 1], [1, south, -1], [1, north, 1]]) left = clipped(left, axis, limit, sign);
  const rounded = left.map((point) => point.map((value) => Number(value.toFixed(DIGITS))));
  const apart = rounded.filter((point, at) => at === 0 || point.join() !== rounded[at - 1].join());
  return apart.length > 2 ? [...apart, apart[0]] : null;
}

/** GeoJSON of the region's countries; `own` marks the country whose room this is. */
export async function land(folder) {
  const atlas = JSON.parse(await readFile(`${folder}/world-atlas/countries-50m.json`, "utf8"));
  const shapes = feature(atlas, atlas.objects.countries).features.map((one) => {
    const { type, coordinates } = one.geometry;
    const polygons = (type === "Polygon" ? [coordinates] : coordinates)
      .map((rings) => rings.map(inBox).filter(Boolean))
      .filter((rings) => rings.length);
    return { type: "Feature", properties: { own: one.id === OWN, kind: "land" }, geometry: { type: "MultiPolygon", coordinates: polygons } };
  });
  const here = shapes.filter((one) => one.geometry.coordinates.length);
  // The own country last: its border lies over its neighbours'.
  return { type: "FeatureCollection", features: here.sort((one, other) => Number(one.properties.own) - Number(other.properties.own)) };
}
