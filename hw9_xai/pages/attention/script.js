(async () => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { tokens, special, states, functions, vocabulary } = data;
  const size = tokens.length, layers = functions.entropy.length, heads = functions.entropy[0].length;
  const SIGNS = { next: "›", previous: "‹", self: "=", special: "*", period: "•", mixed: "" };
  const WORDS = {
    en: {
      title: "Attention explorer", heads: "Heads", attention: "Attention", predictions: "What the model expects",
      all: "all heads", none: "no head", top: "strongest", special: "[CLS] and [SEP]", scores: "Scores of all heads",
      layer: "layer", head: "head", rows: "Layers run down, heads across. Arrow keys move, Enter or space chooses.",
      next: "next token", previous: "previous token", self: "same token", mixed: "mixed", period: "period",
      specials: "special tokens", entropy: "entropy", label: "function", score: "score", lift: "lift",
      weak: (n) => `Judged by ${n} sentence${n === 1 ? "" : "s"}: weak. Twenty or more make a verdict.`,
      judged: (n) => `Judged by ${n} sentences.`,
      chosen: (n) => n === 0 ? "No head is chosen." : n === 1 ? "" : `Curves: mean of ${n} heads.`,
      renormalised: "Without [CLS] and [SEP]: what each token gives to the others is scaled up to sum to 1.",
      threshold: (x) => `Of each token, its strongest links that together hold ${x} % of its attention.`,
      unmasked: "Too many tokens to keep the attention under this mask: the curves are those of the whole sentence. The probabilities are those under the mask.",
      from: "from", to: "to", mask: (t) => `mask ${t}`, token: "token", p: "probability", change: "change",
      alone: "with only this one masked", against: "against nothing masked", masked: "masked", hint: "Point at a token, or mask one with ▢.",
      noPair: (a) => `${a} together were not computed: explore(…, pairs=[(…)]) does. Only the last one is masked now.`,
      together: "masked together:", nothing: "nothing", cannot: "This model predicts no words.",
      dark: "dark", light: "light", other: "中文", gets: "gives most to", receives: "gets most from",
    },
    zh: {
      title: "注意力瀏覽器", heads: "注意力頭", attention: "注意力", predictions: "模型的預測",
      all: "全選", none: "全不選", top: "最強的", special: "[CLS] 與 [SEP]", scores: "所有頭的分數",
      layer: "層", head: "頭", rows: "由上而下是層，由左而右是頭。方向鍵移動，Enter 或空白鍵選取。",
      next: "下一個詞", previous: "前一個詞", self: "同一個詞", mixed: "混合", period: "句號",
      specials: "特殊符號", entropy: "熵", label: "功能", score: "分數", lift: "提升",
      weak: (n) => `只由 ${n} 個句子判定：證據薄弱。二十句以上才算定論。`,
      judged: (n) => `由 ${n} 個句子判定。`,
      chosen: (n) => n === 0 ? "尚未選取任何頭。" : n === 1 ? "" : `曲線是 ${n} 個頭的平均。`,
      renormalised: "不計 [CLS] 與 [SEP]：每個詞給其他詞的注意力已放大到總和為 1。",
      threshold: (x) => `每個詞只畫合計占其注意力 ${x} % 的最強連線。`,
      unmasked: "詞太多，無法保存遮住後的注意力：曲線屬於完整的句子，機率則是遮住後的。",
      from: "從", to: "到", mask: (t) => `遮住 ${t}`, token: "詞", p: "機率", change: "變化",
      alone: "比起只遮這個詞", against: "比起都不遮", masked: "遮住", hint: "指向一個詞，或用 ▢ 遮住它。",
      noPair: (a) => `沒有計算同時遮住 ${a}：請用 explore(…, pairs=[(…)])。現在只遮住最後一個。`,
      together: "一起遮住：", nothing: "不遮", cannot: "這個模型不預測詞。",
      dark: "深色", light: "淺色", other: "English", gets: "最注意", receives: "最受其注意：",
    },
  };
  let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en";
  let state = 0, top = 60, withSpecial = true, pointed = null, pinned = null, refused = "";
  const chosen = new Set([firstHead()]);
  const attention = await unpack(data.attention);

  const say = (key) => WORDS[language][key];
  const nameOf = (label) => say(label === "special" ? "specials" : label);
  const headName = (h) => language === "zh"
    ? `第 ${Math.floor(h / heads) + 1} 層第 ${h % heads + 1} 頭` : `layer ${Math.floor(h / heads) + 1} head ${h % heads + 1}`;
  const shown = (i) => states[state].masked.includes(i) ? "[MASK]" : tokens[i];
  const signed = (x) => (Math.abs(x) < 0.0005 ? "" : x < 0 ? "−" : "+") + Math.abs(x).toFixed(3);

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

  // A byte for each weight; all blocks but the first hold differences to it, modulo 256.
  async function unpack(text) {
    const deflated = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
    const stream = deflated.stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const length = layers * heads * size * size, blocks = [];
    for (let start = 0; start < bytes.length; start += length) {
      const block = bytes.subarray(start, start + length);
      if (start > 0) for (let k = 0; k < length; k++) block[k] += bytes[k];
      blocks.push(block);
    }
    return blocks;
  }

  // Mean over the chosen heads; without special tokens the rest of each row is scaled to sum to 1.
  function matrix() {
    const bytes = attention[states[state].block ?? 0], rows = Array.from({ length: size }, () => new Float64Array(size));
    for (const h of chosen) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) rows[i][j] += bytes[(h * size + i) * size + j] / 255 / chosen.size;
      }
    }
    if (!withSpecial) {
      rows.forEach((row, i) => {
        for (let j = 0; j < size; j++) if (special[i] || special[j]) row[j] = 0;
        const sum = row.reduce((a, b) => a + b, 0);
        if (sum > 0) for (let j = 0; j < size; j++) row[j] /= sum;
      });
    }
    return rows;
  }

  function strongest(row) {
    const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a]);
    const all = row.reduce((a, b) => a + b, 0), kept = [];
    for (let sum = 0, k = 0; k < order.length && sum < all * top / 100 - 1e-9; k++) {
      sum += row[order[k]];
      kept.push(order[k]);
    }
    return kept;
  }

  // Arrow keys move among the buttons of a grid; Tab enters and leaves it as one stop.
  function roving(container, cells) {
    const at = (element) => cells.map((row, r) => [r, row.indexOf(element)]).find(([, c]) => c >= 0);
    const focus = (r, c) => {
      const cell = cells[r] && cells[r][c];
      if (!cell) return false;
      cells.flat().forEach((other) => { if (other) other.tabIndex = -1; });
      cell.tabIndex = 0;
      cell.focus();
      return true;
    };
    cells.flat().forEach((cell) => { if (cell) cell.tabIndex = -1; });
    cells.flat().find(Boolean).tabIndex = 0;
    container.addEventListener("focusin", (event) => {
      if (!at(event.target)) return;
      cells.flat().forEach((other) => { if (other) other.tabIndex = other === event.target ? 0 : -1; });
    });
    container.addEventListener("keydown", (event) => {
      const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
      const place = at(event.target);
      if (!place) return;
      const [r, c] = place;
      if (event.key === "Home" || event.key === "End") {
        focus(r, event.key === "Home" ? cells[r].findIndex(Boolean) : cells[r].length - 1);
        event.preventDefault();
      } else if (steps[event.key]) {
        let [dr, dc] = steps[event.key], row = r + dr, column = c + dc;
        while (cells[row] && column in cells[row] && !focus(row, column)) { row += dr; column += dc; }
        event.preventDefault();
      }
    });
  }

  const headButtons = [];
  function buildHeads() {
    const grid = $("grid");
    grid.style.gridTemplateColumns = `16px repeat(${heads}, minmax(0, 1fr))`;
    grid.style.maxWidth = `${Math.min(300, 18 + heads * 24)}px`;
    grid.append(make("span"), ...Array.from({ length: heads }, (_, h) => make("span", { textContent: h + 1 })));
    for (let l = 0; l < layers; l++) {
      grid.append(make("span", { textContent: l + 1 }));
      const row = [];
      for (let h = 0; h < heads; h++) {
        const label = functions.label[l][h], index = l * heads + h;
        const button = make("button", { type: "button", className: label, textContent: SIGNS[label] });
        button.onclick = () => { chosen.has(index) ? chosen.delete(index) : chosen.add(index); render(); };
        row.push(button);
        grid.append(button);
      }
      headButtons.push(row);
    }
    roving(grid, headButtons);
  }

  const sides = { from: [], to: [] }, weightsShown = { from: [], to: [] }, maskButtons = [];
  function buildTokens() {
    const cells = [];
    for (let i = 0; i < size; i++) {
      const mask = special[i] ? null : make("button", { type: "button", className: "mask" });
      if (mask) mask.onclick = () => toggle(i);
      maskButtons.push(mask);
      for (const side of ["from", "to"]) {
        const button = make("button", { type: "button", dir: "auto" });
        const point = () => { pointed = { side, i }; render(); };
        button.onmouseenter = button.onfocus = point;
        button.onmouseleave = button.onblur = () => { pointed = null; render(); };
        button.onclick = () => {
          pinned = pinned && pinned.side === side && pinned.i === i ? null : { side, i };
          render();
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
    $("curves").setAttribute("viewBox", `0 0 100 ${size * 26}`);
    $("curves").style.height = `${size * 26}px`;
    roving($("columns"), cells);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") { pinned = null; render(); } });
  }

  const find = (masked) => states.findIndex((one) => one.masked.join() === masked.join());

  function toggle(i) {
    const now = states[state].masked;
    const wanted = now.includes(i) ? now.filter((j) => j !== i) : [...now, i].sort((a, b) => a - b);
    refused = "";
    state = find(wanted);
    if (state < 0) {
      refused = say("noPair")(wanted.map((j) => tokens[j]).join(" + "));
      state = find([i]);
    }
    render();
  }

  const pairButtons = new Map();
  function buildPairs() {
    const groups = states.filter((one) => one.masked.length > 1);
    $("pairs").replaceChildren();
    if (!groups.length) return;
    $("pairs").append(make("span", { textContent: say("together") }));
    for (const group of groups) {
      const button = make("button", { type: "button", textContent: group.masked.map((i) => tokens[i]).join(" + ") });
      pairButtons.set(group, button);
      button.onclick = () => { refused = ""; state = states[state] === group ? 0 : states.indexOf(group); render(); };
      $("pairs").append(button);
    }
  }

  function draw(rows) {
    const focus = pointed || pinned, paths = [];
    for (let i = 0; i < size; i++) {
      for (const j of strongest(rows[i])) {
        const weight = rows[i][j];
        if (weight < 0.003 || (focus && focus.i !== (focus.side === "from" ? i : j))) continue;
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const [a, b] = [i * 26 + 13, j * 26 + 13];
        path.setAttribute("d", `M0,${a}C50,${a} 50,${b} 100,${b}`);
        path.setAttribute("stroke-opacity", Math.min(1, 0.12 + weight).toFixed(3));
        path.setAttribute("stroke-width", (0.6 + 3.4 * weight).toFixed(2));
        paths.push(path);
      }
    }
    $("curves").replaceChildren(...paths);
    for (let i = 0; i < size; i++) {
      const value = (side) => !focus || focus.side === side ? ""
        : (side === "to" ? rows[focus.i][i] : rows[i][focus.i]).toFixed(2);
      for (const side of ["from", "to"]) {
        const button = sides[side][i], isPinned = Boolean(pinned && pinned.side === side && pinned.i === i);
        button.textContent = shown(i);
        button.className = "token" + (special[i] ? " is-special" : "")
          + (states[state].masked.includes(i) ? " is-masked" : "") + (special[i] && !withSpecial ? " outside" : "");
        button.dataset.pinned = isPinned;
        button.title = shown(i);
        button.setAttribute("aria-label", `${say(side)} ${i} ${shown(i)}`);
        button.setAttribute("aria-pressed", isPinned);
        weightsShown[side][i].textContent = chosen.size && !(special[i] && !withSpecial) ? value(side) : "";
      }
      if (maskButtons[i]) {
        const on = states[state].masked.includes(i);
        maskButtons[i].textContent = on ? "■" : "▢";
        maskButtons[i].setAttribute("aria-pressed", on);
        maskButtons[i].setAttribute("aria-label", say("mask")(tokens[i]));
      }
    }
  }

  function candidatesAt(i) {
    const rows = states[state].predictions[i], paired = rows.some((row) => row.length > 3);
    const head = make("tr", {}, ...["token", "p", "against", ...(paired ? ["alone"] : [])]
      .map((key) => make("th", { scope: "col", textContent: say(key) })));
    const body = rows.map(([number, p, ...changes]) => make("tr", {},
      make("td", { textContent: vocabulary[number], title: vocabulary[number], dir: "auto" }),
      make("td", {}, make("meter", { value: p, ariaHidden: "true" }), p.toFixed(3)),
      ...changes.map((change) => make("td", {
        textContent: signed(change), className: change > 0.0005 ? "up" : change < -0.0005 ? "down" : "" }))));
    const title = states[state].masked.includes(i) ? `${say("masked")}: ` : "";
    return make("table", {}, make("caption", {}, `${i} ${title}`, make("b", { textContent: tokens[i] })),
      make("thead", {}, head), make("tbody", {}, ...body));
  }

  function predict(rows) {
    const focus = pointed || pinned, box = $("candidates");
    const places = focus ? [focus.i] : states[state].masked;
    const spoken = [refused];
    $("refused").textContent = refused;
    if (!states[state].predictions) {
      box.replaceChildren(make("p", { className: "note", textContent: say("cannot") }));
    } else if (places.length) {
      box.replaceChildren(...places.map(candidatesAt));
      for (const i of places) {
        const best = states[state].predictions[i].slice(0, 3).map(([n, p, c]) => `${vocabulary[n]} ${p.toFixed(3)} (${signed(c)})`);
        spoken.push(`${tokens[i]}: ${best.join(", ")}.`);
      }
    } else box.replaceChildren(make("p", { className: "note", textContent: say("hint") }));
    if (focus && chosen.size) {
      const line = focus.side === "from" ? Array.from(rows[focus.i]) : rows.map((row) => row[focus.i]);
      const most = line.indexOf(Math.max(...line));
      spoken.push(`${shown(focus.i)} ${say(focus.side === "from" ? "gets" : "receives")} ${shown(most)} ${line[most].toFixed(2)}.`);
    }
    const text = spoken.filter(Boolean).join(" ");
    if ($("live").textContent !== text) $("live").textContent = text;
  }

  function buildScores() {
    const names = Object.keys(functions.score);
    const head = ["layer", "head", ...names.map((n) => n === "special" ? "specials" : n), "entropy", "label"];
    const rows = [];
    for (let l = 0; l < layers; l++) for (let h = 0; h < heads; h++) {
      rows.push(make("tr", {}, make("td", { textContent: l + 1 }), make("td", { textContent: h + 1 }),
        ...names.map((name) => functions.score[name] === null ? make("td", { textContent: "–" })
          : make("td", {}, functions.score[name][l][h].toFixed(3) + " ", make("small", { textContent: `×${functions.lift[name][l][h].toFixed(1)}` }))),
        make("td", { textContent: functions.entropy[l][h].toFixed(3) }),
        make("td", { textContent: nameOf(functions.label[l][h]) })));
    }
    const title = make("caption", { className: "note", textContent: `${say("score")} ×${say("lift")}` });
    $("table").replaceChildren(make("table", {}, title,
      make("thead", {}, make("tr", {}, ...head.map((key) => make("th", { scope: "col", textContent: say(key) })))),
      make("tbody", {}, ...rows)));
  }

  function speak() {
    document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
    document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = say(element.dataset.say); });
    $("model").textContent = data.model;
    $("language").textContent = say("other");
    $("language").lang = language === "zh" ? "en" : "zh-Hant";
    $("weak").textContent = say(functions.weak ? "weak" : "judged")(functions.sentences);
    $("grid").setAttribute("aria-label", say("rows"));
    $("from").setAttribute("aria-label", say("from"));
    $("to").setAttribute("aria-label", say("to"));
    $("table").setAttribute("aria-label", say("scores"));
    $("legend").replaceChildren(...Object.keys(SIGNS).map((label) =>
      make("li", {}, make("b", { className: label, textContent: SIGNS[label], ariaHidden: "true" }), nameOf(label))));
    buildPairs();
    buildScores();
  }

  function render() {
    const rows = matrix();
    headButtons.forEach((row, l) => row.forEach((button, h) => {
      const label = functions.label[l][h], score = functions.score[label], index = l * heads + h;
      const numbers = score ? `, ${say("score")} ${score[l][h].toFixed(2)}, ${say("lift")} ${functions.lift[label][l][h].toFixed(1)}` : "";
      button.title = `${headName(index)}: ${nameOf(label)}${numbers}`;
      button.setAttribute("aria-label", button.title);
      button.setAttribute("aria-pressed", chosen.has(index));
    }));
    $("chosen").textContent = chosen.size === 1 ? headButtons.flat()[[...chosen][0]].title : say("chosen")(chosen.size);
    $("top-shown").textContent = `${top} %`;
    $("theme").textContent = say(isDark() ? "light" : "dark");
    $("says").textContent = [say("threshold")(top), withSpecial ? "" : say("renormalised"),
      states[state].block === null ? say("unmasked") : ""].filter(Boolean).join(" ");
    pairButtons.forEach((button, group) => button.setAttribute("aria-pressed", states[state] === group));
    draw(rows);
    predict(rows);
  }

  $("top").oninput = () => { top = Number($("top").value); render(); };
  $("special").onchange = () => { withSpecial = $("special").checked; render(); };
  $("all").onclick = () => { for (let h = 0; h < layers * heads; h++) chosen.add(h); render(); };
  $("none").onclick = () => { chosen.clear(); render(); };
  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; refused = ""; speak(); render(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };

  buildHeads();
  buildTokens();
  speak();
  render();
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
})().catch((error) => {
  document.body.prepend(`This browser cannot show the page 這個瀏覽器無法顯示此頁: ${error}`); // one from before 2023, say
  throw error;
});
