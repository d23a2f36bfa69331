/* Small comforts of our pages, and what htmx needs for Back. Without JavaScript nothing here is missed. */
(function () {
  "use strict";

  /* Lists that the reader has opened or closed stay so when the search replaces them. */
  var states = {};

  document.addEventListener("toggle", function (event) {
    var list = event.target;
    if (list.id && list.closest("#search-facets")) {
      states[list.id] = list.open;
    }
  }, true);

  document.addEventListener("htmx:oobAfterSwap", function () {
    Object.keys(states).forEach(function (id) {
      var list = document.getElementById(id);
      if (list) {
        list.open = states[id];
      }
    });
  });

  /* CKAN marks its search results and facets hx-swap-oob in whole pages too. When htmx puts such a page back, it
     takes them out of it as if they were an answer, and the page comes back without them. */
  function whole(page) {
    return page.replace(/\shx-swap-oob="[^"]*"/g, "");
  }

  document.addEventListener("htmx:historyCacheHit", function (event) {
    event.detail.item.content = whole(event.detail.item.content);
  });

  document.addEventListener("htmx:historyCacheMissLoad", function (event) {
    event.detail.response = whole(event.detail.response);
  });

  /* A file that is too large is refused before it travels: the server would close the connection meanwhile. */
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.dataset && input.dataset.essMost && input.files && input.files[0]) {
      var tooLarge = input.files[0].size > input.dataset.essMost * 1024 * 1024;
      input.setCustomValidity(tooLarge ? input.dataset.essTooLarge : "");
      input.reportValidity();
    }
  });
})();
