// A small BERT, whole, in a worker: the page stays alive while it reads. kit.js asks; every answer goes back by its id.
"use strict";

const TOGETHER = 8;  // sequences in one pass: more are hardly faster, and fewer give way to other questions sooner
const FULL = 32767;  // 1 as a 16-bit number: vectors of length 1 are kept so, and cosines are right to 1e-4
const CANDIDATES = 5;
const COMMON = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff";
const RARE = "\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}";
const IDEOGRAPH = new RegExp(`[${COMMON}${RARE}]`, "u");  // as BERT has them

class Refusal extends Error {
  constructor(key, values, message) {
    super(message);
    Object.assign(this, { key, values });
  }
}

// -- what the page holds ----------------------------------------------------------------------------------------------

let bert, tensors, numberOf, dropped, punctuation, marks;

async function inflated(text) {
  const characters = atob(text), bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function open({ weights, corpus: packed, ...live }) {
  const codes = new Uint16Array(await inflated(weights));
  const values = Float64Array.from({ length: 2 ** 16 }, (_, code) => {
    const exponent = (code >> 10) & 31, fraction = code & 1023;
    const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
    return code >> 15 ? -size : size;
  });
  const numbers = Float64Array.from(codes, (code) => values[code]);  // in 64 bits V8 multiplies fastest
  let start = 0;
  tensors = Object.fromEntries(live.tensors.map(([name, size]) => [name, numbers.subarray(start, (start += size))]));
  numberOf = new Map(live.vocabulary.map((token, number) => [token, number]));
  const { dropped: never, punctuation: alone, marks: stripped } = live.characters;
  [dropped, punctuation, marks] = [never, alone, stripped].map((some) => some && new RegExp(`[${some}]`, "u"));
  const lines = new TextDecoder().decode(await inflated(packed)).split("\n");
  bert = { ...live, lines, width: tensors["bert.embeddings.LayerNorm.weight"].length };
}

// -- text to tokens, as the tokenizers library does it; characters are counted whole, as in Python --------------------

function charactersOf(text) {
  return Array.from(text, (one) => (one >= "\ud800" && one <= "\udfff" && one.length === 1 ? "\ufffd" : one));
}

// Words, each a list of characters with their places in the text; or a special token that was typed there.
function wordsOf(text) {
  const characters = charactersOf(text), words = [];
  let word = null;
  const apart = (letter) => { words.push({ letters: [letter] }); word = null; };
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    const typed = bert.special.find((token) => characters.slice(at, at + token.length).join("") === token);
    if (typed) {
      words.push({ typed, span: [at, at + typed.length] });
      word = null;
      at += typed.length - 1;
    } else if (/[\t\n\r]/.test(character)) {
      word = null;
    } else if (!dropped.test(character)) {
      const ideograph = bert.ideographs && IDEOGRAPH.test(character);
      if (ideograph || /\s/.test(character)) word = null;
      if (/\s/.test(character)) continue;
      for (const letter of normalised(character)) {
        if (punctuation.test(letter)) {
          apart({ letter, at });
        } else {
          if (!word) words.push((word = { letters: [] }));
          word.letters.push({ letter, at });
        }
      }
      if (ideograph) word = null;
    }
  }
  return words;
}

function normalised(character) {
  let letters = [character];
  if (marks) letters = [...character.normalize("NFD")].filter((letter) => !marks.test(letter));
  return bert.lowercase ? letters.flatMap((letter) => [...letter.toLowerCase()]) : letters;
}

function piecesOf({ typed, span, letters }) {
  if (typed) return [{ token: typed, span }];
  const pieces = [], reach = (first, last) => [letters[first].at, letters[last - 1].at + 1];
  for (let first = 0, last; first < letters.length; first = last) {
    let token;
    for (last = letters.length; last > first; last--) {
      token = (first ? bert.prefix : "") + letters.slice(first, last).map((one) => one.letter).join("");
      if (numberOf.has(token)) break;
    }
    if (last === first || letters.length > bert.longestWord) {
      return [{ token: bert.unknown, span: reach(0, letters.length) }];
    }
    pieces.push({ token, span: reach(first, last) });
  }
  return pieces;
}

// What hw9_xai.bert.encoding.encode gives, of one text or of a question and its context.
function encode(parts) {
  const tokens = [], segments = [], words = [], spans = [];
  let count = 0;
  const add = (token, segment, word, span) => {
    tokens.push(token);
    segments.push(segment);
    words.push(word);
    spans.push(span);
  };
  add(bert.first, 0, null, [0, 0]);
  parts.forEach((part, segment) => {
    const found = wordsOf(part);
    if (!found.length) throw new Refusal("empty", [], `text: expected at least one word, got ${JSON.stringify(part)}`);
    for (const word of found) {
      for (const { token, span } of piecesOf(word)) add(token, segment, count, span);
      count++;
    }
    add(bert.last, segment, null, [0, 0]);
  });
  const special = words.map((word) => word === null), ids = tokens.map((token) => numberOf.get(token));
  return { parts, tokens, ids, segments, words, spans, special };
}

function encodeWhole(parts) {
  const encoding = encode(parts), got = encoding.ids.length, most = bert.longest;
  if (got > most) {
    const message = `text: expected at most ${most} tokens, all that ${bert.name} reads, got ${got}`;
    throw new Refusal("long", [got, most], message);
  }
  return encoding;
}

function positionsWithin({ spans, special, segments }, start, end, segment) {
  const inside = ([first, last], i) => !special[i] && segments[i] === segment && first < end && last > start;
  return [...spans.keys()].filter((i) => inside(spans[i], i));
}

function positionsOf(encoding, word) {
  const folded = (text) => charactersOf(text).map((one) => (bert.lowercase ? one.toLowerCase() : one));
  const { words, spans } = encoding, wanted = folded(word), places = [];
  encoding.parts.forEach((part, segment) => {
    const text = folded(part);
    for (let at = 0; at + wanted.length <= text.length; at++) {
      if (!wanted.length || wanted.some((letter, k) => text[at + k] !== letter)) continue;
      const found = positionsWithin(encoding, at, at + wanted.length, segment), first = found[0], last = found.at(-1);
      const reaches = found.length && spans[first][0] === at && spans[last][1] === at + wanted.length;
      if (reaches && words[first] !== words[first - 1] && words[last] !== words[last + 1]) places.push(found);
    }
  });
  return places;
}

// Token positions, in order, of what is to be masked: positions, or words that occur once.
function maskedPositions(encoding, masked) {
  const last = encoding.tokens.length - 1, found = new Set();
  for (const place of masked) {
    if (typeof place === "string") {
      const places = positionsOf(encoding, place);
      if (!places.length) throw new Refusal("word", [place], `masked: expected a word of the text, got ${place}`);
      if (places.length > 1) {
        const message = `masked: ${place} occurs ${places.length} times; give its token position`;
        throw new Refusal("twice", [place, places.length], message);
      }
      places[0].forEach((i) => found.add(i));
    } else {
      if (!Number.isInteger(place) || place < 0 || place > last) {
        const message = `masked: expected token positions from 0 to ${last}, or words, got ${place}`;
        throw new Refusal("position", [place, last], message);
      }
      if (encoding.special[place]) {
        const message = `masked: expected positions of words, got ${place}, which is ${encoding.tokens[place]}`;
        throw new Refusal("special", [place], message);
      }
      found.add(place);
    }
  }
  return [...found].sort((a, b) => a - b);
}

// -- the forward pass: rows of all sequences below each other, so that nothing is padded ------------------------------

// Blocks of 3 rows and 4 columns live in registers. The last block overlaps the one before: every text has 3 tokens.
function linear(input, weight, bias) {
  const columns = bias.length, size = weight.length / columns, rows = input.length / size;
  const output = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column += 4) {
    const j = Math.min(column, columns - 4), w0 = j * size, w1 = w0 + size, w2 = w1 + size, w3 = w2 + size;
    for (let row = 0; row < rows; row += 3) {
      const i = Math.min(row, rows - 3), x0 = i * size, x1 = x0 + size, x2 = x1 + size;
      let a0 = bias[j], a1 = bias[j + 1], a2 = bias[j + 2], a3 = bias[j + 3];
      let b0 = a0, b1 = a1, b2 = a2, b3 = a3, c0 = a0, c1 = a1, c2 = a2, c3 = a3;
      for (let k = 0; k < size; k++) {
        const a = input[x0 + k], b = input[x1 + k], c = input[x2 + k];
        const p = weight[w0 + k], q = weight[w1 + k], r = weight[w2 + k], s = weight[w3 + k];
        a0 += a * p; a1 += a * q; a2 += a * r; a3 += a * s;
        b0 += b * p; b1 += b * q; b2 += b * r; b3 += b * s;
        c0 += c * p; c1 += c * q; c2 += c * r; c3 += c * s;
      }
      const o = i * columns + j, next = o + columns, third = next + columns;
      output[o] = a0; output[o + 1] = a1; output[o + 2] = a2; output[o + 3] = a3;
      output[next] = b0; output[next + 1] = b1; output[next + 2] = b2; output[next + 3] = b3;
      output[third] = c0; output[third + 1] = c1; output[third + 2] = c2; output[third + 3] = c3;
    }
  }
  return output;
}

function dense(input, name) {
  return linear(input, tensors[`${name}.weight`], tensors[`${name}.bias`]);
}

function layerNorm(rows, name) {
  const weight = tensors[`${name}.weight`], bias = tensors[`${name}.bias`], { width } = bert;
  for (let start = 0; start < rows.length; start += width) {
    let mean = 0, variance = 0;
    for (let k = 0; k < width; k++) mean += rows[start + k] / width;
    for (let k = 0; k < width; k++) variance += (rows[start + k] - mean) ** 2 / width;
    const scale = 1 / Math.sqrt(variance + bert.epsilon);
    for (let k = 0; k < width; k++) rows[start + k] = (rows[start + k] - mean) * scale * weight[k] + bias[k];
  }
  return rows;
}

// The exact one, not its tanh; erf by Abramowitz and Stegun 7.1.26, which is right to 1.5e-7.
function gelu(rows) {
  for (let i = 0; i < rows.length; i++) {
    const x = rows[i], z = Math.abs(x) * Math.SQRT1_2, t = 1 / (1 + 0.3275911 * z);
    const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    const tail = (series * Math.exp(-z * z)) / 2;
    rows[i] = x > 0 ? x - x * tail : x * tail;
  }
  return rows;
}

function softmax(row) {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < row.length; i++) most = Math.max(most, row[i]);
  for (let i = 0; i < row.length; i++) sum += row[i] = Math.exp(row[i] - most);
  for (let i = 0; i < row.length; i++) row[i] /= sum;
  return row;
}

function plus(rows, others) {
  for (let i = 0; i < rows.length; i++) rows[i] += others[i];
  return rows;
}

function embedded(sequences) {
  const { width } = bert, kinds = ["word", "position", "token_type"];
  const tables = kinds.map((kind) => tensors[`bert.embeddings.${kind}_embeddings.weight`]);
  const rows = new Float64Array(width * sequences.reduce((sum, one) => sum + one.ids.length, 0));
  let start = 0;
  for (const { ids, segments } of sequences) {
    ids.forEach((id, position) => {
      [id, position, segments[position]].forEach((number, which) => {
        for (let k = 0; k < width; k++) rows[start + k] += tables[which][number * width + k];
      });
      start += width;
    });
  }
  return layerNorm(rows, "bert.embeddings.LayerNorm");
}

// What every head gathers, side by side (before they are mixed), and the weights (H,T,T) of every sequence.
function attend(queries, keys, values, sequences) {
  const { width, heads } = bert, size = width / heads, root = Math.sqrt(size);
  const contexts = new Float64Array(queries.length), weights = [];
  let start = 0;
  for (const { ids: { length } } of sequences) {
    const its = new Float32Array(heads * length * length), row = new Float64Array(length);
    for (let head = 0; head < heads; head++) {
      const first = start + head * size;
      for (let i = 0; i < length; i++) {
        const from = first + i * width;
        for (let j = 0; j < length; j++) {
          const to = first + j * width;
          let score = 0;
          for (let k = 0; k < size; k++) score += queries[from + k] * keys[to + k];
          row[j] = score / root;
        }
        softmax(row);
        its.set(row, (head * length + i) * length);
        for (let j = 0; j < length; j++) {
          const to = first + j * width, weight = row[j];
          for (let k = 0; k < size; k++) contexts[from + k] += weight * values[to + k];
        }
      }
    }
    weights.push(its);
    start += length * width;
  }
  return { contexts, weights };
}

// Layer by layer, 0 being the input embeddings, so that each caller keeps of it what it needs.
function* layersOf(sequences) {
  let states = embedded(sequences);
  yield { states };
  for (let l = 0; l < bert.layers; l++) {
    const name = `bert.encoder.layer.${l}`;
    const projected = (kind) => dense(states, `${name}.attention.self.${kind}`);
    const [queries, keys, values] = ["query", "key", "value"].map(projected);
    const { contexts, weights } = attend(queries, keys, values, sequences);
    const mixed = plus(dense(contexts, `${name}.attention.output.dense`), states);
    layerNorm(mixed, `${name}.attention.output.LayerNorm`);
    states = plus(dense(gelu(dense(mixed, `${name}.intermediate.dense`)), `${name}.output.dense`), mixed);
    layerNorm(states, `${name}.output.LayerNorm`);
    yield { states, queries, keys, contexts, weights };
  }
}

// For each row, how probable each word of the vocabulary is there.
function wordProbabilities(states) {
  const name = "cls.predictions", decoder = tensors["bert.embeddings.word_embeddings.weight"];
  const transformed = layerNorm(gelu(dense(states, `${name}.transform.dense`)), `${name}.transform.LayerNorm`);
  const logits = linear(transformed, decoder, tensors[`${name}.bias`]), count = bert.vocabulary.length;
  return Array.from({ length: logits.length / count }, (_, i) => softmax(logits.subarray(i * count, (i + 1) * count)));
}

// The span of the context that the model points at: hw9_xai.bert.questions.answer_question.
function answerOf(encoding, states) {
  if (bert.kind !== "answers" || encoding.parts.length < 2) return null;
  const context = charactersOf(encoding.parts[1]), { width } = bert, weight = tensors["qa_outputs.weight"];
  const bias = tensors["qa_outputs.bias"], tokens = positionsWithin(encoding, 0, context.length, 1);
  const [start, end] = [0, 1].map((which) => tokens.map((i) => {
    let score = bias[which];
    for (let k = 0; k < width; k++) score += states[i * width + k] * weight[which * width + k];
    return score;
  }));
  const scores = start.flatMap((one, i) => end.map((other, j) => (j < i ? -Infinity : one + other)));
  const [place] = best(softmax(scores), 1), count = tokens.length;
  const [first, last] = [tokens[Math.floor(place / count)], tokens[place % count]];
  const span = [encoding.spans[first][0], encoding.spans[last][1]];
  return { first, last, text: context.slice(...span).join(""), span, probability: scores[place] };
}

// Where the largest are, the largest first; of equal ones the earlier.
function best(values, count) {
  const found = [];
  for (let n = 0; n < values.length; n++) {
    if (found.length === count && values[n] <= values[found[count - 1]]) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] < values[n]) at--;
    found.splice(at, 0, n);
    if (found.length > count) found.pop();
  }
  return found;
}

// -- one text ---------------------------------------------------------------------------------------------------------

let kept = { key: null }, last = null;  // what is known of the text at hand; the reading that the page shows

function hidden(encoding, positions) {
  const ids = encoding.ids.slice();
  for (const i of positions) ids[i] = numberOf.get(bert.mask);
  return { ids, segments: encoding.segments };
}

// The text with these masked: all its layers, and the probabilities with nothing masked and with each masked alone.
function readText(parts, masked) {
  const key = JSON.stringify(parts);
  if (kept.key !== key) kept = { key, encoding: encodeWhole(parts), unmasked: null, alone: new Map() };
  const { encoding, alone } = kept, positions = maskedPositions(encoding, masked), size = encoding.ids.length;
  const layers = [...layersOf([hidden(encoding, positions)])], { states } = layers.at(-1);
  if (bert.kind !== "words") return { encoding, positions, layers, answer: answerOf(encoding, states) };
  const rows = wordProbabilities(states);
  if (!positions.length) kept.unmasked = rows;
  if (positions.length === 1) alone.set(positions[0], rows[positions[0]]);
  const missing = positions.filter((i) => !alone.has(i)).map((i) => [i]);
  if (!kept.unmasked) missing.push([]);
  for (let start = 0; start < missing.length; start += TOGETHER) {
    const batch = missing.slice(start, start + TOGETHER);
    let states;
    for (const layer of layersOf(batch.map((places) => hidden(encoding, places)))) ({ states } = layer);
    const found = wordProbabilities(states);
    batch.forEach(([i], number) => {
      const its = found.slice(number * size, (number + 1) * size);
      if (i === undefined) kept.unmasked = its; else alone.set(i, its[i].slice());
    });
  }
  return { encoding, positions, layers, answer: null, rows, unmasked: kept.unmasked, alone };
}

function tokensOf({ encoding, positions }) {
  return encoding.tokens.map((token, i) => (positions.includes(i) ? bert.mask : token));
}

function weightsOf({ layers }) {
  const blocks = layers.slice(1).map((layer) => layer.weights[0]);
  const all = new Float32Array(blocks.length * blocks[0].length);
  blocks.forEach((block, l) => all.set(block, l * block.length));
  return all;
}

function candidatesAt({ positions, rows, unmasked, alone }, i) {
  const reference = positions.length > 1 && positions.includes(i) ? alone.get(i) : null;
  // What was likely with only this word masked is what one watches when another goes too.
  const likely = [rows[i], reference].flatMap((row) => (row ? best(row, CANDIDATES) : []));
  const change = (n, other) => (other ? rows[i][n] - other[n] : null);
  const candidate = (n) => [bert.vocabulary[n], rows[i][n], change(n, unmasked[i]), change(n, reference)];
  return [...new Set(likely)].map(candidate);
}

function look({ text, masked }) {
  last = readText(text, masked);
  const { tokens: hidden, special, segments, words, spans } = last.encoding, { answer } = last;
  const tokens = tokensOf(last), weights = weightsOf(last);
  const candidates = last.rows ? last.rows.map((_, i) => candidatesAt(last, i)) : null;
  return { tokens, hidden, special, segments, words, spans, weights, candidates, answer };
}

function detail({ layer, head }) {
  const { layers, encoding } = shown(), width = bert.width / bert.heads, { queries, keys } = layers[layer + 1];
  const ofHead = (rows) => Float32Array.from({ length: encoding.ids.length * width }, (_, n) => {
    return rows[Math.floor(n / width) * bert.width + head * width + (n % width)];
  });
  return { queries: ofHead(queries), keys: ofHead(keys), width };
}

function shown() {
  if (!last) throw new Error("expected a text that was looked at before, got none");
  return last;
}

function predict({ text, masked, top }) {
  const reading = readText(text, masked), { rows, positions, answer } = reading;
  const placeAt = (i) => best(rows[i], top).map((n) => ({ token: bert.vocabulary[n], probability: rows[i][n] }));
  return {
    tokens: tokensOf(reading),
    places: rows ? positions.map(placeAt) : [],
    answer: answer && { text: answer.text, span: answer.span, probability: answer.probability },
  };
}

function attention({ text, masked }) {
  const reading = readText(text, masked);
  return { tokens: tokensOf(reading), weights: weightsOf(reading) };
}

// -- the corpus -------------------------------------------------------------------------------------------------------

let corpus = null, reading = null, finished = 0;  // corpus: once it is read; reading: the promise of it
const readers = [];  // the questions that are told how far it is

function otherMessagesFirst() {
  return new Promise((resolve) => setTimeout(resolve));
}

function read(question, id) {
  readers.push(id);
  reading ??= readCorpus();
  return reading;
}

// Sentences with the words of each, and every token of them but the special ones with its word and part of speech.
function corpusTokens() {
  const sentences = [], found = { ids: [], pos: [], sentence: [], word: [], first: [] };
  bert.lines.forEach((line, number) => {
    const [text, tags] = line.split("\t"), encoding = encode([text]), characters = charactersOf(text);
    if (encoding.ids.length > bert.longest) return;
    const pos = tags && tags.split(" "), words = pos ? text.split(" ") : [];
    const wordAt = words.flatMap((word, k) => Array(charactersOf(word).length + 1).fill(k));  // joined by spaces
    encoding.ids.forEach((id, i) => {
      if (encoding.special[i]) return;
      const [start, end] = encoding.spans[i], word = pos ? wordAt[start] : encoding.words[i];
      if (!pos) words[word] = (words[word] ?? "") + characters.slice(start, end).join("");
      found.first.push(found.ids.length - i + 1);
      found.ids.push(id);
      found.pos.push(pos ? pos[word] : null);
      found.sentence.push(number);
      found.word.push(word);
    });
    sentences.push({ number, encoding, words });
  });
  return { sentences, ...found };
}

async function readCorpus() {
  const { sentences, ...found } = corpusTokens(), { width, heads, layers } = bert, count = found.ids.length;
  const vectors = () => new Int16Array(count * width);
  const states = Array.from({ length: layers + 1 }, vectors);
  const contexts = [null, ...Array.from({ length: layers }, vectors)];
  const most = [null, ...Array.from({ length: layers }, () => new Uint16Array(count * heads))];
  for (let start = 0, filled = 0; start < sentences.length; start += TOGETHER) {
    const batch = sentences.slice(start, start + TOGETHER).map(({ encoding }) => encoding);
    let l = 0;
    for (const layer of layersOf(batch)) {
      let row = 0, at = filled;
      batch.forEach(({ ids: { length } }, which) => {
        for (let i = 1; i < length - 1; i++, at++) {
          pack(layer.states, (row + i) * width, states[l], at * width, width);
          if (!l) continue;
          const size = width / heads, weights = layer.weights[which];
          for (let head = 0; head < heads; head++) {
            pack(layer.contexts, (row + i) * width + head * size, contexts[l], at * width + head * size, size);
            most[l][at * heads + head] = strongest(weights, (head * length + i) * length, length);
          }
        }
        row += length;
      });
      if (l++ === layers) filled = at;
    }
    finished = Math.min(start + TOGETHER, sentences.length);
    for (const id of readers) postMessage({ id, progress: [finished, sentences.length] });
    await otherMessagesFirst();
  }
  const words = new Map(sentences.map((one) => [one.number, one.words]));
  corpus = { ...found, words, states, contexts, most };
  return { sentences: sentences.length, tokens: count };
}

// Scaled to length 1, in 16 bits.
function pack(source, from, target, to, size) {
  let squares = 0;
  for (let k = 0; k < size; k++) squares += source[from + k] ** 2;
  const scale = FULL / (Math.sqrt(squares) || 1);
  for (let k = 0; k < size; k++) target[to + k] = Math.round(source[from + k] * scale);
}

// Which token of the words between [CLS] and [SEP] a row gives most, counted from 0.
function strongest(weights, start, length) {
  let found = 1;
  for (let j = 2; j < length - 1; j++) if (weights[start + j] > weights[start + found]) found = j;
  return found - 1;
}

function similarities(reading, place, layer, by) {
  const { width } = bert, parts = by === "context" ? bert.heads : 1, size = width / parts;
  const source = by === "context" ? reading.layers[layer].contexts : reading.layers[layer].states;
  const query = new Float64Array(width), vectors = (by === "context" ? corpus.contexts : corpus.states)[layer];
  for (let k = 0; k < width; k += size) {
    const part = source.subarray(place * width + k, place * width + k + size), length = Math.hypot(...part) || 1;
    part.forEach((value, i) => { query[k + i] = value / length / parts / FULL; });
  }
  const found = new Float64Array(corpus.ids.length);
  for (let n = 0; n < found.length; n++) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += query[k] * vectors[n * width + k];
    found[n] = sum;
  }
  return found;
}

function counted(tags) {
  const counts = {};
  for (const tag of tags) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

function search({ text, masked, place, layer, by = "embedding", heads = [], top = 50 }) {
  const at = text ? readText(text, masked) : shown(), { ids, pos, sentence, word, words, most, first } = corpus ?? {};
  if (!corpus) throw new Refusal("unread", [], "search: expected that the corpus was read before");
  const size = at.encoding.ids.length;
  if (!(place >= 0 && place < size)) {
    const message = `place: expected a token position from 0 to ${size - 1}, got ${place}`;
    throw new Refusal("position", [place, size - 1], message);
  }
  const lowest = by === "context" ? 1 : 0;
  if (!(layer >= lowest && layer <= bert.layers)) {
    const message = `layer: expected one from ${lowest} to ${bert.layers}, got ${layer}`;
    throw new Refusal("layer", [layer, lowest, bert.layers], message);
  }
  const found = at.layers.map((_, l) => {
    if (l < lowest) return null;
    const values = similarities(at, place, l, by);
    return best(values, top).map((n) => [n, values[n]]);
  });
  const tagged = pos[0] !== null, nearest = found[layer];
  const share = ([tag, count]) => [tag, count / pos.length];
  const attended = nearest.flatMap(([n]) => heads.map((head) => pos[first[n] + most[layer]?.[n * bert.heads + head]]));
  return {
    layer,
    by,
    base: tagged ? Object.fromEntries(Object.entries(counted(pos)).map(share)) : null,
    layers: tagged ? found.map((hits) => hits && counted(hits.map(([n]) => pos[n]))) : null,
    hits: nearest.map(([n, similarity]) => ({
      token: bert.vocabulary[ids[n]], pos: pos[n], similarity,
      sentence: sentence[n], word: word[n], words: words.get(sentence[n]),
    })),
    attended: tagged && layer > 0 ? counted(attended) : null,
  };
}

// -- questions and answers --------------------------------------------------------------------------------------------

const ANSWERS = { look, detail, predict, attention, read, search, encode: ({ text }) => encode(text) };
let opened = null;

self.onmessage = async ({ data: { id, ask, ...question } }) => {
  try {
    if (ask === "open") opened = open(question.live);
    await opened;
    const answer = ask === "open" ? null : await ANSWERS[ask](question, id);
    postMessage({ id, answer }, answer?.weights ? [answer.weights.buffer] : []);
  } catch ({ key = null, values = [], message }) {
    postMessage({ id, error: { key, values, message } });
  }
};
