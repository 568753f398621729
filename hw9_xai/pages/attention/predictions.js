// What the model expects at a token, against what it says when it sees more; or the answer that it points at.
function renderPredictions(rows) {
  const focus = pointed || view.token, box = $("candidates");
  const places = focus ? [focus.i] : scene.masked, spoken = [refused];
  $("refused").textContent = refused;
  if (scene.answer) {
    box.replaceChildren(make("p", {}, `${say("answer")}: `, make("b", { textContent: scene.answer.text }), ` ${say("theAnswer")(scene.answer.probability.toFixed(3))}`));
    spoken.push(box.textContent);
  } else if (!scene.predictions) {
    box.replaceChildren(make("p", { className: "note", textContent: say("cannot") }));
  } else if (places.length) {
    box.replaceChildren(...places.map(candidatesAt));
    for (const i of places) {
      const best = scene.predictions[i].slice(0, 3).map(([token, p, change]) => `${token} ${p.toFixed(3)} (${signed(change)})`);
      spoken.push(`${scene.tokens[i]}: ${best.join(", ")}.`);
    }
  } else box.replaceChildren(make("p", { className: "note", textContent: say("hint") }));
  if (focus && headsShown().length) {
    const line = focus.side === "from" ? Array.from(rows[focus.i]) : rows.map((row) => row[focus.i]);
    const most = line.indexOf(Math.max(...line));
    spoken.push(`${shown(focus.i)} ${say(focus.side === "from" ? "gets" : "receives")} ${shown(most)} ${line[most].toFixed(2)}.`);
  }
  const text = spoken.filter(Boolean).join(" ");
  if ($("live").textContent !== text) $("live").textContent = text;
}

function candidatesAt(i) {
  const rows = scene.predictions[i], paired = rows.some(([, , , alone]) => alone !== null);
  const head = make("tr", {}, ...["token", "p", "against", ...(paired ? ["alone"] : [])]
    .map((key) => make("th", { scope: "col", textContent: say(key) })));
  const body = rows.map(([token, p, ...changes]) => make("tr", {},
    make("td", { textContent: token, title: token, dir: "auto" }),
    make("td", {}, make("meter", { value: p, ariaHidden: "true" }), p.toFixed(3)),
    ...changes.slice(0, paired ? 2 : 1).map((change) => make("td", {
      textContent: signed(change), className: change > 0.0005 ? "up" : change < -0.0005 ? "down" : "" }))));
  const title = scene.masked.includes(i) ? `${say("masked")}: ` : "";
  return make("table", {}, make("caption", {}, `${i} ${title}`, make("b", { textContent: scene.tokens[i] })),
    make("thead", {}, head), make("tbody", {}, ...body));
}
