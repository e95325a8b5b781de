// The texts scripts say; they are translated on the server (components/spoken.html).

const words = JSON.parse(document.getElementById("spoken-words")?.textContent ?? "{}");

/** Return the text named `key` with its {places} filled from `values`. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** Return a moment's hours and minutes in the page's language. */
export function clockTime(moment = new Date()) {
  const form = { hour: "2-digit", minute: "2-digit" };
  return moment.toLocaleTimeString(document.documentElement.lang, form);
}
