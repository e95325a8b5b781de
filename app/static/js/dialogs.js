// Dialogs: open, close, ask.

/** Ask a question in the page's own dialog; resolves to true for yes. */
export function ask(question) {
  const dialog = document.getElementById("ask");
  dialog.querySelector("#ask-text").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Wire the buttons [data-open-dialog] and [data-close-dialog] of this page and of later parts. */
export function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      document.querySelector(opener.dataset.openDialog)?.showModal();
    }
    if (event.target.closest("[data-close-dialog]") || isBackdrop(event)) {
      event.target.closest("dialog")?.close("no");
    }
  });
}

function isBackdrop(event) {
  const dialog = event.target;
  if (dialog.tagName !== "DIALOG" || !dialog.open) {
    return false;
  }
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom;
  return !inside;
}
