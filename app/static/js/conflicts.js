// Fields that another window changed too: what it saved stands beside them, with the choice.

import { say } from "./words.js";

/** Show what another window saved beside each field; `choose(name, mark, value?)` hears the choice. */
export function showConflicts(form, conflicts, choose) {
  for (const [name, theirs] of Object.entries(conflicts)) {
    placeOf(form, name)?.append(note(name, theirs, choose));
  }
}

/** Take all notes away. */
export function clearConflicts(form) {
  for (const note of form.querySelectorAll("[data-conflict]")) {
    note.remove();
  }
}

function placeOf(form, name) {
  const control = [...form.elements].find((one) => one.name === name && one.type !== "hidden");
  return control?.closest("fieldset") ?? control?.parentElement;
}

function note(name, theirs, choose) {
  const place = document.createElement("div");
  place.className = "notice notice-warning mt-2 mb-0";
  place.dataset.conflict = name;
  place.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.className = "notice-words";
  const said = document.createElement("p");
  said.className = "prose";
  said.textContent = say("changedElsewhere", { theirs: theirs.words });
  const buttons = document.createElement("div");
  buttons.className = "btn-list";
  buttons.append(
    button(say("keepMine"), () => choose(name, theirs.mark)),
    button(say("takeTheirs"), () => choose(name, theirs.mark, theirs.value)),
  );
  words.append(said, buttons);
  place.append(words);
  return place;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
