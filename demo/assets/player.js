// Plays speech while it is made, then hands over to an <audio> element with the finished file.
// props.value: {id, rate, pieces: [[number, base64 of 16-bit samples], ...], done}; `pieces` are the
// latest ones, so that updates that the page skips lose nothing.
const find = (name) => element.querySelector(name);
const player = find(".speech-player");
const audio = find("audio");
const words = find(".speech-words");
const stopButton = find(".speech-stop");
const playhead = find(".speech-picture i");

let id = null;
let next = 0; // number of the piece that is still missing
let stopped = null; // id of the speech that the listener has had enough of
let sources = [];
let times = []; // of each word: the word, from, to
let lit = null; // the word that is being said
let start = 0; // when the speech would have begun, on the context's clock, had nothing been late
let end = 0; // when what is scheduled ends

function context() {
  // One for all players; browsers let it sound once somebody has touched the page.
  if (!window.speechContext) window.speechContext = new AudioContext();
  window.speechContext.resume();
  return window.speechContext;
}

function silence() {
  sources.forEach((source) => source.stop());
  sources = [];
}

function begin(value) {
  silence();
  audio.pause();
  audio.removeAttribute("src");
  words.textContent = "";
  times = [];
  id = value.id;
  next = 0;
  end = 0;
  stopButton.disabled = false;
  player.dataset.state = "live";
}

function schedule(base64, rate) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const samples = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32768);
  const to = context();
  const buffer = to.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(samples, 0);
  const source = to.createBufferSource();
  source.buffer = buffer;
  source.connect(to.destination);
  const soonest = to.currentTime + 0.05;
  if (end < soonest) {
    start = end ? start + soonest - end : soonest;
    end = soonest;
  }
  source.start(end);
  end += buffer.duration;
  sources.push(source);
}

function finish(done) {
  player.dataset.state = "done";
  player.dataset.picture = Boolean(done.picture);
  audio.src = done.audio.url;
  find(".speech-wav").href = done.audio.url;
  find(".speech-srt").href = done.subtitles.url;
  find(".speech-seconds").textContent = `${done.seconds.toFixed(1)} s`;
  if (done.picture) find(".speech-picture img").src = done.picture.url;
  times = done.words;
  for (const [text, from, to] of times) {
    const word = document.createElement("span");
    word.textContent = text;
    word.dataset.from = from;
    word.dataset.to = to;
    words.append(word, " ");
  }
  if (sources.length) audio.addEventListener("canplay", takeOver, { once: true });
}

function takeOver() {
  const now = window.speechContext.currentTime;
  if (window.speechContext.state !== "running" || now >= end) return;
  audio.currentTime = Math.max(0, now - start);
  audio.play().then(silence, () => {}); // where a browser does not let it, the live sound goes on
}

function wordAt(now) {
  let low = 0, high = times.length; // words before `low` have begun, those from `high` on have not
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle][1] <= now) low = middle + 1;
    else high = middle;
  }
  return low && now < times[low - 1][2] ? words.children[low - 1] : null;
}

function light(word) {
  if (word === lit) return;
  lit?.classList.remove("now");
  lit = word;
  if (!word) return;
  word.classList.add("now");
  const below = word.offsetTop + word.offsetHeight - words.clientHeight;
  if (words.scrollTop < below || words.scrollTop > word.offsetTop) words.scrollTop = word.offsetTop;
}

function follow() {
  const now = audio.currentTime;
  light(wordAt(now));
  playhead.style.left = `${(100 * now) / (audio.duration || 1)}%`;
  if (!audio.paused) requestAnimationFrame(follow);
}

function show() {
  const value = props.value;
  if (!value) {
    player.dataset.state = "empty";
    return;
  }
  if (value.id !== id) begin(value);
  if (value.id !== stopped) for (const [number, base64] of value.pieces) {
    if (number < next) continue;
    next = number + 1;
    schedule(base64, value.rate);
  }
  if (value.done && player.dataset.state !== "done") finish(value.done);
}

audio.addEventListener("play", () => {
  for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
  follow();
});
audio.addEventListener("seeked", follow);
stopButton.onclick = () => {
  stopped = id; // the end comes as an empty value, or all of it was made already
  stopButton.disabled = true;
  silence();
  trigger("stop");
};
words.onclick = (event) => {
  if (!event.target.dataset.from) return;
  audio.currentTime = event.target.dataset.from;
  audio.play();
};
document.addEventListener("pointerdown", context, { once: true });
watch("value", show);
show();
