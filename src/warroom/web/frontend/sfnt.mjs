// A WOFF 1.0 font as the TrueType font it packs (W3C Recommendation WOFF File Format 1.0, sections 3 to 5).
import { inflateSync } from "node:zlib";

const HEADER = 44, ENTRY = 20, ROW = 16;

export function sfnt(woff) {
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, place) => unpacked(woff, HEADER + ENTRY * place));
  const head = directory(woff.subarray(4, 8), tables.length);
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
