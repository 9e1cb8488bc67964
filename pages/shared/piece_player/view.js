// Plays a piece and shows who plays what: sections, chords and bars above, a lane per role, the notes that sound
// lit. A click jumps, bars can be looped, and each role has its own volume: then its parts are fetched and
// played by Web Audio instead of the finished mix.
//
// The data are a header and one audio file after another: the mix, then each role's part where they have been
// asked for.

const RULER = 44; // pixels for sections, chords and bars
const LATE = 0.06; // seconds before Web Audio starts, so that all parts start together

export default function ({ data, parentElement, setTriggerValue }) {
  const [piece, rest] = unpacked(data);
  let end = 0;
  const files = piece.files.map(({ role, size }) => ({ role, bytes: rest.subarray(end, (end += size)) }));
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
  const loop = { on: false, from: 0, to: piece.seconds };
  const volumes = new Map(piece.lanes.map(({ role }) => [role, { level: 1, muted: false, solo: false }]));
  if (audio.src) URL.revokeObjectURL(audio.src);
  audio.src = URL.createObjectURL(new Blob([files[0].bytes.slice()], { type: piece.media_type }));
  canvas.setAttribute("aria-label", piece.label);

  // What plays: the mix in an audio element or, once the parts are here, the parts in Web Audio.
  const mix = fromElement(() => audio);
  let source = mix;
  const player = {
    name: piece.name,
    parts: null,
    stop: () => {
      source.pause();
      source.close();
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
      if (playing) source.play();
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

  const lanes = withHeights(piece.lanes);
  const heard = (role) => {
    const solo = [...volumes.values()].some((own) => own.solo);
    const own = volumes.get(role);
    return !own.muted && own.level > 0 && (!solo || own.solo);
  };
  const draw = drawn(() => source, () => {
    if (!canvas.isConnected) return player.stop(); // the visitor is on another page
    if (loop.on && source.now() >= loop.to && !source.paused()) source.seek(loop.from);
    const now = source.now();
    const { pen, width, height, ink, fontFamily } = emptied(canvas);
    const across = (seconds) => (seconds / piece.seconds) * width;
    const laneHeight = (height - RULER) / lanes.length;
    pen.fillStyle = ink;
    if (loop.on) {
      pen.globalAlpha = 0.1;
      pen.fillRect(across(loop.from), 0, across(loop.to) - across(loop.from), height);
    }
    piece.bars.forEach((start, index) => {
      pen.globalAlpha = index % 4 ? 0.08 : 0.2;
      pen.fillRect(across(start), RULER - 8, 1, height);
    });
    pen.globalAlpha = 1;
    const write = (marks, y, weight, size) => {
      let free = -1;
      pen.font = `${weight} ${size}px ${fontFamily}`;
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
      drawNotes(pen, lane, { now, across, middle, laneHeight, strength: heard(lane.role) ? 1 : 0.25 });
      pen.globalAlpha = 0.15;
      pen.fillStyle = ink;
      pen.fillRect(0, RULER + laneHeight * index, width, 1);
      pen.globalAlpha = 1;
    });
    if (piece.join) {
      pen.globalAlpha = 0.6;
      pen.fillRect(across(piece.join), RULER, 2, height);
      pen.globalAlpha = 1;
    }
    pen.fillRect(across(now) - 1, 0, 2, height);
    controls.show();
  });

  const controls = transport(parentElement, {
    source: () => source,
    seconds: piece.seconds,
    stops: piece.bars,
    redraw: draw,
    begin: () => loop.on && (source.now() < loop.from || source.now() >= loop.to) && source.seek(loop.from),
    words: (now) => `bar ${Math.min(bar(now) + 1, piece.bars.length)}`,
  });
  canvas.onclick = (event) => controls.seek((event.offsetX / canvas.clientWidth) * piece.seconds);
  canvas.onkeydown = controls.keys;
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
    close: () => context.close(),
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
