// What is looked at, and what follows when that changes. A page holds every state of one sentence; a live one holds the
// model, and asks it.
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const functions = data.functions, layers = functions.entropy.length, heads = functions.entropy[0].length;
const view = { heads: new Set([firstHead()]), layer: 0, depth: layers, by: "embedding", token: null, top: 60, special: true, lying: null };
let scene = null, pointed = null, preview = null, refused = "", turns = 0, live = null, read = null;

// A byte for each weight; all blocks but the first hold differences to it, modulo 256.
async function held() {
  const deflated = new Blob([Uint8Array.from(atob(data.attention), (c) => c.charCodeAt(0))]);
  const stream = deflated.stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const { tokens, special, states, vocabulary } = data, length = layers * heads * tokens.length ** 2;
  const first = bytes.subarray(0, length);
  return (text, masked) => {
    const state = states.find((one) => one.masked.join() === masked.join());
    if (!state) return null;
    const block = bytes.subarray((state.block || 0) * length).subarray(0, length);
    const weights = Float32Array.from(block, (byte, k) => (state.block ? (byte + first[k]) % 256 : byte) / 255);
    const predictions = state.predictions && state.predictions.map((rows) =>
      rows.map(([number, p, change, alone = null]) => [vocabulary[number], p, change, alone]));
    return { tokens, special, words: [], weights, own: state.block !== null, predictions, answer: null };
  };
}

async function asks(text, masked) {
  const found = await live.ask({ ask: "look", text, masked });
  return { ...found, tokens: found.hidden, own: true, predictions: found.candidates };
}

// Another sentence, or other masks. What was shown stays where it cannot be read.
async function look(text, masked, alone = null) {
  const turn = ++turns;
  let found = null;
  refused = "";
  try {
    found = await read(text, masked);
    if (!found) {
      refused = say("noPair")(masked.map((i) => scene.tokens[i]).join(" + "));
      found = await read(text, masked = alone);
    }
  } catch (error) {
    if (turn !== turns) return;
    refused = sentence(error);
    if (scene) render();
    else if (text.join() !== data.text.join() || masked.length) await look(data.text, []);
    $("said").textContent = refused = sentence(error);
    return;
  }
  if (turn !== turns) return;
  const same = scene && scene.text.join("\n") === text.join("\n");
  scene = { ...found, text, masked, number: turn };
  if (!same) {
    view.token = view.token && view.token.i < scene.tokens.length ? view.token : null;
    view.lying ??= innerWidth > 700 && liesDown(scene.tokens);
    pointed = null;
    buildTokens();
  }
  if (data.live) sayUnknown();
  render();
  await nearest();
}

// A short text of single characters, as Chinese ones are, is read along a line.
const liesDown = (tokens) => tokens.length <= 24 && tokens.filter((token) => /^[\u2e80-\uffff]$/.test(token)).length > tokens.length / 2;

async function toggle(i) {
  const now = scene.masked;
  await look(scene.text, now.includes(i) ? now.filter((j) => j !== i) : [...now, i].sort((a, b) => a - b), [i]);
}

const pairButtons = new Map();
function buildPairs() {
  const groups = (data.states || []).filter((one) => one.masked.length > 1);
  if (!groups.length) return;
  $("pairs").append(make("span", { "data-say": "together" }));
  for (const { masked } of groups) {
    const button = make("button", { type: "button", textContent: masked.map((i) => data.tokens[i]).join(" + ") });
    pairButtons.set(masked.join(), button);
    button.onclick = () => look(scene.text, scene.masked.join() === masked.join() ? [] : masked);
    $("pairs").append(button);
  }
}

const isQuestion = () => data.text.length === 2;
function buildSentence() {
  $("sentence").hidden = false;
  $("context-field").hidden = !isQuestion();
  let waiting = 0;
  const now = () => { clearTimeout(waiting); return look(isQuestion() ? [$("text").value, $("context").value] : [$("text").value], []); };
  $("sentence").onsubmit = (event) => { event.preventDefault(); view.token = null; now(); };
  for (const field of [$("text"), $("context")]) {
    field.oninput = (event) => {
      if (event.isComposing) return; // a Chinese character half typed
      view.token = null;
      clearTimeout(waiting);
      waiting = setTimeout(now, 300);
    };
    field.onkeydown = (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); now(); } };
  }
  $("examples").onchange = () => {
    const one = data.examples[Number($("examples").value)];
    if (!one) return;
    view.token = null;
    write(one.text);
    now();
  };
}

function write([text, context = ""]) {
  $("text").value = text;
  $("context").value = context;
}

function speakOfSentence() {
  $("text-label").textContent = say(isQuestion() ? "question" : "sentence");
  const shortened = (text) => text.length > 70 ? `${text.slice(0, 69)}…` : text;
  $("examples").replaceChildren(make("option", { value: "", textContent: say("choose") }),
    ...data.examples.map((one, i) => make("option", { value: i, textContent: (one.pronoun === undefined ? "" : "◇ ") + shortened(one.text[0]) })));
}

function sayUnknown() {
  const words = scene.tokens.flatMap((token, i) => token === "[UNK]" ? [Array.from(scene.text[scene.segments[i]]).slice(...scene.spans[i]).join("")] : []);
  $("said").textContent = words.length ? say("unknown")([...new Set(words)].join(" ")) : "";
}

function render() {
  if (!scene) return;
  $("top").value = view.top;
  $("top-shown").textContent = `${view.top} %`;
  $("special").checked = view.special;
  $("lying").checked = view.lying;
  $("theme").textContent = say(isDark() ? "light" : "dark");
  pairButtons.forEach((button, masked) => button.setAttribute("aria-pressed", scene.masked.join() === masked));
  renderHeads();
  renderPredictions(renderTokens());
  renderNearest();
  detail();
  remember();
}

// The part of the address behind #: whoever opens it sees this.
function remember() {
  if (location.protocol === "about:") return; // a frame in a notebook has no address
  const link = new URLSearchParams();
  if (data.live && scene.text.join("\n") !== data.text.join("\n")) {
    link.set("text", scene.text[0]);
    if (isQuestion()) link.set("context", scene.text[1]);
  }
  if (scene.masked.length) link.set("masked", scene.masked.join());
  link.set("heads", chosenHeads().map((h) => `${Math.floor(h / heads) + 1}.${h % heads + 1}`).join());
  if (view.layer) link.set("layer", view.layer + 1);
  if (view.token) link.set("token", `${view.token.side}.${view.token.i}`);
  if (view.top !== 60) link.set("top", view.top);
  if (!view.special) link.set("special", "0");
  link.set("lying", view.lying ? "1" : "0");
  if (view.depth !== layers) link.set("depth", view.depth);
  if (view.by !== "embedding") link.set("by", view.by);
  link.set("language", language);
  $("link").hidden = false;
  $("link").href = `#${link}`;
}

// Back to what a link says, as far as it can be understood.
async function follow() {
  const link = new URLSearchParams(location.hash.slice(1)), wrong = [];
  const take = (name, read) => {
    if (!link.has(name)) return undefined;
    const value = read(link.get(name));
    if (value === undefined) wrong.push(`${name}=${link.get(name).slice(0, 40)}`);
    return value;
  };
  const number = (least, most) => (text) => /^\d{1,4}$/.test(text) && text >= least && text <= most ? Number(text) : undefined;
  const list = (one) => (text) => {
    const values = text === "" ? [] : text.split(",").map(one);
    return values.includes(undefined) ? undefined : values;
  };
  const head = (text) => {
    const [l, h] = text.split("."), [layer, place] = [number(1, layers)(l), number(1, heads)(h || "")];
    return layer && place ? (layer - 1) * heads + place - 1 : undefined;
  };
  for (const name of link.keys()) {
    if (!["text", "context", "masked", "heads", "layer", "token", "top", "special", "lying", "depth", "by", "language"].includes(name)) wrong.push(name.slice(0, 40));
  }
  const wish = (name, read, use) => { const value = take(name, read); if (value !== undefined) use(value); };
  wish("heads", list(head), (some) => { view.heads = new Set(some); });
  wish("layer", number(1, layers), (layer) => { view.layer = layer - 1; });
  wish("top", number(5, 100), (top) => { view.top = top; });
  wish("special", number(0, 1), (on) => { view.special = on === 1; });
  wish("lying", number(0, 1), (on) => { view.lying = on === 1; });
  wish("depth", number(0, layers), (depth) => { view.depth = depth; });
  wish("by", (text) => ["embedding", "context"].includes(text) ? text : undefined, (by) => { view.by = by; });
  wish("language", (text) => Object.hasOwn(WORDS, text) ? text : undefined, (chosen) => { language = chosen; speak(); });
  const text = data.live && link.has("text") ? (isQuestion() ? [link.get("text"), link.get("context") || ""] : [link.get("text")]) : data.text || [];
  view.token = null;
  wish("token", (word) => { const [side, i] = word.split("."); return ["from", "to"].includes(side) && number(0, 511)(i || "") !== undefined ? { side, i: Number(i) } : undefined; },
    (token) => { view.token = token; });
  const masked = take("masked", list(number(0, 511))) || [];
  if (data.live) write(text);
  await look(text, masked, []);
  if (scene && view.token && view.token.i >= scene.tokens.length) view.token = null;
  if (wrong.length) $("said").textContent = say("broken")(wrong.join(", "));
  render();
}

async function start() {
  if (data.live) {
    buildSentence();
    live = engine(data.live);
    read = asks;
  } else read = await held();
  buildHeads();
  buildNearest();
  buildPairs();
  speak();
  $("top").oninput = () => { view.top = Number($("top").value); render(); };
  $("special").onchange = () => { view.special = $("special").checked; render(); };
  $("lying").onchange = () => { view.lying = $("lying").checked; buildTokens(); render(); };
  $("all").onclick = () => { for (let h = 0; h < layers * heads; h++) view.heads.add(h); render(); };
  $("none").onclick = () => { view.heads.clear(); render(); };
  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; refused = ""; speak(); render(); nearest(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };
  $("detail").hidden = !data.live;
  $("detail").ontoggle = detail;
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { view.token = null; render(); nearest(); } });
  addEventListener("hashchange", follow);
  if (data.live) $("said").textContent = say("opening");
  await follow();
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
}

start().catch((error) => {
  document.body.prepend(`This browser cannot show the page 這個瀏覽器無法顯示此頁: ${error}`); // one from before 2023, say
  throw error;
});
