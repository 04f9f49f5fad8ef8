// The layout of a chart, in a worker of its own so that the page never waits for it. First the groups are placed, each
// as large as what is in it; then their nodes around them; then ForceAtlas2 (Jacomy and others, 2014) with Barnes-Hut
// over all of them for as long as the budget lasts; then what still overlaps is moved apart.
import forceAtlas2 from "graphology-layout-forceatlas2/iterate.js";
import noverlap from "graphology-layout-noverlap/iterate.js";

export type Asked = {
  groups: Int32Array;
  starts: Uint32Array;
  ends: Uint32Array;
  /** Where nodes stand already, x and y by turns; NaN for one that is new. Those that stand stay. */
  before: Float32Array;
};
export type Laid = { kind: "groups" | "nodes"; places: Float32Array; ms: number };

const BUDGET_MS = 5500;
const APART_MS = 1500;
const MANY = 1500; // from here on Barnes-Hut is worth its tree
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const [PPN, PPE, X, Y, MASS, CONVERGENCE, SIZE, FIXED] = [10, 3, 0, 1, 6, 7, 8, 9];

type Points = { places: Float32Array; sizes: Float32Array; fixed?: Uint8Array };

function forces({ places, sizes, fixed }: Points, starts: Uint32Array, ends: Uint32Array, weights: Float32Array, rounds: number, ms: number): void {
  const count = sizes.length;
  const nodes = new Float32Array(count * PPN);
  const edges = new Float32Array(starts.length * PPE);
  for (let n = 0; n < count; n++) {
    nodes[n * PPN + X] = places[n * 2]!;
    nodes[n * PPN + Y] = places[n * 2 + 1]!;
    nodes[n * PPN + MASS] = 1;
    nodes[n * PPN + CONVERGENCE] = 1;
    nodes[n * PPN + SIZE] = sizes[n]!;
    nodes[n * PPN + FIXED] = fixed?.[n] ?? 0;
  }
  for (let e = 0; e < starts.length; e++) {
    edges.set([starts[e]! * PPN, ends[e]! * PPN, weights[e]!], e * PPE);
    nodes[starts[e]! * PPN + MASS]! += weights[e]!;
    nodes[ends[e]! * PPN + MASS]! += weights[e]!;
  }
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: false,
    adjustSizes: false,
    edgeWeightInfluence: 1,
    scalingRatio: 10,
    strongGravityMode: true,
    gravity: 0.05,
    slowDown: 1 + Math.log(count + 1),
    barnesHutOptimize: count > MANY,
    barnesHutTheta: 1.2,
  };
  const until = performance.now() + ms;
  for (let round = 0; round < rounds && performance.now() < until; round++) forceAtlas2(settings, nodes, edges);
  for (let n = 0; n < count; n++) {
    places[n * 2] = nodes[n * PPN + X]!;
    places[n * 2 + 1] = nodes[n * PPN + Y]!;
  }
}

/** Scale the drawing so that there is room for every node, then move apart what overlaps. */
function apart({ places, sizes }: Points, ms: number): void {
  const count = sizes.length;
  if (count < 2) return;
  const nodes = new Float32Array(count * 3);
  const scale = spread(places, sizes);
  for (let n = 0; n < count; n++) nodes.set([places[n * 2]! * scale, places[n * 2 + 1]! * scale, sizes[n]!], n * 3);
  const settings = { gridSize: Math.max(4, Math.round(Math.sqrt(count) / 2)), margin: 0.4, expansion: 1.1, ratio: 1, speed: 3 };
  const until = performance.now() + ms;
  for (let round = 0; round < 200 && performance.now() < until; round++) if (noverlap(settings, nodes).converged) break;
  for (let n = 0; n < count; n++) places.set(nodes.subarray(n * 3, n * 3 + 2), n * 2);
}

function spread(places: Float32Array, sizes: Float32Array): number {
  let [area, squares] = [0, 0];
  for (let n = 0; n < sizes.length; n++) {
    area += (3 * sizes[n]!) ** 2;
    squares += places[n * 2]! ** 2 + places[n * 2 + 1]! ** 2;
  }
  return Math.sqrt(area / Math.max(1e-6, (2 * Math.PI * squares) / sizes.length));
}

/** Each group's place and how far it reaches. */
function groupsOf(asked: Asked): Points {
  const numbers = Math.max(0, ...asked.groups) + 1;
  const sizes = new Float32Array(numbers);
  for (const group of asked.groups) sizes[group]!++;
  const between = new Map<number, number>();
  for (let e = 0; e < asked.starts.length; e++) {
    const [one, other] = [asked.groups[asked.starts[e]!]!, asked.groups[asked.ends[e]!]!];
    if (one !== other) between.set(one * numbers + other, (between.get(one * numbers + other) ?? 0) + 1);
  }
  const pairs = [...between.keys()];
  const places = new Float32Array(numbers * 2);
  for (let g = 0; g < numbers; g++) around(places, g, 0, 0, 10 * Math.sqrt(g + 1), g * GOLDEN);
  const weights = Float32Array.from(pairs, (pair) => Math.log2(1 + between.get(pair)!));
  const [from, to] = [Uint32Array.from(pairs, (pair) => pair / numbers), Uint32Array.from(pairs, (pair) => pair % numbers)];
  const points = { places, sizes: sizes.map((size) => 2 + 2.2 * Math.sqrt(size)) };
  forces(points, from, to, weights, 300, 800);
  apart(points, 400);
  return points;
}

function around(places: Float32Array, n: number, x: number, y: number, far: number, angle: number): void {
  places[n * 2] = x + far * Math.cos(angle);
  places[n * 2 + 1] = y + far * Math.sin(angle);
}

/** Nodes on a spiral around the middle of their group. */
function seeded(asked: Asked, groups: Points): Float32Array {
  const places = new Float32Array(asked.groups.length * 2);
  const seen = new Uint32Array(groups.sizes.length);
  asked.groups.forEach((group, n) => {
    const at = seen[group]!++;
    around(places, n, groups.places[group * 2]!, groups.places[group * 2 + 1]!, 2 * Math.sqrt(at), at * GOLDEN);
  });
  return places;
}

function weightsOf(asked: Asked): Float32Array {
  const weights = new Float32Array(asked.starts.length);
  // What is in one group stays together.
  for (let e = 0; e < weights.length; e++) weights[e] = asked.groups[asked.starts[e]!] === asked.groups[asked.ends[e]!] ? 2 : 0.5;
  return weights;
}

function whole(asked: Asked, began: number): Float32Array {
  const groups = groupsOf(asked);
  answer("groups", groups.places.slice(), began);
  const points = { places: seeded(asked, groups), sizes: new Float32Array(asked.groups.length).fill(1) };
  forces(points, asked.starts, asked.ends, weightsOf(asked), asked.groups.length > MANY ? 160 : 500, BUDGET_MS);
  apart(points, APART_MS);
  return points.places;
}

/** New nodes find their places around one that they are tied to; all others stay where the reader knows them. */
function more(asked: Asked): Float32Array {
  const { before, starts, ends } = asked;
  const places = before.slice();
  const near = new Map<number, number>();
  const fresh = (n: number): boolean => Number.isNaN(before[n * 2]!);
  for (let e = 0; e < starts.length; e++) {
    const [one, other] = [starts[e]!, ends[e]!];
    if (fresh(one) && !fresh(other) && !near.has(one)) near.set(one, other);
    if (fresh(other) && !fresh(one) && !near.has(other)) near.set(other, one);
  }
  let at = 0;
  for (let n = 0; n < before.length / 2; n++) {
    if (!fresh(n)) continue;
    const by = near.get(n);
    around(places, n, by === undefined ? 0 : before[by * 2]!, by === undefined ? 0 : before[by * 2 + 1]!, 4 + Math.sqrt(at), at * GOLDEN);
    at++;
  }
  return places;
}

function answer(kind: Laid["kind"], places: Float32Array, began: number): void {
  const laid: Laid = { kind, places, ms: performance.now() - began };
  postMessage(laid, { transfer: [places.buffer] });
}

addEventListener("message", (event: MessageEvent<Asked>) => {
  const began = performance.now();
  const asked = event.data;
  const known = asked.before.some((number) => !Number.isNaN(number));
  answer("nodes", known ? more(asked) : whole(asked, began), began);
});
