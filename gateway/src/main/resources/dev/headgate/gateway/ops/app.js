// Asks for the overview again and again and shows it.

import {Charts} from './charts.js';
import {drawFlow} from './flow.js';
import {breakable, bytes, clock, count, duration, element, percent, rate} from './format.js';

const EVERY_MS = 2000;
const HISTORY_EVERY = 3;
const MOST_ROWS = 12;
const TOKEN = 'headgate.token';

const at = (id) => document.getElementById(id);
const charts = new Charts(at('charts'));
let paused = false;
let asked = 0;
let timer = 0;
let shown = null;

async function ask() {
  clearTimeout(timer);
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  const history = asked % HISTORY_EVERY === 0;
  try {
    const answer = await fetch('admin/ops/overview' + (history ? '?history=true' : ''), {
      headers, cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(10000),
    });
    if (answer.status === 401 || answer.status === 403) return logIn(token, await answer.text());
    if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
    asked++;
    show(await answer.json());
  } catch (error) {
    stale(error);
  }
  if (!paused && !document.hidden) timer = setTimeout(ask, EVERY_MS);
}

function logIn(token, why) {
  sessionStorage.removeItem(TOKEN);
  at('content').hidden = true;
  at('pause').hidden = true;
  at('login').hidden = false;
  at('login-error').textContent = token ? why : '';
  badge('locked', '');
  at('token').focus();
}

at('login').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, at('token').value.trim());
  at('token').value = '';
  asked = 0;
  ask();
});

at('pause').addEventListener('click', () => {
  paused = !paused;
  at('pause').setAttribute('aria-pressed', String(paused));
  at('pause').textContent = paused ? 'Go on' : 'Pause';
  if (!paused) ask();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !paused) ask();
});

let width = window.innerWidth;
window.addEventListener('resize', () => {
  if (shown !== null && window.innerWidth !== width) {
    width = window.innerWidth;
    drawFlow(at('flow'), shown);
  }
});

function stale(error) {
  badge('no answer', 'failing');
  at('stale').hidden = false;
  const since = shown === null ? '' : ` What follows is of ${clock(shown.generated_at)}.`;
  at('stale').textContent = `The gateway does not answer (${error.message}).${since}`;
}

// Said aloud by screen readers, so only when it changes.
function badge(text, style) {
  const health = at('health');
  health.className = `badge ${style}`;
  if (health.textContent !== text) health.textContent = text;
}

function show(overview) {
  shown = overview;
  at('login').hidden = true;
  at('stale').hidden = true;
  at('content').hidden = false;
  at('pause').hidden = false;
  const {gateway, health, process} = overview;
  badge(health.status, health.status);
  document.title = `${health.status === 'ok' ? '' : health.status + ': '}Headgate`;
  at('build').textContent = `${gateway.version}, up ${duration(process.uptime_seconds)}, `
    + `configuration ${gateway.configuration.fingerprint || 'fixed'} since ${clock(gateway.configuration.loaded_at)}`;
  at('reasons').hidden = health.reasons.length === 0;
  at('reasons').replaceChildren(...health.reasons.map((reason) => element('li', {}, reason)));
  totals(overview);
  drawFlow(at('flow'), overview);
  queues(overview.exporters);
  if (overview.history) charts.show(overview.history);
  incidents(overview.incidents);
  tables(overview);
  at('foot').textContent = `As of ${clock(overview.generated_at)}; rates over the last `
    + `${Math.round(overview.window_seconds)} s. Java ${gateway.java}.`;
}

function totals({signals, budget, process}) {
  const tile = (name, value, more) =>
    element('div.tile', {}, element('h3', {}, name), element('p.value', {}, value), element('p.quiet', {}, more));
  at('totals').replaceChildren(
    ...signals.map((one) =>
      tile(one.signal, rate(one.accepted_per_second),
        `${rate(one.refused_per_second)} refused, ${rate(one.dropped_per_second)} dropped`)),
    tile('budget', percent(budget.fill), `of ${bytes(budget.capacity_bytes)}, ${count(budget.waiting_requests)} requests wait`),
    tile('process', `${process.cpu_cores.toFixed(2)} cores`,
      `${bytes(process.resident_bytes)} resident, connections: ${count(process.connections)}`));
}

function queues(exporters) {
  at('queues').replaceChildren(
    ...exporters.map((one) => {
      const {queue} = one;
      const said = `${percent(queue.fill)} full`;
      const bar = element('meter', {
        min: 0, max: 1, low: 0.7, high: 0.8, optimum: 0, value: queue.fill, 'aria-label': `Queue of ${one.id}`,
      }, said);
      const facts = {
        queued: `${count(queue.size)} of ${count(queue.capacity)}`,
        memory: bytes(queue.bytes),
        oldest: duration(queue.oldest_age_seconds),
        delivered: rate(one.delivered_per_second),
        lost: rate(one.dropped_per_second),
        errors: percent(one.error_rate),
      };
      return element('div.card', {},
        element('h3', {}, element('span', {}, one.id), element('span', {}, said)),
        bar,
        element('dl.facts', {},
          ...Object.entries(facts).map(([name, value]) =>
            element('div', {}, element('dt', {}, name), element('dd', {}, value)))));
    }));
}

function incidents(all) {
  const rows = all.map((one) => {
    const about = one.subject === '' ? one.text : `${one.subject}: ${one.text}`;
    const seconds = one.until === null ? 0 : (new Date(one.until) - new Date(one.since)) / 1000;
    const state = one.until === null ? `${one.severity}, goes on` : `over after ${duration(seconds)}`;
    return element('li', {},
      element('time', {datetime: one.since}, clock(one.since)),
      element('span', {}, element('strong', {}, about), one.detail === '' ? '' : ` (${one.detail})`),
      element(one.until === null ? `span.${one.severity}` : 'span.quiet', {}, state));
  });
  at('incidents').replaceChildren(...(rows.length === 0 ? [element('li', {}, 'None since the start.')] : rows));
}

const TABLES = [
  ['Dropped', 'drops', 'items', ['signal', 'exporter', 'reason']],
  ['Redacted', 'redaction', 'hits', ['processor', 'rule', 'place']],
  ['Scrubbed', 'scrubbing', 'hits', ['processor', 'rule']],
  ['Sampling decisions', 'sampling', 'items', ['processor', 'signal', 'decision']],
  ['Metrics over their budget', 'cardinality', 'points', ['processor', 'metric', 'mode']],
  ['Requests refused', 'refusals', 'requests', ['receiver', 'transport', 'signal', 'reason']],
];

// Made once: what has the focus stays where it is.
const bodies = TABLES.map(([title, , unit, columns]) => {
  const head = [...columns, unit, 'now'].map((name, index) =>
    element(index < columns.length ? 'th' : 'th.number', {scope: 'col'}, name));
  const body = element('tbody');
  const scroll = element('div.scroll', {tabindex: '0', role: 'region', 'aria-label': title},
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), body));
  at('tables').append(element('div.card', {}, element('h3', {}, title), scroll));
  return body;
});

function tables(overview) {
  TABLES.forEach(([, field, unit, columns], index) => {
    const rows = overview[field];
    const shownRows = rows.slice(0, MOST_ROWS).map((row) =>
      element('tr', {},
        ...columns.map((name) => element('td', {}, ...breakable(row[name] || 'chain'))),
        element('td.number', {}, count(row[unit])),
        element('td.number', {}, rate(row.per_second))));
    const rest = rows.length - shownRows.length;
    const note = rows.length === 0 ? 'nothing yet' : rest > 0 ? `and ${rest} more` : null;
    if (note !== null) {
      shownRows.push(element('tr', {}, element('td.quiet', {colspan: columns.length + 2}, note)));
    }
    bodies[index].replaceChildren(...shownRows);
  });
}

ask();
