(() => {
  const $ = (id) => document.getElementById(id);
  const { tokens, kinds, panels } = JSON.parse($("data").textContent), last = panels[0].points.length - 1;
  const KINDS = ["question", "context", "answer"];
  const SHAPES = ["M-2.6 0A2.6 2.6 0 1 1 2.6 0A2.6 2.6 0 1 1-2.6 0Z", "M-2.4-2.4L2.4 2.4M-2.4 2.4L2.4-2.4", "M0-4.2L4.2 0L0 4.2L-4.2 0Z"];
  const WORDS = {
    en: {
      title: "Layers explorer", layer: "layer", token: "find a token", names: "all names", none: "–", play: "play", stop: "stop",
      panel: [panels.length > 1 ? "before tuning" : "the tokens", "after tuning"], kept: (p) => `${p} % of the variance`,
      question: "question", context: "context", answer: "answer", dark: "dark", light: "light", other: "中文",
      note: "Each layer is a PCA of its own, turned onto the layer before; scales differ. Point at a mark to read its token.",
      plane: (name, n, p) => `${name}, layer ${n}: tokens in the plane, ${p} % of the variance`,
      spoken: (t, k, n) => `${t} (${k}), layer ${n}`, embeddings: "0, embeddings",
    },
    zh: {
      title: "逐層瀏覽器", layer: "層", token: "找一個 token", names: "全部名字", none: "–", play: "播放", stop: "停",
      panel: [panels.length > 1 ? "微調前" : "所有 token", "微調後"], kept: (p) => `保留 ${p} % 的變異`,
      question: "問題", context: "文章", answer: "答案", dark: "深色", light: "淺色", other: "English",
      note: "每一層各自做 PCA，再轉到前一層的方向；尺度各層不同。指向記號，讀它的 token。",
      plane: (name, n, p) => `${name}，第 ${n} 層：平面上的 token，保留 ${p} % 的變異`,
      spoken: (t, k, n) => `${t}（${k}），第 ${n} 層`, embeddings: "0，embedding",
    },
  };
  let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en", layer = 0, chosen = null, playing = null;
  const say = (key) => WORDS[language][key];

  function drawn(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // Context first: the answer lies on top.
  const order = Array.from(tokens.keys()).sort((a, b) => [1, 0, 2].indexOf(kinds[a]) - [1, 0, 2].indexOf(kinds[b]));
  const views = panels.map((panel) => {
    const marks = [], plane = drawn("svg", { viewBox: "-125 -115 250 230", class: "plane", role: "img" });
    for (const i of order) {
      const text = drawn("text", { x: 5, y: -3 }), mark = drawn("path", { d: SHAPES[kinds[i]] });
      text.textContent = tokens[i];
      marks[i] = drawn("g", { class: `at ${KINDS[kinds[i]]}` }, drawn("circle", { r: 5 }), mark, text); // more to hit than the mark
      marks[i].onpointerenter = marks[i].onclick = () => choose(i);
      plane.append(marks[i]);
    }
    const heading = make("h2"), kept = make("span", { className: "note" });
    $("panels").append(make("section", {}, heading, plane, kept));
    return { panel, marks, plane, heading, kept };
  });
  $("panels").classList.toggle("one", panels.length === 1);

  function choose(i) {
    chosen = i;
    render();
  }

  function render() {
    $("layer").value = layer;
    $("layer-shown").textContent = layer ? `${layer}` : say("embeddings");
    $("token").value = chosen === null ? "" : chosen;
    $("play").textContent = say(playing ? "stop" : "play");
    $("theme").textContent = say(isDark() ? "light" : "dark");
    $("panels").classList.toggle("names", $("names").checked);
    views.forEach(({ panel, marks, plane, heading, kept }, k) => {
      const share = Math.round(100 * panel.explained[layer]);
      heading.textContent = say("panel")[k];
      kept.textContent = say("kept")(share);
      plane.setAttribute("aria-label", say("plane")(heading.textContent, layer, share));
      marks.forEach((mark, i) => {
        const [x, y] = panel.points[layer][i];
        mark.style.transform = `translate(${x}px, ${-y}px)`;
        mark.dataset.at = `${x} ${y}`;
        mark.classList.toggle("chosen", i === chosen);
        mark.classList.toggle("named", i === chosen || kinds[i] === 2);
        const [text] = mark.getElementsByTagName("text"), left = x > 60;
        text.setAttribute("text-anchor", left ? "end" : "start");
        text.setAttribute("x", left ? -5 : 5);
      });
    });
    const words = chosen === null ? "" : say("spoken")(tokens[chosen], say(KINDS[kinds[chosen]]), layer);
    if ($("live").textContent !== words) $("live").textContent = words;
  }

  function speak() {
    document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
    document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = say(element.dataset.say); });
    $("language").textContent = say("other");
    $("language").lang = language === "zh" ? "en" : "zh-Hant";
    $("key").replaceChildren(...KINDS.flatMap((kind, k) => kinds.includes(k)
      ? [make("span", {}, drawn("svg", { viewBox: "-5 -5 10 10", class: kind, "aria-hidden": "true" }, drawn("path", { d: SHAPES[k] })), say(kind))]
      : []));
    $("token").replaceChildren(make("option", { value: "", textContent: say("none") }),
      ...tokens.map((token, i) => make("option", { value: i, textContent: token })));
  }

  function go(to) {
    layer = to;
    render();
  }

  function stop() {
    clearInterval(playing);
    playing = null;
  }

  $("layer").max = last;
  $("layer").oninput = () => { stop(); go(Number($("layer").value)); };
  $("token").onchange = () => choose($("token").value === "" ? null : Number($("token").value));
  $("names").onchange = render;
  $("play").onclick = () => {
    if (playing) { stop(); render(); return; }
    playing = setInterval(() => { if (layer + 1 >= last) stop(); go(layer + 1); }, 900);
    go(layer < last ? layer : 0);
  };
  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; speak(); render(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });

  speak();
  render();
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
})();
