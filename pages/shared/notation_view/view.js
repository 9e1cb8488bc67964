// Shows a score: two pictures of it, of which the style sheet chooses the one that suits the width.
//
// The data are a header and the pictures, each an SVG file packed by gzip.

export default async function ({ data, parentElement }) {
  const [score, bytes] = unpacked(data);
  const find = (selector) => parentElement.querySelector(selector);
  find(".score").setAttribute("aria-label", score.title);
  let start = 0;
  for (const { kind, size } of score.pictures) {
    const packed = new Blob([bytes.slice(start, start + size)]).stream();
    start += size;
    const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
    const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    picture.setAttribute("aria-hidden", "true"); // its words stand on what holds it
    find(`.${kind}`).setAttribute("aria-label", score.words);
    find(`.${kind}`).replaceChildren(document.importNode(picture, true));
  }
}
