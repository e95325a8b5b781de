// What a form holds, kept in this browser as pairs of name and value, for each window by itself.

const WINDOW = "window";

/** Return the name of this window: it stays when the page is loaded anew. */
export function windowName() {
  try {
    const known = sessionStorage.getItem(WINDOW);
    if (known) {
      return known;
    }
    const name = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
    sessionStorage.setItem(WINDOW, name);
    return name;
  } catch {
    return "";
  }
}

/** Keep `pairs` under `name`; a full or forbidden storage is no reason to stop typing. */
export function shelve(name, window, pairs) {
  try {
    localStorage.setItem(`${name}#${window}`, JSON.stringify(pairs));
  } catch {
    // the server's copy is the one that counts
  }
}

/** Return the pairs kept under `name` by this window, else by one that is closed now, or null. */
export function shelved(name, window) {
  try {
    const own = `${name}#${window}`;
    const others = Object.keys(localStorage).filter((key) => key.startsWith(`${name}#`));
    const key = others.includes(own) ? own : others[0];
    return key ? adopt(key, own) : null;
  } catch {
    return null;
  }
}

/** Keep nothing under `name` of this window any longer. */
export function forget(name, window) {
  try {
    localStorage.removeItem(`${name}#${window}`);
  } catch {
    // nothing was kept then
  }
}

/** Put `pairs` back into the visible controls of `form`; controls of one name take them in turn.
    Only: a choice that is not among the pairs stays as it is. */
export function fill(form, pairs, { only = false } = {}) {
  const given = new Map();
  for (const [name, value] of pairs) {
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  for (const control of form.elements) {
    const values = given.get(control.name) ?? [];
    if (control.type === "checkbox" || control.type === "radio") {
      if (!only || given.has(control.name)) {
        control.checked = values.includes(control.value);
      }
    } else if (values.length && !["hidden", "file", "submit"].includes(control.type)) {
      control.value = values.shift();
    }
  }
}

function adopt(key, own) {
  const kept = localStorage.getItem(key);
  localStorage.removeItem(key);
  localStorage.setItem(own, kept);
  return JSON.parse(kept);
}
