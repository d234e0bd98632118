// Runs the stand-alone page's own modules in Node.js.
// `vectors FILE`: the seed and paper of each vector. `check FILE`: the page's judgement of each
// text in a JSON list.
import { readFileSync } from "node:fs";
import { drawPaper, drawSeed } from "../../web/static/js/draw.js";
import { checkDraw } from "../../web/static/js/draw_check.js";
import { toHex, utf8 } from "../../web/static/js/sha256.js";

const [deed, file] = process.argv.slice(2);
const given = JSON.parse(readFileSync(file, "utf8"));

function derived({ inputs, outputs }) {
  const { blueprint, pool, excluded } = inputs;
  const seed = drawSeed({ ...inputs, seat_seed: outputs.seat_seed }, utf8(blueprint));
  const paper = drawPaper(seed, { blueprint: JSON.parse(blueprint), pool, excluded });
  return { draw_seed: toHex(seed), paper };
}

function judged(text) {
  try {
    const { holds, suspects, differing, reason } = checkDraw(text);
    const fails = Object.keys(holds).filter((step) => !holds[step]);
    return { fails, suspects, differing, reason };
  } catch (error) {
    if (error.field === undefined) throw error;
    return { unreadable: error.field };
  }
}

console.log(JSON.stringify(given.map(deed === "vectors" ? derived : judged)));
