"use strict";
// The page's own script. Data of documents becomes text nodes and attributes' values, never markup.
(() => {
  const PAGE = 100;
  const DOCUMENT_PAGE = 50;
  const PRINTED = 500;
  const [RULE, VERDICT, SEVERITY, DOCUMENT, MESSAGE, SPOT, PATH, STATE, NUMBER, TEXT] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const VERDICTS = ["violation", "undetermined"];
  const SEVERITIES = ["error", "warning"];
  const STATES = ["new", "waived", "known"];
  const SIGNS = {
    v: ["violation", "✗"],
    e: ["error", "!"],
    u: ["undetermined", "?"],
    j: ["not_judged", "∅"],
    p: ["pass", "✓"],
    n: ["not_applicable", "–"],
    "-": ["none", ""],
  };
  const LANGUAGES = ["en", "zh"];
  const LOCALES = { en: "en", zh: "zh-Hans" };

  const parse = (node) => JSON.parse(node.textContent);
  const data = parse(document.getElementById("data"));
  const rules = data.rules;
  const listed = (name) => {
    const found = [];
    for (let number = 0; number < data.blocks[name]; number += 1) {
      for (const each of parse(document.getElementById(`${name}-${number}`))) found.push(each);
    }
    return found;
  };
  // A document is its number, input, id, verdict, statuses, and the blocks that say more.
  const documents = listed("documents");
  for (const each of documents) each[5] = each[5] === null ? [] : [each[5]];
  const graver = (a, b) => (data.signs.indexOf(a) <= data.signs.indexOf(b) ? a : b);
  for (const [place, id, verdict, signs, block] of listed("changes")) {
    const each = documents[place];
    each[2] = each[2] === null ? id : each[2];
    each[3] = verdict;
    each[4] = rules.map((_, rule) => graver(each[4][rule] || "-", signs[rule] || "-")).join("");
    if (block !== null) each[5].push(block);
  }
  const byNumber = documents.map((_, place) => place).sort((a, b) => documents[a][0] - documents[b][0]);
  const rows = listed("rows");
  rows.forEach((row, number) => (row[NUMBER] = number));
  const read = new Map();
  const blockOf = (name, number) => {
    const id = `${name}-${number}`;
    if (!read.has(id)) read.set(id, parse(document.getElementById(id)));
    return read.get(id);
  };

  let lang = data.lang;
  let words = data.words[lang];
  const state = {
    verdict: "",
    severity: "",
    rule: "",
    state: "",
    text: "",
    sort: "document",
    down: false,
    page: 0,
    open: new Set(),
    found: [],
    printing: false,
  };
  const listing = { verdict: "", text: "", page: 0, open: new Set(), found: [] };

  // Elements

  const el = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === false || value === null || value === undefined) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : String(value));
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };
  const outside = (text) => el("bdi", null, text);
  // A path or a name, which goes on in the next line after a sign rather than inside a word.
  const broken = (text, after = /(?<=[/_])/) =>
    el("bdi", null, text.split(after).flatMap((part, number) => (number ? [el("wbr"), part] : [part])));
  const path = (text) => broken(text, /(?<=[._])/);
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const count = (number) => number.toLocaleString("en-US");
  const titleOf = (rule) => rules[rule][3][LANGUAGES.indexOf(lang)];

  const select = (label, value, options, change) => {
    const box = el("select", { onchange: () => change(box.value) });
    for (const [key, text] of options) box.append(el("option", { value: key, selected: key === value }, text));
    return el("label", null, el("span", null, label), box);
  };
  const searchBox = (value, change) => {
    let waiting = 0;
    const box = el("input", {
      type: "search",
      value,
      placeholder: words.search_hint,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => change(box.value), 150);
      },
    });
    return el("label", { class: "search" }, el("span", null, words.search), box);
  };
  const pager = (of, size, again) => {
    const total = of.found.length;
    const last = Math.max(0, Math.ceil(total / size) - 1);
    if (last === 0) return null;
    const to = (page, name) =>
      el("button", { type: "button", disabled: page < 0 || page > last, onclick: () => again(page, name) }, words[name]);
    const values = { from: count(of.page * size + 1), to: count(Math.min(total, (of.page + 1) * size)), total: count(total) };
    return el(
      "nav",
      { class: "pager", "aria-label": say(words.pages, values) },
      to(of.page - 1, "previous"),
      el("span", null, say(words.pages, values)),
      to(of.page + 1, "next"),
    );
  };

  // Findings

  const searched = (row) => {
    if (row[TEXT] === undefined) {
      const [, input, id] = documents[row[DOCUMENT]];
      const rule = rules[row[RULE]];
      row[TEXT] = [row[MESSAGE], input, id || "", rule[0], rule[2], ...rule[3], row[PATH]].join("\n").toLowerCase();
    }
    return row[TEXT];
  };
  const orders = {
    verdict: (a, b) => a[VERDICT] - b[VERDICT] || a[SEVERITY] - b[SEVERITY],
    finding: (a, b) => (a[MESSAGE] < b[MESSAGE] ? -1 : a[MESSAGE] > b[MESSAGE] ? 1 : 0),
    rule: (a, b) => a[RULE] - b[RULE],
    document: () => 0,
  };
  const byDocument = (a, b) => documents[a[DOCUMENT]][0] - documents[b[DOCUMENT]][0] || a[NUMBER] - b[NUMBER];

  const refine = () => {
    const text = state.text.trim().toLowerCase();
    state.found = rows.filter(
      (row) =>
        (state.verdict === "" || row[VERDICT] === Number(state.verdict)) &&
        (state.severity === "" || row[SEVERITY] === Number(state.severity)) &&
        (state.rule === "" || row[RULE] === Number(state.rule)) &&
        (state.state === "" || row[STATE] === Number(state.state)) &&
        (text === "" || searched(row).includes(text)),
    );
    const sign = state.down ? -1 : 1;
    const order = orders[state.sort];
    state.found.sort((a, b) => sign * (order(a, b) || (state.sort === "document" ? byDocument(a, b) : 0)) || byDocument(a, b));
  };

  const view = {};
  const showFindings = () => {
    const place = document.getElementById("findings");
    place.replaceChildren(el("h2", null, words.findings));
    if (rows.length === 0) {
      place.append(el("p", null, words.no_findings));
      return;
    }
    const change = (key) => (value) => {
      state[key] = value;
      state.page = 0;
      update();
    };
    const used = [...new Set(rows.map((row) => row[RULE]))].sort((a, b) => a - b);
    const all = ["", words.all];
    const choices = (names, texts) => [all, ...names.map((name, number) => [String(number), texts[name]])];
    view.filters = el(
      "form",
      { class: "filters", onsubmit: (event) => event.preventDefault() },
      searchBox(state.text, change("text")),
      select(words.verdict, state.verdict, choices(VERDICTS, words.verdicts), change("verdict")),
      select(words.severity, state.severity, choices(SEVERITIES, words.severities), change("severity")),
      select(words.rule, state.rule, [all, ...used.map((rule) => [String(rule), rules[rule][0]])], change("rule")),
      rows.some((row) => row[STATE] !== 0) ? select(words.state, state.state, choices(STATES, words), change("state")) : null,
      el("button", { type: "button", class: "quiet", onclick: reset }, words.reset),
    );
    view.status = el("p", { role: "status", "aria-live": "polite", class: "status" });
    view.open = el("button", { type: "button", class: "quiet", onclick: openPage });
    view.head = el("tr", { role: "row" });
    view.body = el("tbody", { role: "rowgroup" });
    view.foot = el("div");
    place.append(
      view.filters,
      el("div", { class: "over" }, view.status, view.open),
      el(
        "table",
        { class: "found", role: "table" },
        el("caption", { class: "unseen" }, words.findings),
        el("thead", { role: "rowgroup" }, view.head),
        view.body,
      ),
      view.foot,
    );
    if (lang !== data.lang) place.insertBefore(el("p", { class: "note" }, words.spoken), view.filters);
    if (data.held < data.findings) {
      const values = { kept: count(data.held), total: count(data.findings) };
      place.insertBefore(el("p", { class: "note told" }, say(words.not_told, values)), view.filters);
    }
    update();
  };

  const reset = () => {
    Object.assign(state, { verdict: "", severity: "", rule: "", state: "", text: "", page: 0 });
    showFindings();
    view.filters.querySelector("input").focus();
  };
  const update = () => {
    refine();
    drawHead();
    drawBody();
  };
  const sortBy = (key) => {
    state.down = state.sort === key && !state.down;
    state.sort = key;
    state.page = 0;
    update();
    view.head.querySelector(`[data-key="${key}"]`).focus();
  };
  const drawHead = () => {
    const sorted = (key) => (state.sort === key ? (state.down ? "descending" : "ascending") : "none");
    const cell = (key) =>
      el(
        "th",
        { role: "columnheader", scope: "col", "aria-sort": sorted(key), class: `of-${key}` },
        state.printing
          ? words[key]
          : el("button", { type: "button", "data-key": key, title: say(words.sort_by, { name: words[key] }), onclick: () => sortBy(key) }, words[key]),
      );
    view.head.replaceChildren(
      cell("verdict"),
      cell("finding"),
      cell("rule"),
      cell("document"),
      el("th", { role: "columnheader", scope: "col", class: "of-place" }, words.place),
    );
  };
  const onPage = () =>
    state.printing ? state.found.slice(0, PRINTED) : state.found.slice(state.page * PAGE, (state.page + 1) * PAGE);
  const drawBody = () => {
    const shown = onPage();
    view.body.replaceChildren(...shown.flatMap(rowsOf));
    if (shown.length === 0) {
      view.body.append(el("tr", { role: "row" }, el("td", { role: "cell", colspan: 5 }, words.none_match)));
    }
    const values = { shown: count(state.found.length), total: count(rows.length) };
    const printed = { shown: count(shown.length), total: count(state.found.length) };
    const cut = state.printing && shown.length < state.found.length;
    view.status.textContent = cut ? say(words.printed, printed) : say(words.shown_of, values);
    view.foot.replaceChildren(...[pager(state, PAGE, toPage)].filter(Boolean));
    labelOpen();
  };
  const labelOpen = () => {
    const all = onPage().every((row) => state.open.has(row[NUMBER]));
    view.open.textContent = all ? words.collapse_all : words.expand_all;
    view.open.setAttribute("aria-expanded", String(all));
  };
  const openPage = () => {
    const shown = onPage();
    const all = shown.every((row) => state.open.has(row[NUMBER]));
    for (const row of shown) {
      if (all) state.open.delete(row[NUMBER]);
      else state.open.add(row[NUMBER]);
    }
    drawBody();
  };
  const toPage = (page, name) => {
    state.page = page;
    drawBody();
    document.getElementById("findings").scrollIntoView();
    const buttons = [...view.foot.querySelectorAll("button")];
    const button = buttons[name === "previous" ? 0 : 1];
    (button.disabled ? buttons.find((each) => !each.disabled) : button).focus({ preventScroll: true });
  };

  const rowsOf = (row) => {
    const [, input, id] = documents[row[DOCUMENT]];
    const rule = rules[row[RULE]];
    const verdict = VERDICTS[row[VERDICT]];
    const open = state.printing || state.open.has(row[NUMBER]);
    const name = `finding-${row[NUMBER]}`;
    const button = el(
      "button",
      { type: "button", class: "opener", "aria-expanded": String(open), "aria-controls": name, onclick: () => toggle() },
      outside(row[MESSAGE]),
    );
    const cell = (kind, ...content) => el("td", { role: "cell", class: `of-${kind}` }, ...content);
    const line = el(
      "tr",
      { role: "row", class: `row ${verdict} ${row[STATE] === 0 ? "" : "excused"}` },
      cell(
        "verdict",
        el("span", { class: `badge ${verdict}` }, words.verdicts[verdict]),
        el("span", { class: `severity ${SEVERITIES[row[SEVERITY]]}` }, words.severities[SEVERITIES[row[SEVERITY]]]),
        row[STATE] === 0 ? null : el("span", { class: "severity" }, words[STATES[row[STATE]]]),
      ),
      cell("finding", button),
      cell("rule", el("span", { class: "rule-id" }, path(rule[0])), el("span", { class: "title" }, outside(titleOf(row[RULE])))),
      cell("document", broken(input), id === null ? null : el("span", { class: "id" }, outside(id))),
      cell("place", outside(row[SPOT]), el("span", { class: "path" }, path(row[PATH]))),
    );
    const inside = el("td", { role: "cell", colspan: 5 });
    const below = el("tr", { role: "row", class: "details", id: name, hidden: !open }, inside);
    if (open) inside.append(detailsOf(row));
    const toggle = () => {
      const opens = below.hidden;
      if (opens && !inside.firstChild) inside.append(detailsOf(row));
      below.hidden = !opens;
      button.setAttribute("aria-expanded", String(opens));
      if (opens) state.open.add(row[NUMBER]);
      else state.open.delete(row[NUMBER]);
      labelOpen();
    };
    return [line, below];
  };

  // One finding, opened

  const detailsOf = (row) => {
    const found = blockOf("details", Math.floor(row[NUMBER] / data.details))[row[NUMBER] % data.details];
    const rule = rules[row[RULE]];
    const parts = [
      [words.rule, el("p", null, el("code", null, outside(rule[0])), ` · ${words.clause} `, outside(rule[2]), " · ", outside(titleOf(row[RULE])))],
      [words.note, rule[4] && el("p", null, outside(rule[4]))],
      [words.place, found.place && el("p", null, broken(found.place), row[PATH] && el("code", { class: "path" }, path(row[PATH])))],
      [found.grouped ? words.group : words.subject, found.subject && el("p", null, outside(found.grouped ? found.subject[1] : found.subject.join(" ")))],
      [words.excerpt, found.excerpt && excerptOf(found.excerpt)],
      [words.read, found.read && readsOf(found.read, found.read_more)],
      [words.missing, found.missing && listOf(found.missing.map((each) => el("code", null, path(each))), found.missing_more)],
      [words.because, found.because && chainOf(found.because, found.because_more)],
      [words.related, found.related && listOf(found.related.map(relatedOf), found.related_more)],
      [words.waiver, found.waiver && waiverOf(found.waiver)],
      [words.fingerprint, el("p", null, el("code", { class: "all" }, found.fingerprint))],
    ];
    return el(
      "dl",
      null,
      parts.filter(([, content]) => content).map(([name, content]) => el("div", null, el("dt", null, name), el("dd", null, content))),
    );
  };
  const moreOf = (more) => (more ? say(words.more, { count: count(more) }) : null);
  const listOf = (items, more) =>
    el("ul", null, items.map((item) => el("li", null, item)), more ? el("li", null, moreOf(more)) : null);
  const relatedOf = ([place, id]) => [broken(place), id && el("span", { class: "id" }, outside(id))];
  const waiverOf = ([reason, owner, expires, place]) =>
    el("p", null, outside(say(words.waiver_line, { reason, owner, expires })), el("span", { class: "id" }, outside(place)));
  const excerptOf = ([number, before, marked, after, width]) =>
    el(
      "div",
      { class: "excerpt", tabindex: 0, role: "group", "aria-label": words.excerpt },
      el("div", { class: "line" }, el("span", { class: "gutter" }, number), el("code", null, before, el("mark", null, marked), after)),
      el(
        "div",
        { class: "line carets", "aria-hidden": "true" },
        el("span", { class: "gutter" }, " ".repeat(number.length)),
        el("code", null, el("span", { class: "ghost" }, before), "^".repeat(width)),
      ),
    );
  const readOf = ([name, value, place, told]) => [
    el("code", null, path(name)),
    told ? ": " : " = ",
    value === null ? el("i", null, words.absent) : el(told ? "q" : "code", { class: told ? "words" : "value" }, outside(value)),
    place && el("span", { class: "id" }, outside(place)),
  ];
  const readsOf = (reads, more) => {
    const table = el("table", { class: "reads" });
    for (const [name, value, place, told] of reads) {
      const shown = value === null ? el("i", null, words.absent) : el("code", { class: told ? "words" : "value" }, outside(value));
      table.append(el("tr", null, el("th", { scope: "row" }, el("code", null, path(name))), el("td", null, shown), el("td", { class: "id" }, outside(place))));
    }
    if (more) table.append(el("tr", null, el("td", { colspan: 3 }, moreOf(more))));
    return table;
  };
  const chainOf = (items, more) => {
    const top = el("ul", { class: "chain" });
    const lists = [top];
    for (const [depth, item, repeated] of items) {
      const level = Math.min(depth, lists.length);
      lists.length = Math.min(lists.length, level + 1);
      if (level === lists.length) {
        const inner = el("ul");
        (lists[level - 1].lastChild || lists[level - 1]).append(inner);
        lists.push(inner);
      }
      lists[level].append(el("li", null, repeated === undefined ? readOf(item) : factOf(item, repeated)));
    }
    if (more) top.append(el("li", null, moreOf(more)));
    return top;
  };
  const factOf = ([fact, holds, subject, values], repeated) => [
    el("b", null, outside(fact)),
    ` ${words.states[holds]}`,
    subject && el("span", { class: "id" }, outside(subject.join(" "))),
    values.map(([name, value]) => el("span", { class: "of-fact" }, outside(name), " = ", value === null ? el("i", null, words.absent) : el("code", null, outside(value)))),
    repeated ? ` (${words.see_above})` : null,
  ];

  // Documents

  const showDocuments = () => {
    const place = document.getElementById("documents");
    place.replaceChildren(el("h2", null, words.statuses));
    if (!data.detailed) {
      place.append(el("p", { class: "note" }, words.statuses_none));
      return;
    }
    const change = (key) => (value) => {
      listing[key] = value;
      listing.page = 0;
      updateDocuments();
    };
    const verdicts = [...new Set(documents.map((each) => each[3]))];
    const left = data.documents_in_all - documents.length;
    view.documents = el("div");
    place.append(
      el("p", { class: "note" }, words.statuses_more),
      left > 0 ? el("p", { class: "note told" }, say(words.statuses_left, { count: count(left) })) : "",
      el(
        "form",
        { class: "filters", onsubmit: (event) => event.preventDefault() },
        searchBox(listing.text, change("text")),
        select(words.verdict, listing.verdict, [["", words.all], ...verdicts.map((each) => [each, words.verdicts[each]])], change("verdict")),
      ),
      legend(),
      view.documents,
    );
    updateDocuments();
  };
  const wordOf = (sign) => {
    const [name] = SIGNS[sign];
    return name === "none" ? words.no_subject : name === "error" ? words.error_status : words.verdicts[name];
  };
  const legend = () => {
    const used = new Set(documents.flatMap((each) => [...each[4]]));
    const items = Object.keys(SIGNS).filter((sign) => sign !== "-" && used.has(sign));
    return el("ul", { class: "legend", "aria-label": words.legend }, items.map((sign) => el("li", null, signOf(sign, true), ` ${wordOf(sign)}`)));
  };
  const signOf = (sign, bare) => {
    const [name, glyph] = SIGNS[sign];
    return el(
      "span",
      { class: `sign ${name}`, title: bare ? null : wordOf(sign) },
      el("span", { "aria-hidden": "true" }, glyph),
      bare ? null : el("span", { class: "unseen" }, wordOf(sign)),
    );
  };
  const updateDocuments = () => {
    const text = listing.text.trim().toLowerCase();
    listing.found = byNumber.filter((place) => {
      const [, input, id, verdict] = documents[place];
      return (listing.verdict === "" || verdict === listing.verdict) && (text === "" || `${input}\n${id || ""}`.toLowerCase().includes(text));
    });
    const shown = listing.found.slice(listing.page * DOCUMENT_PAGE, (listing.page + 1) * DOCUMENT_PAGE);
    const heads = rules.map((rule, number) => el("th", { scope: "col", class: "of-rule", title: titleOf(number) }, el("span", null, outside(rule[0]))));
    const again = (page) => {
      listing.page = page;
      updateDocuments();
      document.getElementById("documents").scrollIntoView();
    };
    view.documents.replaceChildren(
      el(
        "div",
        { class: "wide", tabindex: 0, role: "group", "aria-label": words.statuses },
        el(
          "table",
          { class: "statuses" },
          el("caption", { class: "unseen" }, words.statuses),
          el("thead", null, el("tr", null, el("th", { scope: "col" }, words.document), el("th", { scope: "col" }, words.verdict), heads)),
          el("tbody", null, shown.flatMap(statusRows)),
        ),
      ),
      ...[pager(listing, DOCUMENT_PAGE, again)].filter(Boolean),
    );
  };
  const statusRows = (place) => {
    const [, input, id, verdict, statuses, blocks] = documents[place];
    const name = `document-${place}`;
    const open = listing.open.has(place);
    const inside = el("td", { colspan: rules.length + 2 });
    const below = el("tr", { class: "details", id: name, hidden: !open }, inside);
    if (open) inside.append(outcomesOf(place, blocks));
    const button = el(
      "button",
      {
        type: "button",
        class: "opener",
        "aria-expanded": String(open),
        "aria-controls": name,
        onclick: () => {
          const opens = below.hidden;
          if (opens && !inside.firstChild) inside.append(outcomesOf(place, blocks));
          below.hidden = !opens;
          button.setAttribute("aria-expanded", String(opens));
          if (opens) listing.open.add(place);
          else listing.open.delete(place);
        },
      },
      broken(input),
    );
    const cells = rules.map((_, rule) => el("td", null, signOf(statuses[rule] || "-")));
    return [
      el(
        "tr",
        null,
        el("th", { scope: "row" }, button, id === null ? null : el("span", { class: "id" }, outside(id))),
        el("td", null, el("span", { class: `badge ${verdict}` }, words.verdicts[verdict])),
        cells,
      ),
      below,
    ];
  };
  const outcomesOf = (place, blocks) => {
    const said = blocks.length ? [...new Set(blocks)].flatMap((number) => blockOf("outcomes", number)) : [];
    const own = said.filter(([of]) => of === place).flatMap(([, outcomes]) => outcomes);
    const reasonOf = (reason) => (typeof reason === "string" ? reason : reason < 0 ? "" : data.reasons[reason]);
    const sorted = own.map((each, number) => [each, number]).sort(([a, m], [b, n]) => a[0] - b[0] || m - n);
    return el(
      "table",
      { class: "outcomes" },
      el("thead", null, el("tr", null, [words.rule, words.subject, words.verdict, words.reason].map((name) => el("th", { scope: "col" }, name)))),
      el(
        "tbody",
        null,
        sorted.map(([[rule, sign, entity, key, reason]]) =>
          el(
            "tr",
            null,
            el("th", { scope: "row" }, outside(rules[rule][0])),
            el("td", null, outside(`${entity} ${key}`)),
            el("td", { class: "of-verdict" }, signOf(sign, true), ` ${wordOf(sign)}`),
            el("td", null, outside(reasonOf(reason))),
          ),
        ),
      ),
    );
  };

  // The page as a whole

  const speak = (to) => {
    lang = to;
    words = data.words[lang];
    document.documentElement.lang = LOCALES[lang];
    document.title = words.title;
    for (const node of document.querySelectorAll("[data-en]")) node.textContent = node.getAttribute(`data-${lang}`);
    for (const button of document.querySelectorAll("[data-switch]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-switch") === lang));
    }
    showFindings();
    showDocuments();
  };
  const findRule = (rule) => {
    Object.assign(state, { verdict: "", severity: "", state: "", text: "", rule, page: 0 });
    showFindings();
    const place = document.getElementById("findings");
    place.scrollIntoView();
    place.focus({ preventScroll: true });
  };
  const print = (printing) => {
    if (state.printing === printing) return;
    for (const node of document.querySelectorAll("details")) {
      if (printing) node.dataset.was = String(node.open);
      node.open = printing || node.dataset.was === "true";
    }
    state.printing = printing;
    if (rows.length) {
      drawHead();
      drawBody();
    }
  };

  document.documentElement.classList.add("js");
  for (const button of document.querySelectorAll("[data-switch]")) {
    button.addEventListener("click", () => speak(button.getAttribute("data-switch")));
  }
  const found = new Set(rows.map((row) => row[RULE]));
  for (const node of document.querySelectorAll("[data-rule]")) {
    const rule = node.getAttribute("data-rule");
    if (found.has(Number(rule))) {
      node.replaceWith(el("button", { type: "button", class: "rule-id link", onclick: () => findRule(rule) }, node.textContent));
    }
  }
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  speak(lang);
})();
