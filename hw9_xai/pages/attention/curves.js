// The tokens twice, joined by curves: who gives attention to whom; and beside them what each chosen head does alone.
const sides = { from: [], to: [] }, weightsShown = { from: [], to: [] };
let maskButtons = [];

// Mean over these heads; without special tokens the rest of each row is scaled to sum to 1.
function matrix(some) {
  const size = scene.tokens.length, rows = Array.from({ length: size }, () => new Float64Array(size));
  for (const h of some) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) rows[i][j] += scene.weights[(h * size + i) * size + j] / some.length;
    }
  }
  if (!view.special) {
    rows.forEach((row, i) => {
      for (let j = 0; j < size; j++) if (scene.special[i] || scene.special[j]) row[j] = 0;
      const sum = row.reduce((a, b) => a + b, 0);
      if (sum > 0) for (let j = 0; j < size; j++) row[j] /= sum;
    });
  }
  return rows;
}

const chosenHeads = () => [...view.heads].sort((a, b) => a - b);
const headsShown = () => preview === null ? chosenHeads() : [preview];
const shown = (i) => scene.masked.includes(i) ? "[MASK]" : scene.tokens[i];
const outside = (i) => scene.special[i] && !view.special;

function strongest(row) {
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a]);
  const all = row.reduce((a, b) => a + b, 0), kept = [];
  for (let sum = 0, k = 0; k < order.length && sum < all * view.top / 100 - 1e-9; k++) {
    sum += row[order[k]];
    kept.push(order[k]);
  }
  return kept;
}

function buildTokens() {
  const cells = [], size = scene.tokens.length;
  maskButtons = [];
  for (const side of ["from", "to"]) {
    sides[side] = [];
    weightsShown[side] = [];
    $(side).replaceChildren();
  }
  for (let i = 0; i < size; i++) {
    const mask = scene.special[i] ? null : make("button", { type: "button", className: "mask" });
    if (mask) mask.onclick = () => toggle(i);
    maskButtons.push(mask);
    for (const side of ["from", "to"]) {
      const button = make("button", { type: "button", dir: "auto" });
      button.onmouseenter = button.onfocus = () => { pointed = { side, i }; render(); };
      button.onmouseleave = button.onblur = () => { pointed = null; render(); };
      button.onclick = () => {
        view.token = view.token && view.token.side === side && view.token.i === i ? null : { side, i };
        render();
        nearest();
      };
      sides[side].push(button);
      const weight = make("span", { className: "weight" });
      weightsShown[side].push(weight);
      const row = make("div", { className: "row" });
      if (side === "from") row.append(mask || make("span", { className: "gap" }), weight, button);
      else row.append(button, weight);
      $(side).append(row);
    }
    cells.push([mask, sides.from[i], sides.to[i]]);
  }
  // Arrow keys move as the tokens stand.
  roving($("columns"), view.lying ? cells[0].map((_, side) => cells.map((row) => row[side])) : cells);
}

const UPRIGHT = 26;
function renderTokens() {
  const some = headsShown(), rows = matrix(some), size = scene.tokens.length, focus = pointed || view.token, paths = [];
  const widest = Math.max(...scene.tokens.map((token, i) => scene.special[i] ? 0 : Array.from(token).reduce((sum, c) => sum + (c > "\u2e80" ? 15 : 8.5), 0)));
  const pitch = view.lying ? Math.max(44, Math.min(96, widest + 14)) : UPRIGHT, length = size * pitch;
  $("columns").className = view.lying ? "lying" : "";
  $("columns").style.setProperty("--pitch", `${pitch}px`);
  $("curves").setAttribute("viewBox", view.lying ? `0 0 ${length} 100` : `0 0 100 ${length}`);
  $("curves").style.height = view.lying ? "170px" : `${length}px`;
  $("curves").style.width = view.lying ? `${length}px` : "";
  for (let i = 0; i < size; i++) {
    for (const j of strongest(rows[i])) {
      const weight = rows[i][j];
      if (weight < 0.003 || (focus && focus.i !== (focus.side === "from" ? i : j))) continue;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const [a, b] = [(i + 0.5) * pitch, (j + 0.5) * pitch];
      path.setAttribute("d", view.lying ? `M${a},0C${a},50 ${b},50 ${b},100` : `M0,${a}C50,${a} 50,${b} 100,${b}`);
      path.setAttribute("stroke-opacity", Math.min(1, 0.12 + weight).toFixed(3));
      path.setAttribute("stroke-width", (0.6 + 3.4 * weight).toFixed(2));
      paths.push(path);
    }
  }
  $("curves").replaceChildren(...paths);
  const gold = goldHere(), answered = scene.answer || { first: 1, last: 0 };
  for (let i = 0; i < size; i++) {
    const value = (side) => !focus || focus.side === side ? ""
      : (side === "to" ? rows[focus.i][i] : rows[i][focus.i]).toFixed(2);
    const mark = !gold ? "" : i === gold.pronoun ? "◇ " : i === gold.antecedent ? "◆ " : gold.others.includes(i) ? "○ " : "";
    for (const side of ["from", "to"]) {
      const button = sides[side][i], isPinned = Boolean(view.token && view.token.side === side && view.token.i === i);
      button.textContent = mark + shown(i);
      button.className = "token" + (scene.special[i] ? " is-special" : "") + (mark ? " is-gold" : "")
        + (scene.masked.includes(i) ? " is-masked" : "") + (outside(i) ? " outside" : "")
        + (i >= answered.first && i <= answered.last ? " is-answer" : "");
      button.dataset.pinned = isPinned;
      button.title = shown(i);
      button.setAttribute("aria-label", `${say(side)} ${i} ${mark}${shown(i)}`);
      button.setAttribute("aria-pressed", isPinned);
      weightsShown[side][i].textContent = some.length && !outside(i) ? value(side) : "";
    }
    if (maskButtons[i]) {
      const on = scene.masked.includes(i);
      maskButtons[i].textContent = on ? "■" : "▢";
      maskButtons[i].setAttribute("aria-pressed", on);
      maskButtons[i].setAttribute("aria-label", say("mask")(scene.tokens[i]));
    }
  }
  const many = view.heads.size > 1 && view.heads.size <= MOST_COLUMNS && !view.lying; // its place is kept: nothing may jump
  $("matrix").hidden = !many;
  if (many) drawMatrix(chosenHeads(), focus);
  $("says").textContent = [say("threshold")(view.top), view.special ? "" : say("renormalised"), scene.own ? "" : say("unmasked"),
    many && focus ? say("columns")(focus.side, shown(focus.i)) : "",
    gold ? say("gold")(scene.tokens[gold.pronoun], scene.tokens[gold.antecedent]) : ""].filter(Boolean).join(" ");
  return rows;
}

// A token in a row, a head in a column; the area of a square is the attention between that token and the one in focus.
const MOST_COLUMNS = 24, COLUMN = 15, NAMES = 34;
function drawMatrix(some, focus) {
  const canvas = $("matrix"), size = scene.tokens.length, sharp = devicePixelRatio || 1;
  const [width, height] = [some.length * COLUMN + 4, size * UPRIGHT + NAMES];
  canvas.width = width * sharp;
  canvas.height = height * sharp;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const brush = canvas.getContext("2d"), most = [];
  brush.scale(sharp, sharp);
  brush.font = "11px system-ui, sans-serif";
  some.forEach((h, column) => {
    const rows = matrix([h]), x = column * COLUMN + COLUMN / 2 + 2;
    brush.fillStyle = getComputedStyle($("model")).color;
    brush.save();
    brush.translate(x + 4, NAMES - 4);
    brush.rotate(-Math.PI / 2);
    brush.fillText(`${Math.floor(h / heads) + 1}.${h % heads + 1}`, 0, 0);
    brush.restore();
    brush.fillRect(x - 0.5, NAMES, 1, size * UPRIGHT);
    if (!focus) return;
    brush.fillStyle = getComputedStyle(document.body).color;
    const values = rows.map((row, i) => focus.side === "from" ? rows[focus.i][i] : row[focus.i]);
    values.forEach((weight, i) => {
      const side = (COLUMN - 1) * Math.sqrt(weight);
      brush.fillRect(x - side / 2, NAMES + (i + 0.5) * UPRIGHT - side / 2, side, side);
    });
    const best = values.indexOf(Math.max(...values));
    most.push(`${headName(h)}: ${shown(best)} ${values[best].toFixed(2)}`);
  });
  canvas.setAttribute("aria-label", most.join("; "));
}

// Whom the pronoun means, where this sentence is one of which that is known. Gold counts words from [CLS], which is 0.
function goldHere() {
  const known = (data.examples || []).find((one) => one.pronoun !== undefined && one.text.join("\n") === scene.text.join("\n"));
  if (!known) return null;
  const token = (word) => scene.words.lastIndexOf(word - 1), mentions = known.mentions.map(token);
  return { pronoun: token(known.pronoun), antecedent: mentions[known.antecedent], others: mentions.filter((_, i) => i !== known.antecedent) };
}

// Arrow keys move among the buttons of a grid; Tab enters and leaves it as one stop.
function roving(container, cells) {
  cells.flat().forEach((cell) => { if (cell) cell.tabIndex = -1; });
  cells.flat().find(Boolean).tabIndex = 0;
  const isNew = !container.cells;
  container.cells = cells;
  if (!isNew) return;
  const at = (element) => container.cells.map((row, r) => [r, row.indexOf(element)]).find(([, c]) => c >= 0);
  const focus = (r, c) => {
    const cell = container.cells[r] && container.cells[r][c];
    if (!cell) return false;
    container.cells.flat().forEach((other) => { if (other) other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
    return true;
  };
  container.addEventListener("focusin", (event) => {
    if (!at(event.target)) return;
    container.cells.flat().forEach((other) => { if (other) other.tabIndex = other === event.target ? 0 : -1; });
  });
  container.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const place = at(event.target), rows = container.cells;
    if (!place) return;
    const [r, c] = place;
    if (event.key === "Home" || event.key === "End") {
      focus(r, event.key === "Home" ? rows[r].findIndex(Boolean) : rows[r].length - 1);
      event.preventDefault();
    } else if (steps[event.key]) {
      let [dr, dc] = steps[event.key], row = r + dr, column = c + dc;
      while (rows[row] && column in rows[row] && !focus(row, column)) { row += dr; column += dc; }
      event.preventDefault();
    }
  });
}
