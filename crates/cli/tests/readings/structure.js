const complaints = [];
const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
let last = 0;
for (const heading of headings) {
  const level = Number(heading.tagName[1]);
  if (level > last + 1) complaints.push(`${heading.tagName} "${heading.textContent}" skips a level`);
  if (!heading.textContent.trim()) complaints.push(`an empty ${heading.tagName}`);
  last = level;
}
if (headings.filter((it) => it.tagName === "H1").length !== 1) complaints.push("not exactly one h1");
if (!headings.length || headings[0].tagName !== "H1") complaints.push("the first heading is not the title");
for (const landmark of ["header", "main", "nav", "footer"])
  if (document.querySelectorAll(`body > ${landmark}, main > ${landmark}`).length !== 1)
    complaints.push(`not exactly one ${landmark}`);
if (!document.documentElement.lang) complaints.push("no language");
if (!document.title.trim()) complaints.push("no title");
if (document.scripts.length) complaints.push("a script");
return complaints;
