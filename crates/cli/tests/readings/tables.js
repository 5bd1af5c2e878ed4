const complaints = [];
for (const table of document.querySelectorAll("table")) {
  const caption = table.caption ? table.caption.textContent.trim() : "";
  if (!caption) complaints.push("a table without a caption");
  const columns = [...table.tHead.rows[0].cells];
  for (const cell of columns)
    if (cell.tagName !== "TH" || cell.scope !== "col") complaints.push(`${caption}: a column head without scope`);
  for (const row of table.tBodies[0].rows) {
    if (row.cells.length !== columns.length) complaints.push(`${caption}: a row of ${row.cells.length} cells`);
    if (row.cells[0].tagName !== "TH" || row.cells[0].scope !== "row")
      complaints.push(`${caption}: a row without a head`);
  }
}
for (const drawing of document.querySelectorAll("svg")) {
  if (drawing.getAttribute("aria-hidden") === "true") continue;
  const name = drawing.querySelector(":scope > title"), words = drawing.querySelector(":scope > desc");
  if (drawing.getAttribute("role") !== "img" || !name || !words || !name.textContent || !words.textContent)
    complaints.push("a drawing without a name and a description");
}
return complaints;
