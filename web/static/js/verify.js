// Verification pages: camera scan where the browser can read QR codes,
// and hashing a file on this device.
import { grouped } from "./page.js";

const find = (selector) => document.querySelector(selector);

function startScan(box, input) {
  const video = box.querySelector("video");
  const status = box.querySelector("[data-scan-status]");
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    box.hidden = true;
    find("[data-scan]").focus();
  };
  const look = async () => {
    if (!stream) return;
    const [hit] = await detector.detect(video).catch(() => []);
    const code = hit ? grouped(hit.rawValue) : "";
    if (code.length !== 19) return setTimeout(look, 200);
    status.textContent = box.dataset.textFound;
    input.value = code;
    stop();
    input.form.requestSubmit();
  };
  return {
    stop,
    open: async () => {
      box.hidden = false;
      try {
        const wanted = { video: { facingMode: "environment" } };
        stream = await navigator.mediaDevices.getUserMedia(wanted);
        video.srcObject = stream;
        await video.play();
        look();
      } catch {
        status.textContent = box.dataset.textDenied;
      }
    },
  };
}

async function offerScan() {
  const button = find("[data-scan]");
  if (!button || !("BarcodeDetector" in globalThis) || !navigator.mediaDevices) return;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return;
  const scan = startScan(find("[data-scanner]"), find("[data-code]"));
  button.hidden = false;
  button.addEventListener("click", scan.open);
  find("[data-scan-stop]").addEventListener("click", scan.stop);
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function compareLocally() {
  const box = find("[data-hash]");
  if (!box) return;
  const line = box.querySelector("[data-hash-result]");
  if (!globalThis.crypto?.subtle) {
    line.textContent = box.dataset.textInsecure;
    return;
  }
  box.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const same = (await sha256(file)) === box.dataset.hash;
    line.dataset.result = same ? "same" : "different";
    line.textContent = same ? box.dataset.textSame : box.dataset.textDifferent;
  });
}

offerScan();
compareLocally();
