// <button data-scan-target="#code">: reads a code with the camera into that field.

import { readCode } from "./camera.js";
import { say } from "./words.js";

const REASONS = {
  NotFoundError: "noCamera",
  OverconstrainedError: "noCamera",
  NotAllowedError: "cameraRefused",
  NotReadableError: "cameraBusy",
  NotSupportedError: "scannerMissing",
};

let wired = false;

/** Wire the scan buttons once; buttons that come later are served too. */
export function wake() {
  if (wired) {
    return;
  }
  wired = true;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-scan-target]");
    const field = button && document.querySelector(button.dataset.scanTarget);
    if (field) {
      scanInto(field);
    }
  });
}

async function scanInto(field) {
  const dialog = document.getElementById("scan");
  const spoken = dialog.querySelector(".scan-words");
  const closing = new AbortController();
  dialog.addEventListener("close", () => closing.abort(), { once: true });
  spoken.textContent = say("lookAtCode");
  dialog.showModal();

  try {
    const code = await readCode(dialog.querySelector("video"), closing.signal);
    if (code !== null) {
      dialog.close();
      put(code, field);
    }
  } catch (error) {
    spoken.textContent = say(REASONS[error.name] ?? "noCamera");
  }
}

function put(code, field) {
  field.value = code;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
  navigator.vibrate?.(60);
}
