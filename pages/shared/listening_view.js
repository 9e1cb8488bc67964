// Plays a clip and shows it over time: which genres it sounds like, its waveform and its spectrogram, with a line
// that follows the sound. A click or a tap plays from there.
//
// The sound is that of Streamlit's own player, which fetches a large file bit by bit; this one takes its place.
// The data are a header, the envelope (two signed bytes a column, lowest and highest) and the spectrogram (one byte
// a cell, column by column, low bands first).

const LABELS_REM = 5.5;
const KEY_SECONDS = 5; // that the arrow keys go
const MAGMA = ["#010005", "#180f3e", "#451077", "#721f81", "#9f2f7f", "#cd4071", "#f1605d", "#fd9567", "#feca8d", "#fcfdbf"];

export default function ({ data, parentElement }) {
  const [told, pictures] = unpacked(data);
  const envelope = new Int8Array(pictures.slice(0, 2 * told.n_envelope).buffer);
  const mel = pictures.subarray(2 * told.n_envelope);
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
    tick.textContent = second < 60 ? `${second} s` : clock(second);
    tick.style.left = `${(100 * second) / told.seconds}%`;
    axis.append(tick);
  }

  // The page's player is elsewhere on the page, and may be made anew at any rerun.
  const holder = () => document.querySelector(`.st-key-${told.player}`);
  const audio = () => holder()?.querySelector("audio");
  const source = fromElement(audio);
  const playhead = figure.querySelector(".playhead");
  const draw = drawn(() => source, () => {
    if (holder()) holder().style.display = "none";
    const share = Math.min(1, source.now() / told.seconds);
    playhead.style.left = `calc(${LABELS_REM}rem + (100% - ${LABELS_REM}rem) * ${share})`;
    controls.show();
  });
  const controls = transport(parentElement, {
    source: () => source,
    seconds: told.seconds,
    stops: stopsEvery(KEY_SECONDS, told.seconds),
    redraw: draw,
  });
  figure.onkeydown = controls.keys;
  figure.onclick = (event) => {
    const box = axis.getBoundingClientRect();
    if (event.clientX < box.left) return;
    controls.seek(((event.clientX - box.left) / box.width) * told.seconds);
    source.play();
  };
  const heard = (event) => {
    if (event.target !== audio()) return;
    parentElement.querySelector(".note").textContent = event.type === "error" ? told.broken : "";
    draw();
  };
  const events = ["play", "pause", "seeked", "ended", "error"];
  // Such events do not bubble, but on their way down they pass the document.
  for (const name of events) document.addEventListener(name, heard, true);
  draw();
  return () => {
    for (const name of events) document.removeEventListener(name, heard, true);
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
