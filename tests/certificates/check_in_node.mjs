// Runs the browser's own check of a certificate in Node.js: `node check_in_node.mjs PDF PINS NOW`.
import { readFileSync } from "node:fs";
import { checkCertificate } from "../../web/static/js/certificate_check.js";

const [pdf, pins, now] = process.argv.slice(2);
const held = [];
try {
  const data = new Uint8Array(readFileSync(pdf));
  const found = await checkCertificate(data, JSON.parse(pins), Date.parse(now), (step) => held.push(step));
  const { name } = found.document.credentialSubject;
  console.log(JSON.stringify({ held, within: found.within, name }));
} catch (error) {
  console.log(JSON.stringify({ held, failed: error.step ?? String(error) }));
}
