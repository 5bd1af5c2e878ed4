const complaints = [];
const root = document.documentElement;
if (root.scrollWidth > innerWidth) complaints.push(`the page is ${root.scrollWidth} wide on ${innerWidth}`);
const clipped = (it) => it.closest(".unseen, .skip, thead") && getComputedStyle(it.closest(".unseen, .skip, thead")).position === "absolute";
for (const it of document.querySelectorAll("body *")) {
  if (it.closest("svg") && it.tagName !== "svg") continue;
  const box = it.getBoundingClientRect();
  if (!box.width || clipped(it)) continue;
  if (box.right > innerWidth + 0.5 || box.left < -0.5) complaints.push(`${it.tagName} ${it.className.baseVal ?? it.className} leaves the screen`);
  const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (own && parseFloat(getComputedStyle(it).fontSize) < 12) complaints.push(`"${it.textContent.slice(0, 40)}" is too small`);
}
return complaints;
