// What every player shows: its button and its clock.

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";
const REPLAY = "M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z";

function clock(seconds) {
  const whole = Math.floor(seconds + 0.05); // players round at the end
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function showIcon(button, icon, words) {
  button.querySelector("path").setAttribute("d", icon);
  button.setAttribute("aria-label", words);
}

