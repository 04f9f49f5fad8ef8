// The inner loops of graphology's layouts, which work on typed arrays; their packages describe only the outer ones.
declare module "graphology-layout-forceatlas2/iterate.js" {
  type Settings = {
    linLogMode: boolean;
    outboundAttractionDistribution: boolean;
    adjustSizes: boolean;
    edgeWeightInfluence: number;
    scalingRatio: number;
    strongGravityMode: boolean;
    gravity: number;
    slowDown: number;
    barnesHutOptimize: boolean;
    barnesHutTheta: number;
  };
  export default function iterate(settings: Settings, nodes: Float32Array, edges: Float32Array): object;
}
declare module "graphology-layout-noverlap/iterate.js" {
  type Settings = { gridSize: number; margin: number; expansion: number; ratio: number; speed: number };
  export default function iterate(settings: Settings, nodes: Float32Array): { converged: boolean };
}
