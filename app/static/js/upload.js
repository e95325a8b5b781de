// [data-upload-url]: files dropped, chosen or shot are sent one by one, with progress and retry.
// The server answers with the fragment of one file (200), or with a fragment that says why not (4xx).

import { shrinkPhoto } from "./photos.js";
import { fragmentHeaders, isWholePage } from "./requests.js";
import { say } from "./words.js";

const woken = new WeakSet();

/** Wire every upload area that is not wired yet. */
export function wake() {
  for (const area of document.querySelectorAll("[data-upload-url]")) {
    if (!woken.has(area)) {
      woken.add(area);
      wire(area);
    }
  }
}

function wire(area) {
  const zone = area.querySelector("[data-upload-zone]") ?? area;
  area.addEventListener("change", (event) => {
    if (event.target.type === "file") {
      event.stopPropagation(); // a draft around us need not save itself for this
      take(area, [...event.target.files]);
      event.target.value = ""; // or the form around us would send the files once more
    }
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("upload-over", name === "dragenter" || name === "dragover");
    });
  }
  zone.addEventListener("drop", (event) => take(area, [...event.dataTransfer.files]));
}

// One after another: on a weak network three halves are worth less than one whole.
async function take(area, files) {
  const waiting = files.map((file) => ({ file, key: crypto.randomUUID(), row: addRow(area, file) }));
  for (const one of waiting) {
    await deliver(area, one);
  }
}

async function deliver(area, one) {
  tell(one.row, say("shrinking", { name: one.file.name }));
  one.small ??= await shrinkPhoto(one.file);
  const answer = await send(area.dataset.uploadUrl, one.small, one.key, (percent) => {
    tell(one.row, say("uploading", { name: one.file.name, percent }), percent);
  });

  if (answer.status >= 200 && answer.status < 300) {
    one.row.remove();
    append(area, answer.text);
  } else if (answer.status >= 400 && answer.status < 500 && !isWholePage(answer.text)) {
    one.row.outerHTML = answer.text;
  } else {
    offerRetry(area, one);
  }
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function send(url, file, key, onProgress) {
  const form = new FormData();
  form.append("command_key", key); // the same at every attempt: the server keeps one file
  form.append("file", file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(fragmentHeaders())) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (event) => {
      onProgress(Math.round((100 * event.loaded) / event.total));
    });
    request.addEventListener("loadend", () => {
      resolve({ status: request.status, text: request.responseText });
    });
    request.send(form);
  });
}

function append(area, fragment) {
  const list = document.querySelector(area.dataset.uploadList);
  list.insertAdjacentHTML("beforeend", fragment);
  window.htmx?.process(list.lastElementChild);
  list.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
}

function addRow(area, file) {
  const row = document.createElement("li");
  row.innerHTML = '<span class="upload-name"></span><progress max="100" value="0"></progress>';
  area.querySelector("[data-upload-queue]").append(row);
  tell(row, file.name);
  return row;
}

function tell(row, text, percent = 0) {
  row.querySelector(".upload-name").textContent = text;
  row.querySelector("progress").value = percent;
}

function offerRetry(area, one) {
  tell(one.row, say("uploadFailed", { name: one.file.name }));
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn";
  again.textContent = say("retry");
  again.addEventListener("click", () => {
    again.remove();
    deliver(area, one);
  });
  one.row.append(again);
}
