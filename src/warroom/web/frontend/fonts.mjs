// The fonts of the public pages: of each script only what its pages' words need, without hinting, so that a first visit on a
// slow line stays small. IBM Plex reserves its name for the whole font (OFL 1.1), so what is cut from it is named otherwise.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import subset from "subset-font";
import { renamed, sfnt } from "./sfnt.mjs";

const LATIN = [...Array(95).keys()].map((at) => String.fromCharCode(32 + at)).join("") + "\u00a0·–—‘’“”…";
// Bold are our own words and codes alone, which have none of these.
const RARE = /[#$%&*<=>@[\\\]^_`{|}~]/g;
// Whole blocks of letters, since people write too: signs, vowels and digits of the language, none of other languages'.
const BLOCKS = { thai: [0x0e01, 0x0e59], myanmar: [0x1000, 0x104f], khmer: [0x1780, 0x17f9], lao: [0x0e81, 0x0edf] };
// Burmese and Khmer have many joined shapes and weigh twice the others: one weight, which the browser makes bold.
const FONTS = [
  ["latin", "ibm-plex-sans", "latin", [400, 600]],
  // The letters that Vietnamese shares with French lie in the font of Latin, and the rest in one of its own.
  ["accented", "ibm-plex-sans", "latin", [400, 600]],
  ["vietnamese", "ibm-plex-sans", "vietnamese", [400, 600]],
  ["thai", "ibm-plex-sans-thai-looped", "thai", [400, 600]],
  ["myanmar", "noto-sans-myanmar", "myanmar", [400]],
  ["khmer", "noto-sans-khmer", "khmer", [400]],
  ["lao", "noto-sans-lao", "lao", [400, 600]],
];
// Of Latin and Thai only what a line of text needs: signs put together and marks in their place. Digits have one width by themselves.
const PLAIN = ["ccmp", "mark", "mkmk"];
// What every page says in other scripts: the languages' own names, and the word that leads to their list.
const NAMES = { thai: "ไทยภาษา", myanmar: "မြန်မာ", khmer: "ខ្មែរ", lao: "ລາວ" };

// Name of the file -> its bytes (woff2), for all that the pages' own words in `words` need.
export async function outsideFonts(modules, words) {
  const said = await allSaid(words);
  const made = {};
  for (const [name, family, script, weights] of FONTS) {
    for (const weight of weights) {
      const whole = await packed(modules, family, script, weight);
      made[`outside-${name}-${weight}.woff2`] = await cut(whole, signs(name, weight, said), features(name));
      if (weight === 400 && NAMES[name]) made[`outside-name-${name}.woff2`] = await cut(whole, NAMES[name]);
    }
  }
  return made;
}

async function allSaid(words) {
  const files = (await readdir(words)).filter((file) => file.endsWith(".toml"));
  return (await Promise.all(files.map((file) => readFile(join(words, file), "utf8")))).join("");
}

function signs(name, weight, said) {
  const [first, last] = BLOCKS[name] ?? [];
  if (first) return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, at) => first + at), 0x200b, 0x2060);
  if (name === "accented") return letters(said, /[\u00c0-\u00ff]/gu, "é");
  if (name === "vietnamese") return letters(said, /[\u0100-\u01b0\u1ea0-\u1ef9]/gu, "ệ");
  return weight === 600 ? LATIN.replace(RARE, "") : LATIN;
}

function letters(said, those, one) {
  return [...new Set(said.match(those) ?? one)].join("");
}

const packed = (modules, family, script, weight) =>
  readFile(join(modules, "@fontsource", family, "files", `${family}-${script}-${weight}-normal.woff`)).then(sfnt);

const features = (name) => (["myanmar", "khmer", "lao"].includes(name) ? undefined : PLAIN);

async function cut(whole, text, keepFeatures) {
  const kept = { keepFeatures, noHinting: true, dropTables: ["DSIG", "meta", "STAT"] };
  const small = await subset(whole, text, { ...kept, targetFormat: "truetype" });
  return subset(renamed(Buffer.from(small), "Outside Sans"), text, { ...kept, targetFormat: "woff2" });
}
