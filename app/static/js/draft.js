// <form data-autosave-url="…">: saves itself while one types; nothing typed is ever lost.
// What the server has not acknowledged stays in this browser and comes back with the page.

import { csrfToken } from "./requests.js";
import { fill, forget, shelve, shelved } from "./shelf.js";
import { clockTime, say } from "./words.js";

const PAUSE = 800;
const RETRY = 5000;
const LEFT_OUT = ["csrf_token", "command_key"];
const SAVED = "saved";
const REFUSED = "refused"; // trying again without a change would not help
const LATER = "later";

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
  }

  change() {
    this.dirty = true;
    shelve(this.shelf, this.values());
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
    const outcome = await this.post();
    this.saving = false;
    this.settle(outcome);
  }

  settle(outcome) {
    if (outcome === SAVED && !this.dirty) {
      forget(this.shelf);
      this.tell(say("saved", { time: clockTime() }));
    } else if (outcome === SAVED) {
      this.later(PAUSE);
    } else if (outcome === REFUSED) {
      this.tell(say("failed"), "warning");
    } else {
      this.dirty = true;
      this.tell(say("notSaved"), "warning");
      this.later(RETRY);
    }
  }

  // A redirect leads to the sign-in page: the session is over, the words stay on the shelf.
  async post() {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const body = new URLSearchParams(this.values());
    try {
      const answer = await fetch(this.url, { method: "POST", headers, body, redirect: "error" });
      const theirFault = answer.status >= 500 || answer.status === 401;
      return answer.ok ? SAVED : theirFault ? LATER : REFUSED;
    } catch {
      return LATER;
    }
  }

  values() {
    const pairs = [...new FormData(this.form)];
    return pairs.filter(([name, value]) => typeof value === "string" && !LEFT_OUT.includes(name));
  }

  restore() {
    const pairs = shelved(this.shelf);
    if (!pairs) {
      return;
    }
    fill(this.form, pairs);
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

