"use strict";
// Sorting and filtering of tables. Without it the tables stand as they are.
document.querySelectorAll("table[data-sort]").forEach(function (table) {
  var body = table.tBodies[0];
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  function key(row, place) {
    var cell = row.cells[place];
    var number = cell.getAttribute("data-v");
    return number === null ? cell.textContent : Number(number);
  }
  function sort(place) {
    var up = heads[place].getAttribute("aria-sort") !== "ascending";
    var numbers = !!body.querySelector("[data-v]:nth-child(" + (place + 1) + ")");
    var rows = Array.prototype.slice.call(body.rows).map(function (row, i) {
      return { row: row, i: i, key: key(row, place) };
    });
    rows.sort(function (a, b) {
      // hidden and missing cells have no number and stay last either way
      if (numbers && typeof a.key !== typeof b.key) { return typeof a.key === "number" ? -1 : 1; }
      if (numbers && typeof a.key === "string") { return a.i - b.i; }
      var order = numbers ? a.key - b.key : a.key.localeCompare(b.key, document.documentElement.lang);
      return (up ? order : -order) || a.i - b.i;
    });
    rows.forEach(function (item) { body.appendChild(item.row); });
    heads.forEach(function (head) { head.removeAttribute("aria-sort"); });
    heads[place].setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  if (body.rows.length > 1) {
    heads.forEach(function (head, place) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = table.getAttribute("data-sort");
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () { sort(place); });
    });
  }
  var words = table.getAttribute("data-filter");
  if (words) {
    var field = document.createElement("input");
    field.type = "search";
    field.placeholder = words;
    field.setAttribute("aria-label", words);
    field.addEventListener("input", function () {
      var wanted = field.value.trim().toLowerCase();
      Array.prototype.forEach.call(body.rows, function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    table.parentNode.parentNode.insertBefore(field, table.parentNode);
  }
});
