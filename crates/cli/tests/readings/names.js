const complaints = [];
const seen = new Set();
for (const it of document.querySelectorAll("[id]")) {
  if (seen.has(it.id)) complaints.push(`two things are called ${it.id}`);
  seen.add(it.id);
}
for (const link of document.querySelectorAll('a[href^="#"]'))
  if (!seen.has(link.getAttribute("href").slice(1))) complaints.push(`${link.href} leads nowhere`);
for (const it of document.querySelectorAll("[aria-labelledby]"))
  for (const id of it.getAttribute("aria-labelledby").split(/\s+/))
    if (!seen.has(id)) complaints.push(`the name ${id} is missing`);
return complaints;
