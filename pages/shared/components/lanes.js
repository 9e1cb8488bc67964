// Notes in lanes: who plays what, the notes that sound now lit.

const GLOW_SECONDS = 0.12; // a drum hit is over at once, and must be seen
const GROWN = 2; // pixels by which a note that sounds is larger

// Returns lanes with how high each of their notes stands in them.
function withHeights(lanes) {
  return lanes.map((lane) => {
    const distinct = [...new Set(lane.notes.map((note) => note[2]))].sort((a, b) => a - b);
    // Drums are not high or low: each of their sounds has its own height.
    const heights = lane.drums ? distinct.map((_, rank) => rank) : distinct.map((pitch) => pitch - distinct[0]);
    return { ...lane, rank: new Map(distinct.map((pitch, index) => [pitch, heights[index]])), top: Math.max(1, heights.at(-1) ?? 1) };
  });
}

// Returns a pen for an empty canvas as fine as the screen, the canvas's size, and its ink.
function emptied(canvas) {
  const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.textBaseline = "middle";
  const { color, fontFamily } = getComputedStyle(canvas);
  return { pen, width, height, ink: color, fontFamily };
}

// Draws the notes of a lane whose middle is at a height; returns whether one of them sounds now.
function drawNotes(pen, lane, { now, across, middle, laneHeight, strength = 1 }) {
  const room = laneHeight - 12;
  const size = Math.min(7, Math.max(3, room / (lane.top + 1)));
  let sounds = false;
  pen.fillStyle = lane.colour;
  for (const [onset, duration, pitch, velocity] of lane.notes) {
    const lit = now > 0 && onset <= now && now < onset + Math.max(duration, GLOW_SECONDS);
    sounds ||= lit;
    pen.globalAlpha = strength * (lit ? 1 : 0.4 + (0.4 * velocity) / 127);
    const y = middle + room / 2 - size - (lane.rank.get(pitch) / lane.top) * (room - size);
    const grown = lit ? size + GROWN : size;
    const width = Math.max(3, across(onset + duration) - across(onset) - 1);
    pen.beginPath();
    pen.roundRect(across(onset), y - (grown - size) / 2, width, grown, grown / 2);
    pen.fill();
  }
  pen.globalAlpha = 1;
  return sounds;
}

