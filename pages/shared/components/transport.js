// What the players of the pages have in common: their button, their slider, their clock and their keys.

// An audio element as what plays; it is asked for each time, since the page may put another in its place.
function fromElement(element) {
  return {
    now: () => element()?.currentTime ?? 0,
    paused: () => element()?.paused ?? true,
    play: () => element()?.play().catch(() => {}), // where the browser cannot play, nothing moves
    pause: () => element()?.pause(),
    seek: (seconds) => element() && (element().currentTime = seconds),
    weigh: () => {},
    close: () => {},
  };
}

// Calls `draw` now, and in each frame for as long as something plays.
function drawn(source, draw) {
  let frame = 0;
  const step = () => {
    cancelAnimationFrame(frame);
    draw();
    frame = source().paused() ? 0 : requestAnimationFrame(step);
  };
  return step;
}

// Returns the seconds from the beginning of a clip to its end, so many apart.
function stopsEvery(step, seconds) {
  return Array.from({ length: Math.ceil(seconds / step) }, (_, index) => index * step);
}

// Wires the controls of transport.html, and the keys of what has the keyboard.
//
// source   returns what plays now: the mix may give way to its parts
// stops    the seconds that the arrow keys go to
// redraw   called when anything has changed; calls `show`
// begin    called before playing begins
// words    says more of a place than its time
function transport(root, { source, seconds, stops, redraw, begin = () => {}, words = () => "" }) {
  const button = root.querySelector(".toggle");
  const place = root.querySelector(".place");
  const toggle = () => {
    if (source().paused()) {
      begin();
      source().play();
    } else source().pause();
    redraw();
  };
  const seek = (at) => {
    source().seek(Math.max(0, Math.min(seconds - 0.05, at)));
    redraw();
  };
  const keys = (event) => {
    const last = stops.findLastIndex((stop) => stop <= source().now() + 0.01);
    if (event.key === " ") toggle();
    else if (event.key === "Home") seek(0);
    else if (event.key === "ArrowLeft") seek(stops[Math.max(0, last - 1)]);
    else if (event.key === "ArrowRight") seek(stops[Math.min(stops.length - 1, last + 1)]);
    else return;
    event.preventDefault();
  };
  const show = () => {
    const now = source().now();
    const more = words(now);
    showIcon(button, source().paused() ? PLAY : PAUSE, source().paused() ? "Play" : "Pause");
    root.querySelector(".time").textContent = `${clock(now)} / ${clock(seconds)}${more && ` · ${more}`}`;
    // While it is moved by hand, the slider stays where the hand is.
    if (!place.matches(":active")) place.value = now;
    place.setAttribute("aria-valuetext", `${clock(now)}${more && `, ${more}`}`);
  };
  place.max = seconds;
  place.oninput = () => seek(Number(place.value));
  button.onclick = toggle;
  return { toggle, seek, keys, show };
}

