// Remembers the listener in a cookie and begins each screen at its top.

export default function ({ data, parentElement }) {
  if (data.cookie) {
    const safe = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${data.cookie}; Max-Age=${data.max_age}; Path=/; SameSite=Lax${safe}`;
  }
  if (parentElement.screen !== data.screen) {
    parentElement.screen = data.screen;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
}
