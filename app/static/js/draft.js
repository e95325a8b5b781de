// <form data-autosave-url="…">: saves itself while one types; nothing typed is ever lost.
// What the server has not acknowledged stays in this browser and comes back with the page.

import { clearConflicts, showConflicts } from "./conflicts.js";
import { csrfToken } from "./requests.js";
import { fill, forget, shelve, shelved, windowName } from "./shelf.js";
import { clockTime, say } from "./words.js";

const PAUSE = 800;
const RETRY = 5000;
const LEFT_OUT = ["csrf_token", "command_key"];
const SAVED = "saved";
const REFUSED = "refused"; // trying again without a change would not help
const LATER = "later";
const CONFLICT = "conflict"; // another window has changed the same fields
const SEEN = "seen"; // the field with the marks of what this window has seen

const woken = new WeakSet();

/** Let every draft on the page save itself. */
export function wake() {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    if (!woken.has(form)) {
      woken.add(form);
      new Draft(form).watch();
    }
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosaveUrl;
    this.shelf = `draft:${this.url}`;
    this.seen = form.elements.namedItem(SEEN);
    this.unheard = []; // what was sent and not answered: the server may have kept it all the same
    this.chosen = new Map(); // what the writer chose while an older save was still under way
    this.timer = null;
    this.dirty = false;
    this.saving = false;
  }

  watch() {
    this.restore();
    this.form.addEventListener("input", () => this.change());
    this.form.addEventListener("change", () => this.change());
    this.form.addEventListener("focusout", () => this.dirty && this.save());
    this.form.addEventListener("submit", () => clearTimeout(this.timer));
    window.addEventListener("online", () => this.dirty && this.save());
    if ([...this.form.elements].some(isTyped)) {
      this.change(); // before this script was there
    }
  }

  change() {
    this.dirty = true;
    shelve(this.shelf, windowName(), this.values());
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  // What is typed while a save is under way makes the draft dirty again and is saved after it.
  async save() {
    clearTimeout(this.timer);
    if (this.saving) {
      return;
    }
    this.saving = true;
    this.dirty = false;
    this.tell(say("saving"));
    const sent = this.values();
    const outcome = await this.post(sent);
    if (outcome === LATER) {
      this.unheard.push(new Map(sent));
    }
    this.saving = false;
    this.settle(outcome);
  }

  settle(outcome) {
    if (outcome === SAVED && !this.dirty) {
      forget(this.shelf, windowName());
      this.tell(say("saved", { time: clockTime() }));
      this.tellOfLines();
    } else if (outcome === SAVED) {
      this.later(PAUSE);
    } else if (outcome === CONFLICT) {
      this.tell(say("choose"), "warning");
      if (this.dirty) {
        this.later(PAUSE);
      }
    } else if (outcome === REFUSED) {
      this.tell(say("failed"), "warning");
    } else {
      this.dirty = true;
      this.tell(say("notSaved"), "warning");
      this.later(RETRY);
    }
  }

  // A redirect leads to the sign-in page: the session is over, the words stay on the shelf.
  async post(sent) {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const body = new URLSearchParams(sent);
    try {
      const answer = await fetch(this.url, { method: "POST", headers, body, redirect: "error" });
      const theirFault = answer.status >= 500 || answer.status === 401;
      return answer.ok ? this.hear(await answer.json(), sent) : theirFault ? LATER : REFUSED;
    } catch {
      return LATER;
    }
  }

  // What only another window changed comes into this one, unless somebody is typing there now:
  // then it stays unseen, and the next save tells of it.
  hear(news, sent) {
    const before = new Map(sent);
    const now = new Map(this.values());
    const sentSeen = JSON.parse(before.get(SEEN));
    const seen = { ...news.seen };
    for (const [name, value] of Object.entries(news.taken)) {
      if ((now.get(name) ?? "") === (before.get(name) ?? "")) {
        fill(this.form, [[name, value]], { only: true });
      } else {
        seen[name] = sentSeen[name];
      }
    }
    for (const [name, mark] of this.chosen) {
      if (sentSeen[name] === mark) {
        this.chosen.delete(name);
      } else {
        seen[name] = mark;
        delete news.conflicts[name];
      }
    }
    for (const [name, theirs] of Object.entries(news.conflicts)) {
      if (this.unheard.some((one) => isSame(one.get(name) ?? "", theirs.value))) {
        seen[name] = theirs.mark; // no other window: our own words, whose answer was lost
        this.dirty = true;
        delete news.conflicts[name];
      }
    }
    this.unheard = [];
    this.seen.value = JSON.stringify(seen);
    this.lines = news.lines;
    clearConflicts(this.form);
    showConflicts(this.form, news.conflicts, (name, mark, value) => this.choose(name, mark, value));
    return Object.keys(news.conflicts).length ? CONFLICT : SAVED;
  }

  // From now on this window has seen what the other one saved: the next save is a decision.
  choose(name, mark, value) {
    this.chosen.set(name, mark);
    this.seen.value = JSON.stringify({ ...JSON.parse(this.seen.value), [name]: mark });
    if (value !== undefined) {
      fill(this.form, [[name, value]], { only: true });
    }
    this.change();
    this.save();
  }

  tellOfLines() {
    const shown = (this.form.dataset.lines ?? "").split(",").filter(Boolean);
    if (!this.lines || String(shown.toSorted()) === String(this.lines.toSorted())) {
      return;
    }
    this.tell(`${say("linesChanged")} `, "warning");
    const link = document.createElement("a");
    link.href = window.location.pathname;
    link.textContent = say("showLines");
    this.form.querySelector("[data-autosave-state]")?.append(link);
  }

  values() {
    const pairs = [...new FormData(this.form)];
    return pairs.filter(([name, value]) => typeof value === "string" && !LEFT_OUT.includes(name));
  }

  restore() {
    const pairs = shelved(this.shelf, windowName());
    if ("refused" in this.form.dataset) {
      forget(this.shelf, windowName()); // the page came back with what was typed in it
      return;
    }
    if (!pairs) {
      return;
    }
    fill(this.form, pairs);
    this.seen.value = new Map(pairs).get(SEEN) ?? this.seen.value; // what those words were typed over
    this.tell(say("restored"), "warning");
    this.dirty = true;
    this.later(PAUSE);
  }

  tell(text, kind = "") {
    const place = this.form.querySelector("[data-autosave-state]");
    if (place) {
      place.textContent = text;
      place.dataset.kind = kind;
    }
  }
}

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
}

function isSame(typed, kept) {
  return typed.replaceAll("\r\n", "\n").trim() === kept.replaceAll("\r\n", "\n").trim();
}
