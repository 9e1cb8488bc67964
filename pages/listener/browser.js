// Begins each screen at its top.

export default function ({ data, parentElement }) {
  if (parentElement.screen !== data.screen) {
    parentElement.screen = data.screen;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
}
