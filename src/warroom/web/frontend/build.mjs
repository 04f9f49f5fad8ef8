// Builds ../static: styles, fonts and islands under names that carry their content's hash, and a manifest of them;
// and the fonts of papers, as typst reads them.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { namesNoHost } from "./elsewhere.mjs";
import { outsideFonts } from "./fonts.mjs";
import { land } from "./geometry.mjs";
import { sfnt } from "./sfnt.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const cutFonts = join(here, "made");
await rm(cutFonts, { recursive: true, force: true });
await mkdir(cutFonts, { recursive: true });
const fonts = await outsideFonts(join(here, "node_modules"), join(here, "..", "public", "words"));
await Promise.all(Object.entries(fonts).map(([name, font]) => writeFile(join(cutFonts, name), font)));
// OFL 1.1 wants its words with every copy.
const families = ["ibm-plex-sans", "ibm-plex-sans-thai-looped", "noto-sans-myanmar", "noto-sans-khmer", "noto-sans-lao"];
const licences = families.map((family) => readFile(join(here, "node_modules", "@fontsource", family, "LICENSE"), "utf8"));
await writeFile(join(out, "outside-fonts.LEGAL.txt"), (await Promise.all(licences)).join("\n\n"));

const result = await build({
  absWorkingDir: here,
  entryPoints: {
    room: "src/room.ts",
    keys: "src/keys.ts",
    forms: "src/forms.ts",
    public: "src/public.ts",
    lessons: "src/lessons.ts",
    sw: "src/sw.ts",
    board: "src/board.ts",
    case: "src/case.ts",
    map: "src/map.ts",
    "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    chart: "src/chart.ts",
    "room-style": "css/room.css",
    "queue-look": "css/queue-look.css",
    "case-look": "css/case.css",
    "palette-look": "css/officer.css",
    "operation-look": "css/operation.css",
    "map-page": "css/map.css",
    "site-look": "css/site.css",
    "chart-look": "css/chart.css",
    "design-style": "css/design.css",
    "briefing-look": "css/briefing.css",
    "campaign-look": "css/campaign.css",
    "after-look": "css/after.css",
    "lookup-look": "css/lookup.css",
    "log-look": "css/log.css",
    "lists-look": "css/lists.css",
    "matches-look": "css/matches.css",
    "frontier-look": "css/frontier.css",
    "networks-look": "css/networks.css",
    wall: "css/wall.css",
    "citizen-style": "css/citizen.css",
    "public-style": "css/public.css",
  },
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
  // Licences lie beside the files: what is served names no other host, not even in a comment.
  legalComments: "external",
  plugins: [namesNoHost],
  logLevel: "warning",
});

// A page asks for "room.js"; the manifest says which hashed file that is.
const manifest = {};
for (const [path, made] of Object.entries(result.metafile.outputs)) {
  const file = basename(path);
  const input = made.entryPoint ?? Object.keys(made.inputs)[0];
  if (!input) continue;
  const name = made.entryPoint ? file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1") : basename(relative(here, input));
  manifest[name] = file;
}
const ground = JSON.stringify(await land(join(here, "node_modules")));
manifest["land.json"] = `land-${createHash("sha256").update(ground).digest("hex").slice(0, 8).toUpperCase()}.json`;
await writeFile(join(out, manifest["land.json"]), ground);

const icon = "favicon.svg";
await writeFile(join(out, icon), await readFile(join(here, "src", icon)));
manifest[icon] = icon;
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));

const papers = join(here, "..", "..", "papers", "fonts");
await rm(papers, { recursive: true, force: true });
await mkdir(papers, { recursive: true });
for (const [family, script] of [["ibm-plex-sans", "latin"], ["ibm-plex-sans-thai", "thai"]]) {
  for (const weight of [400, 600]) {
    const name = `${family}-${script}-${weight}`;
    const packed = join(here, "node_modules", "@fontsource", family, "files", `${name}-normal.woff`);
    await writeFile(join(papers, `${name}.ttf`), sfnt(await readFile(packed)));
  }
}
