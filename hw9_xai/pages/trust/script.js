(() => {
  const $ = (id) => document.getElementById(id);
  const { verdicts, table, figure, protocol } = JSON.parse($("data").textContent);
  const WORDS = {
    en: {
      title: "Which explanation can be believed?", verdicts: "Verdicts", table: "The table", figure: "The figure",
      protocol: "How it was measured", dark: "dark", light: "light", other: "中文", none: "no evidence yet",
      asked: "question", measure: "measure", trusted: "cleared the bar, best first", pictures: "scenes",
      open: (name, count) => `; ${name}: about ${count} scenes would settle it`,
      how: "Maps held against scenes of which the truth is known: the mask of every part, and the scene rendered again without it.",
      cells: "Each cell: mean over the scenes and its 95 % interval. ✓: its lead over the bar, scene by scene, holds with 95 % for all cells together.",
    },
    zh: {
      title: "哪一種解釋可以相信？", verdicts: "結論", table: "成績單", figure: "圖", protocol: "怎麼量的",
      dark: "深色", light: "淺色", other: "English", none: "還沒有證據",
      asked: "問題", measure: "量什麼", trusted: "過關的方法，最好的在前", pictures: "場景",
      open: (name, count) => `；${name}：大約 ${count} 個場景才能定論`,
      how: "把解釋圖拿來對照事實已知的場景：每個部分的遮罩，以及少了那個部分再算繪一次的同一場景。",
      cells: "每一格：各場景的平均與 95% 區間。✓ 表示逐場景領先門檻，而且所有格子合起來仍有 95% 的把握。",
    },
  };
  let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en";
  const say = (key) => WORDS[language][key];
  $("table").innerHTML = table; // its names were escaped where it was made
  $("figure").src = figure;
  for (const [name, value] of protocol) $("protocol").append(make("dt", {}, name), make("dd", {}, value));

  function render() {
    document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
    for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
    $("figure").alt = say("title");
    $("language").textContent = say("other");
    $("theme").textContent = say(isDark() ? "light" : "dark");
    const head = make("tr", {}, ...["asked", "measure", "trusted", "pictures"].map((key) => make("th", {}, say(key))));
    const rows = verdicts.map((verdict) => {
      const open = verdict.trusted.length ? "" : verdict.needed.map((one) => say("open")(...one)).join("");
      const answer = (verdict.trusted.join(", ") || say("none")) + open;
      return make("tr", {}, ...[verdict.question[language === "zh" ? 0 : 1], verdict.measure, answer, `${verdict.pictures}`]
        .map((text) => make("td", {}, text)));
    });
    $("verdicts").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  }

  $("language").onclick = () => { language = language === "zh" ? "en" : "zh"; render(); };
  $("theme").onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; render(); };
  render();
})();
