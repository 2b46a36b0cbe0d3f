/* What Argilla's web UI gets wrong for people who label by keyboard, put right from outside.
 *
 * 1. In the box that searches labels, Enter takes the one hit; with several or none it does nothing.
 *    (Argilla submits whatever label was chosen before.)
 * 2. A label's number may have any number of digits, also while the label is folded away, and
 *    choosing the label that is chosen already accepts it. (Argilla knows the numbers of the
 *    visible labels only, and the number of a suggestion takes the suggestion back.)
 * 3. The pager counts what has arrived since the page was opened. (Argilla says "61 of 40".)
 * 4. Whoever has a page open learns that the categories have changed. (In Argilla they never do.)
 *
 * It reads the state of Argilla's own Vue components, and does nothing where they are others.
 */
(() => {
  "use strict";

  const LABEL_LISTS = ["LabelSelectionComponent", "EntityLabelSelectionComponent"];
  const NEXT_DIGIT_MS = 800; // how long a number that may go on waits for its next digit
  const SECOND_ENTER_MS = 700; // nobody has read the next inquiry by then
  const LOOK_MS = 5000; // how often to ask whether the categories have changed

  let number = null; // what is being typed: {labels, digits, timer}
  let submittedAt = -Infinity; // when Enter last chose and submitted, in the events' milliseconds

  window.addEventListener("keydown", onKey, true); // before any handler of the page
  if (window.$nuxt) begin(window.$nuxt);
  else window.onNuxtReady?.(begin);

  function begin(nuxt) {
    countWhatArrived(nuxt);
    watchCategories(nuxt);
  }

  function onKey(event) {
    if (event.isComposing) return; // the Enter that ends the writing of, say, a Japanese word
    if (event.key === "Enter" && event.timeStamp - submittedAt < SECOND_ENTER_MS) {
      submittedAt = event.timeStamp; // pressed twice, or held down: meant for what is answered
      return halt(event);
    }
    const labels = labelsAround(event.target);
    if (event.target.id === "searchLabel") return labels && typeInSearch(event, labels);
    if (number && event.key === "Enter") {
      halt(event);
      if (endNumber(true)) submittedAt = event.timeStamp;
      return;
    }
    if (number && event.key === "Backspace") {
      halt(event);
      return forgetNumber();
    }
    const isDigit = /^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (labels && isDigit) {
      halt(event);
      return typeDigit(event.key, labels);
    }
    return number && endNumber(false);
  }

  function typeInSearch(event, labels) {
    if (event.key !== "Enter" || !labels.searchInput) return;
    halt(event);
    const [hit, ...others] = labels.filteredOptions;
    if (!hit || others.length) return;
    labels.searchInput = "";
    if (labels.multiple && hit.isSelected) return;
    if (choose(labels, hit, true)) submittedAt = event.timeStamp;
  }

  function typeDigit(digit, labels) {
    const digits = (number?.labels === labels ? number.digits : "") + digit;
    forgetNumber();
    if (Number(digits) === 0) return;
    number = { labels, digits };
    if (Number(digits) * 10 > labels.options.length) return endNumber(true);
    labels.$el.dataset.number = digits; // shown by the style
    number.timer = setTimeout(() => endNumber(false), NEXT_DIGIT_MS);
  }

  function endNumber(complete) {
    const { labels, digits } = number;
    forgetNumber();
    const option = labels.options[Number(digits) - 1];
    if (!option || !labels.$el.isConnected) return false;
    return choose(labels, option, complete);
  }

  function forgetNumber() {
    if (!number) return;
    clearTimeout(number.timer);
    delete number.labels.$el.dataset.number;
    number = null;
  }

  /* Choose a label; whether that submitted it. Where the label is all that is asked, a complete
   * number submits as well: so Argilla does it. */
  function choose(labels, option, complete) {
    option.isSelected = !(labels.multiple && option.isSelected);
    labels.onSelect(option);
    const form = labels.$el.closest("form").__vue__;
    const [question, ...others] = form.record.questions;
    const isAll = question.isSingleLabelType && others.length === 0;
    const submits = complete && isAll && form.enableAutoSubmitWithKeyboard;
    if (submits) form.onSubmit();
    return submits;
  }

  function labelsAround(element) {
    const labels = element.closest?.(".questions-form .container")?.__vue__;
    return LABEL_LISTS.includes(labels?.$options.name) ? labels : null;
  }

  function halt(event) {
    event.preventDefault(); // Enter in an input of a form presses the form's submit button
    event.stopImmediatePropagation();
  }

  /* Argilla keeps the total of its first request, while a queue goes on being filled. What is
   * pending and what was answered before is the total that the pager's position belongs to. */
  function countWhatArrived({ $axios }) {
    let latest = null; // {pending: how many, answered: ids of those on the page that no longer are}
    $axios.interceptors.response.use((response) => {
      const pager = document.querySelector(".pagination")?.__vue__;
      if (!pager?.records) return response;
      const { url, data } = response.config;
      if (/\/records\/search$/.test(url)) {
        const answered = pager.records.records.filter((record) => !record.isPending);
        const ids = new Set(answered.map((record) => record.id));
        latest = asksForPending(data) ? { pending: response.data.total, answered: ids } : null;
      }
      // When Argilla has stored what arrived, for which it may await other responses, too.
      if (latest !== null) setTimeout(() => showTotal(pager.records, latest));
      return response;
    });
  }

  function showTotal(shown, { pending, answered }) {
    shown.total = pending + shown.records.filter((record) => answered.has(record.id)).length;
  }

  function watchCategories({ $axios }) {
    const known = new Map(); // data set -> its revision when the page was loaded
    setInterval(async () => {
      const [, dataset] = /^\/dataset\/([^/]+)\/annotation-mode/.exec(location.pathname) ?? [];
      if (!dataset || document.hidden || document.querySelector(".parity-notice")) return;
      const { data } = await $axios.get(`/v1/datasets/${dataset}/revision`).catch(() => ({}));
      if (!data) return; // the next look may succeed
      if (!known.has(dataset)) known.set(dataset, data.revision);
      else if (known.get(dataset) !== data.revision) sayThatCategoriesChanged();
    }, LOOK_MS);
  }

  function sayThatCategoriesChanged() {
    const notice = document.createElement("div");
    notice.className = "parity-notice";
    notice.setAttribute("role", "alert");
    const button = document.createElement("button");
    button.textContent = "Show them";
    button.addEventListener("click", () => location.reload());
    notice.append("The categories have changed. ", button);
    document.body.prepend(notice);
  }

  function asksForPending(search) {
    return search.includes('"property":"status"},"values":["pending"]');
  }
})();
