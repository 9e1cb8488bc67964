// Plays a piece and shows who plays what: a lane per role, each note a bar, the notes that sound now lit.
//
// The data are bytes: the length of a JSON header (uint32, little endian), the header, the audio file.

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";
const NAMES_PIXELS = 92;
const PAD_PIXELS = 12;
const GLOW_SECONDS = 0.12; // a drum hit is over at once, and must be seen

export default function ({ data, parentElement }) {
  // Streamlit may call this again at any rerun; the same piece goes on playing.
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const start = 4 + view.getUint32(0, true);
  const piece = JSON.parse(new TextDecoder().decode(data.subarray(4, start)));
  if (parentElement.piece === piece.name) return;
  parentElement.piece = piece.name;

  const find = (selector) => parentElement.querySelector(selector);
  const audio = find("audio");
  const canvas = find("canvas");
  const place = find(".place");
  if (audio.src) URL.revokeObjectURL(audio.src);
  audio.src = URL.createObjectURL(new Blob([data.subarray(start)], { type: piece.media_type }));
  place.max = piece.seconds;
  find(".start").hidden = false;
  canvas.setAttribute("aria-label", piece.label);

  const lanes = piece.lanes.map((lane) => {
    const pitches = lane.notes.map((note) => note[2]);
    const distinct = [...new Set(pitches)].sort((a, b) => a - b);
    // Drums are not high or low: each of their sounds has its own height.
    const heights = lane.drums ? distinct.map((_, rank) => rank) : distinct.map((pitch) => pitch - distinct[0]);
    const rank = new Map(distinct.map((pitch, index) => [pitch, heights[index]]));
    return { ...lane, rank, top: Math.max(1, heights.at(-1)) };
  });

  const clock = (seconds) => `0:${String(Math.floor(seconds + 0.05)).padStart(2, "0")}`;
  const draw = () => {
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const now = audio.currentTime;
    const pen = canvas.getContext("2d");
    const ink = getComputedStyle(canvas).color;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const perSecond = (width - NAMES_PIXELS - PAD_PIXELS) / piece.seconds;
    const across = (seconds) => NAMES_PIXELS + seconds * perSecond;
    const laneHeight = (height - 2 * PAD_PIXELS) / lanes.length;
    pen.font = `14px ${getComputedStyle(canvas).fontFamily}`;
    pen.textBaseline = "middle";
    lanes.forEach((lane, index) => {
      const middle = PAD_PIXELS + laneHeight * (index + 0.5);
      const room = laneHeight - 12;
      const bar = Math.min(7, Math.max(3, room / (lane.top + 1)));
      let sounding = false;
      for (const [onset, duration, pitch, velocity] of lane.notes) {
        const lit = onset <= now && now < onset + Math.max(duration, GLOW_SECONDS);
        sounding ||= lit && !audio.paused;
        pen.fillStyle = lane.colour;
        pen.globalAlpha = lit ? 1 : now > 0 && onset > now ? 0.3 : 0.4 + (0.4 * velocity) / 127;
        const y = middle + room / 2 - bar - (lane.rank.get(pitch) / lane.top) * (room - bar);
        const size = lit ? bar + 3 : bar;
        pen.beginPath();
        pen.roundRect(across(onset), y - (size - bar) / 2, Math.max(3, duration * perSecond - 1), size, size / 2);
        pen.fill();
      }
      pen.globalAlpha = 1;
      pen.fillStyle = lane.colour;
      pen.beginPath();
      pen.arc(PAD_PIXELS + 5, middle, sounding ? 6 : 3.5, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = ink;
      pen.fillText(lane.name, PAD_PIXELS + 17, middle);
    });
    if (now > 0) {
      pen.fillStyle = ink;
      pen.fillRect(across(now) - 1, PAD_PIXELS / 2, 2, height - PAD_PIXELS);
    }
    find(".toggle path").setAttribute("d", audio.paused ? PLAY : PAUSE);
    find(".toggle").setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    find(".time").textContent = `${clock(now)} / ${clock(piece.seconds)}`;
    if (document.activeElement !== place) place.value = now;
    place.setAttribute("aria-valuetext", clock(now));
    if (!audio.paused) requestAnimationFrame(draw);
  };

  const play = () => audio.play().catch(() => draw()); // where the browser cannot play, nothing moves
  find(".start").onclick = () => {
    find(".toggle").focus();
    play();
  };
  find(".toggle").onclick = () => (audio.paused ? play() : audio.pause());
  place.oninput = () => (audio.currentTime = Number(place.value));
  audio.onplay = () => {
    find(".start").hidden = true;
    draw();
  };
  audio.onpause = audio.onended = audio.onseeked = draw;
  parentElement.watch?.disconnect();
  parentElement.watch = new ResizeObserver(draw);
  parentElement.watch.observe(canvas);
  draw();
}
