// Keys for those who sit. In a table with data-hotkeys J and K go from row to row; any key named by
// data-hotkey="a" presses that button, in the row one stands in or else on the page; ? shows the help,
// which lists what is on this page. No key of this kind sends a form: a stray letter decides nothing.

const SWITCH = "hotkeys";
const ROWS = "[data-hotkeys] tbody tr";
const WAYS = { j: 1, k: -1 };

let wired = false;

/** Listen for keys, once for the page. */
export function wake() {
  if (wired) {
    return;
  }
  wired = true;
  document.addEventListener("keydown", (event) => {
    if (!isForUs(event)) {
      return;
    }
    if (press(event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
  wireSwitch();
}

function isForUs(event) {
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  return !typing && !chord && !document.querySelector("dialog[open]") && mayListen(event.key);
}

function press(key) {
  if (key === "?") {
    showHelp();
    return true;
  }
  const button = buttonFor(key);
  if (button) {
    button.focus();
    button.click();
    return true;
  }
  return key in WAYS && step(WAYS[key]);
}

function showHelp() {
  const help = document.getElementById("hotkeys");
  const list = help.querySelector(".keys");
  list.querySelectorAll("[data-key-of-page]").forEach((line) => line.remove());
  const hasRows = Boolean(document.querySelector(ROWS));
  list.querySelectorAll("[data-keys-of-lists]").forEach((line) => (line.hidden = !hasRows));
  for (const [key, words] of keysOfPage()) {
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    const letter = document.createElement("kbd");
    letter.textContent = key.toUpperCase();
    term.append(letter);
    meaning.textContent = words;
    for (const part of [term, meaning]) {
      part.dataset.keyOfPage = "";
    }
    list.prepend(term, meaning);
  }
  help.showModal();
}

function keysOfPage() {
  const found = new Map();
  for (const button of document.querySelectorAll("[data-hotkey]")) {
    found.set(button.dataset.hotkey, button.getAttribute("aria-label") ?? button.textContent.trim());
  }
  return found;
}

function buttonFor(key) {
  const name = `[data-hotkey="${CSS.escape(key)}"]`;
  const row = currentRow();
  if (row) {
    return row.querySelector(name);
  }
  return [...document.querySelectorAll(name)].find((button) => !button.closest(ROWS));
}

function step(way) {
  const rows = [...document.querySelectorAll(ROWS)];
  const here = rows.indexOf(currentRow());
  const next = rows[here === -1 && way < 0 ? rows.length - 1 : here + way];
  next?.querySelector("a, button")?.focus();
  return Boolean(next);
}

function currentRow() {
  return document.activeElement?.closest(ROWS) ?? null;
}

// Single keys must be possible to turn off (WCAG 2.1.4): speech input types letters.
function wireSwitch() {
  const box = document.querySelector("[data-hotkeys-switch]");
  box.checked = localStorage.getItem(SWITCH) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
}

function mayListen(key) {
  return key === "?" || localStorage.getItem(SWITCH) !== "off";
}
