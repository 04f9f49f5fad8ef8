// What is served names no other host, not even in a message of a fault. Licences stay: they
// lie beside the files they belong to.
import { readFile } from "node:fs/promises";

const HOST = /https?:\/\/(?!www\.w3\.org)(?:[a-z0-9-]+\.)+(?:org|com|invalid)/g;

export const namesNoHost = {
  name: "names-no-host",
  setup(build) {
    build.onLoad({ filter: /(maplibre-gl|pmtiles)\/dist\/.*js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const licence = text.match(/^\s*\/\*[^]*?\*\//)?.[0] ?? "";
      return { contents: licence + text.slice(licence.length).replace(HOST, "https://nowhere"), loader: "js" };
    });
  },
};
