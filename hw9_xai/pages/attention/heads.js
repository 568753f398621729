// The heads: one button each, named after what it does; all of a layer as small pictures; every score in a table.
const SIGNS = { next: "›", previous: "‹", self: "=", special: "*", period: "•", mixed: "" };
const headButtons = [], thumbs = [];

function buildHeads() {
  const grid = $("grid");
  grid.style.gridTemplateColumns = `16px repeat(${heads}, minmax(0, 1fr))`;
  grid.style.maxWidth = `${Math.min(300, 18 + heads * 24)}px`;
  grid.append(make("span"), ...Array.from({ length: heads }, (_, h) => make("span", { textContent: h + 1 })));
  for (let l = 0; l < layers; l++) {
    grid.append(make("span", { textContent: l + 1 }));
    headButtons.push(Array.from({ length: heads }, (_, h) => headButton(l * heads + h, functions.label[l][h])));
    grid.append(...headButtons[l]);
  }
  roving(grid, headButtons);
  for (let h = 0; h < heads; h++) {
    const button = headButton(h), canvas = make("canvas", { ariaHidden: "true" });
    button.append(canvas, make("span"));
    thumbs.push(button);
  }
  $("thumbs").append(...thumbs);
  roving($("thumbs"), [thumbs]);
  $("layer").max = layers;
  $("layer").oninput = () => { view.layer = Number($("layer").value) - 1; render(); };
}

// In the grid a button is always the same head; of the small pictures it is one of the layer that is shown.
function headButton(number, label) {
  const head = () => label === undefined ? view.layer * heads + number : number;
  const button = make("button", { type: "button", className: label || "thumb", textContent: SIGNS[label] || "" });
  button.onclick = () => { view.heads.has(head()) ? view.heads.delete(head()) : view.heads.add(head()); render(); };
  const show = () => { preview = head(); render(); }, hide = () => { preview = null; render(); };
  button.onmouseenter = show;
  button.onmouseleave = hide;
  button.onfocus = () => { if (button.matches(":focus-visible")) show(); };
  button.onblur = hide;
  return button;
}

function describe(h) {
  const [l, n] = [Math.floor(h / heads), h % heads], label = functions.label[l][n], score = functions.score[label];
  const numbers = score ? `, ${say("score")} ${score[l][n].toFixed(2)}, ${say("lift")} ${functions.lift[label][l][n].toFixed(1)}` : "";
  const finds = data.coreference ? `; ${say("finds")(percent(data.coreference.accuracy[l][n]))}` : "";
  return `${headName(h)}: ${nameOf(label)}${numbers}${finds}`;
}

// The clearest positional head is a good first look: its pattern can be checked by eye.
function firstHead() {
  let best = 0, most = -1;
  for (const name of ["next", "previous"]) {
    (functions.score[name] || []).forEach((row, l) => row.forEach((score, h) => {
      if (score > most) { most = score; best = l * heads + h; }
    }));
  }
  return best;
}

let drawn = "";
function renderHeads() {
  headButtons.flat().forEach((button, h) => {
    button.title = describe(h);
    button.setAttribute("aria-label", button.title);
    button.setAttribute("aria-pressed", view.heads.has(h));
  });
  const one = preview !== null ? preview : view.heads.size === 1 ? [...view.heads][0] : null;
  $("chosen").textContent = (preview === null ? "" : `${say("preview")}: `) + (one === null ? say("chosen")(view.heads.size) : describe(one));
  $("layer").value = $("layer-shown").textContent = view.layer + 1;
  thumbs.forEach((button, n) => {
    const h = view.layer * heads + n;
    button.title = describe(h);
    button.setAttribute("aria-label", button.title);
    button.setAttribute("aria-pressed", view.heads.has(h));
    button.lastChild.textContent = `${n + 1} ${SIGNS[functions.label[view.layer][n]]}`;
  });
  const key = [scene.number, view.layer, view.special, isDark()].join();
  if (drawn !== key) thumbs.forEach((button, n) => thumbnail(button.firstChild, view.layer * heads + n));
  drawn = key;
}

function thumbnail(canvas, h) {
  const size = scene.tokens.length, rows = matrix([h]), side = Math.max(2, Math.round(120 / size));
  canvas.width = canvas.height = size * side;
  const brush = canvas.getContext("2d");
  brush.fillStyle = getComputedStyle(document.body).color;
  rows.forEach((row, i) => row.forEach((weight, j) => {
    brush.globalAlpha = weight;
    brush.fillRect(j * side, i * side, side, side);
  }));
}

let sortedBy = "";
function speakOfHeads() {
  $("weak").textContent = say(functions.weak ? "weak" : "judged")(functions.sentences);
  $("legend").replaceChildren(...Object.keys(SIGNS).map((label) =>
    make("li", {}, make("b", { className: label, textContent: SIGNS[label], ariaHidden: "true" }), nameOf(label))));
  const columns = { layer: (l) => l + 1, head: (l, h) => h + 1 };
  for (const [name, score] of Object.entries(functions.score)) columns[name] = (l, h) => score && score[l][h];
  columns.entropy = (l, h) => functions.entropy[l][h];
  if (data.coreference) columns.coreference = (l, h) => data.coreference.accuracy[l][h];
  columns.label = (l, h) => nameOf(functions.label[l][h]);
  const order = Array.from({ length: layers * heads }, (_, n) => [Math.floor(n / heads), n % heads]);
  const rank = columns[sortedBy];
  if (rank && sortedBy !== "layer") order.sort((a, b) => sortedBy === "head" || sortedBy === "label" ? (rank(...a) > rank(...b) ? 1 : -1) : rank(...b) - rank(...a));
  const head = Object.keys(columns).map((name) => {
    const button = make("button", { type: "button", textContent: nameOf(name) });
    button.onclick = () => { sortedBy = name; speakOfHeads(); $("table").querySelector(`th:nth-child(${Object.keys(columns).indexOf(name) + 1}) button`).focus(); };
    return make("th", { scope: "col", ariaSort: name === sortedBy ? "other" : "none" }, button);
  });
  const cell = (name, l, h) => {
    const value = columns[name](l, h);
    if (value === null) return make("td", { textContent: "–" });
    if (typeof value === "string" || name === "layer" || name === "head") return make("td", { textContent: value });
    const lift = functions.lift[name];
    return make("td", {}, value.toFixed(3) + " ", ...(lift ? [make("small", { textContent: `×${lift[l][h].toFixed(1)}` })] : []));
  };
  const title = [`${say("score")} ×${say("lift")}. ${say("sorted")}`, data.coreference ? say("baseline")(data.coreference) : ""].join(" ");
  $("table").replaceChildren(make("table", {}, make("caption", { className: "note", textContent: title }),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...order.map(([l, h]) => make("tr", {}, ...Object.keys(columns).map((name) => cell(name, l, h)))))));
}
