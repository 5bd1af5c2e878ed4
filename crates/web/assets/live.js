// Pages work without this. It listens for the size of the log and says that there is news, or reloads a page that
// is only read.
"use strict";
const shown = Number(document.currentScript.dataset.size);
const news = new EventSource("/live");
news.addEventListener("size", (message) => {
  if (Number(message.data) === shown) return;
  const writing = document.querySelector("form.record, form.submit, #receipts, form[action='/sign-in']");
  if (writing) {
    document.getElementById("news").hidden = false;
  } else {
    news.close();
    location.reload();
  }
});
