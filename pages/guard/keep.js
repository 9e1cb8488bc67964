// Has the server set or delete a cookie that scripts cannot read, and tries again until it has.
//
// The state "lost" is true where the browser has not kept the cookie.

export default function ({ data, parentElement, setStateValue }) {
  const wanted = JSON.stringify(data);
  if (parentElement.wanted === wanted) return;
  parentElement.wanted = wanted;
  const { path, secret } = data;
  const request = async () => {
    const answer = secret
      ? await fetch(path, { method: "PUT", body: secret })
      : await fetch(path, { method: "DELETE" });
    if (answer.status >= 500) throw new Error(answer.statusText);
    if (secret && answer.ok && !(await fetch(path, { cache: "no-store" })).ok) setStateValue("lost", true);
  };
  const attempt = (wait) => {
    if (parentElement.wanted !== wanted) return; // something newer is wanted
    request().catch(() => setTimeout(() => attempt(Math.min(2 * wait, 30000)), wait));
  };
  attempt(500);
}
