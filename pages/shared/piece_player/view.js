// Plays a piece and shows who plays what: sections, chords and bars above, a lane per role, the notes that sound
// lit. A click jumps, bars can be looped, and each role has its own volume: then its parts are fetched and
// played by Web Audio instead of the finished mix.
//
// The data are bytes: the length of a JSON header (uint32, little endian), the header, and one audio file after
// another: the mix, then each role's part where they have been asked for.

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";
const GLOW_SECONDS = 0.12; // a drum hit is over at once, and must be seen
const RULER = 44; // pixels for sections, chords and bars
const LATE = 0.06; // seconds before Web Audio starts, so that all parts start together

export default function ({ data, parentElement, setTriggerValue }) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = 4 + view.getUint32(0, true);
  const piece = JSON.parse(new TextDecoder().decode(data.subarray(4, end)));
  const files = piece.files.map(({ role, size }) => {
    const bytes = data.subarray(end, end + size);
    end += size;
    return { role, bytes };
  });
  // Streamlit may call this again at any rerun; the same piece goes on playing.
  const had = parentElement.player;
  if (had?.name === piece.name) {
    if (files.length > 1 && !had.parts) had.take(files.slice(1));
    return;
  }
  had?.stop();

  const find = (selector) => parentElement.querySelector(selector);
  const audio = find("audio");
  const canvas = find("canvas");
  const place = find(".place");
  const loop = { on: false, from: 0, to: piece.seconds };
  const volumes = new Map(piece.lanes.map(({ role }) => [role, { level: 1, muted: false, solo: false }]));
  if (audio.src) URL.revokeObjectURL(audio.src);
  audio.src = URL.createObjectURL(new Blob([files[0].bytes.slice()], { type: piece.media_type }));
  place.max = piece.seconds;
  canvas.setAttribute("aria-label", piece.label);

  // What plays: the mix in an audio element or, once the parts are here, the parts in Web Audio.
  const mix = {
    now: () => audio.currentTime,
    paused: () => audio.paused,
    play: () => audio.play().catch(() => draw()),
    pause: () => audio.pause(),
    seek: (seconds) => (audio.currentTime = seconds),
    weigh: () => {},
  };
  let source = mix;
  const player = {
    name: piece.name,
    parts: null,
    stop: () => {
      source.pause();
      player.watch?.disconnect();
    },
    take: async (parts) => {
      player.parts = parts;
      say("");
      const playing = !mix.paused();
      const bands = await fromParts(parts, piece.media_type, () => draw());
      const at = mix.now();
      mix.pause();
      bands.seek(at);
      source = bands;
      source.weigh(volumes);
      if (playing || player.wanted) source.play();
      draw();
    },
  };
  parentElement.player = player;

  const say = (words) => (find(".note").textContent = words);
  const weigh = () => {
    if (!player.parts && !player.asked) {
      player.asked = true;
      say("Playing each part on its own: one moment …");
      setTriggerValue("parts", true);
    }
    source.weigh(volumes);
    draw();
  };

  find(".heads").replaceChildren(
    ...piece.lanes.map((lane) => {
      const head = document.createElement("div");
      head.className = "head";
      const who = document.createElement("div");
      who.className = "who";
      who.style.borderColor = lane.colour;
      who.textContent = lane.name;
      const instrument = document.createElement("small");
      instrument.textContent = lane.instrument;
      who.append(instrument);
      const own = volumes.get(lane.role);
      const button = (letter, words, field) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "switch";
        made.textContent = letter;
        made.title = words;
        made.setAttribute("aria-label", `${words}: ${lane.name}`);
        made.setAttribute("aria-pressed", "false");
        made.onclick = () => {
          own[field] = !own[field];
          made.setAttribute("aria-pressed", String(own[field]));
          weigh();
        };
        return made;
      };
      const volume = document.createElement("input");
      Object.assign(volume, { type: "range", className: "volume", min: 0, max: 1.5, step: 0.05, value: 1 });
      volume.setAttribute("aria-label", `Volume: ${lane.name}`);
      volume.oninput = () => {
        own.level = Number(volume.value);
        weigh();
      };
      head.append(who, button("M", "Mute", "muted"), button("S", "Solo", "solo"), volume);
      return head;
    })
  );

  const bar = (seconds) => Math.max(0, piece.bars.findLastIndex((start) => start <= seconds + 0.01));
  const from = find(".from");
  const to = find(".to");
  for (const select of [from, to])
    select.replaceChildren(...piece.bars.slice(0, -1).map((_, index) => new Option(index + 1, index)));
  to.value = String(Math.min(3, piece.bars.length - 2));
  const setLoop = (on) => {
    if (Number(to.value) < Number(from.value)) to.value = from.value;
    Object.assign(loop, { on, from: piece.bars[Number(from.value)], to: piece.bars[Number(to.value) + 1] });
    find(".loop").setAttribute("aria-pressed", String(on));
    if (on && (source.now() < loop.from || source.now() >= loop.to)) source.seek(loop.from);
    draw();
  };
  find(".loop").onclick = () => setLoop(!loop.on);
  from.onchange = to.onchange = () => setLoop(true);

  const lanes = piece.lanes.map((lane) => {
    const distinct = [...new Set(lane.notes.map((note) => note[2]))].sort((a, b) => a - b);
    // Drums are not high or low: each of their sounds has its own height.
    const heights = lane.drums ? distinct.map((_, rank) => rank) : distinct.map((pitch) => pitch - distinct[0]);
    return { ...lane, rank: new Map(distinct.map((pitch, index) => [pitch, heights[index]])), top: Math.max(1, heights.at(-1) ?? 1) };
  });
  const heard = (role) => {
    const solo = [...volumes.values()].some((own) => own.solo);
    const own = volumes.get(role);
    return !own.muted && own.level > 0 && (!solo || own.solo);
  };
  const clock = (seconds) => `${Math.floor((seconds + 0.05) / 60)}:${String(Math.floor((seconds + 0.05) % 60)).padStart(2, "0")}`;
  let frame = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    let now = source.now();
    if (loop.on && now >= loop.to && !source.paused()) {
      source.seek(loop.from);
      now = loop.from;
    }
    const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const across = (seconds) => (seconds / piece.seconds) * width;
    const laneHeight = (height - RULER) / lanes.length;
    pen.textBaseline = "middle";
    if (loop.on) {
      pen.fillStyle = style.color;
      pen.globalAlpha = 0.1;
      pen.fillRect(across(loop.from), 0, across(loop.to) - across(loop.from), height);
    }
    pen.fillStyle = style.color;
    piece.bars.forEach((start, index) => {
      pen.globalAlpha = index % 4 ? 0.08 : 0.2;
      pen.fillRect(across(start), RULER - 8, 1, height);
    });
    pen.globalAlpha = 1;
    const write = (marks, y, weight, size) => {
      let free = -1;
      pen.font = `${weight} ${size}px ${style.fontFamily}`;
      for (const [seconds, words] of marks) {
        const x = across(seconds) + 3;
        if (x < free || x > width - 8) continue; // names do not stand upon each other
        pen.fillText(words, x, y);
        free = x + pen.measureText(words).width + 6;
      }
    };
    write(piece.sections, 10, 700, 12);
    write(piece.chords, 28, 500, 13);
    lanes.forEach((lane, index) => {
      const middle = RULER + laneHeight * (index + 0.5);
      const room = laneHeight - 12;
      const size = Math.min(7, Math.max(3, room / (lane.top + 1)));
      const quiet = heard(lane.role) ? 1 : 0.25;
      pen.fillStyle = lane.colour;
      for (const [onset, duration, pitch, velocity] of lane.notes) {
        const lit = now > 0 && onset <= now && now < onset + Math.max(duration, GLOW_SECONDS);
        pen.globalAlpha = quiet * (lit ? 1 : 0.4 + (0.4 * velocity) / 127);
        const y = middle + room / 2 - size - (lane.rank.get(pitch) / lane.top) * (room - size);
        const grown = lit ? size + 2 : size;
        pen.beginPath();
        pen.roundRect(across(onset), y - (grown - size) / 2, Math.max(3, across(duration) - 1), grown, grown / 2);
        pen.fill();
      }
      pen.globalAlpha = 0.15;
      pen.fillStyle = style.color;
      pen.fillRect(0, RULER + laneHeight * index, width, 1);
      pen.globalAlpha = 1;
    });
    if (piece.join) {
      pen.globalAlpha = 0.6;
      pen.fillRect(across(piece.join), RULER, 2, height);
      pen.globalAlpha = 1;
    }
    pen.fillRect(across(now) - 1, 0, 2, height);
    find(".toggle path").setAttribute("d", source.paused() ? PLAY : PAUSE);
    find(".toggle").setAttribute("aria-label", source.paused() ? "Play" : "Pause");
    find(".time").textContent = `${clock(now)} / ${clock(piece.seconds)} · bar ${Math.min(bar(now) + 1, piece.bars.length)}`;
    if (parentElement.ownerDocument.activeElement !== place && !place.matches(":active")) place.value = now;
    place.setAttribute("aria-valuetext", `${clock(now)}, bar ${bar(now) + 1}`);
    if (!source.paused()) frame = requestAnimationFrame(draw);
  };

  const toggle = () => {
    if (source.paused()) {
      if (loop.on && (source.now() < loop.from || source.now() >= loop.to)) source.seek(loop.from);
      source.play();
    } else source.pause();
    draw();
  };
  const seek = (seconds) => {
    source.seek(Math.max(0, Math.min(piece.seconds - 0.05, seconds)));
    draw();
  };
  find(".toggle").onclick = toggle;
  place.oninput = () => seek(Number(place.value));
  canvas.onclick = (event) => seek((event.offsetX / canvas.clientWidth) * piece.seconds);
  canvas.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === " ") toggle();
    else if (event.key === "Home") seek(0);
    else if (step) seek(piece.bars[Math.max(0, Math.min(piece.bars.length - 1, bar(source.now()) + step))]);
    else return;
    event.preventDefault();
  };
  audio.onplay = audio.onpause = audio.onended = audio.onseeked = draw;
  player.watch = new ResizeObserver(draw);
  player.watch.observe(canvas);
  say("");
  draw();
  if (files.length > 1) player.take(files.slice(1));
}

// The parts of a piece, played together; each has a volume.
async function fromParts(parts, type, changed) {
  const context = new AudioContext();
  const sounds = await Promise.all(
    parts.map(async ({ role, bytes }) => {
      const gain = context.createGain();
      gain.connect(context.destination);
      return { role, gain, buffer: await context.decodeAudioData(bytes.slice().buffer) };
    })
  );
  const length = Math.max(...sounds.map(({ buffer }) => buffer.duration));
  let [nodes, started, offset] = [[], 0, 0];
  const now = () => (nodes.length ? Math.min(length, Math.max(0, context.currentTime - started) + offset) : offset);
  const halt = () => {
    offset = now();
    for (const node of nodes) {
      node.onended = null;
      node.stop();
    }
    nodes = [];
  };
  const play = () => {
    context.resume();
    halt();
    if (offset >= length - 0.05) offset = 0;
    started = context.currentTime + LATE;
    nodes = sounds.map(({ buffer, gain }) => {
      const node = new AudioBufferSourceNode(context, { buffer });
      node.connect(gain);
      node.start(started, offset);
      return node;
    });
    nodes[0].onended = () => {
      halt();
      changed();
    };
    changed();
  };
  return {
    now,
    play,
    pause: halt,
    paused: () => nodes.length === 0,
    seek: (seconds) => {
      const playing = nodes.length > 0;
      halt();
      offset = seconds;
      if (playing) play();
    },
    weigh: (volumes) => {
      const solo = [...volumes.values()].some((own) => own.solo);
      for (const { role, gain } of sounds) {
        const own = volumes.get(role);
        const level = !own || own.muted || (solo && !own.solo) ? 0 : own.level;
        gain.gain.setTargetAtTime(level, context.currentTime, 0.015);
      }
    },
  };
}
