// A clip over time: which genres it sounds like, its waveform and its spectrogram, with a line that follows
// the page's own player. A click or a tap plays from there.
//
// The data are bytes: the length of a JSON header (uint32, little endian), the header, the envelope (two signed
// bytes a column, lowest and highest), the spectrogram (one byte a cell, column by column, low bands first).

const LABELS_REM = 5.5;
const MAGMA = ["#010005", "#180f3e", "#451077", "#721f81", "#9f2f7f", "#cd4071", "#f1605d", "#fd9567", "#feca8d", "#fcfdbf"];

export default function ({ data, parentElement }) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const start = 4 + view.getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(data.subarray(4, start)));
  const envelope = new Int8Array(data.slice(start, start + 2 * told.n_envelope).buffer);
  const mel = data.subarray(start + 2 * told.n_envelope);
  const figure = parentElement.querySelector(".view");
  const rows = figure.querySelector(".rows");
  const style = getComputedStyle(figure);

  figure.setAttribute("aria-label", told.words);
  rows.replaceChildren();
  const add = (kind, name, width, height) => {
    const row = document.createElement("div");
    const label = document.createElement("div");
    const canvas = document.createElement("canvas");
    row.className = `row ${kind}`;
    label.className = "name";
    label.textContent = name;
    canvas.width = width;
    canvas.height = height;
    row.append(label, canvas);
    rows.append(row);
    return { label, canvas, paint: canvas.getContext("2d") };
  };

  told.rows.forEach(({ name, colour, shares }, index) => {
    const { label, canvas, paint } = add("strip", name, 1000, 1);
    label.classList.toggle("top", index === 0);
    paint.fillStyle = colour;
    shares.forEach((share, patch) => {
      const from = (told.starts[patch] / told.seconds) * canvas.width;
      const to = ((told.starts[patch + 1] ?? told.seconds) / told.seconds) * canvas.width;
      paint.globalAlpha = share;
      paint.fillRect(from, 0, to - from, 1);
    });
  });

  const wave = add("wave", "Loudness", told.n_envelope, 100);
  wave.paint.fillStyle = style.color;
  wave.paint.globalAlpha = 0.6;
  for (let column = 0; column < told.n_envelope; column++) {
    const [low, high] = [envelope[2 * column], envelope[2 * column + 1]];
    wave.paint.fillRect(column, 50 - (high / 127) * 50, 1, Math.max(1, ((high - low) / 127) * 50));
  }

  const picture = add("mel", "", told.n_columns, told.n_bands);
  picture.label.classList.add("hertz");
  for (const [text, place] of told.hertz) {
    const span = document.createElement("span");
    span.textContent = text;
    span.style.bottom = `${100 * place}%`;
    picture.label.append(span);
  }
  const pixels = picture.paint.createImageData(told.n_columns, told.n_bands);
  const colours = ramp(MAGMA);
  for (let column = 0; column < told.n_columns; column++)
    for (let band = 0; band < told.n_bands; band++) {
      const at = 4 * ((told.n_bands - 1 - band) * told.n_columns + column);
      pixels.data.set(colours[mel[column * told.n_bands + band]], at);
    }
  picture.paint.putImageData(pixels, 0, 0);

  const axis = figure.querySelector(".axis");
  axis.replaceChildren();
  const step = [1, 2, 5, 10, 15, 30, 60, 120].find((each) => told.seconds / each <= 6) ?? 120;
  for (let second = 0; second <= told.seconds; second += step) {
    const tick = document.createElement("span");
    tick.textContent = second < 60 ? `${second} s` : `${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}`;
    tick.style.left = `${(100 * second) / told.seconds}%`;
    axis.append(tick);
  }

  // The player is Streamlit's own, elsewhere on the page, and may be made anew at any rerun.
  const player = () => document.querySelector(`.st-key-${told.player} audio`);
  const playhead = figure.querySelector(".playhead");
  const follow = () => {
    const share = Math.min(1, (player()?.currentTime ?? 0) / told.seconds);
    playhead.style.left = `calc(${LABELS_REM}rem + (100% - ${LABELS_REM}rem) * ${share})`;
  };
  let frame = 0;
  const run = () => {
    follow();
    frame = player()?.paused === false ? requestAnimationFrame(run) : 0;
  };
  const heard = (event) => {
    if (event.target === player() && !frame) run();
  };
  const seek = (event) => {
    const box = axis.getBoundingClientRect();
    const audio = player();
    if (!audio || event.clientX < box.left) return;
    audio.currentTime = Math.min(told.seconds - 0.01, ((event.clientX - box.left) / box.width) * told.seconds);
    audio.play().catch(() => {}); // a browser may forbid it; the line is there all the same
    follow();
  };
  const events = ["play", "playing", "pause", "seeked", "timeupdate", "ended"];
  // Such events do not bubble, but on their way down they pass the document.
  for (const name of events) document.addEventListener(name, heard, true);
  figure.addEventListener("click", seek);
  follow();
  return () => {
    cancelAnimationFrame(frame);
    for (const name of events) document.removeEventListener(name, heard, true);
    figure.removeEventListener("click", seek);
  };
}

// 256 colours between the given ones, as red, green, blue and opacity.
function ramp(stops) {
  const channels = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: 256 }, (_, value) => {
    const place = (value / 255) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const mix = (channel) => channels[below][channel] + (place - below) * (channels[below + 1][channel] - channels[below][channel]);
    return [mix(0), mix(1), mix(2), 255];
  });
}
