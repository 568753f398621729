// What the page says, in both languages.
const WORDS = {
  en: {
    title: "Attention explorer", heads: "Heads", attention: "Attention", predictions: "What the model expects",
    all: "all heads", none: "no head", top: "strongest", special: "[CLS] and [SEP]", lying: "lying down",
    scores: "Scores of all heads", layer: "layer", head: "head", link: "link to this view",
    rows: "Layers run down, heads across. Arrow keys move, Enter or space chooses.",
    thumbs: "All heads of layer", thumbsNote: "Rows give, columns get; the stronger the square, the more. Point for a preview, click to choose.",
    next: "next token", previous: "previous token", self: "same token", mixed: "mixed", period: "period",
    specials: "special tokens", entropy: "entropy", label: "function", score: "score", lift: "lift", coreference: "coreference",
    weak: (n) => `Judged by ${n} sentence${n === 1 ? "" : "s"}: weak. Twenty or more make a verdict.`,
    judged: (n) => `Judged by ${n} sentences.`,
    finds: (p) => `finds whom a pronoun means in ${p} %`,
    baseline: (c) => `coreference: how often a pronoun gives most to whom it means, over ${c.pronouns} pronouns; always the nearest mention: ${percent(c.nearest)} %, chance: ${percent(c.chance)} %.`,
    sorted: "A column's name sorts by it.",
    chosen: (n) => n === 0 ? "No head is chosen." : n === 1 ? "" : `Curves: mean of ${n} heads.`, preview: "Preview",
    renormalised: "Without [CLS] and [SEP]: what each token gives to the others is scaled up to sum to 1.",
    threshold: (x) => `Of each token, its strongest links that together hold ${x} % of its attention.`,
    unmasked: "Too many tokens to keep the attention under this mask: the curves are those of the whole sentence. The probabilities are those under the mask.",
    columns: (side, t) => side === "from" ? `Squares: what each chosen head lets ${t} give, token by token.` : `Squares: what each chosen head gives to ${t}, token by token.`,
    gold: (p, a) => `◇ ${p} means ◆ ${a}; ○ whom else it could mean.`,
    from: "from", to: "to", mask: (t) => `mask ${t}`, token: "token", p: "probability", change: "change",
    alone: "with only this one masked", against: "against nothing masked", masked: "masked", hint: "Point at a token, or mask one with ▢.",
    noPair: (a) => `${a} together were not computed: explore(…, pairs=[(…)]) does, or explore(…, live=True). Only the last one is masked now.`,
    together: "masked together:", nothing: "nothing", cannot: "This model predicts no words.",
    answer: "Answer", theAnswer: (p) => `with probability ${p}`,
    dark: "dark", light: "light", other: "中文", gets: "gives most to", receives: "gets most from",
    sentence: "Any sentence", question: "Question", context: "Text that holds the answer", look: "look", example: "Examples", choose: "choose one …",
    unknown: (w) => `Not in this model's vocabulary, read as [UNK]: ${w}`,
    opening: "The model is being unpacked …", broken: (what) => `This link was not understood in full: ${what}`,
    nearest: "Nearest in the corpus", read: (n) => `read the corpus (${n} sentences)`, reading: (a, b) => `${a} of ${b} sentences read`,
    readNote: "The model in this page reads it now, on your machine; it takes some seconds.",
    by: "by", embedding: "embedding: what the token is here", contexts: "context: what the heads gather for it",
    asked: (t, i, l, by) => `The 50 tokens nearest to ${t} (position ${i}) at layer ${l}, by ${by === "context" ? "context" : "embedding"}:`,
    noToken: "Click a token above, or mask one: its neighbours in the corpus come here.", noContext: "At layer 0 no head has gathered anything yet: choose another layer.",
    pos: "part of speech", hits: "the 50", attended: "what they attend to most", base: "whole corpus",
    attendedNote: (n) => n ? `Attended to by the chosen heads of this layer (${n}).` : "Attended to by all heads of this layer, as none of them is chosen.",
    everyLayer: "Parts of speech of the 50, layer by layer (the most in each row is framed)", similarity: "cosine",
    detail: "How one head decides: query · key", detailHint: "Choose one head, and point at a token in the left column or click it.",
    detailNote: (t, head, d) => `${head}: the query of ${t} meets the key of each token. Each bar is one of ${d} products, up is positive; their sum over √${d} is the score, and softmax over all scores makes the weights.`,
    product: "products", dot: "q·k/√d", weight: "weight", ofQuery: "query",
    errors: {
      empty: () => "There is no word to read.", long: (got, most) => `That is ${got} tokens; this model reads at most ${most}.`,
      word: (w) => `${w} is no word of this text.`, twice: (w, n) => `${w} stands there ${n} times: give its position.`,
      position: (got, last) => `There is no token ${got}: positions go from 0 to ${last}.`, special: (i) => `Token ${i} is special and cannot be masked.`,
      layer: (got, least, most) => `There is no layer ${got} here: expected ${least} to ${most}.`, unread: () => "The corpus has not been read yet.", worker: () => "This browser lets no model run in a page: try a current Chrome, Edge, Firefox or Safari.",
    },
  },
  zh: {
    title: "注意力瀏覽器", heads: "注意力頭", attention: "注意力", predictions: "模型的預測",
    all: "全選", none: "全不選", top: "最強的", special: "[CLS] 與 [SEP]", lying: "橫排",
    scores: "所有頭的分數", layer: "層", head: "頭", link: "這個畫面的連結",
    rows: "由上而下是層，由左而右是頭。方向鍵移動，Enter 或空白鍵選取。",
    thumbs: "所有的頭 · 層", thumbsNote: "列是給出的詞，行是得到的詞：方格越濃，注意力越多。指向可預覽，點選可選取。",
    next: "下一個詞", previous: "前一個詞", self: "同一個詞", mixed: "混合", period: "句號",
    specials: "特殊符號", entropy: "熵", label: "功能", score: "分數", lift: "提升", coreference: "指代",
    weak: (n) => `只由 ${n} 個句子判定：證據薄弱。二十句以上才算定論。`,
    judged: (n) => `由 ${n} 個句子判定。`,
    finds: (p) => `有 ${p} % 的代名詞找對所指的人`,
    baseline: (c) => `指代：${c.pronouns} 個代名詞中，有多少把最多的注意力給了所指的人；一律選最近的：${percent(c.nearest)} %，亂猜：${percent(c.chance)} %。`,
    sorted: "點欄名可依該欄排序。",
    chosen: (n) => n === 0 ? "尚未選取任何頭。" : n === 1 ? "" : `曲線是 ${n} 個頭的平均。`, preview: "預覽",
    renormalised: "不計 [CLS] 與 [SEP]：每個詞給其他詞的注意力已放大到總和為 1。",
    threshold: (x) => `每個詞只畫合計占其注意力 ${x} % 的最強連線。`,
    unmasked: "詞太多，無法保存遮住後的注意力：曲線屬於完整的句子，機率則是遮住後的。",
    columns: (side, t) => side === "from" ? `方塊：選取的每個頭裡，${t} 給每個詞多少。` : `方塊：選取的每個頭裡，每個詞給 ${t} 多少。`,
    gold: (p, a) => `◇ ${p} 指的是 ◆ ${a}；○ 是其他可能。`,
    from: "從", to: "到", mask: (t) => `遮住 ${t}`, token: "詞", p: "機率", change: "變化",
    alone: "比起只遮這個詞", against: "比起都不遮", masked: "遮住", hint: "指向一個詞，或用 ▢ 遮住它。",
    noPair: (a) => `沒有計算同時遮住 ${a}：請用 explore(…, pairs=[(…)]) 或 explore(…, live=True)。現在只遮住最後一個。`,
    together: "一起遮住：", nothing: "不遮", cannot: "這個模型不預測詞。",
    answer: "答案", theAnswer: (p) => `機率 ${p}`,
    dark: "深色", light: "淺色", other: "English", gets: "最注意", receives: "最受其注意：",
    sentence: "任何句子", question: "問題", context: "含有答案的文章", look: "看", example: "範例", choose: "選一個…",
    unknown: (w) => `不在這個模型的詞彙裡，讀成 [UNK]：${w}`,
    opening: "正在解開模型…", broken: (what) => `這個連結無法完全讀懂：${what}`,
    nearest: "語料庫裡最近的詞", read: (n) => `閱讀語料庫（${n} 句）`, reading: (a, b) => `已讀 ${a} / ${b} 句`,
    readNote: "頁面裡的模型現在就在你的電腦上閱讀，需要幾秒鐘。",
    by: "依照", embedding: "嵌入：這個詞在此處是什麼", contexts: "上下文：各個頭為它收集了什麼",
    asked: (t, i, l, by) => `第 ${l} 層，依${by === "context" ? "上下文" : "嵌入"}，離 ${t}（位置 ${i}）最近的 50 個詞：`,
    noToken: "點選上面的一個詞，或遮住一個詞：語料庫裡最近的詞會列在這裡。", noContext: "第 0 層還沒有任何頭收集過東西：請選其他層。",
    pos: "詞性", hits: "這 50 個", attended: "它們最注意的詞", base: "整個語料庫",
    attendedNote: (n) => n ? `最注意的詞：由這一層選取的頭（${n} 個）決定。` : "最注意的詞：這一層沒有選取任何頭，所以由全部的頭決定。",
    everyLayer: "這 50 個詞的詞性，逐層列出（每一列最多的加框）", similarity: "餘弦",
    detail: "一個頭如何決定：query · key", detailHint: "選取一個頭，再指向或點選左欄的一個詞。",
    detailNote: (t, head, d) => `${head}：${t} 的 query 與每個詞的 key 相遇。每根長條是 ${d} 個乘積之一，向上為正；總和除以 √${d} 是分數，所有分數經 softmax 成為權重。`,
    product: "乘積", dot: "q·k/√d", weight: "權重", ofQuery: "query",
    errors: {
      empty: () => "沒有可讀的詞。", long: (got, most) => `共有 ${got} 個詞，這個模型最多讀 ${most} 個。`,
      word: (w) => `文中沒有 ${w} 這個詞。`, twice: (w, n) => `${w} 出現 ${n} 次：請給位置。`,
      position: (got, last) => `沒有第 ${got} 個詞：位置從 0 到 ${last}。`, special: (i) => `第 ${i} 個是特殊符號，不能遮住。`,
      layer: (got, least, most) => `這裡沒有第 ${got} 層：應為 ${least} 到 ${most}。`, unread: () => "還沒有閱讀語料庫。", worker: () => "這個瀏覽器不讓頁面執行模型：請改用新版的 Chrome、Edge、Firefox 或 Safari。",
    },
  },
};
let language = (navigator.language || "en").startsWith("zh") ? "zh" : "en";
const say = (key) => WORDS[language][key];
const nameOf = (label) => say(label === "special" ? "specials" : label);
const headName = (h) => language === "zh"
  ? `第 ${Math.floor(h / heads) + 1} 層第 ${h % heads + 1} 頭` : `layer ${Math.floor(h / heads) + 1} head ${h % heads + 1}`;
const percent = (share) => (100 * share).toFixed(1);
const signed = (x) => (Math.abs(x) < 0.0005 ? "" : x < 0 ? "−" : "+") + Math.abs(x).toFixed(3);
const sentence = (error) => Object.hasOwn(say("errors"), error.key) ? say("errors")[error.key](...error.values) : String(error.message || error);

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-Hant" : "en";
  document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = say(element.dataset.say); });
  $("model").textContent = data.model;
  $("language").textContent = say("other");
  $("language").lang = language === "zh" ? "en" : "zh-Hant";
  $("grid").setAttribute("aria-label", say("rows"));
  $("from").setAttribute("aria-label", say("from"));
  $("to").setAttribute("aria-label", say("to"));
  $("table").setAttribute("aria-label", say("scores"));
  speakOfHeads();
  if (data.live) speakOfSentence();
}
