// The decision: one button fills every line, and what is asked opens as a dialog. Nothing is sent here.

let wired = false;

/** Wire the buttons that fill the form, and open the question that came with the page. */
export function wake() {
  const question = document.querySelector("dialog:has([data-open-now])");
  if (question && !question.dataset.shown) {
    question.dataset.shown = "yes";
    question.showModal();
  }
  if (wired) {
    return;
  }
  wired = true;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill-decision]");
    if (button) {
      fill(document.getElementById("decision"), button.dataset.fillDecision === "accept");
    }
  });
}

function fill(form, isAccepted) {
  for (const field of form.querySelectorAll("[data-whole]")) {
    put(field, isAccepted ? field.dataset.whole : "0");
    if (isAccepted) {
      const line = field.name.slice(0, -"accepted".length);
      put(form.elements[`${line}reason_code`], "");
      put(form.elements[`${line}reason_text`], "");
    }
  }
  const first = isAccepted ? "[data-whole]" : "[name$=-reason_code]";
  form.querySelector(first)?.focus();
}

function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
