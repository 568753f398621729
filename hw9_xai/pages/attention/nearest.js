// The corpus beside the sentence: which of its tokens the model sees as most like this one, and what they are.
const TOP = 50;
let corpusRead = false, searches = 0;

function buildNearest() {
  if (!data.live || !data.live.corpus) return;
  $("nearest").hidden = false;
  $("depth").max = layers;
  $("depth").oninput = () => { view.depth = Number($("depth").value); render(); nearest(); };
  $("by").onchange = () => { view.by = $("by").value; render(); nearest(); };
  $("read").onclick = async () => {
    $("read").disabled = true;
    await live.ask({ ask: "read" }, (done, all) => {
      $("reading").hidden = false;
      $("reading").max = all;
      $("reading").value = done;
      $("read-shown").textContent = say("reading")(done, all);
    });
    corpusRead = true;
    $("to-read").hidden = true;
    $("depth").focus();
    await nearest();
  };
}

const asked = () => view.token ? view.token.i : scene.masked.length ? scene.masked[0] : null;

function renderNearest() {
  if ($("nearest").hidden) return;
  $("read").textContent = say("read")(data.live.sentences);
  $("depth").value = $("depth-shown").textContent = view.depth;
  $("by").value = view.by;
}

async function nearest() {
  if (!corpusRead) return;
  const place = asked(), turn = ++searches, says = $("asked"), boxes = ["shares", "by-layer", "hits"].map($);
  const hint = place === null ? "noToken" : view.by === "context" && view.depth === 0 ? "noContext" : "";
  if (hint) {
    says.textContent = say(hint);
    boxes.forEach((box) => box.replaceChildren());
    return;
  }
  const mine = [...view.heads].filter((h) => Math.floor(h / heads) === view.depth - 1).map((h) => h % heads);
  const every = Array.from({ length: heads }, (_, h) => h);
  const found = await live.ask({ ask: "search", place, layer: view.depth, by: view.by, heads: mine.length ? mine : every, top: TOP });
  if (turn !== searches) return;
  says.textContent = say("asked")(shown(place), place, view.depth, view.by);
  const tagged = found.base && Object.keys(found.base).length;
  boxes[0].replaceChildren(...(tagged ? shares(found, mine.length) : []));
  boxes[1].replaceChildren(...(tagged ? byLayer(found) : []));
  boxes[2].replaceChildren(...found.hits.map((hit) => hitRow(hit, tagged ? " " : "")));
}

// Three shares for each part of speech: among the hits, among what they attend to, and in the whole corpus.
function shares(found, mine) {
  const total = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
  const hits = found.layers[view.depth], attended = found.attended;
  const kinds = Object.keys(found.base).sort((a, b) => (hits[b] || 0) - (hits[a] || 0) || found.base[b] - found.base[a]);
  const columns = { hits: (pos) => (hits[pos] || 0) / total(hits), base: (pos) => found.base[pos] };
  if (attended) columns.attended = (pos) => (attended[pos] || 0) / total(attended);
  const bar = (share) => make("td", {}, make("meter", { value: share, ariaHidden: "true" }), `${Math.round(100 * share)} %`);
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...["pos", ...Object.keys(columns)].map((key) => make("th", { scope: "col", textContent: say(key) })))),
    make("tbody", {}, ...kinds.map((pos) => make("tr", {}, make("th", { scope: "row", textContent: pos }), ...Object.values(columns).map((share) => bar(share(pos)))))));
  return attended ? [table, make("p", { className: "note", textContent: say("attendedNote")(mine) })] : [table];
}

function byLayer(found) {
  const kinds = Object.keys(found.base).filter((pos) => found.layers.some((counts) => counts && counts[pos]));
  const row = (counts, l) => {
    const most = Math.max(...Object.values(counts || {}), 0);
    return make("tr", { className: l === view.depth ? "here" : "" }, make("th", { scope: "row", textContent: l }),
      ...kinds.map((pos) => make("td", { className: counts && counts[pos] === most ? "most" : "", textContent: counts && counts[pos] || "" })));
  };
  return [make("p", { className: "note", textContent: say("everyLayer") }), make("table", {},
    make("thead", {}, make("tr", {}, ...[say("layer"), ...kinds].map((name) => make("th", { scope: "col", textContent: name })))),
    make("tbody", {}, ...found.layers.map(row)))];
}

// Aligned on the hit, as concordances are. Chinese, whose words are not told apart, has no spaces.
function hitRow(hit, glue) {
  return make("li", { title: `${say("similarity")} ${hit.similarity.toFixed(3)}` },
    make("span", { className: "left" }, make("bdi", { dir: "auto", textContent: hit.words.slice(0, hit.word).join(glue) })),
    make("b", { textContent: hit.words[hit.word] }),
    make("span", { className: "right", textContent: hit.words.slice(hit.word + 1).join(glue) }),
    make("span", { className: "pos", textContent: `${hit.pos || ""} ${hit.similarity.toFixed(3)}` }));
}

// One head at its work: what the query of the token in focus and the key of each token make together.
let detailed = 0;
async function detail() {
  const some = headsShown(), focus = pointed || view.token, turn = ++detailed, box = $("products");
  if (!data.live || !$("detail").open) return;
  if (some.length !== 1 || !focus || focus.side !== "from") {
    box.replaceChildren(make("p", { className: "note", textContent: say("detailHint") }));
    return;
  }
  const [h] = some, size = scene.tokens.length;
  const { queries, keys, width } = await live.ask({ ask: "detail", layer: Math.floor(h / heads), head: h % heads });
  if (turn !== detailed || queries.length !== size * width) return;
  const query = Array.from(queries.subarray(focus.i * width, (focus.i + 1) * width));
  const products = scene.tokens.map((_, j) => query.map((q, d) => q * keys[j * width + d]));
  const most = Math.max(...products.flat().map(Math.abs)), weights = scene.weights.subarray((h * size + focus.i) * size);
  const row = (name, bars, largest, ...numbers) => make("tr", {}, make("th", { scope: "row", textContent: name }),
    make("td", {}, barsOf(bars, largest)), ...numbers.map((number) => make("td", { textContent: number })));
  box.replaceChildren(make("p", { className: "note", textContent: say("detailNote")(shown(focus.i), headName(h), width) }),
    make("table", {}, make("thead", {}, make("tr", {}, ...["token", "product", "dot", "weight"].map((key) => make("th", { scope: "col", textContent: say(key) })))),
      make("tbody", {}, row(`${say("ofQuery")} ${shown(focus.i)}`, query, Math.max(...query.map(Math.abs)), "", ""),
        ...products.map((bars, j) => row(shown(j), bars, most,
          (bars.reduce((a, b) => a + b, 0) / Math.sqrt(width)).toFixed(2).replace("-", "−"), weights[j].toFixed(3))))));
}

function barsOf(values, most) {
  const canvas = make("canvas", { width: values.length * 8, height: 22, ariaHidden: "true" }), brush = canvas.getContext("2d");
  const style = getComputedStyle(document.body);
  brush.fillStyle = style.color;
  brush.fillRect(0, 10.5, canvas.width, 1);
  values.forEach((value, d) => {
    const height = Math.max(0.5, 10.5 * Math.abs(value) / most);
    brush.globalAlpha = value < 0 ? 0.55 : 1;
    brush.fillRect(d * 8 + 1, value < 0 ? 11 : 11 - height, 6, height);
  });
  return canvas;
}
