// An item in a QTI 3 player that is not ours: what it read, and the score of each response.
async function mounted(xml) {
  const frame = document.createElement("qti-item");
  const box = document.createElement("item-container");
  box.itemXML = xml;
  frame.append(box);
  document.body.replaceChildren(frame);
  for (let turn = 0; turn < 500; turn++) {
    const item = box.shadowRoot?.querySelector("qti-assessment-item");
    if (item?.variables?.some((one) => one.identifier === "SCORE")) return item;
    await new Promise((next) => setTimeout(next, 10));
  }
  throw new Error("the player shows no item");
}

const value = (item, name) => item.variables.find((one) => one.identifier === name)?.value ?? null;
const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

globalThis.play = async (xml, responses) => {
  const item = await mounted(xml);
  const declared = item._context.variables.filter((one) => one.type === "response");
  const keys = Object.fromEntries(
    declared.filter((one) => one.correctResponse !== null).map((one) => [one.identifier, one.correctResponse]),
  );
  const choices = {};
  for (const node of item.querySelectorAll("[identifier]")) {
    const kind = node.localName;
    if (kind.endsWith("-choice")) choices[node.getAttribute("identifier")] = words(node);
  }
  const interactions = [...item.querySelectorAll("[response-identifier]")].map((node) => node.localName);
  const body = words(item.querySelector("qti-item-body"));
  const scores = [];
  for (const response of [keys, ...responses]) {
    item.resetResponses();
    for (const [name, given] of Object.entries(response)) item.updateResponseVariable(name, given);
    item.processResponse();
    scores.push(Number(value(item, "SCORE")));
  }
  return { identifier: item.identifier, keys, choices, interactions, body, best: scores[0], scores: scores.slice(1) };
};
