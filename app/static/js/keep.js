// [data-keep="name"]: what is typed into a text stays in this browser until it is sent: over a
// signed-out session, a lost network or a closed window.

import { forget, shelve, shelved, windowName } from "./shelf.js";

const woken = new WeakSet();

/** Wire every text that is not wired yet, and put back what was typed and not sent. */
export function wake() {
  for (const area of document.querySelectorAll("[data-keep]")) {
    if (!woken.has(area)) {
      woken.add(area);
      wire(area);
    }
  }
}

function wire(area) {
  const name = `text-${area.dataset.keep}`;
  const typed = shelved(name, windowName())?.[0]?.[1] ?? "";
  if (typed && isSent(typed)) {
    forget(name, windowName());
  } else if (typed && !area.value) {
    area.value = typed;
  }
  area.addEventListener("input", () => {
    if (area.value) {
      shelve(name, windowName(), [[area.name, area.value]]);
    } else {
      forget(name, windowName());
    }
  });
}

// The newest message of one's own is what was typed: then it has arrived.
function isSent(typed) {
  const own = [...document.querySelectorAll(".message-mine [data-message-text]")];
  return own.some((text) => squeezed(text.textContent) === squeezed(typed));
}

function squeezed(text) {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}
