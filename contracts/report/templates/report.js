(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var text = form.elements.text;
  var items = Array.prototype.slice.call(document.querySelectorAll("[data-outcome]"));
  function chosen(name) {
    var found = {};
    form.querySelectorAll("input[name=" + name + "]").forEach(function (box) { found[box.value] = box.checked; });
    return found;
  }
  function apply() {
    var outcomes = chosen("outcome"), levels = chosen("level"), wanted = text.value.trim().toLowerCase(), shown = 0, all = 0;
    items.forEach(function (item) {
      var keep = outcomes[item.dataset.outcome] !== false && levels[item.dataset.level] !== false &&
        (!wanted || item.textContent.toLowerCase().indexOf(wanted) >= 0);
      item.hidden = !keep;
      if (item.classList.contains("clause")) { all += 1; shown += keep ? 1 : 0; }
    });
    document.querySelectorAll(".family").forEach(function (family) {
      family.hidden = !family.querySelector(".clause:not([hidden])");
    });
    form.querySelector(".count").textContent = shown === all ? "" : shown + " of " + all + " clauses";
  }
  function reset() {
    form.reset();
    apply();
  }
  function open() {
    var id = decodeURIComponent(location.hash.slice(1)), target = id && document.getElementById(id);
    if (!target) { return; }
    if (target.hidden) { reset(); }
    if (target.tagName === "DETAILS") { target.open = true; }
    target.scrollIntoView();
  }
  function step(by) {
    var list = items.filter(function (item) { return item.classList.contains("finding") && !item.hidden; });
    if (!list.length) { return; }
    var at = list.findIndex(function (item) { return "#" + item.id === location.hash; });
    location.hash = list[Math.min(list.length - 1, Math.max(0, at + by))].id;
  }
  function copy(button) {
    var code = button.previousElementSibling;
    function done() {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    }
    function byHand() {
      var range = document.createRange();
      range.selectNodeContents(code);
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      if (document.execCommand("copy")) { done(); }
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(code.textContent).then(done, byHand);
    } else {
      byHand();
    }
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  document.addEventListener("click", function (event) {
    if (event.target.classList.contains("copy")) { copy(event.target); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") { reset(); text.blur(); return; }
    if (event.target.tagName === "INPUT" && event.target.type === "search") { return; }
    if (event.key === "/") { event.preventDefault(); text.focus(); }
    if (event.key === "j") { step(1); }
    if (event.key === "k") { step(-1); }
  });
  window.addEventListener("hashchange", open);
  document.querySelectorAll(".finding .code").forEach(function (box) {
    var mark = box.querySelector("mark");
    if (mark) { box.scrollTop = mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2; }
  });
  apply();
  open();
})();
