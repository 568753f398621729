// A live page's model: the worker answers, window.kit asks it from the console or from a test.
function engine(live) {
  const asked = new Map();
  let worker, broken = null, count = 0;

  function refusal({ key, values, message }) {
    return Object.assign(new Error(message), { key, values });
  }

  function giveUp(message) {
    broken = refusal({ key: "worker", values: [], message: `The model cannot run here: ${message}` });
    for (const { reject } of asked.values()) reject(broken);
    asked.clear();
  }

  try {
    worker = new Worker(URL.createObjectURL(new Blob([live.worker], { type: "text/javascript" })));
    worker.onerror = (event) => giveUp(event.message || "the browser allows no worker");
    worker.onmessage = ({ data: { id, answer, error, progress } }) => {
      const { resolve, reject, onProgress } = asked.get(id);
      if (progress) return onProgress?.(...progress);
      asked.delete(id);
      if (error) reject(refusal(error)); else resolve(answer);
    };
  } catch (error) {
    giveUp(error.message);
  }

  function ask(question, onProgress) {
    return new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      asked.set(++count, { resolve, reject, onProgress });
      worker.postMessage({ id: count, ...question });
    });
  }

  // In the worker all else waits for this; where it fails, each question fails with the same words.
  const { worker: _, ...model } = live;
  ask({ ask: "open", live: model }).catch(() => {});

  const parts = (text) => [text].flat();
  window.kit = {
    predict: (text, masked = [], top = 10) => ask({ ask: "predict", text: parts(text), masked: [masked].flat(), top }),
    attention: (text, masked = []) => ask({ ask: "attention", text: parts(text), masked: [masked].flat() }),
    search: (text, masked, wanted) => ask({ ask: "search", text: parts(text), masked: [masked].flat(), ...wanted }),
    read: (onProgress) => ask({ ask: "read" }, onProgress),
  };
  return { ask };
}
