const complaints = [];
const inside = (inner, outer, slack) =>
  inner.x >= outer.x - slack && inner.y >= outer.y - slack &&
  inner.x + inner.width <= outer.x + outer.width + slack &&
  inner.y + inner.height <= outer.y + outer.height + slack;
const meet = (a, b) =>
  a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 2 < b.y + b.height && b.y + 2 < a.y + a.height;
for (const drawing of document.querySelectorAll("svg.dt")) {
  const name = drawing.querySelector("title").textContent;
  const frame = drawing.viewBox.baseVal;
  const texts = [...drawing.querySelectorAll("text")].map((it) => [it.textContent, it.getBBox()]);
  for (const [words, box] of texts) if (!inside(box, frame, 1)) complaints.push(`${name}: "${words}" leaves the drawing`);
  texts.forEach(([words, box], place) => {
    for (const [other, around] of texts.slice(place + 1))
      if (meet(box, around)) complaints.push(`${name}: "${words}" lies on "${other}"`);
  });
  for (const card of drawing.querySelectorAll(".dt-card")) {
    const border = card.querySelector("rect").getBBox();
    for (const it of card.querySelectorAll("text"))
      if (!inside(it.getBBox(), border, 0.5)) complaints.push(`${name}: "${it.textContent}" leaves its card`);
  }
  const cards = [...drawing.querySelectorAll(".dt-card > rect:first-child")].map((it) => it.getBBox());
  cards.forEach((box, place) => {
    for (const around of cards.slice(place + 1)) if (meet(box, around)) complaints.push(`${name}: two cards overlap`);
  });
}
return complaints;
