// A stranger's check of a credential: Digital Bazaar's libraries, or jose for the JWT form.
//   node verify.mjs FOLDER NOW
// FOLDER has credential.json (or credential.jwt), loads.json ({address: document}: contexts, DID
// document, status lists; nothing else is loaded). Prints JSON: {verified, status, errors}.
import { readFileSync, existsSync } from "node:fs";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite as rdfc } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { checkStatus } from "@digitalbazaar/vc-bitstring-status-list";
import { createLocalJWKSet, jwtVerify } from "jose";

const [folder, now] = process.argv.slice(2);
// Status lists are judged by the clock of the machine: it shows the moment that was asked for.
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [now])); }
  static now() { return new Real(now).getTime(); }
};
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");
const loads = JSON.parse(read("loads.json"));
const suites = [rdfc, createVerifyCryptosuite()].map((each) =>
  new DataIntegrityProof({ cryptosuite: each }));

async function documentLoader(url) {
  const [base] = url.split("#");
  const whole = loads[url] ?? loads[base];
  if (!whole) throw new Error(`not loaded: ${url}`);
  const method = whole.verificationMethod?.find((each) => each.id === url);
  const document = method
    ? { "@context": "https://w3id.org/security/multikey/v1", ...method }
    : whole;
  return { contextUrl: null, documentUrl: url, document, tag: "static" };
}

const texts = (error) =>
  [error, ...(error?.errors ?? error?.cause ? [error.errors ?? error.cause].flat() : [])]
    .filter(Boolean).map((each) => each.message ?? String(each));

async function dataIntegrity(credential) {
  const result = await vc.verifyCredential({
    credential, suite: suites, documentLoader, checkStatus, now: new Date(now),
  });
  // the library says verified: true for a revoked credential; the statuses must be read
  const statuses = result.statusResult?.results ?? [];
  return {
    verified: result.verified,
    status: statuses.filter((each) => each.status).map((each) => each.credentialStatus.statusPurpose),
    errors: result.error ? texts(result.error) : [],
  };
}

async function jwt(token) {
  const keys = createLocalJWKSet(loads.jwks);
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ["EdDSA"], typ: "vc+jwt", currentDate: new Date(now),
  });
  return { verified: true, status: [], errors: [], subject: payload.credentialSubject.name };
}

const task = existsSync(`${folder}/credential.jwt`)
  ? jwt(read("credential.jwt"))
  : dataIntegrity(JSON.parse(read("credential.json")));
console.log(JSON.stringify(await task.catch((error) =>
  ({ verified: false, status: [], errors: texts(error) }))));
