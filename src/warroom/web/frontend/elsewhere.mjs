// What is served names no other host, not even in a message of a fault or a comment in a shader. Licences stay: they
// lie beside the files they belong to.
import { readFile } from "node:fs/promises";

const HOST = /https?:\/\/(?!www\.w3\.org)(?:[a-z0-9-]+\.)+(?:org|com|invalid)/g;
const SHADER_CREDIT = /https?:\/\/iquilezles\.org\S*?(?=\\n|\s)/g;

export const namesNoHost = {
  name: "names-no-host",
  setup(build) {
    build.onLoad({ filter: /(maplibre-gl|pmtiles)\/dist\/.*js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const licence = text.match(/^\s*\/\*[^]*?\*\//)?.[0] ?? "";
      return { contents: licence + text.slice(licence.length).replace(HOST, "https://nowhere"), loader: "js" };
    });
    build.onLoad({ filter: /sigma.*\.esm\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(SHADER_CREDIT, ""),
    }));
  },
};
