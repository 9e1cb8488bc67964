// Keeps something small in this browser, under a name and a tag, and says what is kept there.
//
// A value is kept until another comes; what was kept under another tag is forgotten. Where there is no
// value, what was kept is reported once as the state "found".

export default function ({ data, parentElement, setStateValue }) {
  const { name, tag, value } = data;
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    if (value !== null) localStorage.setItem(name, JSON.stringify({ tag, value }));
    else if (kept && kept.tag !== tag) localStorage.removeItem(name);
    else if (kept && parentElement.asked !== tag) setStateValue("found", kept);
  } catch {
    // A browser may refuse to keep anything; then the visit alone remembers.
  }
  parentElement.asked = tag;
}
