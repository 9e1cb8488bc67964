// Begins each screen at its top, in the language of its words, and has screen readers begin there, too.

const ATTEMPTS = 20; // the heading may come after this

const focusHeading = (attempts) => {
  const heading = document.querySelector('[data-testid="stMain"] :is(h1, h2)');
  if (heading) {
    heading.tabIndex = -1;
    heading.style.outline = "none"; // a place to read from, nothing to operate
    heading.focus({ preventScroll: true });
  } else if (attempts > 0) {
    setTimeout(() => focusHeading(attempts - 1), 50);
  }
};

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.language;
  if (parentElement.screen !== data.screen) {
    // Whoever has just opened the page begins where browsers begin.
    if (parentElement.screen !== undefined || data.moved) setTimeout(() => focusHeading(ATTEMPTS), 0);
    parentElement.screen = data.screen;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
}
