// Short words in the corner of the page.

const SHOWN_FOR = 6000;

/** Show `text` for a moment; screen readers hear it. kind: success, info, warning, danger. */
export function notify(text, kind = "info") {
  const toast = document.createElement("div");
  toast.className = `notice notice-toast notice-${kind}`;
  toast.textContent = text;
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), SHOWN_FOR);
}
