// The habits of htmx in this portal.

import { ask } from "./dialogs.js";
import { notify } from "./notices.js";
import { csrfToken, isWholePage } from "./requests.js";
import { say } from "./words.js";

const UNAUTHORIZED = 401;

/** Add the token to each request; speak of failures; ask hx-confirm in our own dialog. */
export function wireHtmx() {
  document.addEventListener("htmx:config:request", addToken);
  document.addEventListener("htmx:after:request", keepPagesOut);
  document.addEventListener("htmx:error", speakOfSilence);
  document.addEventListener("htmx:confirm", askOurWay);
}

function addToken(event) {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") {
    request.headers["X-CSRFToken"] = csrfToken();
  }
}

// htmx swaps every answer in. A whole page, like "500" or "sign in", does not belong into a part.
function keepPagesOut(event) {
  const { ctx } = event.detail;
  const failed = ctx.response.status >= 400;
  const signedOut = ctx.response.status === UNAUTHORIZED || ctx.response.raw.redirected;
  if (!isWholePage(ctx.text) || !(failed || signedOut)) {
    return;
  }
  event.preventDefault();
  notify(signedOut ? say("signedOut") : pageSentence(ctx.text), "danger");
}

function pageSentence(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-error-sentence]")?.textContent.trim() || say("failed");
}

function speakOfSilence(event) {
  if (event.detail.ctx) {
    notify(say("notReached"), "danger");
  }
}

function askOurWay(event) {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  ask(ctx.confirm).then((yes) => (yes ? issueRequest() : dropRequest()));
}
