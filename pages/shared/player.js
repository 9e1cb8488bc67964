// Plays one clip without seeking and reports what was heard of it.
//
// It shares packet, icons and clock with the other players, and no more: here nobody may jump, the button is the one
// thing to press, a listener's page stays small, and what was heard must be counted where nothing else is done.
//
// The data are a header and the audio file.
// The state "hearing" is reported whenever playing begins, pauses or ends, and every few seconds between:
// the intervals of the clip that were played, in order, and whether the clip was heard to its end.

const REPORT_EVERY_MS = 5000;
const HEARD_SHARE = 0.95; // players round at both ends of a clip
const JUMP_SECONDS = 0.05; // what is less is a pause
const MAX_INTERVALS = 200; // the server keeps no more

export default function ({ data, parentElement, setStateValue }) {
  // Streamlit may call this again at any rerun; the clip that is there goes on playing.
  if (parentElement.clip) {
    parentElement.clip.setStateValue = setStateValue;
    return;
  }
  const [told, sound] = unpacked(data);
  const clip = (parentElement.clip = {
    setStateValue,
    heard: told.heard,
    ended: false,
    intervals: told.intervals,
    counting: false,
    from: 0, // where playing goes on
    atStart: true,
  });

  const find = (selector) => parentElement.querySelector(selector);
  const audio = find("audio");
  // An address made up by the browser: it says nothing about the clip.
  audio.src = URL.createObjectURL(new Blob([sound], { type: told.media_type }));

  // While the clip plays, the last interval grows; after a pause it grows on, after a jump another begins.
  const count = () => {
    if (clip.counting && !audio.seeking)
      clip.intervals.at(-1)[1] = Math.max(clip.intervals.at(-1)[1], audio.currentTime);
  };
  const startCounting = () => {
    if (clip.counting) return;
    const joins = Math.abs((clip.intervals.at(-1) ?? [0, Infinity])[1] - clip.from) <= JUMP_SECONDS;
    if (!joins && clip.intervals.length >= MAX_INTERVALS) return;
    if (!joins) clip.intervals.push([clip.from, clip.from]);
    clip.counting = true;
    clip.atStart = false;
  };
  const stopCounting = () => {
    count();
    clip.counting = false;
    // Noted here and not when playing goes on: a busy browser tells that late.
    if (!clip.atStart) clip.from = audio.currentTime;
  };
  // A clip whose screen is gone says nothing more: its end is a pause to the browser.
  const report = () => {
    count();
    // A copy: Streamlit holds a state against the one before, and would see no difference in the same array.
    const intervals = clip.intervals.map((interval) => [...interval]);
    if (audio.isConnected) clip.setStateValue("hearing", { intervals, ended: clip.ended });
  };
  const covered = () => {
    let seconds = 0;
    for (let part = 0; part < audio.played.length; part++)
      seconds += audio.played.end(part) - audio.played.start(part);
    return seconds;
  };

  const draw = () => {
    const duration = audio.duration || told.seconds;
    const icon = audio.ended ? REPLAY : audio.paused ? PLAY : PAUSE;
    showIcon(find(".play"), icon, { [PLAY]: told.play, [PAUSE]: told.pause, [REPLAY]: told.again }[icon]);
    find(".done").style.width = `${(100 * audio.currentTime) / duration}%`;
    find(".bar").setAttribute("aria-label", told.played);
    find(".bar").setAttribute("aria-valuemax", duration.toFixed(1));
    find(".bar").setAttribute("aria-valuenow", audio.currentTime.toFixed(1));
    find(".time").textContent = `${clock(audio.currentTime)} / ${clock(duration)}`;
    const state = !audio.paused ? told.playing : clip.heard ? told.after : told.before;
    if (find(".state").textContent !== state) find(".state").textContent = state;
    if (!audio.paused) requestAnimationFrame(draw);
  };

  // One clip plays at a time, in other tabs too.
  const others = new BroadcastChannel("survey-player");
  others.onmessage = () => (audio.isConnected ? audio.pause() : others.close());

  find(".play").onclick = () => (audio.paused ? audio.play() : audio.pause());
  audio.onplay = () => {
    others.postMessage("playing");
    draw();
  };
  audio.onplaying = () => {
    startCounting();
    report();
  };
  audio.onwaiting = stopCounting;
  audio.onpause = () => {
    stopCounting();
    if (!audio.ended) report();
    draw();
  };
  audio.onended = () => {
    stopCounting();
    clip.from = 0;
    clip.atStart = true;
    clip.ended = clip.ended || covered() >= HEARD_SHARE * audio.duration;
    clip.heard = clip.heard || clip.ended;
    report();
    draw();
  };
  // A headset's or a lock screen's buttons can seek and change speed.
  let reached = 0;
  audio.ontimeupdate = () => {
    count();
    if (!audio.seeking) reached = Math.max(reached, audio.currentTime);
  };
  audio.onseeking = () => {
    clip.counting = false;
    if (!clip.atStart) clip.from = audio.currentTime;
    if (!clip.heard && audio.currentTime > reached + 0.5) audio.currentTime = reached;
  };
  audio.onseeked = () => {
    if (!audio.paused) return startCounting();
    clip.from = audio.currentTime;
    clip.atStart = false;
  };
  audio.onratechange = () => {
    if (audio.playbackRate !== 1) audio.playbackRate = 1;
  };
  audio.onerror = () => (find(".state").textContent = told.broken);
  const timer = setInterval(() => {
    if (!audio.isConnected) clearInterval(timer);
    else if (clip.counting) report();
  }, REPORT_EVERY_MS);
  draw();
}
