(() => {
  const $ = (id) => document.getElementById(id);
  const { model, photos, right, accuracy, error, bins, classes, confusion, worst, leftOut, more } = JSON.parse($("data").textContent);
  const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)}\u00a0%`);
  const WORDS = {
    en: {
      title: "How often is it right?", accuracy: "Accuracy", calibration: "Does it know when it is right?", byClass: "Class by class",
      confusion: "What it takes for what", worst: "Mistakes it was surest of", left: "Left out", dark: "dark", light: "light", other: "中文",
      sentence: () => `Model: ${model}. It names ${right} of ${photos} photos right: ${percent(accuracy[0])}. With 95 % confidence, for photos like these: ${percent(accuracy[1])} to ${percent(accuracy[2])}.`,
      error: () => `Expected calibration error: ${percent(error)}. So far apart are, on average, how sure it is and how often it is right.`,
      bars: "Bar: share of these photos named right. Line: mean probability of the answers. Where the line is right of the bar's end, the model is too sure.",
      bin: ["probability", "photos", "mean", "right", ""], perClass: ["class", "photos", "recall", "answers", "precision"],
      shares: "Recall: share of the class's photos that are named right. Precision: share of the answers of this class that are right.",
      cells: () => "Truth runs down, answers across; right answers are framed, shades are shares of the row."
        + (confusion.hidden ? ` Shown are the classes with the most mistakes; ${confusion.hidden} more are not.` : ""),
      truth: "truth", otherAnswer: "other", is: "is", taken: "taken for", none: "It made no mistake.", more: (n) => `and ${n} more`,
    },
    zh: {
      title: "它多常答對？", accuracy: "正確率", calibration: "它知道自己對不對嗎？", byClass: "各類別",
      confusion: "把什麼看成什麼", worst: "最有把握的錯誤", left: "沒有列入", dark: "深色", light: "淺色", other: "English",
      sentence: () => `模型：${model}。${photos} 張照片答對 ${right} 張：${percent(accuracy[0])}。對這類照片，95 % 的信賴區間是 ${percent(accuracy[1])} 到 ${percent(accuracy[2])}。`,
      error: () => `期望校準誤差 ${percent(error)}：它的把握與實際答對的比例平均相差這麼多。`,
      bars: "長條：這些照片答對的比例。直線：答案的平均機率。直線在長條末端右邊，表示模型太有把握。",
      bin: ["機率", "張數", "平均", "答對", ""], perClass: ["類別", "張數", "召回率", "答案數", "精確率"],
      shares: "召回率：這一類的照片答對的比例。精確率：答這一類的答案中正確的比例。",
      cells: () => "由上而下是真正的類別，由左而右是模型的答案；框起來的是答對，深淺是佔該列的比例。"
        + (confusion.hidden ? `只列出錯得最多的類別；另外 ${confusion.hidden} 類沒有列出。` : ""),
      truth: "真正的類別", otherAnswer: "其他", is: "其實是", taken: "看成", none: "沒有答錯。", more: (n) => `還有 ${n} 個`,
    },
  };
  let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en";
  const say = (key) => WORDS[language][key];

  function table(head, rows) {
    const cells = head.map((text) => make("th", { scope: "col" }, text));
    return make("table", {}, make("thead", {}, make("tr", {}, ...cells)),
      make("tbody", {}, ...rows.map(([name, ...rest]) => make("tr", {}, make("th", { scope: "row" }, name), ...rest))));
  }
  const cell = (text) => make("td", {}, `${text}`);

  function bar(sure, share) {
    const drawn = make("div", { className: "bar" }, make("i"), make("b"));
    drawn.style.setProperty("--sure", `${100 * sure}%`);
    drawn.style.setProperty("--right", `${100 * share}%`);
    return make("td", {}, drawn);
  }

  function confused(row, i) {
    const all = row.reduce((sum, count) => sum + count);
    return row.map((count, j) => {
      const shown = make("td", { className: i === j ? "right" : "" }, count || i === j ? `${count}` : "");
      shown.style.setProperty("--share", `${100 * count / all}%`);
      return shown;
    });
  }

  function render() {
    document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
    for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
    $("language").textContent = say("other");
    $("theme").textContent = say(isDark() ? "light" : "dark");
    $("accuracy").textContent = say("sentence")();
    $("error").textContent = say("error")();
    $("cells").textContent = say("cells")();
    $("bins").replaceChildren(table(say("bin"), bins.map(([count, sure, share], i) => [
      `${(i / bins.length).toFixed(1)} – ${((i + 1) / bins.length).toFixed(1)}`, cell(count),
      cell(percent(sure)), cell(percent(share)), count ? bar(sure, share) : cell("")])));
    $("classes").replaceChildren(table(say("perClass"), classes.map(([name, labelled, recall, answered, precision]) =>
      [name, cell(labelled), cell(percent(recall)), cell(answered), cell(percent(precision))])));
    const others = confusion.rows.some((row) => row.at(-1));
    const short = confusion.names.map((name) => name.split(",")[0].slice(0, 30)); // of synonyms the first
    $("confusion").replaceChildren(table([say("truth"), ...short, ...(others ? [say("otherAnswer")] : [])],
      confusion.rows.map((row, i) => [short[i], ...confused(others ? row : row.slice(0, -1), i)])));
    $("none").textContent = worst.length ? "" : say("none");
    $("worst").replaceChildren(...worst.map(({ name, truth, answer, probability, photo }) => make("li", {},
      make("img", { src: photo, alt: name }), make("span", {}, `${say("is")} ${truth}`),
      make("span", {}, make("b", {}, `${say("taken")} ${answer}, ${percent(probability)}`)), make("span", { className: "note" }, name))));
    $("left-out").hidden = !leftOut.length;
    $("left-out").lastElementChild.replaceChildren(...[...leftOut, ...(more ? [say("more")(more)] : [])].map((text) => make("li", {}, text)));
  }

  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; render(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };
  render();
  document.documentElement.dataset.ready = "true";
})();
