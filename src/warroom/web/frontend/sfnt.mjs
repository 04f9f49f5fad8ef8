// A WOFF 1.0 font as the TrueType font it packs (W3C Recommendation WOFF File Format 1.0, sections 3 to 5), and such a font renamed.
import { inflateSync } from "node:zlib";

const HEADER = 44, ENTRY = 20, ROW = 16;

export function sfnt(woff) {
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, place) => unpacked(woff, HEADER + ENTRY * place));
  return assembled(woff.subarray(4, 8), tables);
}

// The font under another family name, without what else its table of names said.
export function renamed(font, family) {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, place) => {
    const row = 12 + ROW * place, offset = font.readUInt32BE(row + 8);
    const data = font.subarray(offset, offset + font.readUInt32BE(row + 12));
    return { tag: font.subarray(row, row + 4), checksum: font.readUInt32BE(row + 4), data };
  });
  const names = tables.find(({ tag }) => tag.toString() === "name");
  names.data = named(family);
  names.checksum = sum(names.data);
  return assembled(font.subarray(0, 4), tables);
}

// A table of names with family, style, full and PostScript name, as Windows reads them (OpenType, `name`, format 0).
function named(family) {
  const said = [[1, family], [2, "Regular"], [4, family], [6, family.replaceAll(" ", "")]];
  const texts = said.map(([, text]) => Buffer.from(text, "utf16le").swap16());
  const head = Buffer.alloc(6 + 12 * said.length);
  [0, said.length, head.length].forEach((value, place) => head.writeUInt16BE(value, 2 * place));
  let at = 0;
  said.forEach(([id], place) => {
    const row = [3, 1, 0x409, id, texts[place].length, at];
    row.forEach((value, field) => head.writeUInt16BE(value, 6 + 12 * place + 2 * field));
    at += texts[place].length;
  });
  return Buffer.concat([head, ...texts]);
}

function sum(data) {
  const whole = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
  let total = 0;
  for (let at = 0; at < whole.length; at += 4) total = (total + whole.readUInt32BE(at)) >>> 0;
  return total;
}

function assembled(flavour, tables) {
  const head = directory(flavour, tables.length);
  const parts = [head];
  let at = head.length;
  tables.forEach(({ tag, checksum, data }, place) => {
    const row = 12 + ROW * place;
    tag.copy(head, row);
    head.writeUInt32BE(checksum, row + 4);
    head.writeUInt32BE(at, row + 8);
    head.writeUInt32BE(data.length, row + 12);
    const padding = Buffer.alloc(-data.length & 3);
    parts.push(data, padding);
    at += data.length + padding.length;
  });
  return Buffer.concat(parts);
}

function unpacked(woff, at) {
  const [offset, packed, length, checksum] = [4, 8, 12, 16].map((field) => woff.readUInt32BE(at + field));
  const data = woff.subarray(offset, offset + packed);
  return { tag: woff.subarray(at, at + 4), checksum, data: packed < length ? inflateSync(data) : data };
}

function directory(flavour, count) {
  const step = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + ROW * count);
  flavour.copy(head);
  [count, 2 ** step * ROW, step, (count - 2 ** step) * ROW].forEach((value, place) => head.writeUInt16BE(value, 4 + 2 * place));
  return head;
}
