(async () => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { classes, counts, noises, pictures } = data, [height, width] = data.size, legs = pictures[0].path.maps.length;
  const LAYERS = ["photo", "saliency", "smoothgrad", "path", "lime"];
  const WORDS = {
    en: {
      title: "Picture explorer", left: "left", right: "right", edge: "edge", over: "map over the photo", methods: "How the maps come about",
      photo: "the photo", saliency: "saliency", smoothgrad: "SmoothGrad", path: "integrated gradients", lime: "LIME",
      samples: "samples", noise: "noise", way: "way from black", play: "play", pieces: "LIME, piece by piece", rank: "piece, strongest first",
      says: "LIME's weight", truly: "truly: score lost when only this is hidden", truth: "Take a part out: the truth",
      same: "The same sign.", opposite: "Opposite signs: here LIME is wrong about this piece alone.",
      nothing: "One of the two is about nothing.",
      none: "Of this picture there is no rendering without its parts.", whole: "Maps are those of the whole picture.",
      unsigned: "Bright: where a small change would move the score most. Brightness ends at the 99th percentile.",
      signed: "Orange speaks for the label, purple against it, white is 0. The scale ends at the 99th percentile.",
      at: (a, s) => `At ${a} % of the way the score is ${s}.`, out: (n) => `without ${n}`, label: "label", hint: "Point at the picture, or move the slider.",
      dark: "dark", light: "light", other: "中文", choose: "pictures", spoken: (n, w, t) => `piece ${n}: LIME ${w}, truly ${t}`,
      layer: (side) => `what lies over the ${side} side`,
    },
    zh: {
      title: "圖片瀏覽器", left: "左邊", right: "右邊", edge: "分界", over: "蓋在照片上的濃度", methods: "這些圖怎麼來的",
      photo: "照片", saliency: "顯著圖", smoothgrad: "SmoothGrad", path: "積分梯度", lime: "LIME",
      samples: "樣本數", noise: "雜訊", way: "從黑色走來的路", play: "播放", pieces: "LIME：一塊一塊看", rank: "區塊，由強到弱",
      says: "LIME 給的權重", truly: "事實：只遮這一塊，分數少了", truth: "拿掉一個部分：事實",
      same: "正負號相同。", opposite: "正負號相反：單看這一塊，LIME 說錯了。",
      nothing: "兩者之一幾乎是 0。",
      none: "這張圖沒有「拿掉部分」的算繪。", whole: "各種圖都屬於完整的圖片。",
      unsigned: "亮：動一點點，分數變最多的地方。亮度到第 99 百分位數為止。",
      signed: "橘色支持標籤，紫色反對，白色是 0。尺度到第 99 百分位數為止。",
      at: (a, s) => `走到 ${a} %，分數是 ${s}。`, out: (n) => `拿掉 ${n}`, label: "標籤", hint: "指向圖片，或移動滑桿。",
      dark: "深色", light: "淺色", other: "English", choose: "圖片", spoken: (n, w, t) => `第 ${n} 塊：LIME ${w}，事實 ${t}`,
      layer: (side) => `${side}蓋上什麼`,
    },
  };
  let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en";
  let now = 0, layer = { left: "photo", right: "saliency" }, leg = legs, count = counts.length - 1, noise = 1;
  let piece = null, part = null, playing = null, order = [], segments = null, places = [];

  const say = (key) => WORDS[language][key];
  const signed = (x) => (Math.abs(x) < 0.005 ? "0.00" : (x < 0 ? "−" : "+") + Math.abs(x).toFixed(2));
  const plain = (x) => x.toFixed(2).replace("-", "−");
  const one = () => pictures[now];
  const scoresNow = () => part === null ? one().scores : one().parts[part].scores;
  function chances(scores) {
    const most = Math.max(...scores), powers = scores.map((score) => Math.exp(score - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  }

  // Whole numbers of two bytes for each pixel.
  async function unpack(text) {
    const deflated = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]);
    const stream = deflated.stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new DataView(await new Response(stream).arrayBuffer());
    return Uint16Array.from({ length: height * width }, (_, k) => bytes.getUint16(2 * k, true));
  }

  const thumbs = pictures.map((picture, i) => {
    const button = make("button", { type: "button" }, make("img", { src: picture.photo, alt: picture.title }));
    button.onclick = () => choose(i);
    button.title = picture.title;
    $("pictures").append(button);
    return button;
  });

  async function choose(i) {
    now = i;
    piece = part = null;
    stop();
    const [map, ...rest] = await Promise.all([one().lime.segments, ...Object.values(one().places)].map(unpack));
    if (now !== i) return; // another was chosen meanwhile
    segments = map;
    places = Object.keys(one().places).map((name, k) => [name, rest[k]]);
    order = Array.from(one().lime.weights.keys()).sort((a, b) => Math.abs(one().lime.weights[b]) - Math.abs(one().lime.weights[a]));
    $("rank").max = order.length - 1;
    $("rank").value = 0;
    for (const side of ["left", "right"]) {
      for (const kind of ["photo", "after"]) $(side).querySelector(`.${kind}`).src = one().photo;
    }
    const low = Math.min(...one().path.scores), high = Math.max(...one().path.scores), last = one().path.scores.length - 1;
    curveAt = (k) => [100 * k / last, 38 - 36 * (one().path.scores[k] - low) / (high - low || 1)];
    $("curve").firstElementChild.setAttribute("d", "M" + one().path.scores.map((_, k) => curveAt(k).join()).join("L"));
    buildParts();
    render();
  }
  let curveAt = null;

  const partButtons = [];
  function buildParts() {
    partButtons.length = 0;
    $("parts").replaceChildren(...one().parts.map(({ name }, k) => {
      const button = make("button", { type: "button", textContent: name });
      button.onclick = () => take(k);
      partButtons.push(button);
      return button;
    }));
  }

  function take(k) {
    if (part !== k) for (const side of ["left", "right"]) $(side).querySelector(".after").src = one().parts[k].photo;
    part = part === k ? null : k;
    render();
  }

  const bars = classes.map((name, c) => {
    const fill = make("i"), cells = [make("span", { dir: "auto" }), make("div", { className: "bar", ariaHidden: "true" }, fill),
      ...[0, 1, 2].map(() => make("span", { className: "number" }))];
    $("bars").append(...cells);
    return [cells, fill, name, c];
  });

  function mapOf(kind) {
    if (kind === "smoothgrad") return one().smoothgrad[noise][count];
    if (kind === "path") return one().path.maps[leg - 1];
    return kind === "lime" ? one().lime.map : one()[kind];
  }

  function drawStage() {
    const edge = Number($("edge").value);
    for (const side of ["left", "right"]) {
      const kind = layer[side], box = $(side), [photo, after, map] = box.children;
      box.style.clipPath = side === "left" ? `inset(0 ${100 - edge}% 0 0)` : `inset(0 0 0 ${edge}%)`;
      const filter = kind === "photo" ? "" : "grayscale(1)" + (kind === "path" ? ` brightness(${leg / legs})` : "");
      photo.style.filter = after.style.filter = filter;
      photo.alt = `${one().title}: ${say("photo")}`;
      after.alt = "";
      after.style.opacity = part === null ? 0 : 1;
      map.hidden = kind === "photo";
      map.style.opacity = Number($("over").value) / 100;
      if (kind !== "photo") {
        if (map.src !== mapOf(kind)) map.src = mapOf(kind);
        map.alt = `${one().title}: ${say(kind)}`;
      }
      $(`${side}-layer`).value = kind;
    }
    $("line").style.left = `${edge}%`;
    const kinds = [layer.left, layer.right];
    $("key").textContent = [
      kinds.some((kind) => kind === "saliency" || kind === "smoothgrad") ? say("unsigned") : "",
      kinds.some((kind) => kind === "path" || kind === "lime") ? say("signed") : "",
      part === null ? "" : say("whole"),
    ].join(" ").trim();
    drawOutline();
  }

  // The border of the piece, white inside and black outside, so that it shows on any ground.
  function drawOutline() {
    const canvas = $("outline"), context = canvas.getContext("2d");
    canvas.width = 3 * width;
    canvas.height = 3 * height;
    if (piece === null) return;
    const is = (x, y) => x >= 0 && y >= 0 && x < width && y < height && segments[y * width + x] === piece;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      if (!is(x, y)) continue;
      for (const [dx, dy] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
        if (is(x + dx, y + dy)) continue;
        const [w, h] = dx ? [1, 3] : [3, 1];
        context.fillStyle = "#fff";
        context.fillRect(3 * x + (dx > 0 ? 2 : 0), 3 * y + (dy > 0 ? 2 : 0), w, h);
        context.fillStyle = "#000";
        context.fillRect(3 * x + (dx > 0 ? 3 : dx < 0 ? -1 : 0), 3 * y + (dy > 0 ? 3 : dy < 0 ? -1 : 0), w, h);
      }
    }
  }

  function drawNumbers() {
    const { weights, alone } = one().lime;
    $("rank-shown").textContent = piece === null ? "–" : `${order.indexOf(piece) + 1} / ${order.length}`;
    $("lime-says").textContent = piece === null ? "–" : signed(weights[piece]);
    $("lime-truly").textContent = piece === null ? "–" : signed(alone[piece]);
    $("agree").textContent = piece === null ? say("hint") : say(Math.min(Math.abs(weights[piece]), Math.abs(alone[piece])) < 0.005 ? "nothing" : weights[piece] * alone[piece] > 0 ? "same" : "opposite");
    $("count-shown").textContent = counts[count];
    $("noise-shown").textContent = noises[noise];
    const at = Math.round(leg / legs * (one().path.scores.length - 1)), percent = Math.round(100 * leg / legs);
    $("leg").value = leg;
    $("leg-shown").textContent = `${percent} %`;
    $("path-says").textContent = say("at")(percent, plain(one().path.scores[at]));
    const [x, y] = curveAt(at), dot = $("curve").lastElementChild;
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    const before = one().scores, scores = scoresNow(), p = chances(scores);
    for (const [cells, fill, name, c] of bars) {
      const isLabel = c === one().label, change = part === null ? null : scores[c] - before[c];
      cells.forEach((cell) => cell.classList.toggle("is-label", isLabel));
      cells[0].textContent = (isLabel ? "★ " : "") + name;
      fill.style.width = `${100 * p[c]}%`;
      cells[2].textContent = `${(100 * p[c]).toFixed(0)} %`;
      cells[3].textContent = plain(scores[c]);
      cells[4].textContent = change === null ? "" : signed(change);
      cells[4].classList.toggle("up", change > 0.005);
      cells[4].classList.toggle("down", change < -0.005);
    }
    partButtons.forEach((button, k) => {
      button.setAttribute("aria-pressed", part === k);
      button.setAttribute("aria-label", say("out")(one().parts[k].name));
    });
    $("none").textContent = one().parts.length ? "" : say("none");
    const label = classes[one().label], lines = [];
    if (part !== null) lines.push(`${say("out")(one().parts[part].name)}: ${label} ${plain(scores[one().label])} (${signed(scores[one().label] - before[one().label])})`);
    if (piece !== null) lines.push(say("spoken")(order.indexOf(piece) + 1, signed(weights[piece]), signed(alone[piece])));
    if ($("live").textContent !== lines.join(" ")) $("live").textContent = lines.join(" ");
  }

  function render() {
    const label = classes[one().label];
    $("shown").textContent = one().title.includes(label) ? one().title : `${one().title} · ★ ${label}`;
    thumbs.forEach((button, i) => button.setAttribute("aria-pressed", i === now));
    $("theme").textContent = say(isDark() ? "light" : "dark");
    drawStage();
    drawNumbers();
  }

  function speak() {
    document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
    document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = say(element.dataset.say); });
    $("language").textContent = say("other");
    $("language").lang = language === "zh" ? "en" : "zh-Hant";
    $("pictures").setAttribute("aria-label", say("choose"));
    for (const side of ["left", "right"]) {
      $(`${side}-layer`).replaceChildren(...LAYERS.map((kind) => make("option", { value: kind, textContent: say(kind) })));
      $(`${side}-layer`).setAttribute("aria-label", say("layer")(say(side)));
    }
  }

  function stop() {
    clearInterval(playing);
    playing = null;
  }

  function at(event) {
    const box = $("stage").getBoundingClientRect();
    const x = Math.floor((event.clientX - box.left) / box.width * width), y = Math.floor((event.clientY - box.top) / box.height * height);
    return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : null;
  }

  $("stage").style.aspectRatio = `${width} / ${height}`;
  $("stage").onpointermove = (event) => {
    const place = at(event);
    if (!segments || place === null || segments[place] === piece) return;
    piece = segments[place];
    $("rank").value = order.indexOf(piece);
    drawOutline();
    drawNumbers();
  };
  $("stage").onclick = (event) => {
    const place = at(event), found = places.find(([, map]) => map[place]);
    if (found) take(one().parts.findIndex(({ name }) => name === found[0]));
  };
  $("rank").oninput = () => { piece = order[Number($("rank").value)]; drawOutline(); drawNumbers(); };
  $("left-layer").onchange = () => { layer.left = $("left-layer").value; render(); };
  $("right-layer").onchange = () => { layer.right = $("right-layer").value; render(); };
  $("edge").oninput = $("over").oninput = drawStage;
  // Whoever moves a method's own slider wants to see that method.
  const show = (kind) => { if (layer.left !== kind && layer.right !== kind) layer.right = kind; render(); };
  $("count").max = counts.length - 1;
  $("noise").max = noises.length - 1;
  $("leg").max = legs;
  $("count").oninput = () => { count = Number($("count").value); show("smoothgrad"); };
  $("noise").oninput = () => { noise = Number($("noise").value); show("smoothgrad"); };
  $("leg").oninput = () => { stop(); leg = Number($("leg").value); show("path"); };
  $("play").onclick = () => {
    stop();
    leg = 1;
    show("path");
    playing = setInterval(() => { leg += 1; if (leg >= legs) stop(); show("path"); }, 350);
  };
  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; speak(); render(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { piece = part = null; render(); }
  });

  speak();
  await choose(0);
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
})().catch((error) => {
  document.body.prepend(`This browser cannot show the page 這個瀏覽器無法顯示此頁: ${error}`); // one from before 2023, say
  throw error;
});
