// On a phone the menu lies over the page, and Streamlit leaves it open: it closes once another page is there.

const PHONE = "(max-width: 768px)";

export default function ({ data }) {
  const before = window.pageShown;
  window.pageShown = data;
  if (before !== undefined && before !== data && window.matchMedia(PHONE).matches)
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
