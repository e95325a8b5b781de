// Forms: one post for one click, questions before it, hand scanners.

import { ask } from "./dialogs.js";

// A download answers without leaving the page; then the form must work again.
const LOCKED_FOR = 8000;

/** Wire every form of this page and of the parts that come later. */
export function wireForms() {
  document.addEventListener("submit", refuseSecondPost, { capture: true });
  document.addEventListener("submit", askFirst, { capture: true });
  document.addEventListener("submit", (event) => lock(event.target));
  document.addEventListener("htmx:finally:request", (event) => unlock(formOf(event)));
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(unlock));
  document.addEventListener("keydown", lookUpOnEnter);
}

function refuseSecondPost(event) {
  if (event.target.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

async function askFirst(event) {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  const submitter = event.submitter;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(question)) {
    form.dataset.confirmed = "yes";
    saySure(form);
    form.requestSubmit(submitter);
  }
}

// The server asks by a page of its own who comes without this field.
function saySure(form) {
  const field = form.querySelector("input[name=sure]") ?? document.createElement("input");
  Object.assign(field, { type: "hidden", name: "sure", value: "yes" });
  form.append(field);
}

// The button is not disabled: its name and value must travel with the form.
function lock(form) {
  if (form.method === "dialog") {
    return;
  }
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => unlock(form), LOCKED_FOR);
}

function unlock(form) {
  if (form?.dataset) {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  }
}

function formOf(event) {
  return event.detail?.ctx?.sourceElement?.closest("form");
}

// A hand scanner types the code and presses Enter: that asks for the code, it does not send the form.
function lookUpOnEnter(event) {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.("[data-lookup]")) {
    return;
  }
  event.preventDefault();
  field.select();
  field.dispatchEvent(new CustomEvent("lookup", { bubbles: true }));
}
