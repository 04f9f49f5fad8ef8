// The marks that are no circles, as pictures of the page's own colours: a suspected place, four homes, a clinic, a school, a cut.
import type { Map as MapLibre } from "maplibre-gl";
import type { Colours } from "./colours";

type Pen = CanvasRenderingContext2D;
const RATIO = 2;

const cross = (pen: Pen, middle: number, arm: number) => {
  pen.beginPath();
  pen.moveTo(middle - arm, middle);
  pen.lineTo(middle + arm, middle);
  pen.moveTo(middle, middle - arm);
  pen.lineTo(middle, middle + arm);
  pen.stroke();
};

/** A ring with a cross in it. */
const clinic = (ring: string, ground: string) => (pen: Pen) => {
  pen.fillStyle = ground;
  pen.strokeStyle = ring;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(10, 10, 8, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
  cross(pen, 10, 4.5);
};

function marks(tone: Colours): [string, number, (pen: Pen) => void][] {
  const c = (name: string) => tone[name] ?? "#888888";
  return [
    ["place", 18, (pen) => {
      pen.fillStyle = c("sheet");
      pen.strokeStyle = c("infrastructure");
      pen.lineWidth = 3;
      pen.fillRect(2, 2, 14, 14);
      pen.strokeRect(2.5, 2.5, 13, 13);
    }],
    ["home", 5, (pen) => {
      pen.fillStyle = c("infrastructure");
      pen.fillRect(0, 0, 5, 5);
    }],
    ["school", 8, (pen) => {
      pen.fillStyle = c("ink");
      pen.fillRect(0, 0, 8, 8);
    }],
    ["clinic", 20, clinic(c("ok"), c("sheet"))],
    ["clinic-dark", 20, clinic(c("due"), c("sheet"))],
    ["cut", 24, (pen) => {
      pen.strokeStyle = c("ink");
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.moveTo(6, 2);
      pen.lineTo(18, 22);
      pen.moveTo(18, 2);
      pen.lineTo(6, 22);
      pen.stroke();
    }],
  ];
}

/** Put the pictures on the map, or renew them in other colours. */
export function pictures(map: MapLibre, tone: Colours): void {
  for (const [name, size, draw] of marks(tone)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size * RATIO;
    const pen = canvas.getContext("2d");
    if (!pen) continue;
    pen.scale(RATIO, RATIO);
    draw(pen);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  }
}
