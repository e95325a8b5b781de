// What a form holds, kept in this browser as pairs of name and value.

/** Keep `pairs` under `name`; a full or forbidden storage is no reason to stop typing. */
export function shelve(name, pairs) {
  try {
    localStorage.setItem(name, JSON.stringify(pairs));
  } catch {
    // the server's copy is the one that counts
  }
}

/** Return the pairs kept under `name`, or null. */
export function shelved(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

/** Keep nothing under `name` any longer. */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // nothing was kept then
  }
}

/** Put `pairs` back into the visible controls of `form`; controls of one name take them in turn. */
export function fill(form, pairs) {
  const given = new Map();
  for (const [name, value] of pairs) {
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  for (const control of form.elements) {
    const values = given.get(control.name) ?? [];
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = values.includes(control.value);
    } else if (values.length && !["hidden", "file", "submit"].includes(control.type)) {
      control.value = values.shift();
    }
  }
}
