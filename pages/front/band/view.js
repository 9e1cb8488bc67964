// Plays a piece and shows who plays what: a lane per role, each note a bar, the notes that sound now lit.
//
// The data are a header and the audio file.

const NAMES_PIXELS = 92;
const PAD_PIXELS = 12;
const KEY_SECONDS = 2; // that the arrow keys go

export default function ({ data, parentElement }) {
  // Streamlit may call this again at any rerun; the same piece goes on playing.
  const [piece, sound] = unpacked(data);
  if (parentElement.piece === piece.name) return;
  parentElement.piece = piece.name;

  const find = (selector) => parentElement.querySelector(selector);
  const audio = find("audio");
  const canvas = find("canvas");
  if (audio.src) URL.revokeObjectURL(audio.src);
  audio.src = URL.createObjectURL(new Blob([sound], { type: piece.media_type }));
  find(".start").hidden = false;
  canvas.setAttribute("aria-label", piece.label);

  const source = fromElement(() => audio);
  const lanes = withHeights(piece.lanes);
  const draw = drawn(() => source, () => {
    const now = source.now();
    const { pen, width, height, ink, fontFamily } = emptied(canvas);
    const perSecond = (width - NAMES_PIXELS - PAD_PIXELS) / piece.seconds;
    const across = (seconds) => NAMES_PIXELS + seconds * perSecond;
    const laneHeight = (height - 2 * PAD_PIXELS) / lanes.length;
    pen.font = `14px ${fontFamily}`;
    lanes.forEach((lane, index) => {
      const middle = PAD_PIXELS + laneHeight * (index + 0.5);
      const sounds = drawNotes(pen, lane, { now, across, middle, laneHeight }) && !source.paused();
      pen.fillStyle = lane.colour;
      pen.beginPath();
      pen.arc(PAD_PIXELS + 5, middle, sounds ? 6 : 3.5, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = ink;
      pen.fillText(lane.name, PAD_PIXELS + 17, middle);
    });
    if (now > 0) pen.fillRect(across(now) - 1, PAD_PIXELS / 2, 2, height - PAD_PIXELS);
    controls.show();
  });

  const controls = transport(parentElement, {
    source: () => source,
    seconds: piece.seconds,
    stops: stopsEvery(KEY_SECONDS, piece.seconds),
    redraw: draw,
  });
  find(".start").onclick = () => {
    find(".toggle").focus();
    controls.toggle();
  };
  canvas.onclick = (event) => {
    const share = (event.offsetX - NAMES_PIXELS) / (canvas.clientWidth - NAMES_PIXELS - PAD_PIXELS);
    if (share >= 0) controls.seek(share * piece.seconds);
  };
  canvas.onkeydown = controls.keys;
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
