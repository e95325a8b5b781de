// The door of the page's scripts: small habits here, larger parts are loaded when a page needs them.

import { wireDialogs } from "./dialogs.js";
import { wireForms } from "./forms.js";
import { wireHtmx } from "./habits.js";
import { notify } from "./notices.js";
import { say } from "./words.js";

const PARTS = {
  "[data-scan-target]": () => import("./scanner.js"),
  "[data-upload-url]": () => import("./upload.js"),
  "[data-autosave-url]": () => import("./draft.js"),
  "[data-fill-decision], [data-open-now]": () => import("./decision.js"),
  "[data-keep]": () => import("./keep.js"),
  "[data-hotkeys], [data-hotkey]": () => import("./hotkeys.js"),
};

wireDialogs();
wireForms();
wireHtmx();
wireTheme();
wireCopying();
wireDropMenus();
wakeParts();
showToday();
document.addEventListener("htmx:after:swap", wakeParts);
document.querySelector("[data-focus-me]")?.focus();

function wakeParts() {
  for (const [selector, load] of Object.entries(PARTS)) {
    if (document.querySelector(selector)) {
      load().then((part) => part.wake());
    }
  }
}

// A wide chart begins with the days around today, not with the oldest ones.
function showToday() {
  for (const frame of document.querySelectorAll("[data-show-percent]")) {
    const place = (frame.scrollWidth * Number(frame.dataset.showPercent)) / 100;
    frame.scrollLeft = place - frame.clientWidth / 2;
  }
}

function wireTheme() {
  onClick("[data-theme-toggle]", () => {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
  });
}

function wireCopying() {
  onClick("[data-copy]", async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    notify(say("copied"), "success");
  });
}

function wireDropMenus() {
  const closeOthers = (target) => {
    for (const menu of document.querySelectorAll("[data-drop][open]")) {
      menu.open = menu.contains(target);
    }
  };
  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("[data-drop][open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function onClick(selector, act) {
  document.addEventListener("click", (event) => {
    const found = event.target.closest(selector);
    if (found) {
      act(found);
    }
  });
}
